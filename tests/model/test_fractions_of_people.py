"""Fractions of people: `expected` carries what a study writes, the other engines whole people.

A cohort per head is one patient in shares: 65 % women, a quarter of them long on a clock, 30 %
treated. What it costs is worked out here by hand, year by year.
"""

import numpy as np
import pytest

import simlab
from simlab.engine.work import choose_engine
from simlab.model.cohorts import at_start
from simlab.model.parameters import sample
from simlab.reading_back import reading_back
from simlab.result.warnings import study_warnings
from simlab.runs.run import run
from simlab.verify.certificate import verify

ENGINES = ("expected", "counts", "citizens")
SEXES = """
start = 2000
years = 2
step = "year"
states = ["women", "men", "dead"]
[citizens]
women.number = 0.65
men.number = 0.35
[chance_per_year]
women.dead = 0.01
men.dead = 0.02
[payments.care]
per = "year"
amount = { women = 1000, men = 2000 }
[plan.cost.x]
at_start = 1
"""
PATIENT = """
start = 2000
years = 2
step = "year"
states = ["a", "b"]
{clock}
[citizens.a]
number = {number}
{more}
[chance_per_year]
a.b = {chance}
[payments.x]
per = "year"
amount.a = 100
[plan.cost.c]
at_start = 1
{plan}
"""


def patient(number=1, more="", chance="0.2", plan="", clock=""):
    return simlab.loads(
        PATIENT.format(number=number, more=more, chance=chance, plan=plan, clock=clock)
    )


def on_clocks(number=1):
    return patient(
        number, 'years_on_clock = { "2" = 0.25, "11" = 0.75 }', '{ "1-5" = 0.1, "6+" = 0.5 }',
        clock='clocks.k.states = ["a"]',
    )  # fmt: skip


def treated(number=1, coverage=0.3):
    plan = f'[[plan.effect]]\nmoves = ["a -> b"]\nchance_ratio = 2\ncoverage = {coverage}\n'
    return patient(number, plan=plan + 'coverage_is = "fixed"')


def people(study, future="baseline", engine="expected", draws=1):
    return simlab.simulate(study, draws, engine=engine).people(future)


# ---- expected -----------------------------------------------------------------------------------


def test_fractions_of_people_are_not_rounded_in_expected():
    study = simlab.loads(SEXES)
    cost = sum(0.65 * 1000 * 0.99**t + 0.35 * 2000 * 0.98**t for t in (1, 2))
    assert cost == pytest.approx(2638.845)
    paid = simlab.cash_flow(simlab.simulate(study, 1, engine="expected")).paid_in("baseline")
    assert paid.sum() == pytest.approx(cost, rel=1e-12)


def test_shares_of_one_patient_on_a_clock_are_not_rounded_in_expected():
    assert people(on_clocks())[0, 1, 1] == pytest.approx(0.25 * 0.1 + 0.75 * 0.5, rel=1e-12)


def test_a_fixed_coverage_of_one_patient_is_not_rounded_in_expected():
    moved = people(treated(), "plan")[0, 1, 1]
    assert moved == pytest.approx(0.3 * 0.4 + 0.7 * 0.2, rel=1e-12)


def test_segments_hold_fractions_of_a_person():
    text = SEXES.replace("women.number = 0.65", 'women = { number = 0.65, segment = "w" }')
    text += '[segments.w]\nhazard_ratio = { "women -> dead" = 2 }\n'
    assert people(simlab.loads(text))[0, 0].tolist() == [0.65, 0.35, 0.0]


def test_an_uncertain_number_is_not_rounded_in_expected():
    study = patient("{ min = 0.2, max = 1.4, dist = 'uniform' }")
    start = people(study, draws=8)[:, 0, 0]
    np.testing.assert_array_equal(start, sample(study, 0, 8).sampled["citizens.a.number"])
    assert len({round(x, 6) for x in start % 1.0}) == 8


