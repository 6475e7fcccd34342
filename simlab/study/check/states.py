"""States, groups, clocks: each name is one thing, each state has one clock at most, and what is
closed says for whom it is open."""

from __future__ import annotations

from simlab.study.check.checker import Checker, repeated
from simlab.study.grammar import Resets
from simlab.study.key_path import KeyPath


def names(c: Checker) -> None:
    form = c.form
    if repeated(form.states):
        c.add(("states",), "names a state twice")
    for name in form.states:
        if not name or "->" in name or "." in name or name == "*":
            c.add(("states", name), 'a state\'s name holds no "->", "." or "*"')
    for name, group in form.groups.items():
        if name in form.states:
            c.add(("groups", name), f'"{name}" is a state already; give the group another name')
        at: KeyPath = ("groups", name)
        if isinstance(c.tree.at(at), dict):
            at = (*at, "states")
        for index, state in enumerate(group.states):
            c.state((*at, index), state)
    for payer in repeated(form.payers)[:1]:
        c.add(("payers",), f'names "{payer}" twice')


def closing(c: Checker) -> None:
    """States that take in nobody from a date on, or whose name is read otherwise."""
    states = c.form.states if isinstance(c.form.states, dict) else {}
    for name, state in states.items():
        path: KeyPath = ("states", name)
        c.states((*path, "still_open_from"), state.still_open_from)
        if state.still_open_from and state.closed is None:
            text = "the state is not closed; write from when it is: closed"
            c.add((*path, "still_open_from"), text)
        if state.renamed is not None:
            c.tag((*path, "renamed"), state.renamed.tag)


def clocks(c: Checker) -> None:
    for name, clock in c.form.clocks.items():
        path: KeyPath = ("clocks", name)
        for index, written in enumerate(clock.states):
            at: KeyPath = (*path, "states", index)
            for state in c.expand(at, written):
                if (own := c.clock_of[state]) != name:
                    c.add(at, f'"{state}" has the clock "{own}" already; a state has one at most')
        if isinstance(clock.resets, Resets):
            _resets(c, (*path, "resets"), clock.resets, c.names.known(clock.states))


def _resets(c: Checker, path: KeyPath, resets: Resets, inside: tuple[str, ...]) -> None:
    if len(resets.after) != 1 or len(resets.within) > 1:
        c.add(
            path,
            "write one time away: after_weeks, after_months or after_years; and at most one window",
        )
        return
    if any(window.years < resets.after[0].years for window in resets.within):
        c.add(path, "the window is shorter than the time away that it must hold")
    for index, name in enumerate(resets.self_support or []):
        at: KeyPath = (*path, "self_support", index)
        for state in sorted({*c.expand(at, name)} & {*inside}):
            c.add(at, f'"{state}" runs this clock, so nobody is away there')
