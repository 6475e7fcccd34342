"""A study in plain words: what ``simlab check`` prints."""

from __future__ import annotations

import numpy as np

from simlab.engine.cost import EXACT, choose_engine, seconds_a_draw
from simlab.engine.simulate import simulate_block
from simlab.finance.plan_cost import year_weights
from simlab.finance.prices import held_after
from simlab.model.behaviour import table
from simlab.model.caseload import posts
from simlab.model.effects import own_key
from simlab.model.enrolment import ending_states, steps_in_programme
from simlab.model.model import Compiled, compile_study
from simlab.model.parameters import Values
from simlab.risk.trend import trends
from simlab.study.check import expenses
from simlab.study.errors import KeyPath
from simlab.study.figures import figures, placeholders
from simlab.study.grammar import Paid, Plan, Resets
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
        _closed(study),
        _moves(compiled),
        _trends(study),
        _plan(study),
        _caseload(compiled),
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
        *(
            [f"  what is followed is a {form.unit.one.en}, many are {form.unit.many.en}"]
            if form.unit
            else []
        ),
        "",
    ]


def _resets(resets: object) -> str:
    if resets is None:
        return "restarts on every entry"
    if resets == "never":
        return "never restarts"
    assert isinstance(resets, Resets)
    keys = (key for key in Resets.model_fields if key.startswith(("after_", "within_")))
    given = [(key, length) for key in keys if (length := getattr(resets, key)) is not None]
    after, *within = (key.replace("_", f" {length} ") for key, length in given)
    where = f"in {' or '.join(resets.self_support)}" if resets.self_support else "away"
    return " ".join(["restarts", after, where, *within])


def _people(study: Study) -> list[str]:
    lines = [study.form.unit.many.en.capitalize() if study.form.unit else "People"]
    for name, group in study.form.citizens.items():
        start = group.number.describe() if group.number is not None else "nobody at the start"
        lines.append(f"  {name}, in {group.state or name}: {start}")
        for unit in ("week", "month", "year"):
            arrivals = getattr(group, f"arrivals_per_{unit}")
            if arrivals is not None:
                for key, quantity in arrivals.quantities():
                    lines.append(f"    arrivals a {unit}{key}: {quantity.describe()}")
    return [*lines, ""]


def _closed(study: Study) -> list[str]:
    """Moves that nobody makes any more from a date within the horizon on."""
    dates = sorted({at for at in study.closed_moves.values() if at < study.timeline.end})
    if not dates:
        return []
    lines = ["Closed"]
    for at in dates:
        moves = [f"{a} -> {b}" for (a, b), since in study.closed_moves.items() if since == at]
        lines.append(f"  from {at:%Y-%m-%d}, so that people stay: {', '.join(moves)}")
    return [*lines, ""]


def _moves(compiled: Compiled) -> list[str]:
    """Every row of evidence as written, and the chances per step that it gives at its medians."""
    study, b = compiled.study, compiled.behaviour
    base, _ = table(b, compiled.baseline_rows, medians(study))
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


def _trends(study: Study) -> list[str]:
    """The trend of the baseline beside each stated one, with a warning where they part."""
    lines = []
    for trend in trends(study):
        lines.append(
            f"  {', '.join(trend.stated.states)}: the baseline goes from {trend.first:,.0f} to "
            f"{trend.last:,.0f} people in {trend.years:g} years, {trend.implied:+.1%} a year; "
            f"stated {trend.stated.per_year:+.1%} a year ({trend.stated.source or 'no source'})"
        )
        if not trend.agrees:
            lines.append(
                "    WARNING: more than 3 points a year apart: what the baseline misses of the "
                "trend, the plan seems to do, or to fail to do"
            )
    return ["Trends without the plan (at the medians)", *lines, ""] if lines else []


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
    lines += _given_back(study)
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
        if effect.evidence is not None:
            lines.append(f"    {effect.evidence}: nobody has measured it; a sceptical assumption")
        for key in ("start", "until"):
            if getattr(effect, key) is not None:
                lines.append(f"    {key}: {getattr(effect, key):%Y-%m-%d}")
    displacement = plan.displacement
    if displacement is not None:
        lines.append(
            f"  displacement from {', '.join(displacement.states)} to {displacement.to}: of the "
            f"extra jobs {displacement.share.describe()}; of them the municipality's own "
            f"{displacement.local_share.describe()}"
        )
    for number, changed in enumerate(plan.amount):
        states = ", ".join(study.states_of(changed))
        payer = changed.payer or study.form.payers[0]
        change = ", ".join(
            f"{key.strip('.')} {q.describe()}".strip() for key, q in changed.change.quantities()
        )
        lines.append(
            f"  amount {changed.name or number}: {payer} pays this much more (below 0: less) a "
            f"{changed.per} in {states}{WHOM[changed.while_]}: {change}"
        )
    lines += _varied(plan)
    if not plan.effect and not plan.cost.lines and not plan.amount:
        lines.append("  the study has no plan: both futures are the same")
    return [*lines, ""]


