"""Shares at a date: what was told, and the ratios that give it."""

from __future__ import annotations

from simlab.model.compiled import Compiled
from simlab.model.shares import wanted
from simlab.reading_back.lines import below, stated
from simlab.reading_back.moves import medians
from simlab.words import Words


def shares(compiled: Compiled, words: Words) -> list[str]:
    """Each share with its figures, and what gives it at their medians."""
    study, lines = compiled.study, []
    if not study.form.shares:
        return []
    values = compiled.with_ratios(medians(study))
    found = values.found
    assert found is not None
    for share in study.form.shares:
        effects = [e for e in study.form.plan.effect if e.share == share.name]
        without, with_plan = (words.percent(float(x[0]), 1) for x in wanted(share, values))
        lines.append(
            words(
                "{name}: the share of {whom} in {states} at the end of {month} ({what})",
                name=share.name,
                whom=", ".join(share.of) or words("everybody there at the start"),
                states=", ".join(share.states),
                month=f"{study.timeline.end_of(share.last_step(study.timeline) - 1):%Y-%m}",
                what=words.say(share.definition),
            )
        )
        in_text = ("name", "definition", "of", "states", "moves")
        lines += stated(share, words, in_text)
        level = words(
            "{share} without the plan: {moves}, in both futures, times {ratio}",
            share=without,
            moves=", ".join(share.moves),
            ratio=words.number(float(found.level[share.name][0]), 2),
        )
        lines.append(f"  {level}")
        if share.of_the_plan and not effects:
            text = words("no effect has it as its share, so it gives the level alone")
            lines.append(f"  {text}")
        elif share.of_the_plan:
            ratio = words.number(float(found.effect[share.name][0]), 2)
            text = words("{share} with it: a hazard ratio of {ratio}", share=with_plan, ratio=ratio)
            lines.append(f"  {text}")
    if found.capped[0]:
        text = words("no ratios give all of these shares: the nearest attainable ones are used")
        lines.append(text)
    return below(words("Shares at a date (the ratios that give them, at the medians)"), lines)
