"""What a run leaves: a folder with the answer in every form, each file written whole.

memo.pdf  memo.docx  report.html  report.pdf  summary.json  charts/*.svg *.png  workbook.xlsx
draws.parquet  paths.parquet  study.toml  provenance.json
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simlab.folders.certificate_file import FILE
from simlab.result.draws import WITHOUT_CHANCE, Draws, published_columns
from simlab.result.in_use import parameters
from simlab.result.plain import plain_answer
from simlab.risk.payback import quantiles
from simlab.runs.files import as_json, refused, write_parquet, write_text, write_whole
from simlab.study.futures import FUTURES
from simlab.study.key_path import dotted

if TYPE_CHECKING:
    import pyarrow as pa

    from simlab.runs.run import Run
    from simlab.study.study import Study

ANSWERS = ("summary.json", "draws.parquet", "paths.parquet", "study.toml")  # the same each time
OF_PAYBACK = ("payback_years", "first_break_even_years", "relapsed", "net_present_value")
OF_MONEY = ("peak_exposure", "saving", "plan_cost")
# The answer for people, beside charts.
TOLD = ("memo.pdf", "memo.docx", "report.html", "report.pdf", "workbook.xlsx")


def draws_table(total: Draws) -> pa.Table:
    """A row a draw: every parameter that the answer follows, every outcome."""
    return table(
        {"draw": np.arange(*total.table.span), **total.table.select(column_names(total.study))}
    )


def column_names(study: Study) -> list[str]:
    """The columns of draws.parquet, in their order: parameters that the answer follows, payback
    and worth of each perspective, months, outcomes, published figures, and what was bounded."""
    states, outcomes = study.names.states, study.form.outcomes
    return [
        *parameters(study),
        *(
            dotted(name, what) + suffix
            for suffix in ("", WITHOUT_CHANCE)
            for name in study.perspectives
            for what in (*OF_PAYBACK, *OF_MONEY)
        ),
        *(dotted("months", state, future) for state in states for future in FUTURES),
        *(dotted("outcome", name, future) for name in outcomes for future in FUTURES),
        *published_columns(study),
        "scaled",
        "capped",
    ]


def table(columns: Mapping[str, Any]) -> pa.Table:
    """The columns as they are kept: what a draw does not have is null, and never NaN; a payback
    that never comes is infinite."""
    import pyarrow as pa

    return pa.table({name: pa.array(v, from_pandas=True) for name, v in columns.items()})


def paths_table(run: Run) -> pa.Table:
    """Mean and quantiles by step: people per state, payments per payer, balance per perspective."""
    study, total, people = run.study, run.total, run.answer.people
    series: list[tuple[str, str, str, np.ndarray]] = []
    for future, heads in zip(FUTURES, (people.baseline, people.plan), strict=True):
        p10, mean, p90, p50 = heads
        by_state = np.stack([mean, p10, p50, p90])
        for s, state in enumerate(study.names.states):
            series.append(("people", state, future, by_state[:, :, s]))
        paid = total.paid(future)
        for k, payer in enumerate(study.payers):
            series.append(("payments", payer, future, _by_step(paid[:, :, k])))
    for name, payback in total.paybacks.items():
        series.append(("balance", name, "difference", _by_step(payback.balance)))
        series.append(("plan cost", name, "plan", _by_step(payback.cost)))

    steps = len(study.timeline.dates)
    columns: dict[str, Any] = {
        key: np.repeat([row[i] for row in series], steps)
        for i, key in enumerate(("what", "name", "future"))
    }
    columns["step"] = np.tile(np.arange(steps), len(series))
    columns["date"] = list(study.timeline.dates) * len(series)
    for i, key in enumerate(("mean", "p10", "p50", "p90")):
        columns[key] = np.concatenate([by_step[i] for *_, by_step in series])
    return table(columns)


def _by_step(values: np.ndarray) -> np.ndarray:
    """(4, steps + 1) mean, 10 % quantile, median, 90 % quantile; of values : (draws, steps + 1)."""
    mean = values.mean(axis=0, dtype=np.float64)
    return np.stack([mean, *quantiles(values, (0.1, 0.5, 0.9))])


def write_results(run: Run, folder: Path, provenance: dict[str, Any], language: str) -> None:
    """Every file of a results folder, and the hashes of those that are the same each time."""
    from simlab.charts.files import save_charts
    from simlab.memo.content import memo
    from simlab.memo.docx import write_docx
    from simlab.memo.pdf import write_memo
    from simlab.report.html import write_report
    from simlab.report.pdf import write_pdf
    from simlab.report.pictures import pictures
    from simlab.report.workbook import write_workbook
    from simlab.words import Words

    answer = run.answer
    words = Words(language).following(answer.unit)
    _make_way(folder, certified=run.answer.certificate is not None)
    with ThreadPoolExecutor(max_workers=1) as beside:  # tables need no Python, charts little else
        answers = beside.submit(_write_answers, run, folder)
        charts = folder / "charts"
        with refused(charts):
            charts.mkdir(exist_ok=True)
            written = save_charts(answer, charts, words).values()
        drawn = {p.stem: p.read_text(encoding="utf-8") for p in written if p.suffix == ".svg"}
        write_whole(folder / "workbook.xlsx", lambda p: write_workbook(answer, p, words))
        write_whole(
            folder / "report.html", lambda p: write_report(answer, p, words, provenance, drawn)
        )
        write_whole(folder / "report.pdf", lambda p: write_pdf(answer, p, words, provenance, drawn))
        images = {p.stem: p for p in written if p.suffix == ".png"}
        about = memo(
            answer,
            words,
            about=run.study.form.memo,
            when=_day(provenance),
            drawn=pictures(answer, words, drawn),
        )
        write_whole(folder / "memo.pdf", lambda p: write_memo(about, p, words))
        write_whole(folder / "memo.docx", lambda p: write_docx(about, p, words, images))
        answers.result()
    _write_provenance(folder, provenance)


def _day(provenance: Mapping[str, Any]) -> date | None:
    """When the run was finished."""
    finished = provenance.get("finished")
    return datetime.fromisoformat(finished).date() if finished else None


def write_answers(run: Run, folder: Path, provenance: dict[str, Any]) -> None:
    """The tables, the summary and the study of a results folder, and no more."""
    _make_way(folder, certified=run.answer.certificate is not None)
    _write_answers(run, folder)
    _write_provenance(folder, provenance)


def _make_way(folder: Path, *, certified: bool) -> None:
    """Take away what an earlier run has told here: if this one is killed, no report stands beside
    the figures or the certificate of another. First goes the file that says that all are there."""
    names = ("provenance.json", *TOLD, *(() if certified else (FILE,)))
    for path in (*(folder / name for name in names), *(folder / "charts").glob("*.*")):
        with refused(path):
            path.unlink(missing_ok=True)


def _write_answers(run: Run, folder: Path) -> None:

    write_text(folder / "summary.json", as_json(plain_answer(run.answer)))
    write_text(folder / "study.toml", run.total.study.resolved_toml())
    write_tables(run, folder)


def _write_provenance(folder: Path, provenance: dict[str, Any]) -> None:
    """The last of all files: with it all of the results are there."""
    about = provenance | {"sha256": {name: file_hash(folder / name) for name in ANSWERS}}
    write_text(folder / "provenance.json", as_json(about))


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_tables(run: Run, folder: Path) -> None:
    """Every draw, and the quantiles of every step, side by side: both need little Python."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        draws = draws_table(run.total)
        written = beside.submit(write_parquet, folder / "draws.parquet", draws)
        write_parquet(folder / "paths.parquet", paths_table(run))
        written.result()