def _varied(plan: Plan) -> list[str]:
    """What is said of the plan as a whole: later, smaller, lost again."""
    lines = []
    if plan.later_months:
        lines.append(
            f"  all of it {plan.later_months} months later than written above; the horizon, prices "
            "and the rules of the country stay where they are"
        )
    if plan.scale != 1.0:
        lines.append(
            f"  {plan.scale:.0%} of it: of every cost, and of the people reached (shares covered, "
            "intake, places, posts); those reached gain as much as before (an assumption)"
        )
    if plan.effect_years is not None:
        lines.append(
            f"  each effect is lost {plan.effect_years:g} years after its own start; what the plan "
            "costs goes on, and whoever has moved stays where she is until her next move"
        )
    return lines


def _caseload(compiled: Compiled) -> list[str]:
    """Cases per caseworker in both futures, at the medians, where the study has any."""
    study, caseload = compiled.study, compiled.study.form.plan.caseload
    if caseload is None:
        return []
    values = medians(study)
    histories = simulate_block(compiled, compiled.block_of(values), "expected")
    workers, extra = posts(study, values)
    states = [study.names.states.index(s) for s in study.names.expand_all(caseload.states)]
    lines = [f"Caseload in {', '.join(caseload.states)} (people a post, at the medians)"]
    for year in range(int(study.timeline.years) + 1):
        t = min(round(year * study.timeline.steps_per_year), study.timeline.steps - 1)
        cases = histories.people("baseline"), histories.people("plan")
        staff = workers[0, t], workers[0, t] + extra[0, t]
        without, with_it = (
            people[0, t, states].sum() / max(posts_filled, 1e-300)
            for people, posts_filled in zip(cases, staff, strict=True)
        )
        lines.append(
            f"  {study.timeline.end_of(t):%Y-%m}: {without:,.1f} without the plan, {with_it:,.1f} "
            f"with it ({extra[0, t]:g} of its posts filled)"
        )
    return [*lines, ""]


def medians(study: Study) -> Values:
    """One draw in which every uncertain figure is at its median."""
    return Values(0, 1, {path: np.array([q.median()]) for path, q in study.uncertain.items()})


def _prices(study: Study) -> list[str]:
    """In whose kr. the money is, and what is done beyond the tables of prices."""
    form = study.form
    if form.price_level is None:
        return ["  in one price level, as the amounts are written"]
    lines = [
        f"  in kr. of {form.price_level}"
        if form.prices == "fixed"
        else f"  in kr. of the year of payment, without a date kr. of {form.price_level}"
    ]
    for name, index in form.index.items():
        known = index.levels
        gaps = [str(y) for y in range(min(known), max(known)) if y not in known]
        filled = f"; {', '.join(gaps)} filled by even growth" if gaps else ""
        lines.append(f"  index {name}: {min(known)} to {max(known)}{filled}; held before and after")
    for name, end in held_after(study).items():
        lines.append(f"  ! current prices after {end} stand still: index {name} ends there")
    plain = [name for name, payment in form.payments.items() if payment.indexed is None]
    if form.plan.cost.lines and form.plan.cost.indexed is None:
        plain.append("plan.cost")
    plain += [".".join(map(str, path)) for path, one in priced_plan(study) if one is None]
    if plain:
        lines.append(f"  not indexed, taken as kr. of the study: {', '.join(plain)}")
    return lines


