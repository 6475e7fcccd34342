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


@pytest.mark.long
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
    CHECKS[notebook.stem](names, outputs)


def check_first_study(names: dict[str, Any], outputs: list[Any]) -> None:
    """What its text says is what its cells show."""
    assert names["histories"].draws == names["payback"].draws == 256
    assert outputs[-2].axes == [names["ax"]]
    largest_saving, never = outputs[-1]
    assert largest_saving == 0
    assert never.value == 1.0


def check_reading_uncertainty(names: dict[str, Any], outputs: list[Any]) -> None:
    """The error shrinks and the spread does not; chance matters for few people only."""
    assert outputs[1].axes == [names["dots"]]
    errors, spreads = names["errors"], names["spreads"]
    assert errors[-1] < 0.6 * errors[0]
    assert spreads[-1] > 0.8 * spreads[0]
    assert names["chance_share"] < 0.02 < 0.1 < names["small_share"]
    never = names["never_by_fifth"]
    assert never[0] > 0.9 and never[-1] < 0.1
    assert (names["fall"] < 0).mean() > 0.75


def check_a_plan_of_your_own(names: dict[str, Any], outputs: list[Any]) -> None:
    """One answer without uncertainty; a mistake is told; a stronger effect is surer; pairs help."""
    assert len(set(names["one_answer"].years)) == 1
    assert 'did you mean "job"?' in names["told"]
    within = names["within_five"]
    assert within == sorted(within) and within[0] == 0 and within[-1] > 0.8
    assert names["together"] < 0.6 * names["apart"]


def check_under_the_hood(names: dict[str, Any], outputs: list[Any]) -> None:
    """The engines meet the answer on paper, and a draw is the same alone."""
    assert names["largest_gap"] < 1e-9
    assert names["together"] < 0.5 * names["apart"]
    assert names["same"]
    assert 0 < len(names["parted"]) < len(names["lives"])


CHECKS = {
    "01-first-study": check_first_study,
    "02-reading-uncertainty": check_reading_uncertainty,
    "03-a-plan-of-your-own": check_a_plan_of_your_own,
    "04-under-the-hood": check_under_the_hood,
}
