"""Money that is no number, or beyond all bounds, stops the draw: it had counted as paid back today.

Each place where money is computed is made too large in turn.
"""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import simlab
from simlab.engine.invariants import UnboundedDraw
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study
from simlab.result.draws import draws_of
from simlab.verify.certificate import verify

STUDY = """
start = "2026-01"
years = 2
states = ["benefit", "job"]
payers = ["town", "state"]
[citizens.benefit]
number = {{ p10 = 400, p90 = 600 }}
[chance_per_month]
benefit.job = 0.02
[payments.benefit]
amount.benefit = {payment}
received_by = "state"
[one_off.start]
moves = ["benefit -> job"]
amount = {move}
[outcomes.years]
amount.job = {outcome}
[budget.lines.all]
of = ["payments.benefit"]
[perspectives.town]
weights = {{ town = 1 }}
[plan]
cost.team = {{ 2026 = {cost} }}
[plan.cost_per_citizen.talks]
states = ["job"]
amount = {talks}
[[plan.amount]]
change = {change}
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""
USUAL = {"payment": 12_000, "move": 10, "outcome": 1, "cost": 100, "talks": 5, "change": -3}


def text(**amounts):
    return STUDY.format(**(USUAL | amounts))


def made(study):
    compiled = compile_study(study)
    return draws_of(simlab.cash_flow(simulate_block(compiled, compiled.block(3, 5), "counts")))


@pytest.mark.parametrize("what", USUAL)
@pytest.mark.parametrize("amount", ["1e308", "1e31"])
def test_money_that_is_not_finite_stops_the_draw_with_its_number_and_its_figures(what, amount):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UnboundedDraw) as stopped:
            made(simlab.loads(text(**{what: amount})))
    assert stopped.value.draw == 3
    assert set(stopped.value.parameters) == {"citizens.benefit.number"}


def test_large_amounts_that_are_still_money_are_not_refused():
    found = made(simlab.loads(text(payment="1e20")))
    assert np.isfinite(found.totals("town")).all()


@pytest.mark.parametrize("command", ["run", "compare", "verify"])
def test_a_command_ends_with_one_sentence_where_money_is_beyond_all_bounds(tmp_path, command):
    (tmp_path / "study.toml").write_text(text(cost="1e308"), encoding="utf-8")
    extra = ["--set", "half: plan.scale=0.5"] if command == "compare" else []
    extra += ["--threads", "1"] if command != "verify" else []
    asked = [command, str(tmp_path / "study.toml"), "--draws", "16", "--quiet",
             "-o", str(tmp_path / "out"), *extra]  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", "from simlab.cli import main; main()", *asked],
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    assert ended.returncode == 2, said
    assert "draw 0 is unsound: what payers pay is not a number" in said
    assert "Traceback" not in said
    assert "Warning" not in said


@pytest.mark.parametrize("what", ["payment", "cost"])
def test_no_certificate_is_made_of_a_study_whose_money_is_beyond_all_bounds(what):
    with pytest.raises(UnboundedDraw) as stopped:
        verify(simlab.loads(text(**{what: "1e308"})))
    assert stopped.value.draw == 0
