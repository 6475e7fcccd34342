"""``simlab …`` in this process, which lives on: the program itself ends where threads still run."""

from __future__ import annotations

import sys

import pytest

import simlab.cli
from simlab.cli import ending


def exit_code(patch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The exit code of a command."""
    patch.setattr(sys, "argv", ["simlab", *map(str, arguments)])
    patch.setattr(ending, "leave", sys.exit)  # a test before may have left a thread at work
    with pytest.raises(SystemExit) as end:
        simlab.cli.main()
    return int(end.value.code or 0)
