"""A run into a results folder: from a study to every file, whatever stops it on the way.

    made = run_into(study, folder, RunOptions(threads=4))
    made.run.answer.opening.payback.median_years

The folder is this run's alone while it works. Blocks go to the disk as they are finished; results
are written when all are there, and then the blocks have done their work. The command line, a batch
and a test make a run in this way and no other.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from simlab.folders.certificate_file import certified
from simlab.folders.results import write_answers, write_results
from simlab.runs.capacity import refuse_what_cannot_fit
from simlab.runs.checkpoint import finished_draws, open_checkpoint
from simlab.runs.forecast import refuse_a_long_run
from simlab.runs.options import RunOptions
from simlab.runs.parallel import Progress
from simlab.runs.provenance import provenance
from simlab.runs.run import Run, run
from simlab.runs.until import aimed
from simlab.study.study import Study
from simlab.study.unseen import visible


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run whose results are on disk.

    taken   : how many draws were there already
    broken  : how many blocks were torn, and computed again
    seconds : from the first draw to the last file
    """

    run: Run
    folder: Path
    taken: int
    broken: int
    seconds: float


Turn = AbstractContextManager[object]  # waited for: a lock, where several runs are under way


def run_into(
    study: Study,
    folder: Path,
    options: RunOptions,
    progress: Progress | None = None,
    *,
    computing: Turn | None = None,
    writing: Turn | None = None,
) -> FinishedRun:
    """Simulate a study and leave its results in ``folder``.

    computing, writing : the turns in which the run does so
    Raises StudyError where the study cannot fit, would take too long, or the target is none;
    ResumeError and FolderError as `open_checkpoint`; finished blocks stay, whatever is raised.
    """
    aim = aimed(study, options, folder)
    disk, done = (None, finished_draws(folder)) if options.resume else (folder, 0)
    refuse_what_cannot_fit(aim.study, options, disk)
    refuse_a_long_run(aim.study, options, done)
    with open_checkpoint(
        folder, aim.study, resume=options.resume, fresh=options.fresh
    ) as checkpoint:
        with computing or nullcontext():
            began = time.perf_counter()
            finished = run(
                aim.study, options, progress=progress, checkpoint=checkpoint, until=aim.until
            )
        finished = finished.with_certificate(certified(folder, finished.study))
        with writing or nullcontext():
            _write(finished, folder, options, began)
        if not options.keep_blocks:
            checkpoint.remove()
        seconds = time.perf_counter() - began
        return FinishedRun(finished, folder, checkpoint.taken, checkpoint.broken, seconds)


def _write(finished: Run, folder: Path, options: RunOptions, began: float) -> None:
    """Every file of a run into its folder."""
    aim = {} if options.until is None else {"until": options.until, "most": options.most}
    about = provenance(
        finished.study,
        engine=finished.engine,
        draws=len(finished.total),
        threads=options.threads,
        block=options.block,
        language=options.language,
        **aim,
        seconds=round(time.perf_counter() - began, 1),
        command=f"simlab run {visible(folder.as_posix())}/study.toml",
    )
    if options.bare:
        write_answers(finished, folder, about)
    else:
        write_results(finished, folder, about, options.language)