def _given_back(study: Study) -> list[str]:
    """What somebody else gives back of the plan's cost."""
    plan = study.form.plan
    parts: list[tuple[str, Paid]] = [
        (f"plan.cost.{k}", line) for k, line in plan.cost.lines.items()
    ]
    parts += [(".".join(map(str, path)), expense) for path, expense in expenses(plan)]
    lines = []
    for path, paid in parts:
        if paid.reimbursed is not None:
            shares = ", ".join(
                f"{key.strip('.')} {q.describe()}".strip()
                for key, q in paid.reimbursed.quantities()
            )
            lines.append(f"  of {path} the {paid.reimbursed_by} gives back: {shares}")
    return lines


def priced_plan(study: Study) -> list[tuple[KeyPath, str | None]]:
    """The plan's amounts of money at a price, by key path, with the index of each."""
    found = []
    for path, expense in expenses(study.form.plan):
        priced = [
            key for key in type(expense).model_fields if key.startswith(("cost_per", "amount"))
        ]
        if any(getattr(expense, key) is not None for key in priced):
            found.append((path, expense.indexed))
    amounts = enumerate(study.form.plan.amount)
    return found + [(("plan", "amount", number), one.indexed) for number, one in amounts]


def _taxes(study: Study) -> list[str]:
    """Each tax, and what equalisation leaves of it by date."""
    lines = []
    for name, tax in study.form.taxes.items():
        of = f"on {', '.join(tax.of)}" if tax.of else "on all taxed payments"
        rate = tax.rate.quantities()[0][1]
        lines.append(f"  tax {name} {of}: {rate.describe()}; received by {tax.received_by}")
        if tax.equalisation is not None and tax.average_rate is not None:
            average = tax.average_rate.quantities()[0][1].median()
            for key, level in tax.equalised[tax.equalisation].quantities():
                left = 1 - level.median() * average / rate.median()
                when = f" from {key.strip('.')}" if key else ""
                lines.append(
                    f"    equalisation {tax.equalisation}{when}: {left:.1%} of the tax is left, "
                    f"{left * rate.median():.1%} of the income"
                )
        if tax.equalised_after_years:
            lines.append(f"    equalised {tax.equalised_after_years:g} years later")
    return lines


def _programme(study: Study) -> list[str]:
    """The programme that citizens are enrolled in."""
    enrolment = study.form.plan.enrolment
    if enrolment is None:
        return []
    whom = {"all": "", "stock": ", of those there at the start", "newcomers": ", of newcomers"}
    segments = f" ({', '.join(enrolment.segments)})" if enrolment.segments else ""
    ends = ", ".join(sorted(ending_states(study, enrolment))) or "no state"
    months = enrolment.months_in_programme.mean()
    weeks = steps_in_programme(study, enrolment)
    lasts = f" ({weeks} whole weeks, the nearest number)" if study.form.step == "week" else ""
    lines = [
        f"  programme of {months:g} months{lasts} from enrolment on; enrolled from "
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
    lines = ["Money", *_prices(study)]
    for name, payment in study.form.payments.items():
        back = f", reimbursed by {payment.reimbursement}" if payment.reimbursement else ""
        taxed = ", taxed" if payment.taxed else ""
        indexed = f", indexed by {payment.indexed}" if payment.indexed else ""
        per = "an hour" if payment.per == "hour" else f"a {payment.per}"
        lines.append(f"  {name}, {per}{back}{taxed}{indexed}")
        if payment.share is not None:
            lines.append(f"    the share of it that is paid on average: {payment.share.describe()}")
        for state, amount in payment.amount.items():
            for key, quantity in amount.quantities():
                lines.append(f"    {state}{key}: {quantity.describe()}")
    for state, hours in study.form.hours_per_month.items():
        lines.append(f"  hours a month in {state}: {hours.describe()}")
    lines += _taxes(study)
    lines += [f"  ! {told}" for told in placeholders(study)]
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
