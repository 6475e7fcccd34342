"""A comparison of nothing is no check that passed; and all money is compared, wherever it falls."""

import numpy as np
import pytest

import simlab
from simlab.report import certificate_words
from simlab.verify import case, costs
from simlab.verify.certificate import verify
from simlab.verify.comparison import exact, statistical
from simlab.words import Words

PEOPLE, FEE, LEAVE, RETURN, RATIO, STEPS = 100, 10_000.0, 0.05, 0.10, 2.0, 36

FEES = f"""
start = "2000-01"
years = 3
payers = ["municipality"]
states = ["benefit", "job"]
[citizens.benefit]
number = {PEOPLE}
[chance_per_month]
benefit.job = {LEAVE}
job.benefit = {RETURN}
[one_off.fee]
moves = ["benefit -> job"]
amount = {FEE}
[plan.cost.talks]
at_start = 1000
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = {RATIO}
"""


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 32)
    monkeypatch.setattr(costs, "MOST", 1024)


def checks_of(text: str) -> dict:
    return {check.key: check for check in verify(simlab.loads(text)).checks}


def placed(ratio: float, parts: int = 1) -> float:
    """How many are expected to be placed in jobs in three years, each month in ``parts``."""
    leave = 1.0 - (1.0 - LEAVE) ** (ratio / parts)
    come_back = 1.0 - (1.0 - RETURN) ** (1.0 / parts)
    benefit, job, total = float(PEOPLE), 0.0, 0.0
    for _ in range(STEPS * parts):
        moved, back = benefit * leave, job * come_back
        total += moved
        benefit, job = benefit - moved + back, job + moved - back
    return total


def test_money_on_moves_is_compared_as_all_other_money_is():
    found = checks_of(FEES)
    lost = FEE * (placed(1.0) - placed(RATIO))
    halved = found["steps.halved"]
    assert halved.found == pytest.approx(lost)
    assert halved.expected == pytest.approx(FEE * (placed(1.0, 2) - placed(RATIO, 2)))
    for engine in ("counts", "citizens"):
        assert found[f"engines.saving_{engine}"].outcome == "passed"
        assert found[f"engines.saving_{engine}"].expected == pytest.approx(lost)
        assert found[f"engines.variance_{engine}"].outcome == "passed"
        assert found[f"engines.coupling_{engine}"].outcome == "passed"


def test_changed_amounts_are_compared_as_all_other_money_is():
    changed = '[[plan.amount]]\nstates = ["job"]\nchange = 500\n'
    found = checks_of(FEES.replace(f"amount = {FEE}", "amount = 0.0") + changed)
    assert found["engines.saving_counts"].outcome == "passed"
    assert found["engines.saving_counts"].expected == pytest.approx(-500.0 * months_in_job())


def months_in_job() -> float:
    leave, benefit, job, total = 1.0 - (1.0 - LEAVE) ** RATIO, float(PEOPLE), 0.0, 0.0
    for _ in range(STEPS):
        benefit, job = benefit * (1.0 - leave) + job * RETURN, job * (1 - RETURN) + benefit * leave
        total += job
    return total


def test_a_study_without_money_has_no_check_of_money_that_passed():
    found = checks_of(FEES.replace(f"amount = {FEE}", "amount = 0.0").replace("= 1000", "= 0"))
    for key in ("payers", "budget", "no_discount", "weights", "payback"):
        assert found[f"money.{key}"].outcome == "absent", key
    for key in ("plan.no_effect", "plan.stronger", "steps.halved", "engines.saving_counts"):
        assert found[key].outcome == "absent", key
    assert found["plan.swapped"].outcome == "passed"  # the people still part


def test_a_plan_that_moves_nobody_has_no_futures_to_swap():
    found = checks_of(FEES.replace(f"hazard_ratio = {RATIO}", "hazard_ratio = 1.0"))
    assert found["plan.swapped"].outcome == "absent"
    assert found["plan.no_effect"].outcome == "passed"  # the fees are there, and none is saved


def test_a_state_that_nobody_reaches_proves_nothing_of_states_that_nobody_leaves():
    dead = FEES.replace('"job"]\n[cit', '"job", "dead"]\n[cit')
    reached = dead.replace("[one_off", "benefit.dead = 0.01\n[one_off")
    never = dead.replace("[one_off", "benefit.dead = 0.0\n[one_off")
    assert checks_of(reached)["people.absorbing"].outcome == "passed"
    assert checks_of(never)["people.absorbing"].outcome == "absent"


@pytest.mark.parametrize("nothing", [[], [0.0], np.zeros((3, 4))])
def test_no_pair_of_figures_and_pairs_of_zeros_compare_nothing(nothing):
    assert exact(nothing, 0.0, "kr.").outcome == "absent"
    assert statistical(nothing, 0.0, 0.0, "kr.").outcome == "absent"


def test_a_check_that_asks_for_zero_needs_something_that_could_break_it():
    assert exact([0.0], 0.0, "kr.", of=[3.0]).outcome == "passed"
    assert exact([0.0], 0.0, "kr.", of=[0.0]).outcome == "absent"
    assert exact([], 0.0, "kr.", of=[3.0]).outcome == "absent"
    assert exact([1.0], 0.0, "kr.", of=[0.0]).failed
    assert exact([np.nan], 0.0, "kr.").failed


@pytest.mark.parametrize("lang", ["en", "da"])
def test_the_verdict_says_how_many_checks_had_nothing_to_compare(lang):
    certificate = verify(simlab.loads(FEES)).certified
    empty = sum(check.outcome == "absent" for check in certificate.checks)
    assert empty > 0
    assert f" {empty} " in certificate_words.verdict(certificate, Words(lang))
