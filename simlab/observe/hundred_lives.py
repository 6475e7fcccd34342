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

# What a state is shown as, where it has two roles, by which is mostly so.
TWO_ROLES: dict[tuple[str, ...], str] = {
    ("work", "support"): "supported_work",
    ("support", "work"): "work_beside_support",
}


@dataclass(frozen=True, slots=True)
class Hundred:
    """Citizens in both futures.

    kinds : (states,) what each state is shown as: a role, or the state's own name
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
    """What each state is shown as: its role, or itself where it has none."""

    def kind(state: str) -> str:
        roles = study.names.roles[state]
        if not roles:
            return "out" if state in study.never_left else state
        return TWO_ROLES.get(roles[:2], roles[0])

    return tuple(map(kind, study.names.states))
