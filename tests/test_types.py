"""What the type checker refuses: a misspelt key, perspective, year or path is no gap on a page."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAD = """
from simlab.model.parameters import Values
from simlab.result.answer import Answer
from simlab.risk.estimate import chance
from simlab.result.draws import Draws
from simlab.study.study import Study


def read(answer: Answer, values: Values, study: Study, draws: Draws) -> None:
"""
RIGHT = """
    answer.opening.payback.within[5].chance
    answer.perspectives["state"].standard_errors.net_present_value
    values[study.quantities["plan.effect.0.coverage"]]
    chance(draws.published[:, 0] > 0.0, draws.design)
"""
WRONG = {
    "a misspelt figure": "answer.opening.payback.median",
    "a misspelt error": "answer.opening.standard_errors.net_present_value_mean",
    "a key of the old summary": 'answer.opening["payback"]',
    "a year as text": 'answer.opening.payback.within["5"]',
    "a figure of the whole summary": "answer.summary",
    "an account that is none": "answer.perspectives[0]",
    "a driver that is none": "answer.opening.drivers.that_mater",
    "a measure that is none": 'answer.opening.drivers.explained_by[0].of("npv")',
    "a median that may be never, as a number": "answer.opening.payback.median_years + 1.0",
    "a figure that is written into": "answer.opening.payback.never = 0.0",
    "a line of the budget that may not be there": "answer.budget.lines",
    "a value by its path": 'values["plan.effect.0.coverage"]',
    "an error without a design": "chance(draws.published[:, 0] > 0.0)",
    "a misspelt column": "draws.month_plan",
}


@pytest.mark.long
def test_the_type_checker_refuses_each_misspelt_name_and_nothing_else(tmp_path):
    from mypy import api

    lines = (HEAD + RIGHT).splitlines()
    first = len(lines) + 1
    lines += [f"    {wrong}" for wrong in WRONG.values()]
    path = tmp_path / "read.py"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache")]
    text, complaint, _ = api.run([*config, str(path)])
    assert not complaint
    refused = {int(line.split(":")[1]) for line in text.splitlines() if "read.py:" in line}
    names = dict(enumerate(WRONG, first))
    assert {names.get(number, number) for number in refused} == set(WRONG), text
