"""A run: blocks of draws through every room, on all cores, to one result.

Each block is computed three times over: with chance (``counts`` or ``citizens``), without
(``expected``), and without chance with a fresh business cycle, which separates the cycle's part of
the variance from that of the parameters (the first draws only). Blocks are anchored at absolute
draw numbers and written where these belong, so neither threads nor block size can change a result.
Variants of the study that a run also looks at are tasks beside the blocks, and begin first, so that
the smaller blocks even out when the threads end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from simlab.engine.cost import Engine, choose_engine
from simlab.engine.simulate import BLOCK, blocks, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.finance.recomputable import central_world
from simlab.model.clocks import has_window
from simlab.model.model import Compiled, compile_study
from simlab.risk.figures import figures
from simlab.risk.lives import Hundred, hundred
from simlab.risk.result import Result
from simlab.risk.summary import summarise
from simlab.risk.tally import Balances, Gathering, Tally, balances, tally
from simlab.runs.ahead import compiled_ahead
from simlab.study.grammar import Resets
from simlab.study.study import Study

Progress = Callable[[int, int], None]  # draws done, draws in all
STOPPED_DRAWS = 1_000
CLOCK_DRAWS = 256
SMALL_BLOCK = 64  # as many draws as the engine ``expected`` has side by side
FRESH_DRAWS = 2_048  # enough to tell the share of the cycle to half a point


@dataclass(frozen=True)
class Run:
    """A result with the columns by draw that it was made from."""

    result: Result
    total: Tally
    without_chance: Balances
    engine: Engine


def run(
    study: Study,
    *,
    draws: int | None = None,
    engine: str = "auto",
    threads: int = 1,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Run:
    """Simulate ``draws`` draws of a study and summarise them."""
    compiled = compile_study(study)
    chosen = choose_engine(study, engine)
    count = study.form.draws if draws is None else draws
    first = min(count, FRESH_DRAWS)
    fresh = {name: np.empty(first) for name in study.perspectives}
    gathered = Gathered(Gathering(count), Gathering(count), fresh)
    stops, ends = _stops(study, count), _ends_of_windows(study, count)
    tasks = [Task(partial(_payback_without_chance, study, one)) for one in (*stops, *ends)]
    tasks.append(Task(partial(central_world, compiled)))
    with compiled_ahead(study, chosen, threads) as ready:
        tasks += [
            Task(partial(_one_block, compiled, chosen, gathered, ready, *span), span[1] - span[0])
            for span in _spans(count, block, threads)
        ]
        tasks.append(Task(partial(_hundred, compiled, chosen, count, ready)))
        *found_first, lives = in_parallel(tasks, threads, progress, count)
    found = iter(found_first)
    stopped = {one.name: next(found) for one in stops}
    bounds = {"draws": ends[0].draws, **{one.name: next(found) for one in ends}} if ends else None
    central = next(found)
    total, without = gathered.total.whole(), gathered.without_chance.whole()
    result = summarise(total, without, fresh, chosen, stopped, bounds, lives)
    return Run(replace(result, central=central), total, without, chosen)


@dataclass(frozen=True)
class Gathered:
    """The columns of a run, which its blocks fill.

    fresh : perspective → (first draws,) net present value with a fresh business cycle
    """

    total: Gathering[Tally]
    without_chance: Gathering[Balances]
    fresh: dict[str, np.ndarray]


def _spans(draws: int, block: int, threads: int) -> list[tuple[int, int]]:
    """Blocks, the last of them smaller, so that no thread waits long for another at the end."""
    spans, small = list(blocks(draws, block)), min(block, SMALL_BLOCK)
    if threads == 1:
        return spans
    whole, last = spans[: -2 * threads], spans[-2 * threads :]
    return whole + [cut for start, end in last for cut in blocks(end - start, small, start)]


def _one_block(
    compiled: Compiled,
    engine: Engine,
    gathered: Gathered,
    ready: Callable[[], object],
    start: int,
    stop: int,
) -> None:
    """A block with all layers, without chance, and with a fresh cycle: start to stop."""
    numbers = compiled.block(start, stop)
    cash = cash_flow(simulate_block(compiled, numbers, "expected"))
    without = balances(cash)
    gathered.without_chance.put(without)
    if engine != "expected":
        ready()
        cash = cash_flow(simulate_block(compiled, numbers, engine))
    gathered.total.put(tally(cash))
    last = min(stop, FRESH_DRAWS)
    if start >= last:
        return
    if compiled.study.form.business_cycle is not None:
        again = compiled.block(start, last, cycle="fresh business cycle")
        without = balances(cash_flow(simulate_block(compiled, again, "expected")))
    for name, value in gathered.fresh.items():
        value[start:last] = without.net_present_value(name)[: last - start]


def _hundred(
    compiled: Compiled, engine: Engine, draws: int, ready: Callable[[], object]
) -> Hundred | None:
    """Single lives, when the engine that leads them has been compiled."""
    ready()
    return hundred(compiled, engine, draws)


@dataclass(frozen=True, slots=True)
class Task:
    """Work for one thread, and the draws that are done with it."""

    work: Callable[[], Any]
    draws: int = 0


def in_parallel(
    tasks: list[Task], threads: int, progress: Progress | None, count: int
) -> list[Any]:
    """What each task gives, in their order; an interruption drops those that have not begun."""
    stop = threading.Event()

    def guarded(task: Task) -> Any:
        return None if stop.is_set() else task.work()

    done = 0
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        futures = {pool.submit(guarded, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                future.result()
                done += futures[future].draws
                if progress:
                    progress(done, count)
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [future.result() for future in futures]


def is_permanent(study: Study) -> bool:
    """Whether the plan goes on, at a cost, to the horizon and beyond."""
    plan = study.form.plan
    if plan.until is not None:
        return False
    lines = any(line.per_year is not None for line in plan.cost.lines.values())
    citizens = any(cost.until is None for cost in plan.cost_per_citizen.values())
    treated = any(e.cost_per_treated_per_month is not None and e.until is None for e in plan.effect)
    if plan.enrolment is not None and plan.enrolment.until is None:
        treated = treated or plan.enrolment.cost_per_enrolled_per_month is not None
    workers = plan.caseload is not None and plan.caseload.cost_per_worker_per_year is not None
    return lines or citizens or treated or workers


@dataclass(frozen=True, slots=True)
class Variant:
    """The study with some values replaced, of which a run wants the payback without chance."""

    name: str
    values: dict[str, Any]
    draws: int


def _stops(study: Study, draws: int) -> list[Variant]:
    """A permanent plan stopped after n years."""
    if not is_permanent(study):
        return []
    timeline, found = study.timeline, []
    for years in range(2, int(timeline.years), 2):
        after = timeline.end_of(round(years * timeline.steps_per_year))
        last_day = date.fromordinal(after.toordinal() - 1)
        found.append(Variant(str(years), {"plan.until": last_day}, min(draws, STOPPED_DRAWS)))
    return found


def _ends_of_windows(study: Study, draws: int) -> list[Variant]:
    """Clocks with a window that forget earlier absences on every return, and that never do.

    The exact history of a window does not fit a cell; the truth lies between the two.
    """
    windows = [
        f"clocks.{name}.forgets"
        for name, clock in study.form.clocks.items()
        if isinstance(clock.resets, Resets) and has_window(clock.resets)
    ]
    ends = {"forgotten": True, "never_forgotten": False} if windows else {}
    return [
        Variant(name, dict.fromkeys(windows, forgets), min(draws, CLOCK_DRAWS))
        for name, forgets in ends.items()
    ]


def _payback_without_chance(study: Study, variant: Variant) -> dict[str, Any]:
    """The payback figures of a variant of the study in its own perspective."""
    varied = study.replace(variant.values)
    compiled = compile_study(varied)
    gathered: Gathering[Balances] = Gathering(variant.draws)
    for span in blocks(variant.draws, SMALL_BLOCK):
        numbers = compiled.block(*span)
        gathered.put(balances(cash_flow(simulate_block(compiled, numbers, "expected"))))
    seen = gathered.whole().paybacks[varied.perspective]
    found: dict[str, Any] = figures(seen, varied.timeline.dates)["payback"]
    return found
