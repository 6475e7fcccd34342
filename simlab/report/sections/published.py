"""What was claimed about the plan, beside what is found."""

from __future__ import annotations

from typing import Any

from simlab.report import claims, phrases
from simlab.report.parts import Cell, Section, Table
from simlab.risk.result import Result
from simlab.words import Words


def published(result: Result, words: Words) -> Section | None:
    """Each published figure with its prediction and verdict; None where a study has none."""
    found = result.summary.get("published") or []
    if not found:
        return None
    wanted = [claims.would_have_to_be_true(row, words) for row in found]
    return Section(
        anchor="published",
        heading=words("Claimed and found"),
        text=(_intro(words), claims.how_many_can_be_reached(found, words)),
        tables=(_table(found, words),),
        points=tuple(sentence for sentence in wanted if sentence),
    )


def _intro(words: Words) -> str:
    return words(
        "What was published about the plan, beside what these assumptions give. An effect was "
        "measured against people without the plan; an account counts before and after, trend "
        "included; an expectation was said beforehand. Where the two part, one of them is wrong: "
        "it is a question, not a verdict."
    )


def _table(found: list[dict[str, Any]], words: Words) -> Table:
    return Table(
        caption=words("Claimed and found"),
        unit=words("median over the futures, {percent} range below", percent=words.percent(0.8)),
        header=(
            words("Published"),
            words("Figure"),
            words("Found"),
            words("In the prediction"),
            words("Chance that it is reached"),
            words("Source"),
        ),
        rows=tuple(_row(row, words) for row in found),
        numbers=range(1, 5),
        width="wide",
    )


def _row(row: dict[str, Any], words: Words) -> tuple[Cell, ...]:
    source, chance = row.get("source"), row["chance_reached"]
    return (
        Cell(words.text(row["text"]), claims.kind(row, words)),
        Cell(claims.figure(row["value"], row, words), claims.measured(row, words)),
        Cell(
            claims.found(row["found"]["median"], row, words),
            claims.range_of(row["found"], row, words),
        ),
        Cell(claims.percentile(row, words), claims.verdict(row, words)),
        Cell(phrases.chance(chance, words) if chance is not None else "–"),
        Cell(words.told(source)) if source else Cell(words("no source"), gap=True),
    )
