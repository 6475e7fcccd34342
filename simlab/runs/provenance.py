"""Where a result comes from: enough to make it again, to the bit on the same platform."""

from __future__ import annotations

import hashlib
import platform
import sys
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from simlab.study.identity import study_hash
from simlab.study.study import Study

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "matplotlib", "pydantic")
NUMERIC = ("numpy", "scipy", "numba")
ROOMS = ("study", "kernel", "model", "engine", "finance", "risk", "observe", "result")


def versions() -> dict[str, str]:
    """What the last digits of a draw may depend on, apart from the study."""
    libraries = {name: metadata.version(name) for name in ("simlab", *NUMERIC)}
    return libraries | {"code": code_hash(), "machine": platform.machine()}


@cache
def code_hash() -> str:
    """SHA-256 of the source of every room that a draw goes through."""
    package, digest = Path(__file__).resolve().parent.parent, hashlib.sha256()
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def provenance(study: Study, **about: Any) -> dict[str, Any]:
    """Versions, seed, hash, machine and time; ``about`` adds what the run itself knows."""
    return {
        "simlab": metadata.version("simlab"),
        "code": code_hash(),
        "python": sys.version.split()[0],
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "study": study.name,
        "study_hash": study_hash(study),
        "seed": study.seed,
        "files": sorted({study.tree.main, *study.tree.files.values()}),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
    }