# ---- whole people -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("study", [simlab.loads(SEXES), on_clocks(), treated(), treated(7, 0.35)])
def test_engines_of_whole_people_round_so_that_totals_are_kept(study, engine):
    written = sum(group.number.mean() for group in study.form.citizens.values())
    found = people(study, engine=engine, draws=2)[:, 0]
    assert found.dtype.kind == "i"
    assert (found.sum(axis=1) == round(written)).all()


@pytest.mark.parametrize("shares", [[0.5, 0.5], [1 / 3] * 3, [0.1] * 10, [2.4, 3.4, 0.2]])
def test_certain_groups_are_rounded_together_and_each_to_a_neighbour(shares):
    names = [f"g{i}" for i in range(len(shares))]
    groups = "\n".join(
        f'{name} = {{ state = "a", number = {share!r} }}'
        for name, share in zip(names, shares, strict=True)
    )
    text = PATIENT.format(number=1, more="", chance="0.2", plan="", clock="")
    study = simlab.loads(text.replace("[citizens.a]\nnumber = 1\n", f"[citizens]\n{groups}\n"))
    numbers = at_start(study, sample(study, 0, 1), whole=True).of
    found = np.array([numbers[name][0] for name in names])
    assert found.sum() == np.floor(sum(shares) + 0.5)
    assert (np.abs(found - shares) < 1.0).all()


def test_an_uncertain_group_is_rounded_by_itself_so_that_no_group_moves_another():
    alone = SEXES.replace("0.65", "{ min = 3, max = 9, dist = 'uniform' }")
    beside = alone.replace("men.number = 0.35", "men.number = 41.5")
    numbers = [
        at_start(simlab.loads(text), sample(simlab.loads(text), 0, 16), whole=True).of["women"]
        for text in (alone, beside)
    ]
    np.testing.assert_array_equal(*numbers)


def test_expected_beside_an_engine_with_chance_is_of_the_same_whole_people():
    paid = '[plan.cost_per_citizen.x]\nstates = ["a"]\namount = 10\nper = "year"'
    study = patient("{ min = 3, max = 9, dist = 'uniform' }", chance="0", plan=paid)
    found = run(study, draws=16, engine="counts")
    total, without = (
        one.net_present_value(study.perspective) for one in (found.total, found.without_chance)
    )
    np.testing.assert_array_equal(total, without)
    assert len(set(total)) > 3
    assert ((-1 - total) % 20 == 0).all()  # two years of 10 kr. for whole people


def test_the_engine_of_a_study_per_head_is_the_one_that_carries_fractions():
    assert choose_engine(simlab.loads(SEXES)) == "expected"
    assert choose_engine(on_clocks()) == "expected"
    assert choose_engine(on_clocks(400)) != "expected"


# ---- what is told -------------------------------------------------------------------------------


def test_check_shows_which_whole_people_an_engine_carries():
    text = reading_back(simlab.loads(SEXES))
    assert "women: 1 of 0.65" in text
    assert "men: 0 of 0.35" in text
    assert "a, 2 steps on the clock: 0 of 0.25" in reading_back(on_clocks())
    assert "a, reached by effect 0: 0 of 0.3" in reading_back(treated())
    assert "whole people, rounded" not in reading_back(treated(10))


def test_a_study_whose_people_are_cut_by_its_engine_is_warned_of_it():
    cut = simlab.loads('engine = "counts"\n' + SEXES)
    assert "whole people" in {one.what for one in study_warnings(cut)}
    assert "whole people" not in {one.what for one in study_warnings(simlab.loads(SEXES))}


@pytest.mark.parametrize("study", [simlab.loads(SEXES), on_clocks(), treated()])
def test_verify_compares_engines_on_the_same_whole_people(study):
    checks = verify(study).checks
    assert [check.key for check in checks if check.failed] == []
    assert any(check.key == "people.start" and check.outcome == "passed" for check in checks)
