"""Where compiled kernels are kept: beside the source, in a cache of the user, else in TMPDIR.

numba finds the first two itself, and NUMBA_CACHE_DIR above both. An installation that is read-only,
in the hands of a user without a home, has neither; numba then refuses to define a kernel at all.
"""

from __future__ import annotations

import logging
import os
import stat
import tempfile
from pathlib import Path

import numba


def cached() -> bool:
    """Whether there is a place for compiled kernels; numba knows it from here on."""
    if _has_place():
        return True
    place = _private()
    if place is not None:
        os.environ["NUMBA_CACHE_DIR"] = numba.config.CACHE_DIR = str(place)  # processes begun too
        if _has_place():
            _tell(f"they are kept in {place}, and may be gone tomorrow")
            return True
    _tell("they are compiled anew, for half a minute, each time")
    return False


def _has_place() -> bool:
    def kernel() -> None: ...

    try:
        numba.njit(cache=True)(kernel)
    except RuntimeError:  # no locator available
        return False
    return True


def _private() -> Path | None:
    """A temporary folder that is this user's alone: what lies there is run."""
    try:
        user = os.getuid() if hasattr(os, "getuid") else os.getlogin()
        place = Path(tempfile.gettempdir()) / f"simlab-kernels-{user}"
        place.mkdir(mode=0o700, exist_ok=True)
        status = place.lstat()
    except OSError:
        return None
    ours = not hasattr(os, "getuid") or (
        status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) == 0o700
    )
    return place if ours and stat.S_ISDIR(status.st_mode) else None


def _tell(what: str) -> None:
    logging.getLogger("simlab").warning(
        "simlab: compiled kernels have no place beside the program or in a home: %s. Set "
        "NUMBA_CACHE_DIR to a folder that you can write",
        what,
    )
