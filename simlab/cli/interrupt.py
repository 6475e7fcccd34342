"""How a run is stopped from outside: Ctrl-C, Ctrl-Break, or SIGTERM from whoever started it.

All of them come to the main thread as KeyboardInterrupt, so there is one way out: what is at work
has two seconds, finished blocks go to the disk, and the command says how to go on.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from simlab.study.errors import SimlabError

INTERRUPTED, TERMINATED = 130, 143  # exit codes, as shells have them


class StoppedError(SimlabError):
    """The run was stopped; what to tell, and the exit code."""

    def __init__(self, message: str, exit_code: int):
        self.exit_code = exit_code
        super().__init__(message)

    def on_screen(self) -> str:
        return f"\n{super().on_screen()}"  # below ^C


@dataclass
class Stops:
    """Which exit code the way of stopping has."""

    code: int = INTERRUPTED


@contextmanager
def stoppable() -> Iterator[Stops]:
    """Within, every way of stopping raises KeyboardInterrupt in the main thread."""
    stops = Stops()

    def stop(number: int, frame: FrameType | None) -> None:
        stops.code = TERMINATED if number == signal.SIGTERM else INTERRUPTED
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield stops  # a signal reaches the main thread alone
        return
    names = ("SIGTERM", "SIGBREAK")  # the second is Windows' own
    before = {n: signal.signal(n, stop) for name in names if (n := getattr(signal, name, None))}
    try:
        yield stops
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
