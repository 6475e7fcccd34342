"""A run: blocks of draws through every room, on all cores, to one result.

Blocks (`block`) are anchored at absolute draw numbers and written where these belong, so neither
threads nor block size can change a result; nor can who computed them, and when: those that an
earlier run left on disk (`checkpoint`) are read, the others are computed, here or on a `cluster`,
and kept there. Variants of the study that a run also looks at are tasks beside the blocks, and
begin first, so that the smaller blocks even out when the threads end. With a target the run grows
from look to look until its figure is sure enough (`simlab.risk.stopping`), and is then the run of
so many draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from simlab.engine.cost import Engine, choose_engine
from simlab.engine.simulate import blocks
from simlab.finance.recomputable import central_world
from simlab.model.compiled import Compiled, compile_study
from simlab.observe.hundred_lives import Hundred, hundred
from simlab.result.answer import Answer, ClockBounds
from simlab.result.certified import Certified
from simlab.result.draw_table import DrawTable, Gathering
from simlab.result.draws import WITHOUT_CHANCE, Balances, Tally
from simlab.result.figures import PaybackFigures
from simlab.result.summarise import summarise
from simlab.risk.stopping import Look, look, looks
from simlab.risk.target import Target
from simlab.runs.block import drawn
from simlab.runs.checkpoint import Blocks
from simlab.runs.options import RunOptions
from simlab.runs.parallel import Progress, Task, in_parallel
from simlab.runs.precompile import compiled_ahead
from simlab.runs.without_chance import SMALL_BLOCK, Variant, payback_without_chance, variants
from simlab.study.study import Study


@dataclass(frozen=True)
class Run:
    """An answer with the columns by draw that it was made from.

    look : what the last look at the target saw, where there was a target
    """

    answer: Answer
    total: Tally
    engine: Engine
    look: Look | None = None

    @property
    def without_chance(self) -> Balances:
        """The same draws in expected numbers."""
        return Balances(self.study, self.total.table, WITHOUT_CHANCE)

    @property
    def study(self) -> Study:
        """The study with as many draws as were made."""
        return self.total.study

    def with_certificate(self, certificate: Certified | None) -> Run:
        """The run with what its study's certificate says, which report and summary then show."""
        return replace(self, answer=replace(self.answer, certificate=certificate))


def run(
    study: Study,
    options: RunOptions = RunOptions(),  # noqa: B008  (frozen)
    *,
    draws: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
    kept: Blocks | None = None,
    until: Target | None = None,
) -> Run:
    """Simulate ``draws`` draws of a study and summarise them.

    kept : blocks on disk, from which the run goes on and where it leaves its own
    until : stop at the first look at which a figure is sure enough; ``draws`` is then the cap
    """
    threads, cluster = options.threads, options.cluster
    compiled = compile_study(study)
    chosen = choose_engine(study, engine)
    count = study.form.draws if draws is None else draws
    others, found = variants(study, count), {}
    gathered, seen, central, lives = Gathering(), None, None, None
    stages = [count] if until is None else looks(count)
    away = 0 if cluster is None else cluster.most
    workers = threads if cluster is None else max(cluster.cores, 1)
    with compiled_ahead(study, chosen, threads) as ready:
        find = (
            _finder(compiled, chosen, ready) if cluster is None else cluster.finder(study, chosen)
        )
        for stage in stages:
            first, last = gathered.draws, stage
            gathered.extend(last)
            there = _read(kept, gathered, first, last)
            tasks = [Task(partial(_varied, one, chosen, kept)) for one in others if not first]
            tasks += [
                Task(partial(_one_block, find, gathered, kept, *span), span[1] - span[0], away > 0)
                for span in _spans(_missing(there, first, last), options.block, workers)
            ]
            if not first:  # the world of figures at their means, and lives where draws are known
                tasks.insert(0, Task(partial(central_world, compiled)))
                if until is None:
                    tasks.append(Task(partial(_hundred, compiled, chosen, count, ready)))
            done = first + sum(stop - start for start, stop in there)
            gave = in_parallel(tasks, threads, progress, last, done, away)
            if not first:
                central, *told_apart = gave
                found = dict(zip(others, told_apart, strict=False))
                lives = gave[-1] if until is None else None
            if until is not None:
                payback = Tally(study, gathered.whole()).payback(study.perspective)
                seen = look(until, until.estimate(payback), last)
                if seen.met:
                    break
    if kept is not None:
        kept.flush()
    if until is not None:  # the study whose run this is
        study = study.replace({"draws": gathered.draws})
        lives = hundred(compiled, chosen, gathered.draws)
    total = Tally(study, gathered.whole())
    answer = summarise(
        total,
        chosen,
        if_stopped={int(one.name): of for one, of in found.items() if one.kind == "if_stopped"},
        clock_bounds=_clock_bounds(found),
        lives=lives,
        central=central,
        seen=seen,
    )
    return Run(answer, total, chosen, seen)


def _clock_bounds(found: dict[Variant, PaybackFigures]) -> ClockBounds | None:
    """What was found at both bounds of the clocks, where it was looked at."""
    bounds = {one.name: one for one in found if one.kind == "clock_bounds"}
    if not bounds:
        return None
    forgotten, kept = bounds["forgotten"], bounds["never_forgotten"]
    return ClockBounds(forgotten.draws, found[forgotten], found[kept])


def _varied(variant: Variant, engine: Engine, kept: Blocks | None) -> PaybackFigures:
    find = partial(payback_without_chance, variant, whole=engine != "expected")
    return find() if kept is None else kept.variant(variant, find)


Find = Callable[[int, int], DrawTable]  # the draws from start to stop


def _finder(compiled: Compiled, engine: Engine, ready: Callable[[], object]) -> Find:
    """What computes a block here."""
    return lambda start, stop: drawn(compiled, engine, start, stop, ready)


def _one_block(find: Find, gathered: Gathering, kept: Blocks | None, start: int, stop: int) -> None:
    """Find the draws start to stop, put them in their place, and have them written."""
    block = find(start, stop)
    gathered.put(block)
    if kept is not None:
        kept.keep(block)


def _hundred(
    compiled: Compiled, engine: Engine, draws: int, ready: Callable[[], object]
) -> Hundred | None:
    """Single lives, when the engine that leads them has been compiled."""
    ready()
    return hundred(compiled, engine, draws)


# ── which draws ──

Span = tuple[int, int]


def _read(kept: Blocks | None, gathered: Gathering, first: int, last: int) -> list[Span]:
    """Put the blocks from disk that lie between two draws in their place; which they are."""
    there: list[Span] = []
    reached = first
    for start, stop in [] if kept is None else kept.spans():
        if reached <= start < stop <= last:  # blocks of two cuttings may overlap
            block = kept.read((start, stop)) if kept is not None else None
            if block is not None:
                gathered.put(block)
                there.append((start, stop))
                reached = stop
    return there


def _missing(there: list[Span], first: int, last: int) -> Iterator[Span]:
    """The draws from first to last that no block holds, as spans."""
    for start, stop in [*there, (last, last)]:
        if first < start:
            yield first, start
        first = stop


def _spans(missing: Iterator[Span], block: int, threads: int) -> list[Span]:
    """Blocks, the last of them smaller, so that no thread waits long for another at the end."""
    spans = [cut for start, stop in missing for cut in blocks(stop - start, block, start)]
    small = min(block, SMALL_BLOCK)
    if threads == 1:
        return spans
    whole, last = spans[: -2 * threads], spans[-2 * threads :]
    return whole + [cut for start, stop in last for cut in blocks(stop - start, small, start)]
