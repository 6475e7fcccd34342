"""What a run will take: memory from the sizes of its arrays, time from measured speeds.

The constants were measured on two cores of an AMD EPYC (see docs/performance.md); another machine
is slower or faster, but seldom by more than a factor of three.
"""

from __future__ import annotations

from dataclasses import dataclass

from simlab.engine.simulate import choose_engine
from simlab.model.model import compile_study
from simlab.runs.run import FRESH_DRAWS
from simlab.study.errors import one_problem
from simlab.study.study import Study

MEGABYTE = 1e6
BASE_MEMORY = 350 * MEGABYTE  # Python with the libraries loaded
SECONDS_EXPECTED = 6e-9  # a cell in a step of a draw, both futures
SECONDS_COUNTS = 30e-9  # the same; less where cells are empty
SECONDS_NUMBERS = 18e-9  # everything else: a number in the arrays of a block
FILES_SECONDS = 8.0  # charts, report, workbook, parquet


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds and bytes of a run; cells counts those of all cohorts."""

    seconds: float
    peak_bytes: float
    cells: int
    cohorts: int


def forecast(study: Study, block: int, threads: int) -> Forecast:
    """Time and peak memory of a run with these settings."""
    compiled = compile_study(study)
    form, steps = study.form, study.timeline.steps
    draws = form.draws
    states, payers = len(study.names.states), len(form.payers)
    perspectives, cells = len(study.perspectives), len(compiled.chain)
    cohorts = len(compiled.cohorts)
    per_draw_kept = (steps + 1) * (2 * 8 * perspectives + 2 * 4 * payers + 2 * 4 * states)
    per_draw_block = (steps + 1) * (4 * 8 * len(compiled.accounts) + 8 * 8 * payers)
    factors = 8 * cohorts * (steps + 1) * 24
    tables = 8 * cohorts * 2 * len(compiled.behaviour.rates) * len(compiled.behaviour.epochs)
    kept = 2 * 2 * draws * per_draw_kept  # total and without chance; joined from the blocks
    at_work = threads * min(block, draws) * (per_draw_block + factors + tables)
    again = min(FRESH_DRAWS, draws) / draws if form.business_cycle is not None else 0.0
    passes = 1.0 + again
    work = draws * steps * cells * cohorts
    seconds = passes * work * SECONDS_EXPECTED
    if choose_engine(study) == "counts":
        seconds += work * SECONDS_COUNTS
    numbers = (passes + 1) * draws * steps * (len(compiled.accounts) * payers + 24 * cohorts)
    seconds += numbers * SECONDS_NUMBERS
    return Forecast(
        seconds / min(threads, 2) + FILES_SECONDS,
        BASE_MEMORY + kept + at_work,
        cells * cohorts,
        cohorts,
    )


def available_memory() -> float | None:
    """Bytes of memory in the machine, where the system tells."""
    import os

    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * float(os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def refuse_what_cannot_fit(study: Study, block: int, threads: int) -> None:
    """StudyError, with the figures, for a study that cannot fit in this machine's memory."""
    memory = available_memory()
    needed = forecast(study, block, threads).peak_bytes
    if memory is not None and needed > 0.9 * memory:
        raise one_problem(
            study.tree.main,
            "draws",
            f"{study.form.draws:,} draws need about {needed / 1e9:.1f} GB, and this machine has "
            f"{memory / 1e9:.1f} GB; take fewer draws, or a smaller --block",
        )
