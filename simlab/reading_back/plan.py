"""The plan: what it costs, whom it takes in, what it does."""

from __future__ import annotations

from simlab.engine.simulate import simulate_block
from simlab.finance.plan_cost import year_weights
from simlab.model.caseload import posts
from simlab.model.compiled import Compiled
from simlab.model.enrolment import ending_states, steps_in_programme
from simlab.reading_back.lines import below, keyed, length, per, stated, whom, worded
from simlab.reading_back.money import KR
from simlab.reading_back.moves import medians
from simlab.study.grammar import AmountChange, CostLine, Effect, Evidence, Paid, Plan
from simlab.study.key_path import dotted
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import Period
from simlab.words import Words

AMOUNTS = ("budget", "at_start", "per_year")
GIVEN_BACK = ("reimbursed", "reimbursed_by")
OF_AN_EFFECT = ("name", "moves", "arrivals", "while_", "evidence")


def plan(study: Study, words: Words) -> list[str]:
    """Cost, programme, evidence, effects, displacement and changed amounts."""
    form = study.form.plan
    lines = [*_cost(study, words), *_given_back(study, words)]
    totals = _totals(study)
    if totals:
        text = words("budget lines in all within the horizon: {n}", n=words.number(totals))
        lines.append(f"{text} {KR}")
    if form.cost.overrun is not None:
        factor = worded(form.cost.overrun, words)
        lines.append(words("overrun, a factor on all budget lines: {factor}", factor=factor))
    lines += _per_citizen(study, words)
    lines += _programme(study, words)
    beside = set(Plan.model_fields) - set(Evidence.model_fields)
    text = words("its own evidence of moves, in the place of the baseline's, for good")
    lines += below(text, stated(form, words, beside, indent=0))
    for number, effect in enumerate(form.effect):
        lines += _effect(str(effect.name or number), effect, words)
    displacement = form.displacement
    if displacement is not None:
        text = words(
            "displacement from {states} to {to}: of the extra jobs {share}; of them the "
            "municipality's own {own}",
            states=", ".join(displacement.states),
            to=displacement.to,
            share=worded(displacement.share, words),
            own=worded(displacement.local_share, words),
        )
        in_text = ("share", "local_share", "states", "to")
        lines += [text, *stated(displacement, words, in_text)]
    for number, amount in enumerate(form.amount):
        lines += _changed(study, number, amount, words)
    lines += _varied(form, words)
    if not lines and form.caseload is None:
        lines.append(words("the study has no plan: both futures are the same"))
    if form.until is not None:
        lines.append(f"until: {form.until:%Y-%m-%d}")
    return below(words("Plan"), lines)


def _varied(form: Plan, words: Words) -> list[str]:
    """What is said of the plan as a whole: later, smaller, lost again."""
    lines = []
    if form.later_months:
        lines.append(
            words(
                "all of it {months} later than written above; the horizon, prices and the rules "
                "of the country stay where they are",
                months=length(form.later_months, "months", words),
            )
        )
    if form.scale != 1.0:
        lines.append(
            words(
                "{percent} of it: of every cost, and of the people reached (shares covered, "
                "intake, places, posts); those reached gain as much as before (an assumption)",
                percent=words.percent(form.scale),
            )
        )
    if form.effect_years is not None:
        lines.append(
            words(
                "each effect is lost {years} after its own start; what the plan costs goes on",
                years=words.years(form.effect_years),
            )
        )
    return lines


def _cost(study: Study, words: Words) -> list[str]:
    """The budget, line by line, in kr."""
    cost, lines = study.form.plan.cost, []
    for name, line in cost.lines.items():
        text = words("cost {name}: {amounts}", name=name, amounts=_amounts(line, cost.unit, words))
        sources = dict.fromkeys(
            words.say(q.source) for q in quantities(line) if q.source is not None
        )
        lines.append(f"{text} {KR}" + (f" ({'; '.join(sources)})" if sources else ""))
        for period, _ in line.by_period:
            share = _within(study, period)
            if 0.0 < share < 1.0 - 1e-9:
                part, year = words.percent(share, 1), period.begins.year
                text = words("{share} of {year} falls within the horizon", share=part, year=year)
                lines.append(f"  {text}")
        lines += stated(line, words, (*AMOUNTS, *GIVEN_BACK, "source"))
    if lines and cost.unit != 1.0:
        text = words("written in units of {n}", n=words.number(cost.unit))
        lines.append(f"{text} {KR}")
    return [*lines, *stated(cost, words, ("unit", "overrun"), indent=0)]


def _within(study: Study, period: Period) -> float:
    """The share of a budget's amount that falls within the horizon."""
    return float(year_weights(study, period.begins.year).sum()) if period.whole_year else 1.0


def _amounts(line: CostLine, unit: float, words: Words) -> str:
    parts = [f"{key} {_mean(q, unit, words)}" for key, q in line.budget.items()]
    if line.at_start is not None:
        kr = _mean(line.at_start, unit, words)
        parts.append(words("at the start {amount}", amount=kr))
    if line.per_year is not None:
        for key, q in line.per_year.quantities():
            parts.append(f"{key.strip('.')} {per('year', words)} {_mean(q, unit, words)}".strip())
    return ", ".join(parts)


def _mean(quantity: Quantity, unit: float, words: Words) -> str:
    """The mean, and for what is uncertain the range around it."""
    mean = words.number(quantity.mean() * unit)
    if not quantity.is_uncertain:
        return mean
    low, high = (words.number(quantity.quantile(q) * unit) for q in (0.1, 0.9))
    return f"{mean} [{low} – {high}]"


