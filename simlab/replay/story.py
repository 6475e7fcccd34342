"""The story of one future, or of one life in it, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simlab.replay.future import DrawnQuantity, Future
from simlab.replay.life import Life, Stay
from simlab.study.labels import labels
from simlab.words import Words, phrases
from simlab.words.calendar import month_of, month_that_ends
from simlab.words.quantity_name import quantity_name

GOOD = 0.25  # standard deviations of the cycle from which a year was better or worse than usual


def title(future: Future, words: Words) -> str:
    return words(
        "{study}: future {draw} of {draws}",
        study=words.text(future.recorded.study.title),
        draw=words.number(future.draw),
        draws=words.number(future.recorded.count),
    )


def story(future: Future, words: Words) -> list[str]:
    """What happened in a future, a paragraph each: the money, the world, the people."""
    return [
        _payback(future, words),
        _world(future, words),
        *_cycle(future, words),
        _money(future, words),
        _people(future, words),
        _same(future, words),
    ]


def _payback(future: Future, words: Words) -> str:
    study = future.recorded.study
    seen = future.paybacks[study.perspective]
    years, end = float(seen.years[0]), float(seen.balance[0, -1])
    cost = words.money(float(seen.cost[0, -1]), 3)
    horizon = words.years(study.timeline.years)
    gaps = {"money": cost, "years": horizon}
    if np.isinf(years):
        back = words("The {money} that the plan costs are not back within {years}.", **gaps)
    elif years == 0:
        back = words("The savings are ahead of the {money} from the start.", money=cost)
    else:
        back = words(
            "The {money} that the plan costs are back in {month}, {time} after the start.",
            money=cost,
            month=words.date(month_of(study.timeline.start, years)),
            time=phrases.payback_time(years, study.timeline.years, words),
        )
    deepest = words(
        "At its deepest the balance is {money} below zero; after {years} it is {end}.",
        money=words.money(float(seen.peak[0]), 3),
        years=horizon,
        end=words.money(end, 3),
    )
    return f"{back} {deepest}"


def _world(future: Future, words: Words) -> str:
    text = "; ".join(_figure(figure, future, words) for figure in future.world)
    return words("This is the world in which it happens: {figures}.", figures=text)


def _figure(figure: DrawnQuantity, future: Future, words: Words) -> str:
    return words(
        "{figure}: {value}, more than in {n} of 100 futures",
        figure=quantity_name(figure.path, labels(future.recorded.study), words),
        value=_value(figure.value, words),
        n=words.number(100 * figure.above),
    )


def _value(x: float, words: Words) -> str:
    size = abs(x)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 4
    return words.number(x, decimals)


def _cycle(future: Future, words: Words) -> list[str]:
    """Years that were better or worse than usual."""
    better = [words.year(y) for y, x in future.cycle.items() if x >= GOOD]
    worse = [words.year(y) for y, x in future.cycle.items() if x <= -GOOD]
    if not future.cycle:
        return []
    none = words("none")
    return [
        words(
            "The business cycle is above its middle in: {better}; below it in: {worse}.",
            better=", ".join(better) or none,
            worse=", ".join(worse) or none,
        )
    ]


def _money(future: Future, words: Words) -> str:
    rows = "; ".join(
        words(
            "{year}: {cost} spent, {saving} saved",
            year=words.year(year),
            cost=words.money(cost, 3),
            saving=words.money(saving, 3),
        )
        for year, (cost, saving) in future.money.items()
    )
    own = future.recorded.study.perspective
    gaps = {"whom": phrases.perspective_name(own, words), "rows": rows}
    if np.any(future.cash.discount(own) != 1.0):
        return words("The money of {whom}, year by year, discounted to the start. {rows}.", **gaps)
    return words("The money of {whom}, year by year. {rows}.", **gaps)


def _people(future: Future, words: Words) -> str:
    study = future.recorded.study
    apart = sorted(future.people.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    lines = [
        words(
            "{state} {plan} instead of {baseline}",
            state=words.text(study.label(state)),
            plan=words.number(plan),
            baseline=words.number(baseline),
        )
        for state, (baseline, plan) in apart[:4]
        if round(plan) != round(baseline)
    ]
    if not lines:
        return words("At the horizon as many {people} are in each state as without the plan.")
    return words("At the horizon: {people_by_state}.", people_by_state="; ".join(lines))


def _same(future: Future, words: Words) -> str:
    if future.same:
        return words("Computed again alone, it is to the last bit what the run recorded.")
    return words(
        "Computed again it is not quite what the run recorded: another version or platform."
    )


# ── a life ──


def life_title(life: Life, words: Words) -> str:
    return words(
        "{future}, citizen {citizen}",
        future=title(life.future, words),
        citizen=words.number(life.citizen),
    )


def life_story(life: Life, words: Words) -> list[str]:
    """One citizen's stays in both futures, and what they cost the payers."""
    lines = [whose_life(life, words)]
    if life.parts is None:
        lines.append(words("The plan changes nothing in this life."))
        lines += _stays(life.stays["baseline"], life, words)
    else:
        month = words.date(month_that_ends(life.parts))
        lines.append(words("Both lives are the same until they part in {month}.", month=month))
        for future, name in (
            ("baseline", words("Without the plan:")),
            ("plan", words("With the plan:")),
        ):
            lines += [name, *_stays(life.stays[future], life, words)]
    return [*lines, _paid(life, words)]


def whose_life(life: Life, words: Words) -> str:
    """Whether the run counted this very life."""
    if not life.fresh:
        return words("A life that the run has counted.")
    return words(
        "A fresh life of this future, made to look at: the run counted people by state and kept no "
        "single lives."
    )


def _stays(stays: tuple[Stay, ...], life: Life, words: Words) -> list[str]:
    label = life.future.recorded.study.label
    return [
        words(
            "  {since} to {until}: {state}",
            since=words.date(stay.since),
            until=words.date(month_that_ends(stay.until)),
            state=words.text(label(stay.state)),
        )
        for stay in stays
    ]


def _paid(life: Life, words: Words) -> str:
    """What this one citizen costs each payer; the plan's own cost is nobody's alone."""
    before, after = life.paid["baseline"], life.paid["plan"]
    touched = [payer for payer in before if abs(before[payer]) >= 1 or abs(after[payer]) >= 1]
    if not touched:
        return words("Nobody pays or receives anything for this life.")
    if life.parts is None:
        return words("In this life {amounts}.", amounts=_amounts(before, touched, words))
    return words(
        "Without the plan {before}. With it, its own cost apart, {after}.",
        before=_amounts(before, touched, words),
        after=_amounts(after, touched, words),
    )


def _amounts(paid: Mapping[str, float], payers: list[str], words: Words) -> str:
    lines = []
    for payer in payers:
        who = phrases.perspective_name(payer, words)
        money = words.money(abs(paid[payer]), 3)
        if paid[payer] >= 0:
            lines.append(words("{payer} pays {money}", payer=who, money=money))
        else:
            lines.append(words("{payer} gets {money}", payer=who, money=money))
    return "; ".join(lines)
