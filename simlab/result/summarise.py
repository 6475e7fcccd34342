"""From the columns by draw to the answer: each figure of a run, and the arrays behind charts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from simlab.engine.work import Engine
from simlab.finance.central_world import Recomputable
from simlab.finance.discounting import factors
from simlab.finance.marginal import marginal_payments
from simlab.model.clocks import windows_of
from simlab.observe.hundred_lives import Hundred
from simlab.observe.published import Claim, claims
from simlab.observe.threshold import with_needed
from simlab.observe.without_effect import without_effect
from simlab.result.answer import (
    Answer,
    Assumption,
    ClockBounds,
    Hinge,
    IfNothing,
    Marginal,
    People,
    PersonTime,
    PerspectiveFigures,
    Totals,
    Until,
    YearOfPayer,
)
from simlab.result.budget_figures import budget
from simlab.result.draws import WITHOUT_CHANCE, Balances, Draws
from simlab.result.figures import Chance, PaybackFigures, Spread, figures, variance_shares
from simlab.result.in_use import parameters, unused
from simlab.result.planned import planned
from simlab.result.warnings import study_warnings
from simlab.risk.estimate import chance
from simlab.risk.payback import Payback, quantiles
from simlab.risk.sensitivity import Drivers, explained
from simlab.risk.stopping import Look
from simlab.study.futures import FUTURES
from simlab.study.grammar import Payment
from simlab.study.labels import labels
from simlab.study.message import Message, Money, Number, Plural, Text, Value, labelled, share_of
from simlab.study.study import Study

TOLD_WITHIN = 5  # years, or the horizon where it is shorter
FEW = 32  # draws, of which the tenth is too little to speak of


def summarise(
    total: Draws,
    engine: Engine,
    *,
    threads: int = 1,
    if_stopped: dict[int, PaybackFigures] | None = None,
    clock_bounds: ClockBounds | None = None,
    lives: Hundred | None = None,
    central: Recomputable | None = None,
    look: Look | None = None,
) -> Answer:
    """The answer of a run.

    total : all layers of uncertainty, and the same draws in expected numbers
    threads : what takes long is shared by so many
    if_stopped, clock_bounds : what variants of the study came to
    look : the last look at the run's target
    """
    study, paybacks = total.study, total.paybacks
    without_chance = Balances(study, total.table, WITHOUT_CHANCE)
    read = assumptions(study)
    with ThreadPoolExecutor(max_workers=threads) as pool:  # what takes long, the longest first
        claimed = pool.submit(published, total)
        driven = pool.submit(_driven, total, engine, read)
        budgeted, people = pool.submit(budget, total), pool.submit(_people, total)
        drivers, hinge, if_nothing = driven.result()
    perspectives = {
        name: _perspective(name, total, without_chance, engine, drivers[name])
        for name in study.perspectives
    }
    marginal = _marginal(total)
    return Answer(
        title=study.title,
        draws=len(total),
        seed=study.seed,
        engine=engine,
        horizon_years=study.timeline.years,
        step=study.form.step,
        perspective=study.perspective,
        prices=study.form.prices,
        price_level=study.form.price_level,
        perspectives=perspectives,
        years=_years(total),
        person_time=_person_time(total),
        outcomes=_outcomes(total),
        claims=claimed.result(),
        warnings=study_warnings(study),
        notes=(
            *(one.told for one in marginal),
            *_notes(total, perspectives[study.perspective].payback, engine, clock_bounds),
        ),
        dates=study.timeline.dates,
        payback=paybacks,
        without_chance=without_chance.paybacks,
        people=people.result(),
        assumptions=read,
        hinge=hinge,
        if_nothing=if_nothing,
        marginal=marginal,
        discount={
            name: factors(of.discount_per_year, study.timeline)
            for name, of in study.perspectives.items()
        },
        labels=labels(study),
        unit=study.unit,
        planned=planned(study),
        budget=budgeted.result(),
        if_stopped=if_stopped or {},
        clock_bounds=clock_bounds,
        until=None if look is None else Until.of(look),
        lives=lives,
        central=central,
    )


def _perspective(
    name: str,
    total: Draws,
    without_chance: Balances,
    engine: str,
    drivers: Drivers,
) -> PerspectiveFigures:
    study, fresh = total.study, total.fresh(name)
    label = study.perspectives[name].label
    own = figures(total.payback(name), study.timeline.dates)
    shares = variance_shares(
        total.net_present_value(name)[: len(fresh)],
        without_chance.net_present_value(name)[: len(fresh)],
        fresh,
        total.design.head(len(fresh)),
    )
    return PerspectiveFigures(
        **own.parts,
        label=label.by_language() if label else None,
        variance_share=shares.without_chance() if engine == "expected" else shares,
        total=Totals(*total.totals(name).mean(axis=0).tolist()),
        without_chance=figures(without_chance.payback(name), study.timeline.dates),
        drivers=drivers,
    )


def _marginal(total: Draws) -> tuple[Marginal, ...]:
    """What each so many kr. of payments of unknown size would change; nothing of those that the
    plan leaves as they are."""
    study, design, found = total.study, total.design, []
    without = total.payback(study.perspective).years
    years = range(1, int(study.timeline.years + 1e-9) + 1)
    for name in marginal_payments(study):
        payment = study.form.payments[name]
        taken, with_it = total.marginal(name)
        if payment.told_for_each is None or not taken.any() or not years:
            continue
        lost, label = Spread.of(taken), labelled(payment.label, name)
        within = {
            year: (
                Chance.of(chance(with_it <= year + 1e-9, design)),
                Chance.of(chance(without <= year + 1e-9, design)),
            )
            for year in years
        }
        told = _told(payment, lost, within, study, Text(label["en"], label.get("da")))
        found.append(Marginal(name, label, payment.told_for_each, lost, within, told))
    return tuple(found)


def _told(
    payment: Payment,
    lost: Spread,
    within: dict[int, tuple[Chance, Chance]],
    study: Study,
    label: Text,
) -> Message:
    """In one line, by the horizon and within five years."""
    years = min(TOLD_WITHIN, max(within))
    with_it, without = within[years]
    sign = 1.0 if lost.mean >= 0 else -1.0
    low, high = sorted((sign * lost.p10, sign * lost.p90))
    gaps: dict[str, Value] = {
        "label": label,
        "each": Money(payment.told_for_each or 0.0),
        "amount": Money(sign * lost.mean),
        "low": Money(low),
        "high": Money(high),
        "horizon": Number(f"{study.timeline.years:g}"),
        "years": Number(f"{years}"),
        "chance": share_of(with_it.chance),
        "bare": share_of(without.chance),
    }
    if sign > 0:
        return Message(
            "{label}: each {each} a person-year takes {amount} from the saving of {horizon} years "
            "(in 8 of 10 futures {low} to {high}), and the money is then back within {years} years "
            "in {chance} of the futures in place of {bare}.",
            **gaps,
        )
    return Message(
        "{label}: each {each} a person-year adds {amount} to the saving of {horizon} years (in 8 "
        "of 10 futures {low} to {high}), and the money is then back within {years} years in "
        "{chance} of the futures in place of {bare}.",
        **gaps,
    )


def _driven(
    total: Draws, engine: Engine, read: tuple[Assumption, ...]
) -> tuple[dict[str, Drivers], Hinge | None, Payback | None]:
    """What explains the spread of each perspective, and what the study's own hangs on."""
    study = total.study
    drivers = explained(
        total.table.select(parameters(study)),
        total.paybacks,
        {name: total.net_present_value(name) for name in study.perspectives},
        total.design,
        [pair.between for pair in study.form.correlation],
    )
    return drivers, *_hinge(total, engine, drivers[study.perspective], read)


