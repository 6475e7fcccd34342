"""What the rules of a country change within the horizon: names that end, and rules in words."""

from __future__ import annotations

from datetime import date

from simlab.reading_back.lines import below, sourced, stated
from simlab.study.study import Study
from simlab.words import Words


def renamed(study: Study, words: Words) -> list[str]:
    """States whose name is read otherwise from a date within the horizon on."""
    states = study.form.states.items() if isinstance(study.form.states, dict) else ()
    lines = []
    for name, state in states:
        if (new := state.renamed) is None or new.since >= study.timeline.end:
            continue
        text = words(
            "{state}: from {date} read as: {new}",
            state=name,
            date=f"{new.since:%Y-%m-%d}",
            new=words.say(new.read_as),
        )
        lines.append(sourced(text, new.source, words))
        lines += [f"  {words.say(new.note)}"] if new.note else []
    return below(words("Names that end"), lines)


def rules(study: Study, words: Words) -> list[str]:
    """Rules that are in force in some part of the horizon, and move no figure of it."""
    timeline, lines = study.timeline, []
    for name, rule in sorted(study.form.rules.items(), key=lambda each: each[1].since):
        ended = rule.until is not None and rule.until < timeline.start
        if rule.since >= timeline.end or ended:
            continue
        what = words.say(rule.label) if rule.label else name
        says = words.say(rule.says)
        span = _span(rule.since, rule.until, words)
        lines.append(sourced(f"{span}: {what}: {says}", rule.source, words))
        lines += stated(rule, words, ("says", "since", "until", "source"))
    return below(words("Rules with a date, which move no figure by themselves"), lines)


def _span(since: date, until: date | None, words: Words) -> str:
    first = f"{since:%Y-%m-%d}"
    if until is None:
        return words("from {first}", first=first)
    return words("{first} to {last}", first=first, last=f"{until:%Y-%m-%d}")
