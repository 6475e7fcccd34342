"""What was claimed about the plan, beside what is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simlab.observe.published import Claim
from simlab.report import claims
from simlab.report.parts import Cell, Row, Section, Table
from simlab.result.answer import Answer
from simlab.words import Words, phrases


def published(answer: Answer, words: Words) -> Section | None:
    """Each published figure with its prediction and verdict; None where a study has none."""
    found = answer.claims
    if not found:
        return None
    wanted = [claims.would_have_to_be_true(claim, words) for claim in found]
    return Section(
        anchor="published",
        heading=words("Claimed and found"),
        text=tuple(filter(None, _text(answer, words))),
        tables=(_table(found, words),),
        points=tuple(sentence for sentence in wanted if sentence),
    )


def _text(answer: Answer, words: Words) -> Iterator[str]:
    yield _intro(words)
    yield claims.how_many_can_be_reached(answer.claims, words)
    money = any(claim.unit == "kr" for claim in answer.claims)
    if money and answer.price_level is not None and answer.prices == "fixed":
        yield words(
            "Money that is found is in fixed prices, kr. of {year}; what was published is mostly "
            "in kr. of its own year.",
            year=words.year(answer.price_level),
        )


def _intro(words: Words) -> str:
    return words(
        "What was published about the plan, beside what these assumptions give. An effect was "
        "measured against people without the plan; an account counts what left or what is less "
        "than before, trend included, and most of it can happen without the plan: so what is "
        "found is what such an account would show, with the plan's own effect beside it. An "
        "expectation was said beforehand. Where the two part, one of them is wrong: it is a "
        "question, not a verdict."
    )


def _table(found: Sequence[Claim], words: Words) -> Table:
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
        rows=[_row(claim, words) for claim in found],
        numbers=range(1, 5),
        width="wide",
    )


def _row(claim: Claim, words: Words) -> Row:
    source, chance = claim.source, claim.chance_reached
    middle, around = claims.middle(claim, words), claims.ranges(claim, words)
    return (
        Cell(words.text(claim.text), claims.kind(claim, words)),
        Cell(claims.in_words(claim.value, claim, words), claims.measured(claim, words)),
        Cell(middle, around if around != middle else ""),
        Cell(claims.percentile(claim, words), claims.verdict(claim, words)),
        phrases.chance(chance, words) if chance is not None else "–",
        words.say(source) if source else Cell(words("no source"), gap=True),
    )
