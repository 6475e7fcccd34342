"""What matters most? The figures that the payback time follows, and which of them to measure."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.report.parts import Cell, Picture, Row, Section, Table, capital
from simlab.report.pictures import shown
from simlab.result.answer import Answer, Assumption
from simlab.risk.sensitivity import Direction, Driver, End, Measure, NotExplained, Told
from simlab.words import Words, futures, phrases
from simlab.words.quantity_name import quantities_name
from simlab.words.strength import strength, strength_in_short


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
    then_low, then_high = at_the_ends(way, answer, words)
    said = words(
        "Where it is low ({low}) {then_low}; where it is high ({high}) {then_high}.",
        low=strength(way.path, way.low.value, words),
        high=strength(way.path, way.high.value, words),
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


def at_the_ends(way: Direction, answer: Answer, words: Words) -> tuple[str, str]:
    """What follows where a figure is low, and where it is high."""
    told = answer.opening.drivers.told
    low, high = (_then(end, told, answer, words) for end in (way.low, way.high))
    if low == high:  # as often at both: what is gained tells them apart
        low, high = (_then(end, "worth", answer, words) for end in (way.low, way.high))
    return low, high


def _then(end: End, told: Told, answer: Answer, words: Words) -> str:
    horizon = answer.horizon_years
    if told == "worth":
        return words(
            "the net gain is {money} on average",
            money=_worth(end, answer, words),
        )
    if told == "chance":
        return words(
            "the money is back within {years} in {futures}",
            years=words.years(horizon),
            futures=futures(1.0 - end.never, words),
        )
    if end.median_years is None:
        return words(
            "the money is not back within {years} in most futures", years=words.years(horizon)
        )
    if end.median == 0.0:
        return words("half of the futures or more are ahead from the start")
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
    horizon, told = answer.horizon_years, answer.opening.drivers.told

    def end(path: str, of: End) -> Cell:
        beside = words("at {value}", value=strength_in_short(path, of.value, words))
        if told == "worth":
            return Cell(_worth(of, answer, words), beside)
        if told == "chance":
            return Cell(phrases.chance(1.0 - of.never, words), beside)
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
            end(way.path, way.low),
            end(way.path, way.high),
            phrases.tag_name(known.tag if known else None, words),
        )

    fifths = words("low and high: the fifth of the futures with its lowest and its highest values")
    said = {
        "median": words("median payback time"),
        "chance": words("chance that the money is back within {years}", years=words.years(horizon)),
        "worth": words("net gain, mean"),
    }
    return Table(
        caption=words("The figures that are sure to matter"),
        unit=f"{said[told]}; {fifths}",
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
