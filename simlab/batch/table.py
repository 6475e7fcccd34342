"""All results of a batch in one table: a row per run and perspective, the study's own first.

``results.parquet`` answers questions such as "where is the money back within five years in 16 of
20 futures?" without opening a single report. A run that failed has one row with its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlab.result.answer import PerspectiveFigures
from simlab.result.plain import Record
from simlab.runs.files import write_parquet

if TYPE_CHECKING:
    import pandas as pd


def rows(name: str, settings: Mapping[str, Any], record: Record) -> list[dict[str, Any]]:
    """The rows of one finished run."""
    common = {
        "run": name,
        "title": record.title,
        **{f"set.{path}": value for path, value in settings.items()},
        "draws": record.draws,
        "seed": record.seed,
        "engine": record.engine,
        "horizon_years": record.horizon_years,
        "warnings": len(record.warnings),  # what they are stands in the run's own files
    }
    perspectives, own = record.perspectives, record.perspective
    return [
        common | {"perspective": name} | _figures(perspectives[name])
        for name in sorted(perspectives, key=lambda name: name != own)
    ]


def _figures(of: PerspectiveFigures) -> dict[str, float | None]:
    payback, value, shares = of.payback, of.net_present_value, of.variance_share
    return {
        "median_years": payback.median_years,
        "p10_years": payback.p10_years,
        "p90_years": payback.p90_years,
        "never": payback.never,
        "never_error": of.standard_errors.never,
        **{f"within_{years}": chance.chance for years, chance in payback.within.items()},
        **{
            f"within_{years}_error": chance.standard_error
            for years, chance in payback.within.items()
        },
        "relapse": payback.relapse,
        "net_present_value": value.mean,
        "net_present_value_p10": value.p10,
        "net_present_value_p90": value.p90,
        "cvar5": value.cvar5,
        "benefit_cost_ratio": of.benefit_cost_ratio,
        "peak_exposure": of.peak_exposure.median,
        "peak_exposure_p90": of.peak_exposure.p90,
        "plan_cost": of.total.plan_cost,
        "share_parameters": shares.parameters,
        "share_business_cycle": shares.business_cycle,
        "share_chance": shares.chance,
    }


def failed(name: str, settings: Mapping[str, Any], error: str) -> dict[str, Any]:
    """The row of a run that failed."""
    return {"run": name, **{f"set.{p}": v for p, v in settings.items()}, "error": error}


def frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a table; what a row does not have is empty, and a column holds one kind."""
    import pandas as pd

    table = pd.DataFrame(list(rows))
    for column in table.columns.intersection(["draws", "seed", "warnings"]):
        table[column] = table[column].astype("Int64")  # a run that failed has none
    for column in table.columns:
        if table[column].dtype == object:
            texts = table[column].dropna().map(type).nunique() > 1 or column.startswith("set.")
            if texts:
                table[column] = table[column].map(lambda v: None if v is None or v != v else str(v))
    return table


def write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """The table as parquet, written whole."""
    import pyarrow as pa

    write_parquet(path, pa.Table.from_pandas(frame(rows), preserve_index=False))
