"""Who gains? The same plan in the accounts of all who pay and save."""

from __future__ import annotations

from typing import Any

from simlab.report import phrases
from simlab.report.compared import compared
from simlab.report.parts import Cell, Section, Table
from simlab.risk.result import Result
from simlab.words import Words


def gains(result: Result, words: Words) -> Section | None:
    """A row a payer, and the perspectives side by side; None where there is only one payer."""
    last = _last_year(result)
    others = _perspectives(result, words)
    if len(last) < 2 and not others:
        return None
    return Section(
        anchor="gains",
        heading=words("Who gains?"),
        text=(
            words(
                "The same futures, counted for each who pays and saves. A plan can lose money for "
                "one and gain for all, or the other way round."
            ),
        ),
        tables=((*(_by_payer(last, result, words)), *others)),
    )


def _last_year(result: Result) -> list[dict[str, Any]]:
    """What each payer has gained at the horizon; payers whom the plan does not touch left out."""
    rows = result.summary.get("years") or []
    horizon = max((row["year"] for row in rows), default=None)
    kept = ("balance", "balance_p10", "balance_p90")
    return [row for row in rows if row["year"] == horizon and any(abs(row[k]) >= 1 for k in kept)]


def _by_payer(last: list[dict[str, Any]], result: Result, words: Words) -> tuple[Table, ...]:
    if len(last) < 2:
        return ()
    unit, name, decimals = phrases.unit_of_money(
        [row[k] for row in last for k in ("balance_p10", "balance_p90")], words
    )

    def cell(row: dict[str, Any]) -> Cell:
        mean, low, high = (
            words.number(row[k] / unit, decimals) for k in ("balance", "balance_p10", "balance_p90")
        )
        return Cell(mean, phrases.between(low, high, words) if low != high else "")

    def named(payer: str) -> str:
        said = phrases.perspective_name(payer, words)
        return said[:1].upper() + said[1:]

    return (
        Table(
            caption=words(
                "Net gain by payer, {years}, not discounted",
                years=words.years(result.summary["horizon_years"]),
            ),
            unit=words(
                "{unit}, mean over the futures, {percent} range below",
                unit=name,
                percent=words.percent(0.8),
            ),
            header=(words("Payer"), words("Net gain")),
            rows=tuple((Cell(named(row["payer"])), cell(row)) for row in last),
            numbers=range(1, 2),
            width="narrow",
        ),
    )


def _perspectives(result: Result, words: Words) -> tuple[Table, ...]:
    """The perspectives side by side, the opening one first."""
    found = result.summary["perspectives"]
    order = sorted(found, key=lambda name: name != result.perspective)
    if len(order) < 2:
        return ()
    named = [phrases.perspective_name(name, words, found[name].get("label")) for name in order]
    return (
        Table(
            caption=words("Perspectives side by side"),
            header=(words("Figure"), *(name[:1].upper() + name[1:] for name in named)),
            rows=compared([found[name] for name in order], result.summary["horizon_years"], words),
            numbers=range(1, len(order) + 1),
            width="labels",
        ),
    )
