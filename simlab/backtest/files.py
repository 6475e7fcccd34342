"""What a backtest leaves: backtest.md, backtest.json, pictures/backtest.svg and .png."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from simlab.backtest.page import headline, outcomes, page
from simlab.backtest.predict import Prediction
from simlab.charts import style
from simlab.charts.files import save
from simlab.charts.predictions import predictions as draw
from simlab.result.plain import plain
from simlab.runs.files import as_json, write_text
from simlab.words import Words


def write(predictions: Sequence[Prediction], folder: Path, words: Words, command: str) -> None:
    """Every file of a backtest; ``command`` is what makes it again."""
    ax = draw(outcomes(predictions, words), headline(predictions, words), words=words)
    save({"backtest": style.figure_of(ax)}, folder / "pictures")
    today = date.today().isoformat()
    made = words("Written on {day} by `{command}`, not by hand.", day=today, command=command)
    write_text(folder / "backtest.md", page(predictions, "pictures/backtest.png", made, words))
    content = {"day": today, "command": command, "programmes": [_plain(p) for p in predictions]}
    write_text(folder / "backtest.json", as_json(content))


def _plain(prediction: Prediction) -> dict[str, Any]:
    return {
        "name": prediction.name,
        "title": prediction.title,
        "engine": prediction.engine,
        "rows": plain(prediction.claims),
        "scores": plain(prediction.scores),
        "unproven": plain(prediction.unproven),
    }
