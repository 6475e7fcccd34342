"""One draw of a run, computed again alone: what the world was like, and what became of the money.

A draw is an address, so alone it is what it was among the others; `Future.same` says whether its
payback and net present value are those that the run wrote down, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.finance.budget_years import by_year
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.model.compiled import compile_study
from simlab.model.cycle import path as cycle_path
from simlab.observe.payback import payback
from simlab.replay.recorded import KEPT, Recorded
from simlab.result.in_use import parameters
from simlab.risk.payback import Payback
from simlab.study.futures import FUTURES
from simlab.study.key_path import dotted

MOST = 6  # figures of the world that are told


@dataclass(frozen=True)
class DrawnQuantity:
    """An uncertain figure in this future; ``above`` is the share of futures in which it is less."""

    path: str
    value: float
    above: float


@dataclass(frozen=True)
class Future:
    """One draw of a run.

    paybacks : by perspective, of this one draw
    world    : the uncertain figures, those that matter most first
    cycle    : calendar year → the mean of the cycle in standard deviations; empty without a cycle
    money    : calendar year → cost and saving as the study's own perspective sees them, kr.; they
        sum to its balance
    people   : state → heads at the horizon without and with the plan
    same     : whether this is what the run has recorded, to the bit
    """

    recorded: Recorded
    draw: int
    histories: Histories
    cash: CashFlow
    paybacks: dict[str, Payback]
    world: tuple[DrawnQuantity, ...]
    cycle: dict[int, float]
    money: dict[int, tuple[float, float]]
    people: dict[str, tuple[float, float]]
    same: bool


def future(run: Recorded, draw: int) -> Future:
    """Draw number ``draw`` of a run, from 0; IndexError where the run has fewer."""
    if not 0 <= draw < run.count:
        raise IndexError(f"the run has draws 0 to {run.count - 1:,}")
    study = run.study
    compiled = compile_study(study)
    block = compiled.block(draw, draw + 1, whole=run.engine != "expected")
    histories = simulate_block(compiled, block, run.engine)
    cash = cash_flow(histories)
    paybacks = {name: payback(cash, name) for name in study.perspectives}
    states = study.names.states
    before, after = (histories.people(name)[0, -1] for name in FUTURES)
    return Future(
        recorded=run,
        draw=draw,
        histories=histories,
        cash=cash,
        paybacks=paybacks,
        world=_world(run, draw),
        cycle=_cycle(histories),
        money=_money(cash),
        people={s: (float(before[i]), float(after[i])) for i, s in enumerate(states)},
        same=_same(run, draw, paybacks),
    )


def _same(run: Recorded, draw: int, paybacks: dict[str, Payback]) -> bool:
    pairs = [
        (run.draws[dotted(name, column)][draw], figure)
        for name, payback in paybacks.items()
        for column, figure in zip(KEPT, (payback.years[0], payback.peak[0]), strict=True)
    ]
    return all(recorded == figure for recorded, figure in pairs)


def _world(run: Recorded, draw: int) -> tuple[DrawnQuantity, ...]:
    """The figures that matter most to the payback; without that, those farthest from the middle."""
    figures = []
    for path in parameters(run.study):
        column = run.draws[path]
        figures.append(
            DrawnQuantity(path, float(column[draw]), float((column < column[draw]).mean()))
        )
    order = {path: n for n, path in enumerate(run.explained_by)}
    matter = [figure for figure in figures if figure.path in order]
    if matter:
        return tuple(sorted(matter, key=lambda figure: order[figure.path])[:MOST])
    return tuple(sorted(figures, key=lambda figure: -abs(figure.above - 0.5))[:MOST])


def _cycle(histories: Histories) -> dict[int, float]:
    study, values = histories.study, histories.block.values
    cycle = study.form.business_cycle
    if cycle is None:
        return {}
    x = cycle_path(study, values)[0] / values[cycle.sd][0]
    year = np.array([study.timeline.year_of(t) for t in range(1, study.timeline.steps + 1)])
    return {int(y): float(x[year == y].mean()) for y in np.unique(year)}


def _money(cash: CashFlow) -> dict[int, tuple[float, float]]:
    study = cash.study
    flows = cash.seen_by(study.perspective)
    saving, cost = (by_year(study, money.T)[:, 0] for money in flows)
    return {
        year: (float(cost[y]), float(saving[y]))
        for y, year in enumerate(study.timeline.calendar_years)
    }
