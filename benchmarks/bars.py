"""Bars and figures of a benchmark, in characters that the console has.

The longest bar is the fastest, and a mark shows the goal on the same scale. Danish code pages
(850, 865, 1252) lack some of the characters; then plain ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 30


@dataclass(frozen=True, slots=True)
class Ink:
    """The characters of a bar: filled, empty, and the mark of the goal."""

    filled: str
    empty: str
    goal: str


BLOCKS = Ink("█", "░", "│")
PLAIN = Ink("#", ".", "|")


def ink_for(encoding: str | None) -> Ink:
    """Blocks where the encoding has them."""
    try:
        "".join((BLOCKS.filled, BLOCKS.empty, BLOCKS.goal)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def bar(value: float, goal: float | None, longest: float, ink: Ink, width: int = WIDTH) -> str:
    """``width`` characters: the value filled, a goal marked, both as parts of the longest.

    >>> bar(3, 4, 4, PLAIN, 8), bar(1, 2, 4, PLAIN, 8), bar(4, 2, 4, PLAIN, 8)
    ('######.|', '##.|....', '###|####')
    """
    cells = round(width * value / longest)
    drawn = list(ink.filled * cells + ink.empty * (width - cells))
    if goal is not None:
        drawn[max(round(width * goal / longest), 1) - 1] = ink.goal
    return "".join(drawn)


def figure(value: float) -> str:
    """Two digits that matter, with the power of ten where it is large.

    >>> figure(2.48e9), figure(31.4), figure(4.04), figure(0.052)
    ('2.5e9', '31', '4.0', '0.052')
    """
    if value >= 1e4:
        digits, _, power = f"{value:.1e}".partition("e")
        return f"{digits}e{int(power)}"
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def compared(ratio: float) -> str:
    """How simlab compares with a peer.

    >>> compared(35.2), compared(0.5)
    ('simlab 35 times as fast', '2.0 times as fast as simlab')
    """
    if ratio >= 1:
        return f"simlab {figure(ratio)} times as fast"
    return f"{figure(1 / ratio)} times as fast as simlab"


def of_goal(reached: float | None) -> str:
    """How much of a goal is reached, as a part of it or a multiple; nothing where it is not known.

    >>> of_goal(0.333), of_goal(1.0), of_goal(2.51), of_goal(None)
    ('33 % of the goal', 'the goal is met', '2.5 times the goal', '')
    """
    if reached is None:
        return ""
    if reached >= 1.05:
        return f"{figure(reached)} times the goal"
    return "the goal is met" if reached >= 1 else f"{100 * reached:.0f} % of the goal"
