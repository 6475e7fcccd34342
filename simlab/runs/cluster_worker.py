"""What a machine of a cluster does for a run: compute a block, if it gives the same bits.

A worker has to have the versions of the run, and must give the very bytes of the run's first draws:
processors of two kinds may differ in the last digit of an exponential, which no version tells. Each
worker is asked once a study, with its first block, so that one that joins late is asked as well.
"""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import cache, lru_cache

from simlab.engine.work import Engine
from simlab.runs.block import block_bytes
from simlab.runs.provenance import versions
from simlab.study.errors import SimlabError

PROBE = 4  # draws whose bytes are compared


class ClusterError(SimlabError, RuntimeError):
    """A cluster that cannot do the work."""

    exit_code = 1


class BlockError(ClusterError):
    """A block that the cluster cannot compute, though it computes others."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What every worker must have, and give.

    probe : SHA-256 of the first draws of the study
    """

    versions: tuple[tuple[str, str], ...]
    probe: str


@cache
def of_this_machine() -> tuple[tuple[str, str], ...]:
    """All that the bits of a draw may depend on, apart from the study and the processor."""
    return tuple(sorted({**versions(), "python": platform.python_version()}.items()))


@lru_cache(maxsize=64)
def probe(text: str, engine: Engine) -> str:
    """SHA-256 of the first draws of a resolved study, as this machine computes them."""
    return hashlib.sha256(block_bytes(text, engine, 0, PROBE)).hexdigest()


def expected(text: str, engine: Engine) -> Expected:
    """What this machine has and gives."""
    return Expected(of_this_machine(), probe(text, engine))


def difference(there: tuple[tuple[str, str], ...], here: tuple[tuple[str, str], ...]) -> str:
    """numpy 2.1.0 there, 2.2.0 here; python …; empty where all is the same."""
    theirs, ours = dict(there), dict(here)
    return "; ".join(
        f"{name} {theirs.get(name, '-')[:16]} there, {ours.get(name, '-')[:16]} here"
        for name in sorted(theirs.keys() | ours.keys())
        if theirs.get(name) != ours.get(name)
    )


def study_text(text: str) -> str:
    """The study, which a worker is sent once: a task, so that no worker's death loses it."""
    return text


def block_there(text: str, wanted: Expected, engine: Engine, start: int, stop: int) -> bytes:
    """The bytes of a block; ClusterError where this worker would not give those of the run."""
    from distributed import get_worker

    differs = difference(of_this_machine(), wanted.versions)
    if differs:
        raise ClusterError(refusal(get_worker().address, differs))
    if probe(text, engine) != wanted.probe:
        raise ClusterError(
            f"worker {get_worker().address}: gives other last digits than this machine, with the "
            f"same versions; its processor ({platform.processor() or platform.machine()}) is of "
            "another kind. Leave it out, or run from a machine of its kind"
        )
    return block_bytes(text, engine, start, stop)


def refusal(address: str, differs: str) -> str:
    return (
        f"worker {address}: {differs}. Results could differ in their last digits; install the "
        "same versions there"
    )
