"""The studies that ship with simlab: the repository's files under configs that are whole studies.

A file that somebody left beside them does not ship, and a layer that others extend is no study: it
lacks what only a study says.
"""

import subprocess
from functools import cache
from pathlib import Path

from simlab.study.check import problems_of
from simlab.study.reading import read_tree, shipped_configs

CONFIGS = shipped_configs()


def listed() -> list[str]:
    """Every TOML file that is kept under configs; in a copy without git, that lies there."""
    try:
        text = subprocess.run(
            ["git", "ls-files", "--", "*.toml"], cwd=CONFIGS, capture_output=True, text=True,
            encoding="utf-8", check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        text = ""
    found = text.split("\n") if text else [str(p) for p in CONFIGS.rglob("*.toml")]
    return sorted(Path(CONFIGS / one).relative_to(CONFIGS).as_posix() for one in found if one)


def is_layer(path: Path) -> bool:
    """Whether a file lacks what every study says; it may name what stands in a file below it."""
    _, problems = problems_of(read_tree(path))
    missing = {one.path for one in problems if one.message.startswith("is missing;")}
    return {"start", "years"} <= missing


@cache
def studies(*folders: str) -> tuple[str, ...]:
    """The shipped studies of some folders, or of all, as "programmes/hjoerring.toml"."""
    found = [name for name in listed() if not folders or name.split("/")[0] in folders]
    return tuple(name for name in found if not is_layer(CONFIGS / name))
