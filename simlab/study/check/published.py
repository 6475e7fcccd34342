"""What published figures and stated trends must say to be compared with a simulation."""

from __future__ import annotations

from datetime import date

from simlab.study.check.checker import Checker
from simlab.study.check.money import perspective_named
from simlab.study.check.people import followed, there_at_the_start
from simlab.study.grammar import COUNTED, MONEY, Observable, Published
from simlab.study.key_path import KeyPath
from simlab.study.time import units_per

AT_A_TIME = ("share", "people", "change")
IN_A_SPAN = ("time", "person_years", "saving", "balance")

# What each measure can say beside its own name; everything else would not change its figure.
_TIME, _SPAN = ("at", "at_months"), ("since", "until", "at_months")
TAKES: dict[str, tuple[str, ...]] = {
    "share": ("of", "states", "ever", "future", "sample", *_TIME),
    "people": ("of", "states", "ever", "against", "future", "counted", *_TIME),
    "change": ("of", "states", "against", "future", "counted", *_TIME),
    "time": ("of", "states", "future", "sample", *_SPAN),
    "person_years": ("of", "states", "future", "per_year", *_SPAN),
    "saving": ("states", "per_year", "perspective", "counted", *_SPAN),
    "balance": ("states", "per_year", "perspective", "counted", *_SPAN),
    "payback": ("by", "perspective", "counted"),
}
_WHAT_WAS_SAID = {"text", "kind", "design", "value", "ci95", "promised", "leakage", "calibrated"}
ABOUT_IT = {"measure", *_WHAT_WAS_SAID, "source", "tag", "note"}


def published(c: Checker) -> None:
    """Every published figure: what it measures, of whom, when, and that it can be compared."""
    for index, one in enumerate(c.form.published):
        path: KeyPath = ("published", index)
        observable(c, path, one)
        _value(c, path, one)
        if one.kind == "effect" and one.design is None:
            c.add((*path, "design"), "is missing; an effect was measured by a design, name it")
        _counted(c, path, one)


def _counted(c: Checker, path: KeyPath, one: Published) -> None:
    """An account says what its money is set against; an effect was set against others."""
    if one.kind == "account" and one.measure in MONEY and one.counted is None:
        c.add((*path, "counted"), f"is missing: what is it set against? {', '.join(COUNTED)}")
    if one.kind == "effect" and one.counted is not None:
        c.add((*path, "counted"), "an effect was measured against people without the plan")
    if one.measure not in ("people", "change") or one.counted is None:
        return
    if one.counted != "unknown":
        text = f'found "{one.counted}", which is of money; people have a future'
        c.add((*path, "counted"), f'{text}: "plan" is all, "difference" more than without it')
    if one.measure == "people" and (one.future is not None or one.against is not None):
        c.add((*path, "counted"), "is known where a future, or another time, is named")


def observable(c: Checker, path: KeyPath, one: Observable) -> None:
    """What can be counted, and when."""
    takes = TAKES[one.measure]
    given = {key for key in type(one).model_fields if getattr(one, key) not in (None, [], False)}
    for key in sorted(given - ABOUT_IT - set(takes)):
        c.add((*path, key), f'says nothing of "{one.measure}", which takes {", ".join(takes)}')
    if "states" in takes and one.measure not in MONEY and not one.states:
        c.add((*path, "states"), f'is missing; "{one.measure}" counts people in states')
    c.states((*path, "states"), one.states)
    followed(c, (*path, "of"), one.of)
    if isinstance(one, Published) and one.sample and not one.of and not there_at_the_start(c):
        c.add((*path, "sample"), "nobody is there at the start, of whom it could be drawn")
    ends = [key for key in ("at", "at_months", "until") if getattr(one, key) is not None]
    if one.measure in AT_A_TIME and not ends:
        c.add((*path, "at"), 'is missing: when? at = "2018-12", or at_months = 18')
    if len(ends) > 1:
        c.add((*path, ends[1]), f"says once more when, beside {ends[0]}")
    for key in ("at", "against", "since", "until"):
        c.within((*path, key), getattr(one, key))
    if isinstance(one, Published):
        c.within((*path, "by"), one.by)
    if one.at_months is not None:
        months = c.timeline.steps * units_per(c.form.step, "month")
        if one.at_months > months + 1e-9:
            text = f"after the horizon, which ends after {months:g} months"
            c.add((*path, "at_months"), text, late=True)
    _in_order(c, path, one)
    perspective_named(c, (*path, "perspective"), one.perspective)


def _in_order(c: Checker, path: KeyPath, one: Observable) -> None:
    """What is compared comes after what it is set against, and a span has a step in it.

    A date outside the horizon is told as such, and not once more.
    """
    timeline, last = c.timeline, one.last_step(c.timeline)
    if last < 1:
        return
    if _inside(c, one.against) and one.against is not None:
        before = timeline.step_holding(one.against)
        if before >= last:
            found = f"found {one.against}, in the step that ends {timeline.end_of(before)}"
            allowed = (
                f"earlier steps than the one it is read at, which ends {timeline.end_of(last)}"
            )
            c.add((*path, "against"), f"{found}; allowed: {allowed}")
    _span(c, path, one.since, last)


def _span(c: Checker, path: KeyPath, since: date | None, last: int) -> None:
    """A span from the first step that starts since a date, to the step ``last``."""
    if not _inside(c, since) or since is None:
        return
    if c.timeline.first_step_from(since) > last:
        ends = c.timeline.end_of(last)
        text = f"found {since}; no step starts between it and the end, {ends}"
        c.add((*path, "since"), text, late=True)


def _inside(c: Checker, when: date | None) -> bool:
    return when is not None and c.timeline.start <= when < c.timeline.end


def _value(c: Checker, path: KeyPath, one: Published) -> None:
    if one.measure == "payback":
        if (one.value is None) == (one.by is None):
            c.add(path, 'needs one of value (years) and by, as by = "2019"')
        if one.value is not None and one.value > c.timeline.years + 1e-9:
            text = f"after the horizon, which ends after {c.timeline.years:g} years"
            c.add((*path, "value"), text, late=True)
        return
    if one.value is None:
        c.add((*path, "value"), f'is missing; "{one.measure}" is compared with it')
        return
    low, high = _domain(one)
    for key in ("value", "promised"):
        stated = getattr(one, key)
        if stated is not None and not low <= stated <= high:
            c.add((*path, key), f"found {stated:g}; allowed: {low:g} to {high:g} (0.6 is 60 %)")
    if one.ci95 is not None and not one.ci95[0] < one.value < one.ci95[1]:
        c.add((*path, "ci95"), f"does not hold the value, {one.value:g}")


def _domain(one: Published) -> tuple[float, float]:
    future = one.seen_in
    if future == "ratio":
        return 0.0, 1e6
    if one.measure == "share":
        return (-1.0, 1.0) if future == "difference" else (0.0, 1.0)
    if one.measure == "change":
        return -2.0, 100.0
    return -1e15, 1e15


def stated_trends(c: Checker) -> None:
    for index, trend in enumerate(c.form.stated_trend):
        path: KeyPath = ("stated_trend", index)
        c.states((*path, "states"), trend.states)
        c.within((*path, "since"), trend.since)
        c.within((*path, "until"), trend.until)
        last = c.timeline.steps if trend.until is None else c.timeline.step_holding(trend.until)
        if trend.until is None or _inside(c, trend.until):
            _span(c, path, trend.since, last)
