"""How to run it again: what somebody else needs to get the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.report.parts import Cell, Section, Table
from simlab.result.answer import Answer
from simlab.study.message import spelled
from simlab.words import Words


def again(answer: Answer, provenance: Mapping[str, Any], words: Words) -> Section:
    """Command, seed, engine, versions and hashes, as the run recorded them."""
    known = {
        "engine": answer.engine,
        "draws": answer.draws,
        "seed": answer.seed,
        "start": f"{answer.dates[0]:%Y-%m}",
        "horizon_years": answer.horizon_years,
        "step": answer.step,
        "perspective": answer.perspective,
    }
    return record({**known, **provenance}, words)


def record(recorded: Mapping[str, Any], words: Words) -> Section:
    """The section of what was recorded, a row each."""
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
                rows=[(name, Cell(text, code=True)) for name, text in flat(recorded, names(words))],
                numbers=range(0),
                width="narrow",
            ),
        ),
    )


def names(words: Words) -> dict[str, str]:
    """What a run records; names of libraries are their own."""
    return {
        "engine": words("Engine"),
        "draws": words("Draws"),
        "seed": words("Seed"),
        "start": words("Start"),
        "horizon_years": words("Horizon, years"),
        "step": words("Step"),
        "perspective": words("Perspective"),
        "python": "Python",
        "libraries": words("Libraries"),
        "platform": words("Platform"),
        "machine": words("Processor"),
        "study": words("Study"),
        "study_hash": words("Hash of the study"),
        "files": words("Files"),
        "finished": words("Finished"),
        "threads": words("Threads"),
        "block": words("Draws at a time"),
        "seconds": words("Seconds"),
        "command": words("Command"),
        "plans": words("Hash of each plan"),
    }


def flat(
    recorded: Mapping[str, Any], names: Mapping[str, str], above: str = ""
) -> list[tuple[str, str]]:
    """Nested records as rows: versions, numpy → "versions: numpy"; lists have numbers."""
    rows: list[tuple[str, str]] = []
    for key, value in recorded.items():
        known = names.get(str(key), spelled(str(key)))
        name = f"{above}: {known}" if above else known
        if isinstance(value, Mapping):
            rows += flat(value, names, name)
        elif isinstance(value, list | tuple):
            rows += flat({str(n): item for n, item in enumerate(value, start=1)}, names, name)
        elif value is not None:
            rows.append((name, str(value)))
    return rows
