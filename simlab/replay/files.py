"""The chart of a future or a life, as SVG and PNG in the results folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simlab.charts import files, style
from simlab.charts.one_future import one_future
from simlab.charts.one_life import Bar, one_life
from simlab.replay.future import Future
from simlab.replay.life import Life
from simlab.replay.recorded import read_table
from simlab.replay.story import whose_life
from simlab.runs.files import FolderError, open_folder
from simlab.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def write(future: Future, life: Life | None, folder: Path, words: Words) -> Path:
    """Draw the future, or the life, and return where the PNG lies."""
    open_folder(folder)
    name = f"draw-{future.draw}" + (f"-citizen-{life.citizen}" if life else "")
    ax = _future(future, words) if life is None else _life(life, words)
    files.save({name: style.figure_of(ax)}, folder)
    return folder / f"{name}.png"


def _future(future: Future, words: Words) -> Axes:
    study = future.recorded.study
    name = words("Future {draw}", draw=words.number(future.draw))
    band = _band(future.recorded.folder / "paths.parquet", study.perspective, study.timeline.steps)
    payback = future.paybacks[study.perspective]
    return one_future(payback, band, name, words=words, start=study.timeline.start)


def _band(path: Path, perspective: str, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(steps + 1,) the 10 % and 90 % quantiles of the balance over the futures of the run."""
    table = read_table(path, ("what", "name", "p10", "p90")).to_pandas()
    here = table[(table["what"] == "balance") & (table["name"] == perspective)]
    low, high = here["p10"].to_numpy(), here["p90"].to_numpy()
    if len(low) != steps + 1 or {low.dtype.kind, high.dtype.kind} != {"f"}:
        raise FolderError(f"{path}: holds no balance of {perspective} by step")
    return low, high


def _life(life: Life, words: Words) -> Axes:
    study = life.future.recorded.study
    start = study.timeline.start

    def years(day: date) -> float:
        return (day - start).days / 365.2425

    bars = {
        future: [Bar(years(stay.since), years(stay.until), stay.state) for stay in stays]
        for future, stays in life.stays.items()
    }
    labels = {state: words.text(study.label(state)) for state in study.names.states}
    numbers = {
        "citizen": words.number(life.citizen),
        "draw": words.number(life.future.draw),
    }
    name = words("Citizen {citizen} in future {draw}", **numbers)
    horizon, note = study.timeline.years, whose_life(life, words)
    return one_life(bars, labels, name, horizon, words=words, start=start, note=note)
