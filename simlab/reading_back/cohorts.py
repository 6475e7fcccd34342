"""The study as a whole, and the people in it."""

from __future__ import annotations

from typing import get_args

from simlab.model.cohorts import carried
from simlab.model.effects import own_key
from simlab.reading_back.lines import length, per, stated, worded
from simlab.result.in_use import parameters
from simlab.study.grammar import Resets, Role
from simlab.study.study import Study
from simlab.words import Words

MOST = 12  # parts of the people that are told one by one


def beginning(study: Study, words: Words) -> list[str]:
    """Title, steps, states, clocks, draws, and what is followed."""
    timeline, form = study.timeline, study.form
    last = timeline.end_of(timeline.steps - 1)
    counted = {
        "end": words("payments follow where people are at the end of a step"),
        "start": words(
            "payments follow where people are at the start of a step, and are "
            "discounted as at its end"
        ),
        "mean": words(
            "payments follow the mean of start and end of a step, and are discounted as at its end"
        ),
    }
    steps = words.plural(
        "{years}: {n} step, one {per}, {first} to {last}",
        "{years}: {n} steps, one {per}, {first} to {last}",
        timeline.steps,
        years=words.years(form.years), per=per(form.step, words),
        first=f"{timeline.start:%Y-%m}", last=f"{last:%Y-%m}",
    )  # fmt: skip
    lines = [
        words.say(form.title),
        f"  {steps}; {counted[form.counting]}",
        "  " + words.plural("{n} state: {names}", "{n} states: {names}", len(study.names.states),
                            names=", ".join(study.names.states)),
    ]  # fmt: skip
    for role in get_args(Role):
        inside = ", ".join(study.names.with_role(role))
        if inside:
            lines.append("  " + words("role {role}: {states}", role=role, states=inside))
    for name, group in form.groups.items():
        inside = ", ".join(group.states)
        lines.append("  " + words("group {name}: {states}", name=name, states=inside))
    for name, clock in form.clocks.items():
        states = ", ".join(study.names.expand_all(clock.states))
        runs = words("clock {name}: runs in {states}", name=name, states=states)
        lines.append(f"  {runs}; {restarts(clock.resets, words)}")
        if isinstance(clock.resets, Resets) and clock.resets.source is not None:
            lines[-1] += f" ({words.say(clock.resets.source)})"
        lines += stated(clock, words, ("states", "resets"))
    lines.append(
        "  "
        + words(
            "{draws} draws, seed {seed}, {uncertain} uncertain figures of {all}",
            draws=words.number(form.draws), seed=form.seed,
            uncertain=len(parameters(study)), all=len(study.quantities),
        )
    )  # fmt: skip
    if form.unit:
        one, many = words.say(form.unit.one), words.say(form.unit.many)
        lines.append(
            "  " + words("what is followed is a {one}, many are {many}", one=one, many=many)
        )
    return lines


def restarts(resets: object, words: Words) -> str:
    """When a clock restarts."""
    if resets is None:
        return words("restarts on every entry")
    if resets == "never":
        return words("never restarts")
    assert isinstance(resets, Resets)
    given = {
        key: length(span, key.partition("_")[2], words)
        for key in Resets.model_fields
        if key.startswith(("after_", "within_")) and (span := getattr(resets, key)) is not None
    }
    away, *within = given.values()
    if resets.self_support:
        states, *others = resets.self_support
        for state in others:
            states = words("{a} or {b}", a=states, b=state)
        said = words("restarts after {time} in {states}", time=away, states=states)
    else:
        said = words("restarts after {time} away", time=away)
    return words("{restarts} within {time}", restarts=said, time=within[0]) if within else said


def people(study: Study, words: Words) -> list[str]:
    """Those at the start and those who arrive."""
    named = study.form.unit
    heading = words.say(named.many).capitalize() if named else words("People")
    lines = [heading]
    for name, group in study.form.citizens.items():
        number = group.number
        start = worded(number, words) if number else words("nobody at the start")
        where = words("{name}, in {state}", name=name, state=group.state or name)
        lines.append(f"  {where}: {start}")
        for unit, arrivals in group.arrivals.items():
            for key, quantity in arrivals.quantities():
                text = words("arrivals {per}", per=per(unit, words))
                lines.append(f"    {text}{key}: {worded(quantity, words)}")
        said = ("number", "state", *(f"arrivals_per_{unit}" for unit in group.arrivals))
        lines += stated(group, words, said)
    for name, segment in study.form.segments.items():
        lines.append("  " + words("segment {name}", name=name))
        lines += stated(segment, words)
    return [*lines, *_whole(study, words)]


def _whole(study: Study, words: Words) -> list[str]:
    """Where engines of whole people carry something else than the fractions that are written."""
    if not (found := carried(study)):
        return []
    rule = words(
        "expected carries these people as they are written; counts and citizens carry whole "
        "people, rounded once a draw so that they sum to the whole:"
    )
    lines = [f"  {rule}"]
    for one in found[:MOST]:
        parts = [one.group]
        if one.clock:
            parts.append(words.plural("{n} step on the clock", "{n} steps on the clock", one.clock))
        for number, treated in one.cohort.treated.items():
            name = own_key(study, number).removeprefix("plan.effect.")
            parts.append(
                words("reached by effect {name}", name=name)
                if treated
                else words("not reached by effect {name}", name=name)
            )
        text = words(
            "{whole} of {written}", whole=words.number(one.whole), written=words.plain(one.written)
        )
        lines.append(f"    {', '.join(parts)}: {text}")
    if len(found) > MOST:
        lines.append("    " + words("and {n} more", n=words.number(len(found) - MOST)))
    return lines


def closed(study: Study, words: Words) -> list[str]:
    """Moves that nobody makes any more from a date within the horizon on."""
    dates = sorted({at for at in study.closed_moves.values() if at < study.timeline.end})
    lines = [words("Closed")] if dates else []
    for at in dates:
        moves = [f"{a} -> {b}" for (a, b), since in study.closed_moves.items() if since == at]
        text = words("from {date}, so that people stay", date=f"{at:%Y-%m-%d}")
        lines.append(f"  {text}: {', '.join(moves)}")
    return lines


def redirected(study: Study, words: Words) -> list[str]:
    """Moves that lead elsewhere from a date on, and people who are moved on one."""
    lines = [
        words("from {date}, {moves} lead to {state}", date=f"{one.since:%Y-%m-%d}",
              moves=", ".join(one.moves), state=one.to)
        for one in study.form.redirect
    ] + [
        words("on {date}, everybody in {states} is moved to {state}", date=f"{one.at:%Y-%m-%d}",
              states=", ".join(one.states), state=one.to)
        for one in study.form.convert
    ]  # fmt: skip
    heading = words("New rules, in both futures")
    return [heading, *(f"  {line}" for line in lines)] if lines else []
