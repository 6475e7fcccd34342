"""How to run it again: what somebody else needs to get the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.report.parts import Cell, Section, Table
from simlab.risk.result import Result
from simlab.words import Words

OF_SUMMARY = ("engine", "draws", "seed", "start", "horizon_years", "step", "perspective")


def again(result: Result, provenance: Mapping[str, Any], words: Words) -> Section:
    """Command, seed, engine, versions and hashes, as the run recorded them."""
    known = {key: result.summary[key] for key in OF_SUMMARY if key in result.summary}
    recorded = flat({**known, **provenance})
    return Section(
        anchor="again",
        heading=words("How to run it again"),
        text=(
            words(
                "The same study, seed and version give the same figures, to the last bit on the "
                "same platform, however many threads share the work."
            ),
        ),
        tables=(
            Table(
                caption=words("Record of the run"),
                header=(words("What"), words("Recorded")),
                rows=tuple(
                    (Cell(name.replace("_", " ")), Cell(text, code=True)) for name, text in recorded
                ),
                width="narrow",
            ),
        ),
    )


def flat(recorded: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested records as rows: versions, numpy → "versions: numpy"; lists have numbers."""
    rows: list[tuple[str, str]] = []
    for key, value in recorded.items():
        name = f"{above}: {key}" if above else str(key)
        if isinstance(value, Mapping):
            rows += flat(value, name)
        elif isinstance(value, list | tuple):
            rows += flat({str(i + 1): one for i, one in enumerate(value)}, name)
        elif value is not None:
            rows.append((name, str(value)))
    return rows
