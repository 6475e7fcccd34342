"""The people: groups that somebody is in, of segments that are there."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.grammar import Citizens
from simlab.study.key_path import KeyPath

NOBODY = "nobody is there at the start"


def people(c: Checker) -> None:
    used = set()
    for name, group in c.form.citizens.items():
        path: KeyPath = ("citizens", name)
        if not c.state((*path, "state") if group.state else path, group.state or name):
            continue
        c.one_of((*path, "segment"), "segment", group.segment, {"everyone", *c.form.segments})
        used.add(group.segment)
        if group.number is None and not group.arrivals:
            c.add(path, "holds nobody: give a number, or arrivals_per_month")
        if len(group.arrivals) > 1:
            c.add(path, "gives arrivals twice")
        if group.arrivals_trend_per_year is not None and not group.arrivals:
            c.add((*path, "arrivals_trend_per_year"), "there are no arrivals")
        _clock_start(c, path, group, group.state or name)
    for name in c.form.segments:
        if name not in used:
            c.add(("segments", name), "no group of citizens belongs to it")


def _clock_start(c: Checker, path: KeyPath, group: Citizens, state: str) -> None:
    keys = [f"{unit}s_on_clock" for unit in group.on_clock]
    if len(keys) > 1:
        c.add(path, "gives the time on the clock twice")
    if group.arrivals_months_on_clock is not None:
        keys.append("arrivals_months_on_clock")
    for key in keys if state not in c.clock_of else ():
        c.add((*path, key), f'"{state}" has no clock; add it to one under [clocks]')


def there_at_the_start(c: Checker) -> set[str]:
    """The groups that have somebody at the start, or can have in some draw."""
    numbers = {name: group.number for name, group in c.form.citizens.items()}
    return {name for name, n in numbers.items() if n and (n.is_uncertain or n.mean() > 0)}


def followed(c: Checker, path: KeyPath, names: list[str]) -> None:
    """Groups of citizens, or states in which some group starts; somebody must be there then."""
    there = there_at_the_start(c)
    start = {group.state or name for name, group in c.form.citizens.items()}
    starting = {c.form.citizens[name].state or name for name in there}
    for index, name in enumerate(names):
        if name in c.form.citizens:
            if name not in there:
                c.add((*path, index), f'{NOBODY}: "{name}" only arrives')
            continue
        try:
            states = set(c.names.expand(name))
        except LookupError:
            known = [*c.form.citizens, *c.names.states, *c.names.groups]
            c.one_of((*path, index), "group of citizens or state", name, known)
            continue
        if not states & start:
            c.add((*path, index), f'nobody starts in "{name}"')
        elif not states & starting:
            c.add((*path, index), f'{NOBODY}: people only arrive in "{name}"')