def _per_citizen(study: Study, words: Words) -> list[str]:
    """What the plan costs for people in some states."""
    lines = []
    for name, cost in study.form.plan.cost_per_citizen.items():
        time, states = per(cost.per, words), ", ".join(cost.states)
        text = words("cost {name} {per} for each in {states}", name=name, per=time, states=states)
        lines += [text, *stated(cost, words, ("states", "per", *GIVEN_BACK), KR)]
    return lines


def _totals(study: Study) -> float:
    """All budget lines within the horizon, kr."""
    cost = study.form.plan.cost
    return sum(
        float(amount.mean() * cost.unit * _within(study, period))
        for line in cost.lines.values()
        for period, amount in line.by_period
    )


def _given_back(study: Study, words: Words) -> list[str]:
    """What somebody else gives back of the plan's cost."""
    form = study.form.plan
    parts: list[tuple[str, Paid]] = [
        (dotted("plan", "cost", k), line) for k, line in form.cost.lines.items()
    ]
    parts += [(".".join(map(str, path)), expense) for path, expense in form.expenses.items()]
    return [
        words(
            "of {path} the {payer} gives back: {shares}",
            path=path,
            payer=paid.reimbursed_by,
            shares=keyed(paid.reimbursed, words),
        )
        for path, paid in parts
        if paid.reimbursed is not None
    ]


def _programme(study: Study, words: Words) -> list[str]:
    """The programme that citizens are enrolled in."""
    enrolment = study.form.plan.enrolment
    if enrolment is None:
        return []
    reach = {
        "stock": words("of those there at the start"),
        "newcomers": words("of newcomers"),
    }
    segments = f" ({', '.join(enrolment.segments)})" if enrolment.segments else ""
    from_ = ", ".join(study.names.expand_all(enrolment.states)) + segments
    who = [from_, *([reach[enrolment.reach]] if enrolment.reach in reach else [])]
    months = length(enrolment.months_in_programme.mean(), "months", words)
    lasts = words("programme of {months}", months=months)
    if study.form.step == "week":
        weeks = steps_in_programme(study, enrolment)
        lasts += " " + words.plural(
            "({n} whole week, the nearest number)", "({n} whole weeks, the nearest number)", weeks
        )
    text = words(
        "{programme} from enrolment on; enrolled from {whom}, once each; {ends} ends it",
        programme=lasts,
        whom=", ".join(who),
        ends=", ".join(sorted(ending_states(study, enrolment))) or words("no state"),
    )
    first = words(
        "whoever is enrolled has that step as the first; who is enrolled is the same in both "
        "futures"
    )
    in_text = ("states", "segments", "reach", "ends_in", *GIVEN_BACK)
    return below(text, [first, *stated(enrolment, words, in_text, indent=0)])


def _effect(name: str, effect: Effect, words: Words) -> list[str]:
    where = ", ".join([*effect.moves, *effect.arrivals]) or words("moves of its own evidence")
    acts = ", ".join((where, *whom(effect.while_, words)))
    lines = stated(effect, words, (*OF_AN_EFFECT, *GIVEN_BACK))
    if effect.evidence is not None:
        text = words("unproven: nobody has measured it; a sceptical assumption")
        lines.append(f"  {text}")
    return [words("effect {name} on {moves}", name=name, moves=acts), *lines]


def _changed(study: Study, number: int, changed: AmountChange, words: Words) -> list[str]:
    states = ", ".join((", ".join(study.states_of(changed)), *whom(changed.while_, words)))
    text = words(
        "amount {name}: {payer} pays this much more (below 0: less) {per} in {states}: {change}",
        name=changed.name or number,
        payer=changed.payer or study.payers[0],
        per=per(changed.per, words),
        states=states,
        change=keyed(changed.change, words, KR),
    )
    in_text = ("name", "payer", "per", "states", "change", "while_")
    return [text, *stated(changed, words, in_text)]


def caseload(compiled: Compiled, words: Words) -> list[str]:
    """Cases per caseworker in both futures, at the medians, where the study has any."""
    study, form = compiled.study, compiled.study.form.plan.caseload
    if form is None:
        return []
    values = medians(study)
    histories = simulate_block(compiled, compiled.block_of(values, whole=False), "expected")
    workers, extra = posts(study, values)
    states = [study.names.states.index(s) for s in study.names.expand_all(form.states)]
    heading = words(
        "Caseload in {states} ({people} a post, at the medians)", states=", ".join(form.states)
    )
    lines = stated(form, words, ("states", *GIVEN_BACK))
    both = histories.people("baseline"), histories.people("plan")
    for year in range(int(study.timeline.years) + 1):
        t = min(round(year * study.timeline.steps_per_year), study.timeline.steps - 1)
        staff = workers[0, t], workers[0, t] + extra[0, t]
        without, with_it = (
            people[0, t, states].sum() / max(posts_filled, 1e-300)
            for people, posts_filled in zip(both, staff, strict=True)
        )
        lines.append(
            words(
                "{month}: {without} without the plan, {with_it} with it ({n} of its posts filled)",
                month=f"{study.timeline.end_of(t):%Y-%m}",
                without=words.number(without, 1),
                with_it=words.number(with_it, 1),
                n=words.plain(extra[0, t]),
            )
        )
    return below(heading, lines)
