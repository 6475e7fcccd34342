"""Shares at a date: a level with each ratio, people who are counted, and a time within reach."""

from __future__ import annotations

from contextlib import suppress

from simlab.study.check.checker import Checker, repeated
from simlab.study.check.people import NOBODY, followed, there_at_the_start
from simlab.study.grammar import ShareAtDate
from simlab.study.key_path import KeyPath
from simlab.study.time import units_per

KNOWN = (
    ["without_plan"],
    ["without_plan", "with_plan"],
    ["without_plan", "risk_ratio"],
    ["without_plan", "percentage_points"],
    ["with_plan", "risk_ratio"],
    ["with_plan", "percentage_points"],
)


def shares(c: Checker) -> None:
    for index, share in enumerate(c.form.shares):
        path: KeyPath = ("shares", index)
        _size(c, path, share)
        c.states((*path, "states"), share.states)
        c.match((*path, "moves"), share.moves)
        more_means_more(c, (*path, "moves"), share.moves, share)
        followed(c, (*path, "of"), share.of)
        if not there_at_the_start(c):
            c.add(path, NOBODY)
        _time(c, path, share)
    for name in repeated(share.name for share in c.form.shares):
        c.add(("shares",), f'two shares are named "{name}"')


def _size(c: Checker, path: KeyPath, share: ShareAtDate) -> None:
    if share.sizes not in KNOWN:
        found = " and ".join(share.sizes) or "nothing"
        c.add(
            path,
            f"says {found} of how large it is; needed: without_plan, and with it one of with_plan, "
            "risk_ratio and percentage_points; or with_plan and one of the last two. A ratio needs "
            "its level",
        )


def _time(c: Checker, path: KeyPath, share: ShareAtDate) -> None:
    if (share.at is None) == (share.at_months is None):
        c.add(path, 'needs one time: at = "2018-12", or at_months = 48')
        return
    c.within((*path, "at"), share.at)
    months = c.timeline.steps * units_per(c.form.step, "month")
    if share.at_months is not None and share.at_months > months + 1e-9:
        c.add((*path, "at_months"), f"after the horizon, which ends after {months:g} months")


def more_means_more(
    c: Checker, path: KeyPath, moves: list[str], share: ShareAtDate, *, inverse: bool = False
) -> None:
    """More of a move must mean more people in the states; of an ``inverse`` one, fewer."""
    inside = set(c.names.known(share.states))
    for index, pattern in enumerate(moves):
        with suppress(LookupError):
            for origin, to in c.names.matching(pattern, c.moves):
                into, out = to in inside, origin in inside
                if into != out and into == inverse:
                    way = "into" if into else "out of"
                    text = f'"{origin} -> {to}" leads {way} the states of the share'
                    c.add((*path, index), text + ("" if inverse else "; inverse?"))
                    break
