"""Golden numbers: the shipped studies, to the digit. A red test means that the numbers moved.

They are changed by one command only, with a line under "Numbers that changed" in CHANGELOG.md:

    python tests/test_golden.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from simlab.result.plain import plain_answer
from simlab.runs.options import RunOptions
from simlab.runs.run import run
from simlab.study.reading import shipped_configs
from simlab.study.study import load

FOLDER = Path(__file__).parent / "golden"
STUDIES = {
    "hjoerring": ("programmes/hjoerring.toml", 128),
    "hjoerring-activity-ready": ("programmes/hjoerring-activity-ready.toml", 128),
    "jobs": ("reference/jobs.toml", 256),
}
OF_PERSPECTIVE = (
    "payback",
    "net_present_value",
    "benefit_cost_ratio",
    "peak_exposure",
    "balance_per_year_at_horizon",
    "standard_errors",
    "variance_share",
    "total",
    "without_chance",
)
OF_PEOPLE = ("baseline", "plan", "difference")


def answer(name: str) -> dict[str, Any]:
    """What is compared: the model's figures of every perspective, and of people; no labels."""
    path, draws = STUDIES[name]
    finished = run(
        load(shipped_configs() / path), RunOptions(threads=2), draws=draws, engine="counts"
    )
    summary = plain_answer(finished.answer)
    return {
        **{key: summary[key] for key in ("draws", "seed", "engine")},
        "perspectives": chosen(summary["perspectives"], OF_PERSPECTIVE),
        "people": chosen(summary["people"], OF_PEOPLE),
    }


def chosen(parts: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """These keys of every part, in the order of the summary."""
    return {name: {key: of[key] for key in of if key in keys} for name, of in parts.items()}


def flat(node: Any, path: str = "") -> dict[str, Any]:
    if isinstance(node, dict):
        return {
            k: v for key, below in node.items() for k, v in flat(below, f"{path}.{key}").items()
        }
    return {path: node}


@pytest.mark.parametrize("name", STUDIES)
def test_the_numbers_are_the_golden_ones(name):
    golden = flat(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
    found = flat(answer(name))
    assert found.keys() == golden.keys()
    moved = {}
    for path, value in golden.items():
        other = found[path]
        if isinstance(value, float) and isinstance(other, float):
            # Other processors round transcendental functions differently in the last digits.
            if not math.isclose(value, other, rel_tol=1e-7, abs_tol=1e-9):
                moved[path] = (value, other)
        elif value != other:
            moved[path] = (value, other)
    assert not moved


if __name__ == "__main__":
    from simlab.runs.files import as_json, write_text

    FOLDER.mkdir(exist_ok=True)
    for study in STUDIES:
        write_text(FOLDER / f"{study}.json", as_json(answer(study)))
