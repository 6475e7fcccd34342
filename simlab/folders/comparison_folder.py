"""What a comparison leaves: a folder, each file written whole.

report.html  comparison.json  charts/plans, difference (.svg .png)
draws.parquet  studies/NAME.toml  provenance.json
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.folders.results import table
from simlab.result.comparison import Comparison
from simlab.result.plain import plain_comparison
from simlab.runs.files import as_json, write_parquet, write_text, write_whole
from simlab.runs.provenance import provenance
from simlab.study.identity import study_hash
from simlab.study.unseen import visible
from simlab.words import Words

if TYPE_CHECKING:
    import pyarrow as pa


def file_names(comparison: Comparison) -> dict[str, str]:
    """Plan → the name of its file, without what some system does not allow in one."""
    files: dict[str, str] = {}
    for k, plan in enumerate(comparison.plans, 1):
        bare = re.sub(r"[^\w-]+", "-", plan.name).strip("-")[:40]
        files[plan.name] = f"{k}-{bare}" if bare else str(k)
    return files


def command_again(comparison: Comparison, folder: Path) -> str:
    """What makes the comparison again from its own studies."""
    shown = visible(folder.as_posix())
    given = " ".join(
        f'"{name}={shown}/studies/{file}.toml"' for name, file in file_names(comparison).items()
    )
    return f"simlab compare {given}" + (" --any-baseline" if comparison.notes else "")


def draws_of(comparison: Comparison) -> pa.Table:
    """A row a draw: every figure in common, and what each plan came to."""
    columns: dict[str, np.ndarray] = {"draw": np.arange(comparison.draws)}
    for plan in comparison.plans:
        for path, values in plan.parameters.items():
            known = columns.get(path)
            if known is None:
                columns[path] = values
            elif not np.array_equal(known, values):
                columns[f"{plan.name}: {path}"] = values
    for plan in comparison.plans:
        for name in comparison.perspectives:
            payback, balances = plan.payback(name), plan.balances
            columns[f"{plan.name}: {name}.payback_years"] = payback.years
            columns[f"{plan.name}: {name}.net_present_value"] = balances.net_present_value(name)
            columns[f"{plan.name}: {name}.peak_exposure"] = payback.peak
            columns[f"{plan.name}: {name}.saving"] = balances.saving(name)
            columns[f"{plan.name}: {name}.plan_cost"] = balances.plan_cost(name)
        columns[f"{plan.name}: same baseline"] = plan.baseline == comparison.first.baseline
    return table(columns)


def about(comparison: Comparison, folder: Path, **more: Any) -> dict[str, Any]:
    """The provenance of a comparison: of the first study's run, with the hash of each plan."""
    return {
        **provenance(comparison.study, engine=comparison.engine, draws=comparison.draws, **more),
        "plans": {plan.name: study_hash(plan.study) for plan in comparison.plans},
        "command": command_again(comparison, folder),
    }


def write_comparison_folder(
    comparison: Comparison, folder: Path, record: Mapping[str, Any], language: str
) -> None:
    """Every file of a comparison's folder."""
    from simlab.charts.files import save
    from simlab.report.comparison import drawn, write_comparison

    words = Words(language).following(comparison.study.unit)
    write_text(folder / "comparison.json", as_json(plain_comparison(comparison)))
    write_text(folder / "provenance.json", as_json(record))
    studies = folder / "studies"
    studies.mkdir(exist_ok=True)
    for plan in comparison.plans:
        file = studies / f"{file_names(comparison)[plan.name]}.toml"
        write_text(file, plan.study.resolved_toml())
    write_parquet(folder / "draws.parquet", draws_of(comparison))
    written = save(drawn(comparison, words), folder / "charts").values()
    pictures = {p.stem: p.read_text(encoding="utf-8") for p in written if p.suffix == ".svg"}
    write_whole(
        folder / "report.html",
        lambda path: write_comparison(comparison, path, words, record, pictures),
    )
