"""Plans compared: the same draws and the same chance in all of them.

    compared = simlab.compare({"today": study, "bolder": bolder})
    compared.against("bolder")

A figure is addressed by its key path, so all plans draw the same values of what they share; the
business cycle and the lives without a plan are addressed too. The engine is ``citizens``, which
draws each life without a plan first and lets the plan follow it: the lives are then the same in
every plan, one by one (docs/decisions/0014). ``expected`` leaves chance out; ``counts`` draws both
futures at once, so that plans share their baseline in law only.

Plans of different citizens are refused, since the difference would not be the plans'.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np

from simlab.engine.simulate import Histories, blocks, simulate_block
from simlab.engine.time_limit import refuse_what_takes_too_long
from simlab.engine.work import Engine
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import Compiled, compile_study
from simlab.result.comparison import MARKS, Comparison, Contender
from simlab.result.draw_table import DrawTable, Gathering
from simlab.result.draws import Balances, balances
from simlab.result.in_use import parameters
from simlab.runs.forecast import with_each_engine
from simlab.runs.options import RunOptions
from simlab.runs.parallel import Progress, Task, in_parallel
from simlab.runs.precompile import compiled_ahead
from simlab.study.arguments import at_least, public
from simlab.study.baseline import differing, on_one_axis
from simlab.study.errors import Problem, refuse
from simlab.study.study import Study
from simlab.study.unseen import unseen, visible

Asked = Literal["auto", "expected", "counts", "citizens"]


@public
def compare(
    plans: Mapping[str, Study],
    draws: int | None = None,
    *,
    engine: Asked = "auto",
    any_baseline: bool = False,
    options: RunOptions = RunOptions(),
    progress: Progress | None = None,
) -> Comparison:
    """Set plans against the first of them, by name, on ``draws`` draws in common.

    Draws, seed and perspective are the first study's. StudyError where a study's people, behaviour
    or money are not those of the first, unless ``any_baseline``; always where start, years or step
    differ, for a name that holds what nobody sees, and for what would take longer than the time
    limit of the ``options``. ValueError with fewer than two plans.
    """
    if len(plans) < 2:
        raise ValueError(f"plans holds {len(plans)}; a comparison needs two or more")
    if draws is not None:
        at_least("draws", draws, 1)
    refuse([Problem("plans", visible(name), text) for name in plans if (text := unseen(name))])
    first, *others = plans.values()
    notes = _same_baseline(first, others, any_baseline)
    count = first.draws if draws is None else draws
    same = {"seed": first.seed, "draws": count, "perspective": first.perspective}
    studies = {name: study.replace(same) for name, study in plans.items()}
    wanted = first.engine if engine == "auto" else engine
    chosen: Engine = "citizens" if wanted == "auto" else wanted
    _refuse_a_long_comparison(list(studies.values()), chosen, options)
    columns = {name: _Columns(study, count) for name, study in studies.items()}
    with compiled_ahead(next(iter(studies.values())), chosen, options.threads) as ready:
        tasks = [
            Task(partial(plan.fill, chosen, ready, *span), span[1] - span[0])
            for span in blocks(count, options.block)
            for plan in columns.values()
        ]
        in_parallel(tasks, options.threads, progress, count * len(columns))
    contenders = tuple(plan.contender(name) for name, plan in columns.items())
    return Comparison(contenders, chosen, notes)


def _refuse_a_long_comparison(studies: list[Study], chosen: Engine, options: RunOptions) -> None:
    each = [with_each_engine(study, options) for study in studies]
    total = {engine: sum(seconds[engine] for seconds in each) for engine in each[0]}
    what = f"{len(studies)} plans of {studies[0].form.draws:,} draws"
    refuse_what_takes_too_long(studies[0], what, total, chosen, options.time_limit)


def _same_baseline(first: Study, others: list[Study], any_baseline: bool) -> tuple[str, ...]:
    """Refuse other citizens; what is let through is told, as notes."""
    notes = []
    for other in others:
        problems = differing(first, other)
        if problems and not (any_baseline and on_one_axis(first, other)):
            text = "not the same citizens without the plan, so differences would not be the plans'"
            hint = "" if not on_one_axis(first, other) else "; --any-baseline compares all the same"
            refuse([*problems, Problem(other.tree.main, "", text + hint)])
        notes += [f"{problem.file} {problem.path} {problem.message}" for problem in problems]
    return tuple(dict.fromkeys(notes))


class _Columns:
    """The columns of one plan, which its blocks fill."""

    def __init__(self, study: Study, draws: int):
        self.study, self.compiled = study, compile_study(study)
        self.gathered = Gathering(draws)

    def fill(self, engine: Engine, ready: object, start: int, stop: int) -> None:
        """Simulate draws start to stop, and keep what a comparison needs of them."""
        if engine != "expected" and callable(ready):
            ready()
        histories = _simulated(self.compiled, engine, start, stop)
        sampled = histories.block.values.sampled
        figures = {path: sampled[path] for path in parameters(self.study)}
        of_lives = {MARKS: marks(histories)}
        self.gathered.put(DrawTable(balances(cash_flow(histories)) | figures | of_lives, start))

    def contender(self, name: str) -> Contender:
        return Contender(name, self.study, Balances(self.study, self.gathered.whole()))


def _simulated(compiled: Compiled, engine: Engine, start: int, stop: int) -> Histories:
    block = compiled.block(start, stop, whole=engine != "expected")
    return simulate_block(compiled, block, engine)


def marks(histories: Histories) -> np.ndarray:
    """(draws,) int64: a sum of head counts without the plan, by state and step, with weights that
    no two different histories share but by an accident of 1 in 2^64."""
    people = histories.people("baseline")
    if people.dtype != np.int64:  # expected numbers: to a millionth of a citizen
        people = np.rint(people * 1e6).astype(np.int64)
    weights = np.arange(1, people[0].size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    weights ^= weights >> np.uint64(29)
    weights *= np.uint64(0xBF58476D1CE4E5B9)
    flat = people.reshape(len(people), -1).astype(np.uint64)
    return np.asarray((flat * (weights | np.uint64(1))).sum(axis=1, dtype=np.uint64)).astype(
        np.int64
    )
