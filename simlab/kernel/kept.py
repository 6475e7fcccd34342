"""How compiled kernels are kept: a file for each signature of each state of the sources.

numba keeps an index beside numbered files, and writes the index first. Of two processes that
compile at once, each may take the same number for another signature; and between index and file,
after a change of the source, a third is given the code of before. Either runs a kernel on arguments
that it was not compiled for. Here the name of a file says all that is in it: numba, the function's
bytes, its signature, the processor, and the sources of all kernels, since one that calls another
holds a copy of it. A name is written whole or not at all, so there is nothing to agree on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

PACKAGE = Path(__file__).resolve().parents[1]
ROOMS = ("kernel", "engine")  # whose kernels call each other


class KernelCache(FunctionCache):
    """numba's cache of a function, with a file a signature."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = FileBySignature(
            cache_path=self._cache_path,
            filename_base=self._impl.filename_base,
            source_stamp=(self._impl.locator.get_source_stamp(), sources()),
        )


class FileBySignature(IndexDataCacheFile):
    """Data files that need no index."""

    def load(self, key: Any) -> Any:
        """What was saved under ``key``; None where nothing was."""
        try:
            return self._load_data(self.name(key))
        except OSError:
            return None

    def save(self, key: Any, data: Any) -> None:
        """Keep ``data``, and no longer what older sources were compiled to."""
        self._save_data(self.name(key), data)
        of_function, now = self._index_name.removesuffix("nbi"), self.name(key).split(".")[-3]
        for path in Path(self._cache_path).glob(f"{of_function}*.nbc"):
            if path.name.split(".")[-3] != now:
                path.unlink(missing_ok=True)

    def name(self, key: Any) -> str:
        """function.sources.signature.nbc"""
        of_sources, of_key = _digest(self._version, self._source_stamp), _digest(key)
        return f"{self._index_name.removesuffix('nbi')}{of_sources}.{of_key}.nbc"


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def sources() -> str:
    """What tells one state of all kernels' sources from another."""
    files = sorted(path for room in ROOMS for path in (PACKAGE / room).glob("*.py"))
    stats = [(path.name, path.stat()) for path in files]
    return _digest([(name, of.st_mtime_ns, of.st_size) for name, of in stats])
