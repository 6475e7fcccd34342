"""Files that somebody hands to simlab, read no further than they may be long.

What a file says of its size is not asked: a device or a pipe says 0. Nor is it waited for without
end that somebody writes to a pipe.
"""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

LONGEST_RECORD = 200_000_000  # bytes of a JSON file of a results folder
PATIENCE = 10.0  # seconds without a byte from a pipe or a device


class TooLargeError(OSError):
    """A file that goes on beyond what may be read of it."""


def read_bytes(path: Path, most: int) -> bytes:
    """What stands in a file; `TooLargeError` where it is more than ``most`` bytes.

    OSError where it cannot be read, and where nothing comes from a pipe for `PATIENCE` seconds.
    """
    # Without waiting for a writer, where the system knows that; and as bytes, where it asks.
    how = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.open(path, how)
    try:
        plain = stat.S_ISREG(os.fstat(file).st_mode)
        content = bytearray()
        while len(content) <= most:
            if not plain:
                _wait_for(file)
            part = os.read(file, min(most + 1 - len(content), 1 << 20))
            if not part:
                return bytes(content)
            content += part
    finally:
        os.close(file)
    raise TooLargeError(f"is larger than {most / 1e6:g} MB")


def read_record(path: Path) -> str:
    """The text of a JSON file of a results folder."""
    return read_bytes(path, LONGEST_RECORD).decode("utf-8")


def _wait_for(file: int) -> None:
    """Until something can be read, or its end; TimeoutError where nothing comes."""
    if os.name != "posix":
        return
    import select

    until = time.monotonic() + PATIENCE
    while (left := until - time.monotonic()) > 0:
        if select.select([file], [], [], left)[0]:
            return
    raise TimeoutError(f"nothing came from it for {PATIENCE:g} seconds")
