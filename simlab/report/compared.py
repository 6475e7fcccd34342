"""The main figures of several accounts side by side, a column each."""

from __future__ import annotations

from collections.abc import Sequence

from simlab.report.key_figures import asked
from simlab.report.parts import Cell
from simlab.result.figures import Figures, Worth
from simlab.words import Words, phrases


def compared(
    accounts: Sequence[Figures], horizon: float, words: Words
) -> tuple[tuple[Cell, ...], ...]:
    """The main figures of several accounts, a column each, with the range below."""

    def time(years: float | None) -> str:
        return phrases.payback_time(years, horizon, words)

    def row(label: str, cells: list[Cell]) -> tuple[Cell, ...]:
        return (Cell(label), *cells)

    def ratio(of: Figures) -> str:
        found = of.benefit_cost_ratio
        return words("none") if found is None else words.number(found, 2)

    def spread(low: str, high: str) -> str:
        return low if low == high else phrases.between(low, high, words)

    def worth(value: Worth) -> tuple[str, str]:
        ends = (value.mean, value.p10, value.p90)
        mean, low, high = (phrases.money(kr, value, words) for kr in ends)
        return mean, spread(low, high)

    years = [y for y in asked(accounts[0].payback) if all(
        y in of.payback.within for of in accounts)]  # fmt: skip
    return (
        row(words("Payback time, median"), [
            Cell(time(of.payback.median_years),
                 spread(time(of.payback.p10_years), time(of.payback.p90_years)))
            for of in accounts]),
        *(row(phrases.within(y, words), [
            Cell(phrases.chance(of.payback.within[y].chance, words))
            for of in accounts]) for y in years),
        row(phrases.not_within(horizon, words), [
            Cell(phrases.chance(of.payback.never, words)) for of in accounts]),
        row(words("Net present value, mean"), [
            Cell(*worth(of.net_present_value)) for of in accounts]),
        row(words("Saved per krone spent"), [Cell(ratio(of)) for of in accounts]),
        row(words("Peak exposure, median"), [
            Cell(phrases.exposure(of.peak_exposure.median, of.peak_exposure, words))
            for of in accounts]),
    )  # fmt: skip
