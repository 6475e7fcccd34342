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

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from simlab.engine.simulate import blocks
from simlab.engine.work import Engine, choose_engine
from simlab.finance.central_world import central_world
from simlab.model.compiled import Compiled, compile_study
from simlab.observe.hundred_lives import Hundred, hundred
from simlab.result.answer import Answer, ClockBounds
from simlab.result.certified import Certified
from simlab.result.draw_table import DrawTable, Gathering
from simlab.result.draws import WITHOUT_CHANCE, Balances, Draws
from simlab.result.figures import PaybackFigures
from simlab.result.in_use import parameters
from simlab.result.summarise import summarise
from simlab.result.warnings import study_warnings
from simlab.risk.stopping import Look, look, looks
from simlab.risk.target import Target
from simlab.runs.block import drawn
from simlab.runs.checkpoint import Checkpoint
from simlab.runs.options import RunOptions
from simlab.runs.parallel import Progress, Task, in_parallel
from simlab.runs.precompile import compiled_ahead
from simlab.runs.without_chance import (
    CLOCK_DRAWS,
    Variant,
    own_bound,
    payback_figures,
    payback_without_chance,
    variants,
)
from simlab.study.study import Study


@dataclass(frozen=True)
class Run:
    """An answer with the columns by draw that it was made from.

    look : what the last look at the target saw, where there was a target
    """

    answer: Answer
    total: Draws
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
    options: RunOptions = RunOptions(),
    *,
    draws: int | None = None,
    engine: str = "auto",
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    until: Target | None = None,
) -> Run:
    """Simulate ``draws`` draws of a study and summarise them.

    checkpoint : blocks on disk, from which the run goes on and where it leaves its own
    until : stop at the first look at which a figure is sure enough; ``draws`` is then the cap
    """
    threads, cluster = options.threads, options.cluster
    compiled = compile_study(study)
    chosen = choose_engine(study, engine)
    count = study.draws if draws is None else draws
    others, varied = variants(study, count), {}
    last_look, central, lives = None, None, None
    away = 0 if cluster is None else cluster.most
    with compiled_ahead(study, chosen, threads, lives=options.lives) as ready:
        find = (
            _finder(compiled, chosen, ready) if cluster is None else cluster.finder(study, chosen)
        )
        drawing = _Drawing(find, options, checkpoint)
        for stage in [count] if until is None else looks(count):
            begins = drawing.gathered.draws == 0
            tasks, done = drawing.tasks(stage)
            if begins:  # variants, what the study alone tells (remembered), lives asked for
                first: list[Callable[[], object]] = [partial(central_world, compiled)]
                first += [partial(_varied, other, chosen, checkpoint) for other in others]
                first += [partial(told, study) for told in (parameters, study_warnings)]
                tasks = [*map(Task, first), *tasks]
                if options.lives and until is None:
                    tasks.append(Task(partial(_hundred, compiled, chosen, count, ready)))
            results = in_parallel(tasks, threads, progress, stage, done, away)
            if begins:
                central, *rest = results
                varied = dict(zip(others, rest, strict=False))
                lives = rest[-1] if options.lives and until is None else None
            if until is not None:
                payback = Draws(study, drawing.gathered.whole()).payback(study.perspective)
                last_look = look(until, until.estimate(payback), stage)
                if last_look.met:
                    break
    if checkpoint is not None:
        checkpoint.flush()
    if until is not None:  # the study whose run this is
        study = study.replace({"draws": drawing.gathered.draws})
        lives = hundred(compiled, chosen, drawing.gathered.draws) if options.lives else None
    total = Draws(study, drawing.gathered.whole())
    answer = summarise(
        total,
        chosen,
        threads=threads,
        if_stopped={int(v.name): of for v, of in varied.items() if v.kind == "if_stopped" and of},
        clock_bounds=_clock_bounds(total, varied),
        lives=lives,
        central=central,
        look=last_look,
    )
    return Run(answer, total, chosen, last_look)


def _clock_bounds(
    total: Draws, varied: Mapping[Variant, PaybackFigures | None]
) -> ClockBounds | None:
    """What was found at both bounds of the clocks; None without a window, or where one of them has
    too many cells."""
    bounds = {one.name: figures for one, figures in varied.items() if one.kind == "clock_bounds"}
    draws = min(len(total), CLOCK_DRAWS)
    own = own_bound(total.study)
    if own is not None:
        few = total.table.head(draws)
        bounds[own] = payback_figures(Balances(total.study, few, WITHOUT_CHANCE))
    forgotten, never = bounds.get("forgotten"), bounds.get("never_forgotten")
    return None if forgotten is None or never is None else ClockBounds(draws, forgotten, never)


def _varied(
    variant: Variant, engine: Engine, checkpoint: Checkpoint | None
) -> PaybackFigures | None:
    find = partial(payback_without_chance, variant, whole=engine != "expected")
    return find() if checkpoint is None else checkpoint.variant(variant, find)


Find = Callable[[int, int], DrawTable]  # the draws from start to stop


def _finder(compiled: Compiled, engine: Engine, ready: Callable[[], object]) -> Find:
    """What computes a block here."""
    return lambda start, stop: drawn(compiled, engine, start, stop, ready)


def _hundred(
    compiled: Compiled, engine: Engine, draws: int, ready: Callable[[], object]
) -> Hundred | None:
    """Single lives, when the engine that leads them has been compiled."""
    ready()
    return hundred(compiled, engine, draws)


# ── which draws ──

Span = tuple[int, int]
SMALL_BLOCK = 64  # draws of each of the last blocks, so that threads end together


@dataclass(frozen=True)
class _Drawing:
    """A table of draws that grows: from blocks on disk, and from those that are computed."""

    find: Find
    options: RunOptions
    checkpoint: Checkpoint | None
    gathered: Gathering = field(default_factory=Gathering)

    def tasks(self, last: int) -> tuple[list[Task], int]:
        """What computes the draws to ``last`` that are not there yet, and how many are."""
        first, cluster = self.gathered.draws, self.options.cluster
        workers = self.options.threads if cluster is None else self.options.away
        self.gathered.extend(last)
        there = self._read(first, last)
        spans = _spans(_missing(there, first, last), self.options.block, workers)
        tasks = [
            Task(partial(self._block, start, stop), stop - start, cluster is not None)
            for start, stop in spans
        ]
        return tasks, first + sum(stop - start for start, stop in there)

    def _block(self, start: int, stop: int) -> None:
        """Find the draws start to stop, put them in their place, and have them written."""
        block = self.find(start, stop)
        self.gathered.put(block)
        if self.checkpoint is not None:
            self.checkpoint.keep(block)

    def _read(self, first: int, last: int) -> list[Span]:
        """Put the blocks from disk that lie between two draws in their place; which they are."""
        there: list[Span] = []
        if self.checkpoint is None:
            return there
        reached = first
        for start, stop in self.checkpoint.spans():
            if reached <= start < stop <= last:  # blocks of two cuttings may overlap
                block = self.checkpoint.read((start, stop))
                if block is not None:
                    self.gathered.put(block)
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
