"""A hundred citizens as lives, for a picture: where each was in every step, in both futures.

One citizen of each of the first hundred draws (`one_a_draw`), so that they show together what
differs between people and what is not known. It is a picture, and no figure: another hundred would
give another count, and whose life parts hangs on how the two futures share their chance, which no
data identify, since nobody lives twice. So a run draws it only where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from simlab.engine.lives import one_a_draw
from simlab.engine.work import Engine
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
    def count(self) -> int:
        return len(self.baseline)

    @property
    def apart(self) -> np.ndarray:
        """(lives,) bool, whose life is another with the plan."""
        return np.asarray((self.baseline != self.plan).any(axis=1))

    @property
    def parted(self) -> int:
        """How many lives are another with the plan."""
        return int(self.apart.sum())

    def parted_interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share of lives that are another, in lives of these."""
        from scipy.stats import binomtest

        share = binomtest(self.parted, self.count).proportion_ci(0.95, "wilson")
        return self.count * float(share.low), self.count * float(share.high)

    @property
    def newcomers(self) -> bool:
        """Whether they come in the course of the years."""
        return bool((self.baseline[:, 0] < 0).any())

    def shown(self, known: Iterable[str]) -> list[str]:
        """The kinds that occur in either future: those that are ``known`` in that order, and then
        the others."""
        seen = np.unique(np.concatenate([self.baseline.ravel(), self.plan.ravel()]))
        there = {self.kinds[state] for state in seen if state >= 0}
        return [kind for kind in dict.fromkeys((*known, *self.kinds)) if kind in there]

    def in_order(self, known: Iterable[str]) -> np.ndarray:
        """The lives from the top: those whom the plan gives another life, then by where they end
        in the baseline, kinds that are ``known`` first, and by how long they have been there."""
        where = self._as_kinds(self.baseline, list(dict.fromkeys((*known, *self.kinds))))
        end = where[:, -1]
        stays = (where == end[:, None]).sum(axis=1)
        return np.lexsort((-stays, end, ~self.apart))

    def stays(self, paths: np.ndarray) -> dict[str, np.ndarray]:
        """Kind → (stays, 3) of ``paths``, rows of a future: the row, the first step, and the step
        after the last."""
        names = list(dict.fromkeys(self.kinds))
        found: dict[str, list[tuple[int, int, int]]] = {}
        for row, path in enumerate(self._as_kinds(paths, names)):
            starts = [0, *(np.flatnonzero(np.diff(path)) + 1)]
            for since, until in zip(starts, [*starts[1:], len(path)], strict=True):
                if path[since] >= 0:
                    stay = (row, int(since), min(int(until), len(path) - 1))
                    found.setdefault(names[path[since]], []).append(stay)
        return {kind: np.array(stays) for kind, stays in found.items()}

    def _as_kinds(self, paths: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """The index of the kind in ``names`` at each step, −1 before arrival."""
        code = np.array([names.index(kind) for kind in self.kinds])
        return np.where(paths < 0, -1, code[paths])


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
