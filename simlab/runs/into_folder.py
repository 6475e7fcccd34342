"""A run into a results folder: from a study to every file, whatever stops it on the way.

    made = run_into(study, folder, Way(threads=4))
    made.run.answer.opening.payback.median_years

The folder is this run's alone while it works. Blocks go to the disk as they are finished; results
are written when all are there, and then the blocks have done their work. The command line, a batch
and a test make a run in this way and no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simlab.engine.simulate import BLOCK
from simlab.result.certified import Certified
from simlab.runs.blocks import Blocks, finished_draws, kept_blocks
from simlab.runs.forecast import refuse_a_long_run, refuse_what_cannot_fit
from simlab.runs.parallel import Progress
from simlab.runs.provenance import provenance
from simlab.runs.results import write_answers, write_results
from simlab.runs.run import Run, run
from simlab.runs.until import Aim, aimed
from simlab.study.study import Study
from simlab.study.time import DAY
from simlab.study.unseen import visible

if TYPE_CHECKING:
    from simlab.runs.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Way:
    """How a run is made; none of this changes a figure of so many draws.

    until       : draw until a figure is as sure as this asks, ``most`` draws at the most
    resume      : go on from the finished blocks that lie in the folder    fresh : throw them away
    keep_blocks : leave the blocks, for more draws later
    bare        : tables and summary only, without charts, report and workbook
    cluster     : where blocks are computed, if not on the threads of this process
    time_limit  : seconds; what takes longer, by the forecast, is refused before it begins
    """

    threads: int = 1
    block: int = BLOCK
    until: str | None = None
    most: int | None = None
    resume: bool = False
    fresh: bool = False
    keep_blocks: bool = False
    language: str = "en"
    bare: bool = False
    cluster: Cluster | None = None
    time_limit: float = DAY

    @property
    def away(self) -> int:
        """Cores of the cluster, 0 without one."""
        return 0 if self.cluster is None else max(self.cluster.cores, 1)


@dataclass(frozen=True, slots=True)
class Made:
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


Certificates = Callable[[Path, Study], Certified | None]
Turn = AbstractContextManager[object]  # waited for: a lock, where several runs are under way


def run_into(
    study: Study,
    folder: Path,
    way: Way,
    progress: Progress | None = None,
    *,
    certified: Certificates | None = None,
    computing: Turn | None = None,
    writing: Turn | None = None,
) -> Made:
    """Simulate a study and leave its results in ``folder``.

    certified : finds the certificate of the study in its folder, which the results then show
    computing, writing : the turns in which the run does so
    Raises StudyError where the study cannot fit, would take too long, or the target is none;
    ResumeError and FolderError as `kept_blocks`; finished blocks stay, whatever is raised.
    """
    longest = way.time_limit * max(way.away, 1)
    aim = aimed(study, way.until, way.most, way.block, way.threads, folder, longest)
    disk, done = (None, finished_draws(folder)) if way.resume else (folder, 0)
    refuse_what_cannot_fit(aim.study, way.block, way.threads, disk)
    refuse_a_long_run(aim.study, way.block, way.threads, way.time_limit, done=done, away=way.away)
    with kept_blocks(folder, aim.study, resume=way.resume, fresh=way.fresh) as kept:
        with computing or nullcontext():
            began = time.perf_counter()
            finished = _computed(aim, kept, way, progress)
        told = None if certified is None else certified(folder, finished.study)
        if told is not None:
            finished = finished.with_certificate(told)
        with writing or nullcontext():
            _write(finished, folder, way, began)
        if not way.keep_blocks:
            kept.remove()
        seconds = time.perf_counter() - began
        return Made(finished, folder, kept.taken, kept.broken, seconds)


def _computed(aim: Aim, kept: Blocks, way: Way, progress: Progress | None) -> Run:
    return run(
        aim.study,
        threads=way.threads,
        block=way.block,
        progress=progress,
        kept=kept,
        until=aim.until,
        cluster=way.cluster,
    )


def _write(finished: Run, folder: Path, way: Way, began: float) -> None:
    """Every file of a run into its folder."""
    aim = {} if way.until is None else {"until": way.until, "most": way.most}
    about = provenance(
        finished.study,
        engine=finished.engine,
        draws=finished.total.draws,
        threads=way.threads,
        block=way.block,
        language=way.language,
        **aim,
        seconds=round(time.perf_counter() - began, 1),
        command=f"simlab run {visible(folder.as_posix())}/study.toml",
    )
    if way.bare:
        write_answers(finished, folder, about)
    else:
        write_results(finished, folder, about, way.language)
