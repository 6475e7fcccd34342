"""What names moves from outside: segments, trends, reforms, the business cycle."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.key_path import KeyPath


def world(c: Checker) -> None:
    form = c.form
    for name, segment in form.segments.items():
        c.match(("segments", name, "hazard_ratio"), segment.hazard_ratio)
    c.match(("trend_per_year",), form.trend_per_year)
    c.match(("closed",), form.closed)
    if form.business_cycle:
        c.match(("business_cycle", "loading"), form.business_cycle.loading)
    for index, redirect in enumerate(form.redirect):
        c.state(("redirect", index, "to"), redirect.to)
        c.match(("redirect", index, "moves"), redirect.moves)
    for index, convert in enumerate(form.convert):
        path: KeyPath = ("convert", index)
        c.states((*path, "states"), convert.states)
        if c.state((*path, "to"), convert.to):
            c.within((*path, "at"), convert.at, part=path, may_be_before=True)
    for name, rule in form.rules.items():
        c.tag(("rules", name), rule.tag)
        c.until(("rules", name), rule.until, "rule", rule.since)
