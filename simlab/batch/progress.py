"""How far a batch is: the state of each run, what is left, and the table of what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from simlab.batch.many import State
from simlab.batch.table import failed, rows, write_table

PAUSE = 20.0  # seconds between two writings of the table, which holds every run


@dataclass
class Batch:
    """The runs of a batch by name, as they are now.

    forecast : seconds that those which wait will take, by the cost table of the engines
    """

    states: dict[str, State]
    forecast: float = 0.0
    _began: float = field(default_factory=monotonic)
    _wrote: float = float("-inf")

    @classmethod
    def of(cls, states: Sequence[State]) -> Batch:
        return cls({state.item.name: state for state in states})

    def begin(self, forecast: float) -> None:
        self.forecast, self._began = forecast, monotonic()

    def put(self, state: State) -> None:
        self.states[state.item.name] = state

    def of_stage(self, *stages: str) -> list[State]:
        return [state for state in self.states.values() if state.stage in stages]

    def counts(self) -> Counter[str]:
        return Counter(state.stage for state in self.states.values())

    def seconds_left(self) -> float:
        """From what was measured so far, or the forecast before there is anything."""
        gone = monotonic() - self._began
        left = [state for state in self.states.values() if not state.over]
        under_way = sum(state.draws / state.count for state in left if state.count)
        finished = len(self.of_stage("done")) + under_way
        if finished < 0.5:
            return max(self.forecast - gone, 0.0)
        return gone / finished * (len(left) - under_way)

    def write(self, path: Path, *, now: bool = False) -> None:
        """The table of all runs that are over, now and then, or now."""
        if not now and monotonic() - self._wrote < PAUSE:
            return
        table = []
        for state in self.states.values():
            name, settings = state.item.name, state.item.settings
            if state.record is not None and state.over:
                table += rows(name, settings, state.record)
            elif state.stage == "failed":
                table.append(failed(name, settings, state.error))
        if table:
            write_table(path, table)
            self._wrote = monotonic()
