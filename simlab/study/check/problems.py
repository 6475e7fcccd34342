"""Every mistake of a study: what its form says, and then what its parts mean together."""

from __future__ import annotations

from contextlib import suppress

from simlab.study.check.budget import budget
from simlab.study.check.checker import Checker, EnoughError
from simlab.study.check.correlation import correlations
from simlab.study.check.evidence import evidence
from simlab.study.check.form import STAND_INS, check_form, without_consequences
from simlab.study.check.money import money
from simlab.study.check.people import people
from simlab.study.check.plan import plan
from simlab.study.check.prices import prices
from simlab.study.check.published import published, stated_trends
from simlab.study.check.shares import shares
from simlab.study.check.states import clocks, closing, names
from simlab.study.check.world import world
from simlab.study.errors import Problem
from simlab.study.grammar import StudyFile
from simlab.study.quantities import quantities
from simlab.study.toml import bound
from simlab.study.tree import Tree

MAX_STEPS = 12_000
MAX_FIGURES_BY_STEP = 5_000_000  # some seconds of work before the first draw
STOOD_IN_FOR = (*STAND_INS, "citizens")  # keys that a study needs
CHAPTERS = (
    names,
    closing,
    clocks,
    evidence,
    people,
    world,
    prices,
    money,
    shares,
    plan,
    budget,
    published,
    stated_trends,
    correlations,
)


def problems_of(tree: Tree) -> tuple[StudyFile | None, list[Problem]]:
    """The study of a tree, as far as its form is right, and every mistake in it."""
    bound(tree.tables, tree.main)
    form, problems = check_form(tree)
    if "extends" in tree.tables:  # `read_tree` has followed those of files, and left them out
        text = "is followed in a study file only; write a file, and load it"
        problems = [tree.problem(("extends",), text), *problems]
    if form is not None:
        meaning = _meaning(form, tree, problems)
        if any(p.path.partition(".")[0] in STOOD_IN_FOR for p in problems):
            # What is wrong beside one stand-in alone, or told otherwise beside another, is its own.
            other, _ = check_form(tree, other=True)
            also = _meaning(other, tree, problems) if other is not None else []
            meaning = [p for p in meaning if p in also]
        problems = problems + without_consequences(meaning, problems)
    return form, problems


def _meaning(form: StudyFile, tree: Tree, wrong: list[Problem]) -> list[Problem]:
    """Every problem of a study whose form is right, or is without what is ``wrong`` in it."""
    c = Checker(form, tree, tuple(problem.path for problem in wrong))
    steps = c.timeline.steps
    if not 1 <= steps <= MAX_STEPS:
        c.add(("years",), f"gives {steps:,} steps; allowed: 1 to {MAX_STEPS:,}")
        return c.problems
    with suppress(EnoughError):
        for chapter in CHAPTERS:
            chapter(c)
        # Every figure is looked up in every step, so their product is what a study asks for.
        count = sum(1 for _ in quantities(form))
        if count * steps > MAX_FIGURES_BY_STEP:
            text = f"gives {steps:,} steps, too many for {count:,} figures"
            c.add(("years",), f"{text}; their product may be {MAX_FIGURES_BY_STEP:,}")
    return c.problems
