"""A programme's published figures, predicted from what could be known before it began.

A study under ``configs/backtest`` extends the programme and replaces what was learnt in it: an
effect that was measured there gives way to the sceptical prior. It is simulated with every layer of
uncertainty, and each published figure is set beside the distribution of its observable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from simlab.backtest.scores import Score, score
from simlab.engine.simulate import blocks, simulate_block
from simlab.engine.time_limit import refuse_what_takes_too_long
from simlab.engine.work import Engine, choose_engine
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import Compiled, compile_study
from simlab.observe.published import Claim, Observed, claims, observed
from simlab.observe.subcohort import in_one_future
from simlab.observe.threshold import with_needed
from simlab.result.warnings import StudyWarning, of_kind
from simlab.runs.forecast import with_each_engine
from simlab.runs.options import RunOptions
from simlab.runs.parallel import Task, in_parallel
from simlab.study.reading import shipped_configs
from simlab.study.study import Study

DRAWS = 1_000
BLOCK = 128
DOUBTED = 0.15


@dataclass(frozen=True, slots=True)
class Prediction:
    """A study: its title, its claims with the scores of outcomes, and its unproven effects."""

    name: str
    title: dict[str, str]
    engine: str
    claims: tuple[Claim, ...]
    scores: tuple[Score | None, ...]
    unproven: tuple[StudyWarning, ...]

    @property
    def programme(self) -> str:
        """What it is a study of: two of one programme are told apart after a comma."""
        return self.title["en"].partition(",")[0]


def shipped() -> dict[str, Path]:
    """The studies of the backtest by name."""
    files = (shipped_configs() / "backtest").glob("*.toml")
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def refuse_a_long_prediction(study: Study, draws: int, options: RunOptions) -> None:
    """StudyError, with the forecast, for what would take more than the time limit."""
    each = with_each_engine(study, replace(options, block=BLOCK), draws)
    engine, limit = choose_engine(study), options.time_limit
    refuse_what_takes_too_long(study, f"{draws:,} draws", each, engine, limit)


def predict(study: Study, draws: int = DRAWS, threads: int = 1) -> Prediction:
    """Simulate a study and set its published figures beside the draws."""
    compiled = compile_study(study)
    engine = choose_engine(study)
    tasks = [Task(partial(_block, compiled, engine, *span)) for span in blocks(draws, BLOCK)]
    parts = in_parallel(tasks, threads, None, draws)
    seen = Observed.joined(parts)
    rows = claims(study, seen)
    return Prediction(
        study.name,
        study.title,
        engine,
        with_needed(study, rows),
        tuple(
            score(study, number, row, *(of[: row.draws, number] for of in seen[:2]))
            for number, row in enumerate(rows)
        ),
        tuple(of_kind(study, "unproven")),
    )


def _block(compiled: Compiled, engine: Engine, start: int, stop: int) -> Observed:
    """What is found; where two arms of a sample differ, without the plan: by chance alone."""
    block = compiled.block(start, stop, whole=engine != "expected")
    seen = observed(cash_flow(simulate_block(compiled, block, engine)), apart=stop)
    figures = compiled.study.form.published
    arms = [k for k, f in enumerate(figures) if f.sample and f.seen_in in ("difference", "ratio")]
    if arms:
        idle = simulate_block(compiled, in_one_future(block, "baseline"), engine)
        seen.without[:, arms] = observed(cash_flow(idle), apart=stop).found[:, arms]
    return seen


def disbelieved(prediction: Prediction) -> list[Claim]:
    """What was said of the programme, and is reached in fewer than 15 futures of 100.

    Effects are measured, so that an effect outside the range speaks against the simulator; an
    account or an expectation that is hardly ever reached is a claim that the simulator doubts.
    """
    return [
        claim
        for claim in prediction.claims
        if claim.kind != "effect"
        and claim.chance_reached is not None
        and claim.chance_reached < DOUBTED
    ]
