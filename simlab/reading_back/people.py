"""The study as a whole, and the people in it."""

from __future__ import annotations

from typing import get_args

from simlab.model.cohorts import carried
from simlab.model.effects import own_key
from simlab.reading_back.lines import below, length, per, sourced, stated, worded
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
        years=words.years(form.years),
        per=per(form.step, words),
        first=f"{timeline.start:%Y-%m}",
        last=f"{last:%Y-%m}",
    )
    names = study.names.states
    lines = [
        f"{steps}; {counted[form.counting]}",
        words.plural(
            "{n} state: {names}", "{n} states: {names}", len(names), names=", ".join(names)
        ),
    ]
    for role in get_args(Role):
        inside = ", ".join(study.names.with_role(role))
        if inside:
            lines.append(words("role {role}: {states}", role=role, states=inside))
    for name, group in form.groups.items():
        lines.append(words("group {name}: {states}", name=name, states=", ".join(group.states)))
    for name, clock in form.clocks.items():
        states = ", ".join(study.names.expand_all(clock.states))
        runs = words("clock {name}: runs in {states}", name=name, states=states)
        source = clock.resets.source if isinstance(clock.resets, Resets) else None
        lines.append(sourced(f"{runs}; {restarts(clock.resets, words)}", source, words))
        lines += stated(clock, words, ("states", "resets"))
    lines.append(
        words(
            "{draws} draws, seed {seed}, {uncertain} uncertain figures of {all}",
            draws=words.number(form.draws),
            seed=form.seed,
            uncertain=len(parameters(study)),
            all=len(study.quantities),
        )
    )
    if form.unit:
        one, many = words.say(form.unit.one), words.say(form.unit.many)
        lines.append(words("what is followed is a {one}, many are {many}", one=one, many=many))
    lines += [words("memo: {line}", line=line) for line in stated(form.memo, words, indent=0)]
    return below(words.say(form.title), lines)


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
        text = words("restarts after {time} in {states}", time=away, states=states)
    else:
        text = words("restarts after {time} away", time=away)
    return words("{restarts} within {time}", restarts=text, time=within[0]) if within else text


def people(study: Study, words: Words) -> list[str]:
    """Those at the start and those who arrive."""
    named = study.form.unit
    heading = words.say(named.many).capitalize() if named else words("People")
    lines = []
    for name, group in study.form.citizens.items():
        number = group.number
        start = worded(number, words) if number else words("nobody at the start")
        where = words("{name}, in {state}", name=name, state=group.state or name)
        lines.append(f"{where}: {start}")
        for unit, arrivals in group.arrivals.items():
            for key, quantity in arrivals.quantities():
                text = words("arrivals {per}", per=per(unit, words))
                lines.append(f"  {text}{key}: {worded(quantity, words)}")
        in_text = ("number", "state", *(f"arrivals_per_{unit}" for unit in group.arrivals))
        lines += stated(group, words, in_text)
    for name, segment in study.form.segments.items():
        lines += [words("segment {name}", name=name), *stated(segment, words)]
    return below(heading, [*lines, *_whole(study, words)])


def _whole(study: Study, words: Words) -> list[str]:
    """Where engines of whole people carry something else than the fractions that are written."""
    groups = carried(study)
    rule = words(
        "expected carries these people as they are written; counts and citizens carry whole "
        "people, rounded once a draw so that they sum to the whole:"
    )
    lines = []
    for group in groups[:MOST]:
        parts = [group.group]
        if group.clock:
            clock = group.clock
            parts.append(words.plural("{n} step on the clock", "{n} steps on the clock", clock))
        for number, treated in group.cohort.treated.items():
            name = own_key(study, number).removeprefix("plan.effect.")
            parts.append(
                words("reached by effect {name}", name=name)
                if treated
                else words("not reached by effect {name}", name=name)
            )
        whole, written = words.number(group.whole), words.plain(group.written)
        text = words("{whole} of {written}", whole=whole, written=written)
        lines.append(f"{', '.join(parts)}: {text}")
    if len(groups) > MOST:
        lines.append(words("and {n} more", n=words.number(len(groups) - MOST)))
    return below(rule, lines)


def closed(study: Study, words: Words) -> list[str]:
    """Moves that nobody makes any more from a date within the horizon on."""
    dates = sorted({at for at in study.closed_moves.values() if at < study.timeline.end})
    lines = []
    for at in dates:
        moves = [f"{a} -> {b}" for (a, b), since in study.closed_moves.items() if since == at]
        text = words("from {date}, so that people stay", date=f"{at:%Y-%m-%d}")
        lines.append(f"{text}: {', '.join(moves)}")
    states = study.form.states.items() if isinstance(study.form.states, dict) else ()
    for name, state in states:
        if state.closed is not None and state.closed < study.timeline.end and state.still_open_from:
            others = ", ".join(state.still_open_from)
            lines.append(words("{state} is still open from {others}", state=name, others=others))
    return below(words("Closed"), lines)


def redirected(study: Study, words: Words) -> list[str]:
    """Moves that lead elsewhere from a date on, and people who are moved on one."""
    lines = [
        words(
            "from {date}, {moves} lead to {state}",
            date=f"{rule.since:%Y-%m-%d}",
            moves=", ".join(rule.moves),
            state=rule.to,
        )
        for rule in study.form.redirect
    ]
    lines += [
        words(
            "on {date}, everybody in {states} is moved to {state}",
            date=f"{rule.at:%Y-%m-%d}",
            states=", ".join(rule.states),
            state=rule.to,
        )
        for rule in study.form.convert
    ]
    return below(words("New rules, in both futures"), lines)
