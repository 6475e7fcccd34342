"""Blocks on a Dask cluster, where one machine is too small.

    with connected("tcp://scheduler:8786", threads=2) as cluster:
        run(study, RunOptions(threads=2, cluster=cluster), checkpoint=kept)

Workers compute blocks (`cluster_worker`); this process merges them and keeps them on disk as
its own, so that a run on a cluster is resumed like any other, here or there. Workers may join, die
and be killed: Dask gives their blocks to others. Nothing but blocks is computed elsewhere. How to
come by a cluster stands in docs/cluster.md.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from simlab.engine.work import Engine
from simlab.result.draw_table import DrawTable, TornError
from simlab.runs.block import read_block
from simlab.runs.cluster_worker import (
    BlockError,
    ClusterError,
    block_there,
    difference,
    expected,
    of_this_machine,
    refusal,
    study_text,
)
from simlab.study.source import read_record
from simlab.study.study import Study

LEAST, MOST = 32, 256  # blocks that may be with the cluster at a time: a block is some megabytes
ANSWERS = 30  # seconds in which a scheduler must answer, or its file must be there
AGAIN = 0.2  # seconds after which a file is looked for once more
_ADDRESS = re.compile(r"^(\w+://)?[^/\\]+:\d+$")
DEATHS = 3  # workers of its own that a block may kill


class Cluster:
    """A cluster that computes blocks."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._check()

    @property
    def cores(self) -> int:
        """How many blocks are computed at once, as of now."""
        return sum(self.client.nthreads().values())

    @property
    def most(self) -> int:
        """How many blocks may be with the cluster at a time, so that no worker waits for one."""
        return min(max(2 * self.cores, LEAST), MOST)

    def _check(self) -> None:
        """ClusterError unless every worker that is there has the versions of this machine."""
        with self._answers():
            workers = self.client.run(of_this_machine, on_error="return")
        here = of_this_machine()
        for address, there in workers.items():
            if isinstance(there, BaseException):
                raise ClusterError(
                    f"worker {address}: simlab cannot be used there ({there}); install the same "
                    'version there, with pip install "simlab[cluster]"'
                )
            if differs := difference(there, here):
                raise ClusterError(refusal(address, differs))

    def finder(self, study: Study, engine: Engine) -> Callable[[int, int], DrawTable]:
        """What has a block of a study computed, and waits for it; from any thread."""
        text = study.resolved_toml()
        wanted = expected(text, engine)
        with self._answers():
            sent = self.client.submit(study_text, text, key=f"study-{uuid4().hex}")

        def find(start: int, stop: int) -> DrawTable:
            key = f"block-{start}-{stop}-{uuid4().hex}"  # no two runs share a task
            with self._answers(start, stop):
                future = self.client.submit(block_there, sent, wanted, engine, start, stop, key=key)
                content = future.result()
                future.release()
            try:
                return read_block(content, study)
            except TornError as error:
                raise ClusterError(f"draws {start:,} to {stop:,}: came torn ({error})") from None

        return find

    @contextmanager
    def _answers(self, start: int = 0, stop: int = 0) -> Iterator[None]:
        """What Dask raises within is a ClusterError."""
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        try:
            yield
        except KilledWorker as error:
            raise BlockError(
                f"draws {start:,} to {stop:,}: every worker that took them died, the last of them "
                f"{error.last_worker.address}. Too little memory is the usual cause: take a "
                "smaller --block. Where workers are taken away on purpose, raise "
                "distributed.scheduler.allowed-failures on the scheduler"
            ) from None
        except (CancelledError, CommClosedError, TimeoutError, OSError) as error:
            raise ClusterError(
                f"the cluster no longer answers ({type(error).__name__}: {error})"
            ) from None


@contextmanager
def connected(address: str | None, threads: int) -> Iterator[Cluster | None]:
    """A cluster, for as long as it is needed; None where no address is given.

    address : of a scheduler, or the path of a scheduler file, or "local" for ``threads``
              processes on this machine
    Raises ClusterError where Dask is not installed, or nobody answers.
    """
    if address is None:
        yield None
        return
    try:
        import distributed
    except ImportError:
        raise ClusterError('Dask is not installed; pip install "simlab[cluster]"') from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes as an error
    if address == "local":
        with _local(threads) as cluster, distributed.Client(cluster) as client:
            client.register_plugin(_deaf())
            yield Cluster(client)
        return
    try:
        client = distributed.Client(scheduler_of(address), timeout=ANSWERS)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers there ({error})") from None
    try:
        yield Cluster(client)
    finally:
        with suppress(OSError, TimeoutError):
            client.close()


def scheduler_of(address: str) -> str:
    """The address itself, or what a scheduler file says, for which it waits some time."""
    path, ends = Path(address), monotonic() + ANSWERS
    if _ADDRESS.match(address) and not path.exists():
        return address
    while True:
        try:
            scheduler = json.loads(read_record(path))["address"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            scheduler = None  # the scheduler may still be about to write it
        if isinstance(scheduler, str):
            return scheduler
        if monotonic() > ends:
            what = (
                "holds no address of a scheduler"
                if path.exists()
                else "is no file, and has no port"
            )
            raise ClusterError(f"{address}: {what}; write tcp://HOST:PORT, or a scheduler file")
        sleep(AGAIN)


@contextmanager
def _local(processes: int) -> Iterator[Any]:
    """Workers on this machine, each a process; the machine itself is all that can reach them."""
    import dask
    import distributed

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": DEATHS - 1}),
        distributed.LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


def _deaf() -> Any:
    """What makes workers pass over Ctrl-C in this terminal: this process ends them."""
    import signal

    import distributed

    class Deaf(distributed.WorkerPlugin):  # type: ignore[misc]
        name = "deaf to Ctrl-C"

        def setup(self, worker: Any) -> None:
            with suppress(ValueError):  # not in the main thread, which alone is told
                signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()
