"""How a run is made: one value from the command line to the blocks; none of it changes a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simlab.study.arguments import at_least
from simlab.study.time import DAY

if TYPE_CHECKING:
    from simlab.runs.cluster import Cluster

BLOCK = 256  # draws computed at a time; no result depends on it


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is made; none of this changes a figure of so many draws.

    until       : draw until a figure is as sure as this asks, ``most`` draws at the most
    resume      : go on from the finished blocks that lie in the folder    fresh : throw them away
    keep_blocks : leave the blocks, for more draws later
    lives       : a hundred citizens in both futures too, as a picture (`observe.hundred_lives`)
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
    lives: bool = False
    bare: bool = False
    cluster: Cluster | None = None
    time_limit: float = DAY

    def __post_init__(self) -> None:
        at_least("threads", self.threads, 1)
        at_least("block", self.block, 1)

    @property
    def away(self) -> int:
        """Cores of the cluster, 0 without one."""
        return 0 if self.cluster is None else max(self.cluster.cores, 1)
