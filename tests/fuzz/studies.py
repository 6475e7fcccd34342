"""Hostile studies: sound ones with bytes torn, and what the grammar might grow."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from fuzz import hostile, trees
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import compile_study
from simlab.reading_back import reading_back
from simlab.result.draws import draws_of
from simlab.runs.capacity import refuse_what_cannot_fit
from simlab.runs.forecast import refuse_a_long_run
from simlab.runs.options import RunOptions
from simlab.study.errors import StudyError
from simlab.study.merging import merge
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, checked, load, loads
from simlab.study.toml import parse_toml
from simlab.study.tree import Tree
from simlab.study.writing import _table

LARGE = 200_000  # cells times steps from which an accepted study is not simulated here
SHIPPED = ("template.toml", "reference/closed-form.toml", "reference/hiv.toml")


@cache
def sound_texts() -> tuple[str, ...]:
    """Small sound studies: two for the clocks and the groups, those that ship for the rest."""
    from runs.worlds import STUDY
    from study.test_broken_studies import SOUND

    configs = shipped_configs()
    shipped = ((configs / name).read_text(encoding="utf-8") for name in SHIPPED)
    return (SOUND, STUDY, SOUND, STUDY, *shipped)


def by_bytes(dice: random.Random, scratch: Path) -> str:
    """Through a file, as a user's study comes."""
    text, other = dice.choice(sound_texts()), dice.choice(sound_texts())
    path = scratch / "study.toml"
    path.write_bytes(hostile.torn(dice, text.encode(), other.encode()))
    try:
        study = load(path)
    except StudyError as refusal:
        return hostile.refused(refusal)
    return live(study, dice)


def by_tree(dice: random.Random, scratch: Path) -> str:
    tables = trees.tree(dice, parse_toml(dice.choice(sound_texts()), "study"))
    try:
        study = of_tree(tables)
    except StudyError as refusal:
        return hostile.refused(refusal)
    return live(study, dice)


def by_layers(dice: random.Random, scratch: Path) -> str:
    """A study laid over another in a file of its own."""
    text = dice.choice(sound_texts())
    below = parse_toml(text, "study")
    above = trees.tree(dice, below)
    kept = dice.sample(sorted(above), dice.randrange(len(above) + 1))
    (scratch / "base.toml").write_text(text, encoding="utf-8")
    lines = ['extends = ["base.toml"]']
    with suppress(Exception):  # what TOML cannot hold is not an input
        _table({key: above[key] for key in kept if key != "extends"}, (), lines)
    path = scratch / "layer.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        study = load(path)
    except StudyError as refusal:
        return hostile.refused(refusal)
    return live(study, dice)


def of_tree(tables: dict[str, Any]) -> Study:
    tree = Tree(main="study")
    merge(tree, tables, "study")
    return checked(tree, "study")


def live(study: Study, dice: random.Random) -> str:
    """What a user would do with a study that was accepted; the longer things one time in two."""
    try:
        compiled = compile_study(study)
        refuse_what_cannot_fit(study, RunOptions(threads=2))
        if dice.random() < 0.1:
            refuse_a_long_run(study, RunOptions(threads=2))
    except StudyError as refusal:
        return hostile.refused(refusal)
    again = loads(study.resolved_toml())
    assert again.resolved_toml() == study.resolved_toml(), "a study is not what it is written as"
    size = len(compiled.space) * len(compiled.cohorts) * study.timeline.steps
    if size > LARGE:
        return "answered"
    if dice.random() < 0.5:
        reading_back(study)
    if dice.random() < 0.5:
        engine = dice.choice(("expected", "counts"))
        draws_of(cash_flow(simulate_block(compiled, compiled.block(0, 2), engine)))
    return "answered"
