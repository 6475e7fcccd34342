"""Notebooks are programs that people copy from: they run, and hold no output."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))


def cells(notebook: Path) -> list[dict[str, Any]]:
    found = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


def run(cell: str, names: dict[str, Any], where: str) -> Any:
    """Execute a cell as a notebook does: the value of a last expression is its output."""
    tree = ast.parse(cell, where)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), where, "eval"), names)  # type: ignore[attr-defined]


def test_there_is_a_notebook():
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_output(notebook):
    for cell in cells(notebook):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(notebook, monkeypatch):
    import matplotlib

    matplotlib.use("Agg")
    monkeypatch.chdir(notebook.parent)
    names: dict[str, Any] = {}
    outputs = [
        run("".join(cell["source"]), names, f"{notebook.name}, code cell {number}")
        for number, cell in enumerate(cells(notebook), 1)
    ]
    if notebook.stem == "01-first-study":
        check_first_study(names, outputs)


def check_first_study(names: dict[str, Any], outputs: list[Any]) -> None:
    """What its text says is what its cells show."""
    assert names["histories"].draws == names["payback"].draws == 256
    assert outputs[-2].axes == [names["ax"]]
    largest_saving, never = outputs[-1]
    assert largest_saving == 0
    assert never.value == 1.0
