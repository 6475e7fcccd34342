"""A study in plain words: what ``simlab check`` prints."""

from __future__ import annotations

import numpy as np

from simlab.engine.cost import EXACT, choose_engine, seconds_a_draw
from simlab.finance.plan_cost import year_weights
from simlab.model.behaviour import table
from simlab.model.effects import own_key
from simlab.model.enrolment import ending_states
from simlab.model.model import Compiled, compile_study
from simlab.model.parameters import Values
from simlab.study.figures import figures
from simlab.study.study import Study
from simlab.study.time import is_year

WHOM = {
    "everyone": "",
    "enrolled": ", for those in the programme",
    "ever_enrolled": ", from enrolment on",
}
ENGINES = {
    "counts": "counts: whole people per cell, exact with chance; its cost hardly grows with the "
    "number of people",
    "citizens": "citizens: one citizen at a time, exact with chance; its cost grows with the "
    "number of people, not with the cells",
    "expected": "expected: means given the draw; the chance of single lives is left out",
}


def reading_back(study: Study) -> str:
    """The study as text: people, moves with their conversions, plan, money, assumptions."""
    compiled = compile_study(study)
    parts = [
        _study(study),
        _people(study),
        _moves(compiled),
        _plan(study),
        _money(study),
        _assumptions(study),
        _engine(study),
    ]
    return "\n".join(line for part in parts for line in part)


def _study(study: Study) -> list[str]:
    timeline, form = study.timeline, study.form
    last = timeline.end_of(timeline.steps - 1)
    return [
        form.title.en,
        f"  {timeline.steps} steps of a {form.step}, {timeline.start:%Y-%m} to {last:%Y-%m}; "
        f"payments follow where people are at the {form.counting} of a step",
        f"  {len(study.names.states)} states: {', '.join(study.names.states)}",
        *(
            f"  clock {name}: runs in {', '.join(study.names.expand_all(clock.states))}; "
            + _resets(clock.resets)
            for name, clock in form.clocks.items()
        ),
        f"  {form.draws:,} draws, seed {form.seed}, {len(study.uncertain)} uncertain figures of "
        f"{len(study.quantities)}",
        "",
    ]


def _resets(resets: object) -> str:
    if resets is None:
        return "restarts on every entry"
    if resets == "never":
        return "never restarts"
    said = resets.model_dump(exclude_none=True)  # type: ignore[attr-defined]
    parts = [
        f"{'after' if key.startswith('after') else 'within'} {length} {key.split('_')[1]}"
        for key, length in said.items()
        if key not in ("source", "tag")
    ]
    return "restarts " + " ".join(parts) + " away"


def _people(study: Study) -> list[str]:
    lines = ["People"]
    for name, group in study.form.citizens.items():
        start = group.number.describe() if group.number is not None else "nobody at the start"
        lines.append(f"  {name}, in {group.state or name}: {start}")
        for unit in ("week", "month", "year"):
            arrivals = getattr(group, f"arrivals_per_{unit}")
            if arrivals is not None:
                for key, quantity in arrivals.quantities():
                    lines.append(f"    arrivals a {unit}{key}: {quantity.describe()}")
    return [*lines, ""]


def _moves(compiled: Compiled) -> list[str]:
    """Every row of evidence as written, and the chances per step that it gives at its medians."""
    study, b = compiled.study, compiled.behaviour
    median = Values(0, 1, {path: np.array([q.median()]) for path, q in study.uncertain.items()})
    base, _ = table(b, compiled.baseline_rows, median)
    lines = [f"Moves (evidence, and the chance a {study.form.step} it gives at the medians)"]
    for state in compiled.baseline_rows:
        for entry in compiled.baseline_rows[state]:
            if entry.to == state:
                continue
            for key, quantity in entry.value.quantities():
                name = f"{state} -> {entry.to}{key}"
                lines.append(f"  {name:<44} {entry.path.split('.')[0]}: {quantity.describe()}")
        classes = [k for k, one in enumerate(b.classes) if one.state == state]
        found = []
        for k in classes:
            a = base[0, 0, b.span(k)]
            total = a.sum()
            leave = -np.expm1(-total)
            p = a / total * leave if total > 0 else a
            found.append(tuple(f"{x:.4f}" for x in p))
        one = classes[0]
        ends = [b.rates[r][1] for r in b.span(one)]
        for chances in dict.fromkeys(found):
            parts = [f"{to} {x}" for to, x in zip(ends, chances, strict=True) if float(x) > 0]
            if parts:
                lines.append(f"      a {study.form.step}: {', '.join(parts)}")
    return [*lines, ""]


