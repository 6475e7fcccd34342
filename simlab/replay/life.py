"""One citizen of one future: the stays, without the plan and with it, and what they cost.

The engine ``citizens`` counted this very life. ``counts`` and ``expected`` count no single people;
for them this is a fresh life of the same draw, which the answer did not rest on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from simlab.engine.lives import Lives, life, lives_of
from simlab.finance.cash_flow import cash_flow
from simlab.replay.future import Future
from simlab.study.futures import FUTURES
from simlab.study.futures import Future as Side


@dataclass(frozen=True)
class Stay:
    """From the end of one step to the end of another in a state."""

    state: str
    since: date
    until: date
    steps: int


@dataclass(frozen=True)
class Life:
    """One citizen of a future.

    stays : future → the stays in their order
    paid  : future → payer → kr. over the horizon, not discounted
    parts : the date on which the two lives part, None if they never do
    fresh : whether the run itself did not count this life
    """

    future: Future
    citizen: int
    cohort: str
    lives: Lives
    stays: dict[str, tuple[Stay, ...]]
    paid: dict[str, dict[str, float]]
    parts: date | None
    fresh: bool


def life_of(future: Future, citizen: int) -> Life:
    """Citizen number ``citizen`` of a future, from 0; IndexError where there are fewer."""
    histories = future.histories
    compiled, block = histories.compiled, histories.block
    followed = life(compiled, block, citizen)
    lives = lives_of(compiled, block, [followed])
    alone = replace(
        histories,
        out=followed.alone,
        lives=lives,
        eligible={n: np.zeros_like(people) for n, people in histories.eligible.items()},
    )
    cash, payers = cash_flow(alone), histories.study.payers
    dates = histories.study.timeline.dates
    apart = np.flatnonzero(lives.baseline[0] != lives.plan[0])
    return Life(
        future=future,
        citizen=citizen,
        cohort=lives.cohort[0],
        lives=lives,
        stays={name: _stays(lives, name, dates) for name in FUTURES},
        paid={
            name: dict(zip(payers, money[0].sum(axis=0).tolist(), strict=True))
            for name, money in zip(FUTURES, map(cash.paid_in, FUTURES), strict=True)
        },
        parts=dates[apart[0]] if len(apart) else None,
        fresh=future.recorded.engine != "citizens",
    )


def _stays(lives: Lives, future: Side, dates: tuple[date, ...]) -> tuple[Stay, ...]:
    """A stay that is seen at the end of a step began within it."""
    stays = []
    for state, first, final in lives.spells(0, future):
        last = min(final + 1, len(dates) - 1)
        stays.append(Stay(state, dates[first], dates[last], last - first))
    return tuple(stay for stay in stays if stay.steps > 0 or len(stays) == 1)
