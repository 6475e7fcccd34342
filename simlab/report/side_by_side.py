"""The main figures of several accounts side by side, a column each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simlab.report.key_figures import asked
from simlab.report.parts import Cell, Row
from simlab.result.figures import Figures
from simlab.words import Words, phrases
from simlab.words.finding import between_once


def compared(accounts: Sequence[Figures], horizon: float, words: Words) -> list[Row]:
    """The main figures of several accounts, a column each, with the range below."""

    def spread(middle: str, low: str, high: str) -> Cell:
        return Cell(middle, between_once(low, high, words))

    def time(of: Figures) -> Cell:
        years = (of.payback.median_years, of.payback.p10_years, of.payback.p90_years)
        if not phrases.is_figure(of.payback.p10_years):
            never = phrases.payback_time(None, horizon, words)
            return Cell(never, words("in more than 9 of 10 futures"))
        return spread(*(phrases.payback_time(each, horizon, words) for each in years))

    def worth(of: Figures) -> Cell:
        value = of.net_present_value
        ends = (value.mean, value.p10, value.p90)
        return spread(*(phrases.money(kr, value, words) for kr in ends))

    def ratio(of: Figures) -> Cell:
        each = of.benefit_cost_ratio
        return Cell(words("none") if each is None else words.number(each, 2))

    def peak(of: Figures) -> Cell:
        return Cell(phrases.exposure(of.peak_exposure.median, of.peak_exposure, words))

    def never(of: Figures) -> Cell:
        return Cell(phrases.chance(of.payback.never, words))

    def within(year: int) -> Row:
        chances = (of.payback.within[year].chance for of in accounts)
        return (phrases.within(year, words), *(phrases.chance(x, words) for x in chances))

    def row(label: str, cell: Callable[[Figures], Cell]) -> Row:
        return (label, *map(cell, accounts))

    first, *others = (of.payback for of in accounts)
    years = [y for y in asked(first) if all(y in payback.within for payback in others)]
    return [
        row(words("Payback time, median"), time),
        *map(within, years),
        row(phrases.not_within(horizon, words), never),
        row(words("Net gain, mean"), worth),
        row(words("Saved per krone spent"), ratio),
        row(words("Peak exposure, median"), peak),
    ]
