"""A hundred citizens as lives, for a picture: where each was in every step, in both futures.

One citizen of each of the first hundred draws (`one_a_draw`), so that they show together what
differs between people and what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.cost import Engine
from simlab.engine.lives import one_a_draw
from simlab.model.compiled import Compiled
from simlab.study.study import Study

HUNDRED = 100

# States that are shown in one colour, by their name; other states are themselves.
KINDS = {
    "job": "job",
    "work": "job",
    "education": "education",
    "small_job": "small_job",
    "early_pension": "pension",
    "early_pension_legacy": "pension",
    "pension": "pension",
    "flex_job": "flex_job",
    "flex_job_legacy": "flex_job",
}


@dataclass(frozen=True, slots=True)
class Hundred:
    """Citizens in both futures.

    kinds : (states,) what each state is shown as: a kind that charts know, or the state's own name
    baseline, plan : (lives, steps + 1) the state at the end of each step, −1 before arrival
    fresh : whether these are lives of their own, as the run itself counted crowds
    """

    states: tuple[str, ...]
    kinds: tuple[str, ...]
    baseline: np.ndarray
    plan: np.ndarray
    fresh: bool

    @property
    def apart(self) -> np.ndarray:
        """(lives,) bool, whose life is another with the plan."""
        return np.asarray((self.baseline != self.plan).any(axis=1))


def hundred(compiled: Compiled, engine: Engine, draws: int) -> Hundred | None:
    """The lives of a run's first draws; None where nobody is followed."""
    lives = one_a_draw(compiled, compiled.block(0, min(draws, HUNDRED)), engine)
    if len(lives) == 0:
        return None
    return Hundred(
        lives.states, kinds(compiled.study), lives.baseline, lives.plan, engine != "citizens"
    )


def kinds(study: Study) -> tuple[str, ...]:
    """What each state is shown as."""
    support = study.names.groups.get("support", ())
    away = {state for state in study.never_left if state not in KINDS}
    return tuple(
        KINDS.get(state) or ("away" if state in away else "support" if state in support else state)
        for state in study.names.states
    )
