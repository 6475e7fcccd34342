"""A run: blocks of draws through every room, on all cores, to one result.

Each block is computed three times over: with chance (``counts`` or ``citizens``), without
(``expected``), and without chance with a fresh business cycle, which separates the cycle's part of
the variance from that of the parameters (the first draws only). Blocks are anchored at absolute
draw numbers and joined in their order, so neither threads nor block size can change a result.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from simlab.engine.cost import Engine, choose_engine
from simlab.engine.simulate import BLOCK, blocks, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.clocks import has_window
from simlab.model.model import Compiled, compile_study
from simlab.risk.figures import figures
from simlab.risk.result import Result
from simlab.risk.summary import summarise
from simlab.risk.tally import Balances, Tally, balances, join, tally
from simlab.study.grammar import Resets
from simlab.study.study import Study

Progress = Callable[[int, int], None]  # draws done, draws in all
STOPPED_DRAWS = 1_000
CLOCK_DRAWS = 256
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
    parts = in_parallel(
        list(blocks(count, block)),
        partial(_one_block, compiled, chosen),
        threads,
        progress,
        count,
    )
    total = join([part[0] for part in parts])
    without = join([part[1] for part in parts])
    fresh = {name: np.concatenate([part[2][name] for part in parts]) for name in study.perspectives}
    stopped = _if_stopped(study, min(count, STOPPED_DRAWS), threads, block)
    bounds = _clock_bounds(study, min(count, CLOCK_DRAWS), threads, block)
    result = summarise(total, without, fresh, chosen, stopped, bounds)
    return Run(result, total, without, chosen)


def _one_block(
    compiled: Compiled, engine: Engine, start: int, stop: int
) -> tuple[Tally, Balances, dict[str, np.ndarray]]:
    """A block with all layers, without chance, and with a fresh cycle: start to stop."""
    numbers = compiled.block(start, stop)
    cash = cash_flow(simulate_block(compiled, numbers, "expected"))
    without = balances(cash)
    if engine != "expected":
        cash = cash_flow(simulate_block(compiled, numbers, engine))
    total = tally(cash)
    last = min(stop, FRESH_DRAWS)
    first = max(last - start, 0)  # how many draws of this block get a fresh cycle
    names = compiled.study.perspectives
    fresh = {name: without.net_present_value(name)[:first] for name in names}
    if compiled.study.form.business_cycle is not None and first > 0:
        again = compiled.block(start, last, cycle="fresh business cycle")
        anew = balances(cash_flow(simulate_block(compiled, again, "expected")))
        fresh = {name: anew.net_present_value(name) for name in names}
    return total, without, fresh


def _without_chance(compiled: Compiled, start: int, stop: int) -> Balances:
    return balances(cash_flow(simulate_block(compiled, compiled.block(start, stop), "expected")))


def in_parallel(
    spans: list[tuple[int, int]],
    work: Callable[[int, int], Any],
    threads: int,
    progress: Progress | None,
    count: int,
) -> list[Any]:
    """The work of every span, in their order; an interruption drops what has not begun."""
    results: dict[int, Any] = {}
    done = 0
    stop = threading.Event()

    def guarded(start: int, end: int) -> Any:
        return None if stop.is_set() else work(start, end)

    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        futures = {pool.submit(guarded, *span): span for span in spans}
        try:
            for future in as_completed(futures):
                span = futures[future]
                results[span[0]] = future.result()
                done += span[1] - span[0]
                if progress:
                    progress(done, count)
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [results[start] for start, _ in spans]


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


def _if_stopped(study: Study, draws: int, threads: int, block: int) -> dict[str, Any] | None:
    """For a permanent plan: its payback, without chance, if it is stopped after n years."""
    if not is_permanent(study):
        return None
    found = {}
    for years in range(2, int(study.timeline.years), 2):
        last_day = date.fromordinal(
            study.timeline.end_of(round(years * study.timeline.steps_per_year)).toordinal() - 1
        )
        ended = study.replace({"plan.until": last_day})
        found[str(years)] = _payback_without_chance(ended, draws, threads, block)
    return found


def _clock_bounds(study: Study, draws: int, threads: int, block: int) -> dict[str, Any] | None:
    """Payback, without chance, if clocks with a window forget earlier absences, and if not.

    The exact history of a window does not fit a cell; the truth lies between the two.
    """
    windows = [
        name
        for name, clock in study.form.clocks.items()
        if isinstance(clock.resets, Resets) and has_window(clock.resets)
    ]
    if not windows:
        return None
    return {
        "draws": draws,
        **{
            key: _payback_without_chance(
                study.replace({f"clocks.{name}.forgets": forgets for name in windows}),
                draws,
                threads,
                block,
            )
            for key, forgets in (("forgotten", True), ("never_forgotten", False))
        },
    }


def _payback_without_chance(study: Study, draws: int, threads: int, block: int) -> dict[str, Any]:
    """The payback figures of a variant of the study in its own perspective."""
    work = partial(_without_chance, compile_study(study))
    spans = list(blocks(draws, min(block, 64)))
    parts = in_parallel(spans, work, threads, None, draws)
    seen = join(parts).paybacks[study.perspective]
    found: dict[str, Any] = figures(seen, study.timeline.dates)["payback"]
    return found