def _hinge(
    total: Draws, engine: Engine, drivers: Drivers, read: tuple[Assumption, ...]
) -> tuple[Hinge | None, Payback | None]:
    """What the answer hangs on, and the payback without it, where nobody has measured it."""
    first, study = drivers.decisive, total.study
    if first is None:
        return None, None
    path = first.direction.path
    if not any(one.path == path and one.is_guessed for one in read):
        return None, None
    payback = without_effect(study, path, engine, len(total))
    if_nothing = None
    if payback is not None:
        if_nothing = IfNothing(payback.draws, figures(payback, study.timeline.dates))
    return Hinge(path, first.payback, first.direction, if_nothing), payback


def _years(draws: Draws) -> tuple[YearOfPayer, ...]:
    """A row per budget year and payer."""
    balance = np.cumsum(draws.year_saving - draws.year_cost, axis=1)
    tables = (draws.year_cost, draws.year_saving, balance)
    return tuple(
        YearOfPayer(year, payer, *(Spread.of(table[:, y, k]) for table in tables))
        for y, year in enumerate(draws.study.timeline.calendar_years)
        for k, payer in enumerate(draws.study.payers)
    )


def _person_time(draws: Draws) -> dict[str, PersonTime]:
    """Person-months in each state and group, in both futures."""
    study, names = draws.study, draws.study.names
    months, person_time = [draws.months(future) for future in FUTURES], {}
    for name in (*names.states, *names.groups):
        columns = [names.states.index(s) for s in names.expand(name)]
        baseline, plan = (of_states[:, columns].sum(axis=1) for of_states in months)
        person_time[name] = PersonTime(
            study.label(name), *_both(baseline, plan), role=names.role_of(name)
        )
    return person_time


def _both(baseline: np.ndarray, plan: np.ndarray) -> tuple[Spread, Spread, Spread]:
    """Of both futures, and of their difference."""
    return Spread.of(baseline), Spread.of(plan), Spread.of(plan - baseline)


def _outcomes(draws: Draws) -> dict[str, PersonTime]:
    """Amounts that are not money."""
    return {
        name: PersonTime(
            labelled(draws.study.form.outcomes[name].label, name),
            *_both(totals[:, 0], totals[:, 1]),
        )
        for name, totals in draws.outcomes.items()
    }


