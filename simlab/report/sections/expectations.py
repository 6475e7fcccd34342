"""What the plan itself expected, beside what is found."""

from __future__ import annotations

from typing import Any

from simlab.report import phrases
from simlab.report.parts import Cell, Section, Table
from simlab.risk.result import Result
from simlab.words import Words


def expectations(result: Result, words: Words) -> Section | None:
    """Each expectation with the chance that it is reached; None where a study states none."""
    found = result.summary.get("expectations")
    if not found:
        return None
    return Section(
        anchor="expectations",
        heading=words("What the plan itself expected"),
        text=(
            words(
                "What was hoped for when the plan was made, beside what these assumptions give. "
                "Where the two part, one of them is wrong: it is a question, not a verdict."
            ),
        ),
        tables=(
            Table(
                caption=words("Expected and found"),
                unit=words("mean over the futures, {percent} range below",
                           percent=words.percent(0.8)),
                header=(words("Expectation"), words("Expected"), words("Found"),
                        words("Chance that it is reached"), words("Source")),
                rows=tuple(_row(one, result.summary["horizon_years"], words) for one in found),
                numbers=range(1, 4),
                width="wide",
            ),
        ),
    )  # fmt: skip


def _row(one: dict[str, Any], horizon: float, words: Words) -> tuple[Cell, ...]:
    unit, source = one.get("unit", ""), one.get("source")
    return (
        Cell(words.text(one["text"])),
        Cell(amount(one["expected"], unit, _decimals([one["expected"]]), horizon, words)),
        _found(one["found"], unit, horizon, words),
        Cell(phrases.chance(one.get("chance_reached"), words)),
        Cell(source) if source else Cell(words("no source"), gap=True),
    )


def _found(found: dict[str, Any], unit: str, horizon: float, words: Words) -> Cell:
    """The mean with its range; the median where some futures never get there."""
    decimals = phrases.decimals_of([x for x in found.values() if phrases.is_figure(x)])
    key = "mean" if phrases.is_figure(found.get("mean")) else "median"
    middle, low, high = (
        amount(found.get(k), unit, decimals, horizon, words) for k in (key, "p10", "p90")
    )
    return Cell(middle, phrases.between(low, high, words) if low != high else "")


def _decimals(amounts: list[float]) -> int:
    """None for whole numbers, which are written as the plan wrote them."""
    whole = all(float(x).is_integer() for x in amounts)
    return 0 if whole else phrases.decimals_of(amounts)


def amount(x: float | None, unit: str, decimals: int, horizon: float, words: Words) -> str:
    """A figure in the unit of its expectation: kr, people, months, or years from the start."""
    if not phrases.is_figure(x):
        if unit == "years":
            return words("not within {n} years", n=words.number(horizon))
        return words("unknown")
    if unit == "kr":
        return words.money(x)
    if unit == "years":
        return words("{n} years", n=words.number(x, 0 if float(x).is_integer() else 1))
    if unit == "months":
        return words("{n} months", n=words.number(x, min(decimals, 1)))
    return words.number(x, decimals)
