"""What matters most? The figures that the payback time follows, and which of them to measure."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.charts.what_matters import value_of
from simlab.report.parts import Cell, Picture, Row, Section, Table, capital
from simlab.report.pictures import shown
from simlab.result.answer import Answer, Assumption
from simlab.risk.sensitivity import Direction, Driver, End, Measure, NotExplained
from simlab.words import Words, phrases
from simlab.words.quantity_name import quantities_name


def drivers(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section | None:
    """The picture, the first figure in words, and a table of those that are sure to matter."""
    found = answer.opening.drivers
    measure, rows = found.measure, found.that_matter
    if measure is None or found.not_explained is None:
        return None
    return Section(
        anchor="drivers",
        heading=words("What matters most"),
        text=(
            *(_first(rows[0], measure, answer, words) if rows else (_none(words),)),
            _left(found.not_explained, measure, words),
        ),
        pictures=shown(drawn, "what-matters"),
        tables=(_table(rows, measure, answer, words),) if rows else (),
    )


def _none(words: Words) -> str:
    return words(
        "No single uncertain figure explains much of the spread; the result hangs on many small "
        "ones, on the business cycle and on chance."
    )


def _first(row: Driver, measure: Measure, answer: Answer, words: Words) -> tuple[str, ...]:
    way = row.direction
    name = quantities_name(paths_of(row), answer.labels, words)
    known = _assumption(way.path, answer)
    share = words.percent(row.of(measure).share or 0.0)
    follows = words(
        "{share} of the spread of the payback time follows {name}.", share=share, name=name
    )
    if measure == "net_present_value":
        follows = words(
            "{share} of the spread of the net gain follows {name}.",
            share=share,
            name=name,
        )
    then_low, then_high = at_the_ends(way, measure, answer, words)
    said = words(
        "Where it is low (around {low}) {then_low}; where it is high (around {high}) {then_high}.",
        low=value_of(way.low.value, words),
        high=value_of(way.high.value, words),
        then_low=then_low,
        then_high=then_high,
    )
    guessed = known is None or known.is_guessed
    advice = words(
        "It has a source, and is still not known well enough: whoever wants a surer answer "
        "should find out about this figure first."
    )
    if guessed:
        advice = words(
            "It is an assumption. Whoever wants a surer answer should find out about this figure "
            "first: count it, or begin with a part of the plan and count there."
        )
    return f"{follows} {said}", advice


def paths_of(row: Driver) -> list[str]:
    """The figures of a row, the one whose low and high are told first."""
    first = row.direction.path
    return [first, *(path for path in row.paths if path != first)]


def at_the_ends(way: Direction, measure: Measure, answer: Answer, words: Words) -> tuple[str, str]:
    """What half of the futures reach where a figure is low, and where it is high.

    Where both reach the same (most often: never), what the plan is worth tells them apart.
    """
    low, high = way.low, way.high
    if low.median_years == high.median_years:
        measure = "net_present_value"
    return _then(low, measure, answer, words), _then(high, measure, answer, words)


def _then(end: End, measure: Measure, answer: Answer, words: Words) -> str:
    horizon = answer.horizon_years
    if measure == "net_present_value":
        return words(
            "the net gain is {money} on average",
            money=_worth(end, answer, words),
        )
    if end.median_years is None:
        return words(
            "the money is not back within {years} in most futures", years=words.years(horizon)
        )
    return words(
        "half of the futures are back after {time}",
        time=phrases.payback_time(end.median_years, horizon, words),
    )


def _worth(end: End, answer: Answer, words: Words) -> str:
    """The net present value where a figure is low, or high, told as the whole one is."""
    value = answer.opening.net_present_value
    return phrases.money(end.net_present_value, value, words)


def _left(left: NotExplained, measure: Measure, words: Words) -> str:
    """What no single figure explains."""
    rest = left.together_and_chance.of(measure).share
    if rest is None:  # a group whose share could not be told
        return words("What no single figure explains cannot be told from so few draws.")
    return words(
        "What several figures do together, the business cycle and chance make up {share}.",
        share=phrases.chance(max(rest, 0.0), words),
    )


def _table(rows: tuple[Driver, ...], measure: Measure, answer: Answer, words: Words) -> Table:
    horizon = answer.horizon_years

    def end(of: End) -> Cell:
        beside = words("at {value}", value=value_of(of.value, words))
        if measure == "net_present_value":
            return Cell(_worth(of, answer, words), beside)
        return Cell(phrases.payback_time(of.median_years, horizon, words), beside)

    def cells(row: Driver) -> Row:
        way, explains = row.direction, row.of(measure)
        name = quantities_name(paths_of(row), answer.labels, words)
        known = _assumption(way.path, answer)
        return (
            Cell(capital(name), way.path),
            Cell(
                phrases.chance(explains.share, words),
                phrases.error_of_chance(explains.share, explains.standard_error, words),
            ),
            end(way.low),
            end(way.high),
            phrases.tag_name(known.tag if known else None, words),
        )

    return Table(
        caption=words("The figures that are sure to matter"),
        unit=words("low and high: the fifth of the futures with its lowest and its highest values"),
        header=(
            words("Figure"),
            words("Share of the spread"),
            words("Where it is low"),
            words("Where it is high"),
            words("Known from"),
        ),
        rows=list(map(cells, rows)),
        numbers=range(1, 4),
        width="wide",
    )


def _assumption(path: str, answer: Answer) -> Assumption | None:
    return next((figure for figure in answer.assumptions if figure.path == path), None)