def published(draws: Draws) -> tuple[Claim, ...]:
    """Each published figure beside what is found, and what it would take to reach it."""
    return with_needed(draws.study, claims(draws.study, draws.observed))


def _people(draws: Draws) -> People:
    study = draws.study

    def bands(people: np.ndarray) -> np.ndarray:
        mean, states = people.mean(axis=0, dtype=np.float64), range(people.shape[2])
        ranged = [quantiles(people[:, :, s], (0.1, 0.5, 0.9)) for s in states]
        low, median, high = np.stack(ranged, axis=2)
        return np.stack([low, mean, high, median])

    return People(
        states=study.names.states,
        labels=tuple(study.label(s) for s in study.names.states),
        baseline=bands(draws.people("baseline")),
        plan=bands(draws.people("plan")),
    )


def assumptions(study: Study) -> tuple[Assumption, ...]:
    """Every figure of the study, with its source and how sure it is."""
    idle = set(unused(study))
    return tuple(
        Assumption(path, q.in_words(), q.source, q.tag, q.is_uncertain, q.note, path not in idle)
        for path, q in study.quantities.items()
    )


def _notes(
    draws: Draws, payback: PaybackFigures, engine: str, bounds: ClockBounds | None
) -> tuple[Message, ...]:
    """What a reader should know before believing the result."""
    study, notes = draws.study, []
    if len(draws) < FEW:
        notes.append(Message("The draws are too few for quantiles; run at least 1,000."))
    elif len(draws) < 1_000:
        tail = max(round(0.1 * len(draws)), 1)
        notes.append(
            Message(
                "The 10 % and 90 % quantiles rest on {tail} draws on each side; run at least "
                "1,000.",
                tail=tail,
            )
        )
    if payback.losing_at_horizon and payback.median_years is not None:
        notes.append(
            Message(
                "Paid back, but losing at the horizon: in its last year the plan costs more than "
                "it saves."
            )
        )
    notes += _numerical(draws)
    keeps = _kept_of_windows(study, engine)
    if bounds is not None:
        notes.append(_clock(keeps, bounds))
    elif windows_of(study):
        notes.append(
            Message(
                "{keeps} What the bounds give was not computed: one of them has too many cells.",
                keeps=keeps,
            )
        )
    return tuple(notes)


def _numerical(draws: Draws) -> list[Message]:
    """Where chances or effects asked for more than there is."""
    notes = []
    if draws.scaled.any():
        notes.append(
            Message(
                "In {share} of the draws the chances of leaving a state summed to more than 1 "
                "and were scaled to 1; give these chances narrower ranges.",
                share=share_of(float(draws.scaled.mean()), 2),
            )
        )
    if draws.scaled_rows:
        notes.append(
            Plural(
                "Once, over all draws and steps, a multiplier took the chances of leaving a state "
                "beyond certainty; they were scaled to 1.",
                "{n} times, over all draws and steps, a multiplier took the chances of leaving a "
                "state beyond certainty; they were scaled to 1.",
                draws.scaled_rows,
            )
        )
    if draws.capped.any():
        notes.append(
            Message(
                "In {share} of the draws no hazard ratio reaches the share that a trial, or a "
                "count at a date, found; the nearest attainable one was used.",
                share=share_of(float(draws.capped.mean()), 2),
            )
        )
    return notes


def _clock(keeps: Message, bounds: ClockBounds) -> Message:
    """What the rule of a clock's window can mean for the answer at most."""
    first, last = bounds.forgotten, bounds.never_forgotten
    told = [(str(_median(of)), str(share_of(of.never))) for of in (first, last)]
    if told[0] == told[1]:
        return Message(
            "{keeps} It makes no difference here: whether earlier absences are forgotten on every "
            "return or never, the median is {first} and the chance of never {first_never} ({draws} "
            "draws, without chance).",
            keeps=keeps,
            first=_median(first),
            first_never=share_of(first.never),
            draws=bounds.draws,
        )
    return Message(
        "{keeps} If earlier absences are forgotten on every return, the median is {first} and the "
        "chance of never {first_never}; if they never are, {last} and {last_never} ({draws} draws, "
        "without chance).",
        keeps=keeps,
        first=_median(first),
        first_never=share_of(first.never),
        last=_median(last),
        last_never=share_of(last.never),
        draws=bounds.draws,
    )


def _kept_of_windows(study: Study, engine: str) -> Message:
    """What the run keeps of the absences that a window counts."""
    exact = engine == "citizens" and any(
        clock.forgets is None for clock in study.form.clocks.values()
    )
    if exact:
        return Message(
            "A clock restarts after time away within a window. This run keeps each citizen's own "
            "history; its figures without chance keep a bound."
        )
    return Message(
        "A clock restarts after time away within a window, of which this run keeps a bound; the "
        "engine citizens keeps each citizen's own history."
    )


def _median(payback: PaybackFigures) -> Message:
    years = payback.median_years
    return (
        Message("not within the horizon")
        if years is None
        else Message("{n} years", n=Number(f"{years:.1f}"))
    )
