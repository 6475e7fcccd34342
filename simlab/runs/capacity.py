"""What a run holds in memory and on disk, from the sizes of its arrays, and whether that fits."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

from simlab.model.compiled import compile_study
from simlab.runs.checkpoint import QUEUE
from simlab.runs.files import FolderError
from simlab.runs.options import RunOptions
from simlab.study.budget_lines import budget_lines
from simlab.study.errors import one_problem
from simlab.study.study import Study

MEGABYTE = 1e6
BASE_MEMORY = 450 * MEGABYTE  # Python with the libraries loaded, charts and report
FITS = 0.9  # of the machine's memory, or of the free disk


def kept_a_draw(study: Study) -> float:
    """Bytes that are kept of a draw, in memory and in the blocks on disk."""
    steps, payers = study.timeline.steps, len(study.payers)
    states, perspectives = len(study.names.states), len(study.perspectives)
    balances = (steps + 1) * 2 * 8 * perspectives  # with chance, and once more without
    tallies = (steps + 1) * 2 * 4 * (payers + states)
    lines = len(budget_lines(study.form)) * len(study.timeline.calendar_years) * 2 * 8
    return 2.0 * balances + tallies + lines


def disk_bytes(study: Study) -> float:
    """Bytes of all finished blocks, until the results are written."""
    return study.draws * kept_a_draw(study)


def peak_bytes(study: Study, options: RunOptions) -> float:
    """Bytes of memory at the peak of a run."""
    compiled, threads = compile_study(study), options.threads
    steps, draws = study.timeline.steps, study.draws
    cohorts, payers = len(compiled.cohorts), len(study.payers)
    per_draw_block = (steps + 1) * (4 * 8 * len(compiled.accounts) + 8 * 8 * payers)
    factors = 8 * cohorts * (steps + 1) * 24
    tables = 8 * cohorts * 2 * len(compiled.tables.rates) * len(compiled.tables.epochs)
    numbers = 2 * 8 * cohorts * len(compiled.space) * compiled.needs_numbers
    block = min(options.block, draws)
    waiting = (threads + QUEUE) * block * kept_a_draw(study)  # for the disk
    at_work = threads * block * (per_draw_block + factors + tables + numbers)
    return BASE_MEMORY + disk_bytes(study) + at_work + waiting


def memory_bytes() -> float:
    """Bytes of memory in the machine."""
    return float(psutil.virtual_memory().total)


def free_bytes(folder: Path) -> float | None:
    """Bytes that are free where a folder is, or will be; None where nobody can tell."""
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), None)
    try:
        return None if there is None else float(shutil.disk_usage(there).free)
    except OSError:
        return None


def refuse_what_cannot_fit(study: Study, options: RunOptions, folder: Path | None = None) -> None:
    """StudyError, with the figures, for a study that cannot fit in this machine's memory.

    FolderError for one whose blocks cannot fit on the disk of a ``folder``.
    """
    memory, needed = memory_bytes(), peak_bytes(study, options)
    if needed > FITS * memory:
        raise one_problem(
            study.tree.main,
            "draws",
            f"{study.draws:,} draws need about {_size(needed)}, and this machine has "
            f"{_size(memory)}; take fewer draws, or a smaller --block",
        )
    needed = disk_bytes(study)
    free = None if folder is None else free_bytes(folder)
    if free is not None and needed > free:
        raise FolderError(
            f"{folder}: {study.draws:,} draws need about {_size(needed)} on disk until the "
            f"results are written, and {_size(free)} are free"
        )


def _size(many: float) -> str:
    return f"{many / 1e9:.1f} GB" if many >= 1e9 else f"{many / 1e6:.0f} MB"


def draws_that_fit(study: Study, options: RunOptions, folder: Path) -> float:
    """How many draws of a study fit in memory, and on the disk of a folder."""
    each, disk = kept_a_draw(study), free_bytes(folder)
    fixed = peak_bytes(study.replace({"draws": options.block}), options)
    in_memory = (FITS * memory_bytes() - fixed) / each
    return in_memory if disk is None else min(in_memory, FITS * disk / each)
