"""The border: what an answer is as plain JSON, and the answers of folders read back.

    summary.json      plain_answer(answer)
    comparison.json   plain_comparison(comparison)

A dataclass is a table of its fields, under their names or their alias; a message is its English.
What is neither is what `runs.files.as_json` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from simlab.result.answer import Answer, PerspectiveFigures, YearOfPayer
from simlab.result.comparison import Comparison
from simlab.result.warnings import StudyWarning, study_warnings
from simlab.study.message import Message, Money, Number, Text

Kind = TypeVar("Kind")
Table = dict[str, Any]
BESIDE = {
    "hinge",
    "marginal",
    "planned",
    "budget",
    "if_stopped",
    "clock_bounds",
    "until",
    "certificate",
}  # only where they are


def plain(part: Any) -> Any:
    """A part of an answer as tables, lists and values."""
    match part:
        case Message() | Number() | Money() | Text():
            return str(part)
        case StudyWarning():
            return {"what": part.what, "paths": list(part.paths), "text": str(part.message)}
        case _ if is_dataclass(part):
            return {key: plain(getattr(part, name)) for name, key in _keys(part.__class__).items()}
        case Mapping():
            return {str(key): plain(value) for key, value in part.items()}
        case tuple() | list():
            return [plain(value) for value in part]
    return part


@cache
def _keys(kind: Any) -> dict[str, str]:
    """Field → its key in JSON."""
    hints = get_type_hints(kind, include_extras=True)
    marks = {f.name: getattr(hints[f.name], "__metadata__", ()) for f in fields(kind)}
    return {name: mark[0].alias if mark else name for name, mark in marks.items()}


def plain_answer(answer: Answer) -> Table:
    """The content of ``summary.json``."""
    content = {
        "title": answer.title["en"],
        "draws": answer.draws,
        "seed": answer.seed,
        "engine": answer.engine,
        "horizon_years": answer.horizon_years,
        "start": f"{answer.dates[0]:%Y-%m}",
        "step": answer.step,
        "perspective": answer.perspective,
        "prices": answer.prices,
        "price_level": answer.price_level,
        "perspectives": {name: _perspective(of) for name, of in answer.perspectives.items()},
        "hinge": answer.hinge,
        "marginal": answer.marginal,
        "years": [_year(row) for row in answer.years],
        "people": answer.person_time,
        "outcomes": answer.outcomes,
        "published": answer.claims,
        "planned": answer.planned,
        "budget": answer.budget,
        "if_stopped": answer.if_stopped,
        "clock_bounds": answer.clock_bounds,
        "warnings": answer.warnings,
        "notes": answer.notes,
        "until": answer.until,
        "certificate": answer.certificate,
    }
    return {key: plain(value) for key, value in content.items() if value or key not in BESIDE}


def _perspective(of: PerspectiveFigures) -> Table:
    """The label first, and the drivers beside the other figures."""
    table = plain(of)
    drivers = table.pop("drivers")
    drivers["not_explained"] = drivers["not_explained"] or {}
    return {"label": table.pop("label"), **table, **drivers}


def _year(row: YearOfPayer) -> Table:
    table: Table = {"year": row.year, "payer": row.payer}
    for name in ("cost", "saving", "balance"):
        spread = getattr(row, name)
        table |= {name: spread.mean, f"{name}_p10": spread.p10, f"{name}_p90": spread.p90}
    return table


def plain_comparison(comparison: Comparison) -> Table:
    """The content of ``comparison.json``."""
    study = comparison.study
    return {
        "plans": [
            {
                "name": plan.name,
                "title": plan.study.form.title.en,
                "warnings": plain(study_warnings(plan.study)),
            }
            for plan in comparison.plans
        ],
        "draws": comparison.draws,
        "seed": study.seed,
        "engine": comparison.engine,
        "horizon_years": study.timeline.years,
        "start": f"{study.timeline.start:%Y-%m}",
        "perspective": comparison.perspective,
        "same_baseline": {
            plan.name: {
                "share_of_draws": comparison.same_lives(plan.name),
                "figures_in_common": dict(
                    zip(("same", "of"), comparison.shared(plan.name), strict=True)
                ),
            }
            for plan in comparison.others
        },
        "perspectives": {
            name: {
                "plans": {p.name: plain(comparison.figures(p, name)) for p in comparison.plans},
                "against": {
                    p.name: plain(comparison.against(p.name, name).figures())
                    for p in comparison.others
                },
            }
            for name in comparison.perspectives
        },
        "notes": list(comparison.notes),
    }


# ── read back ──


@dataclass(frozen=True, slots=True)
class Record:
    """What is read back of a ``summary.json``: how a run was made, and its perspectives."""

    title: str
    draws: int
    seed: int
    engine: str
    horizon_years: float
    perspective: str
    perspectives: dict[str, PerspectiveFigures]
    warnings: tuple[Table, ...]

    @property
    def opening(self) -> PerspectiveFigures:
        """The figures of the study's own perspective."""
        return self.perspectives[self.perspective]


def recorded(answer: Answer) -> Record:
    """The record of an answer, as it would be read back."""
    return Record(
        title=answer.title["en"],
        draws=answer.draws,
        seed=answer.seed,
        engine=answer.engine,
        horizon_years=answer.horizon_years,
        perspective=answer.perspective,
        perspectives=answer.perspectives,
        warnings=tuple(plain(answer.warnings)),
    )


def read_summary(content: Any) -> Record:
    """The record of a ``summary.json``; ValueError where it is none."""
    try:
        own = {name: _unflat(of) for name, of in content["perspectives"].items()}
        record = read(Record, {**content, "perspectives": own})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no summary of a run: {error}") from None
    if record.perspective not in record.perspectives:
        raise ValueError(f"no summary of a run: no perspective {record.perspective!r}")
    return record


def _unflat(of: Table) -> Table:
    drivers = {
        "explained_by": of["explained_by"],
        "not_explained": of["not_explained"] or None,
    }
    return {**of, "drivers": drivers}


def read(kind: type[Kind], content: Any) -> Kind:
    """A part of an answer from its plain form; ValueError where it is another."""
    try:
        return TypeAdapter(kind).validate_json(json.dumps(content), strict=True)
    except (ValidationError, TypeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from None
