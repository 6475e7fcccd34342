"""Where a result comes from: enough to make it again, to the bit on the same platform."""

from __future__ import annotations

import hashlib
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from simlab.study.study import Study
from simlab.study.writing import resolved_toml

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "matplotlib", "pydantic")


def study_hash(study: Study) -> str:
    """SHA-256 of the resolved study."""
    return hashlib.sha256(resolved_toml(study).encode()).hexdigest()


def provenance(study: Study, **about: Any) -> dict[str, Any]:
    """Versions, seed, hash, machine and time; ``about`` adds what the run itself knows."""
    return {
        "simlab": metadata.version("simlab"),
        "python": sys.version.split()[0],
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "study": study.name,
        "study_hash": study_hash(study),
        "seed": study.form.seed,
        "files": sorted({study.tree.main, *study.tree.files.values()}),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
    }