def _plan(study: Study) -> list[str]:
    plan, lines = study.form.plan, ["Plan"]
    totals: dict[str, float] = {}
    for name, line in plan.cost.lines.items():
        spent = {key: q.mean() * plan.cost.unit for key, q in line.budget.items()}
        for key, kr in spent.items():
            share = year_weights(study, int(key)).sum() if is_year(key) else 1.0
            totals[key] = totals.get(key, 0.0) + kr * share
        said = ", ".join(f"{key} {kr:,.0f}" for key, kr in spent.items())
        if line.at_start is not None:
            said += f"at the start {line.at_start.mean() * plan.cost.unit:,.0f}"
        if line.per_year is not None:
            said += f"a year {line.per_year.quantities()[0][1].mean() * plan.cost.unit:,.0f}"
        lines.append(f"  cost {name}: {said}")
    if totals:
        lines.append(f"  budget lines in all within the horizon: {sum(totals.values()):,.0f}")
    if plan.cost.overrun is not None:
        lines.append(f"  overrun, a factor on all budget lines: {plan.cost.overrun.describe()}")
    lines += _programme(study)
    for number, effect in enumerate(plan.effect):
        own = own_key(study, number)
        where = ", ".join([*effect.moves, *effect.arrivals]) or "moves of its own evidence"
        whom = WHOM[effect.while_]
        lines.append(f"  effect {own.removeprefix('plan.effect.')} on {where}{whom}")
        for path, quantity in figures(effect):
            lines.append(f"    {path}: {quantity.describe()}")
        for key in ("start", "until"):
            if getattr(effect, key) is not None:
                lines.append(f"    {key}: {getattr(effect, key):%Y-%m-%d}")
    for number, changed in enumerate(plan.amount):
        states = ", ".join(study.names.expand_all(changed.states)) or "every state"
        payer = changed.payer or study.form.payers[0]
        change = ", ".join(
            f"{key.strip('.')} {q.describe()}".strip() for key, q in changed.change.quantities()
        )
        lines.append(
            f"  amount {changed.name or number}: {payer} pays this much more (below 0: less) a "
            f"{changed.per} in {states}{WHOM[changed.while_]}: {change}"
        )
    if not plan.effect and not plan.cost.lines and not plan.amount:
        lines.append("  the study has no plan: both futures are the same")
    return [*lines, ""]


def _programme(study: Study) -> list[str]:
    """The programme that citizens are enrolled in."""
    enrolment = study.form.plan.enrolment
    if enrolment is None:
        return []
    whom = {"all": "", "stock": ", of those there at the start", "newcomers": ", of newcomers"}
    segments = f" ({', '.join(enrolment.segments)})" if enrolment.segments else ""
    ends = ", ".join(sorted(ending_states(study, enrolment))) or "no state"
    months = enrolment.months_in_programme.mean()
    lines = [
        f"  programme of {months:g} months from enrolment on; enrolled from "
        f"{', '.join(study.names.expand_all(enrolment.states))}{segments}"
        f"{whom[enrolment.reach]}, once each; {ends} ends it",
        "    whoever is enrolled has that step as the first; who is enrolled is the same in both "
        "futures",
    ]
    lines += [f"    {path}: {quantity.describe()}" for path, quantity in figures(enrolment)]
    for key in ("start", "until"):
        if getattr(enrolment, key) is not None:
            lines.append(f"    {key}: {getattr(enrolment, key):%Y-%m-%d}")
    return lines


def _money(study: Study) -> list[str]:
    lines = ["Money"]
    for name, payment in study.form.payments.items():
        back = f", reimbursed by {payment.reimbursement}" if payment.reimbursement else ""
        taxed = ", taxed" if payment.taxed else ""
        lines.append(f"  {name}, a {payment.per}{back}{taxed}")
        for state, amount in payment.amount.items():
            for key, quantity in amount.quantities():
                lines.append(f"    {state}{key}: {quantity.describe()}")
    for name, perspective in study.perspectives.items():
        weights = ", ".join(f"{p} {w:g}" for p, w in perspective.weights.items())
        rates = ", ".join(
            f"{key.strip('.') or 'always'} {q.mean():.1%}"
            for key, q in perspective.discount_per_year.quantities()
        )
        lines.append(f"  perspective {name}: {weights}; discounted {rates}")
    return [*lines, ""]


def _assumptions(study: Study) -> list[str]:
    tags: dict[str, int] = {}
    missing = []
    for path, quantity in study.quantities.items():
        tag = quantity.tag or ("sourced" if quantity.source else "no source")
        tags[tag] = tags.get(tag, 0) + 1
        if not quantity.source and quantity.tag != "assumption":
            missing.append(path)
    lines = ["How sure the figures are"]
    lines += [f"  {count:4d} {tag}" for tag, count in sorted(tags.items())]
    if missing:
        lines.append("  without a source and not marked as an assumption:")
        lines += [f"    {path}" for path in missing]
    return [*lines, ""]


def _engine(study: Study) -> list[str]:
    """The engine, and why it is the one."""
    chosen = choose_engine(study)
    lines = ["Engine", f"  {ENGINES[chosen]}"]
    if study.form.engine != "auto":
        return [*lines, "  the study asks for it", ""]
    seconds = seconds_a_draw(study)
    for other in EXACT:
        if other != chosen:
            times = seconds[other] / seconds[chosen]
            lines.append(
                f"  the study leaves it open: {other}, as exact, would cost {times:.1f} times as "
                "much a draw"
            )
    return [*lines, ""]
