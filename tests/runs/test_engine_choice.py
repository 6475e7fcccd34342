"""The choice of the engine: by the structure of a study, and the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest

import simlab
from simlab.engine.work import (
    EXACT,
    WORK,
    WORTH_IT,
    choose_engine,
    cost_table,
    seconds_a_draw,
    work,
)
from simlab.model.compiled import compile_study
from simlab.runs import forecast
from simlab.study.reading import shipped_configs
from simlab.study.study import Study, load, loads


def study(citizens: int, months: int = 1, more: str = "") -> Study:
    """Two states; time in the first is read in as many cells as there are ``months``."""
    banded = f'{{ "1-{months}" = 0.04, "{months + 1}+" = 0.02 }}'
    return loads(
        f"""
        start = "2020-01"
        years = 10
        {more}
        states = ["benefit", "job"]
        [clocks.benefit]
        states = ["benefit"]
        [citizens.benefit]
        number = {citizens}
        [rate_per_month.benefit]
        job = {banded if months > 1 else 0.03}
        [rate_per_month.job]
        benefit = 0.01
        """
    )


def with_plan(one: Study, ratio: float = 2.0) -> Study:
    return one.replace({"plan.effect": [{"moves": ["benefit -> job"], "hazard_ratio": ratio}]})


def test_few_citizens_in_many_cells_are_followed_and_many_in_few_are_counted():
    assert choose_engine(with_plan(study(citizens=5, months=200))) == "citizens"
    assert choose_engine(with_plan(study(citizens=100_000))) == "counts"


def test_the_choice_is_the_cheaper_of_the_exact_engines_and_not_expected():
    for citizens in (2, 1_000, 1_000_000):
        for months in (1, 12, 100):
            one = study(citizens, months)
            seconds = seconds_a_draw(one)
            other = next(e for e in EXACT if e != choose_engine(one))
            assert choose_engine(one) in EXACT
            # a gain within the error of the table is not worth another engine
            assert seconds[choose_engine(one)] <= seconds[other] / WORTH_IT


def test_the_same_study_gets_the_same_engine_and_the_same_cost_again():
    path = shipped_configs() / "programmes" / "hjoerring.toml"
    assert seconds_a_draw(load(path)) == seconds_a_draw(load(path))
    assert choose_engine(load(path)) == choose_engine(load(path))


@pytest.mark.parametrize("months", [1, 100])
def test_the_number_of_draws_does_not_change_the_engine(months):
    one = study(1_000, months)
    for draws in (1, 1_000_000):
        assert work(one.replace({"draws": draws})) == work(one)


def test_an_engine_that_is_asked_for_is_taken():
    for engine in WORK:
        assert choose_engine(study(20, 100), engine) == engine
        in_study = study(20, 100, more=f'engine = "{engine}"')
        assert choose_engine(in_study) == engine
        assert choose_engine(in_study, "counts") == "counts"
        assert simlab.simulate(in_study, draws=2).engine == engine


def test_what_is_chosen_is_what_is_simulated():
    for one in (with_plan(study(5, 200)), with_plan(study(100_000))):
        assert simlab.simulate(one, draws=2).engine == choose_engine(one)


def test_the_table_prices_every_kind_of_work_and_nothing_else():
    seconds = cost_table()["seconds"]
    kinds = WORK | forecast.WORK
    assert set(seconds) == set(kinds)
    for kind, names in kinds.items():
        assert list(seconds[kind]) == list(names)
        assert all(each >= 0.0 for each in seconds[kind].values())
        assert any(each > 0.0 for each in seconds[kind].values())
    assert cost_table()["processor"]
    assert all(cost_table()["fit"][engine]["median"] < 1.5 for engine in WORK)


def test_the_amounts_of_work_are_those_of_a_chain_that_can_be_reckoned_by_hand():
    one = work(study(1_000))
    x, left, moves = 1_000.0, np.zeros(120), 0.0
    y = 0.0
    for t in range(120):  # expected people in benefit and in a job
        out, back = x * -np.expm1(-0.03), y * -np.expm1(-0.01)
        left[t] = out
        moves += out + back
        x, y = x - out + back, y + out - back
    cells = len(compile_study(study(1_000)).space)
    assert one["citizens"]["life"] == 1_000
    assert one["citizens"]["life in two"] == 0
    assert one["citizens"]["move"] == pytest.approx(moves)
    assert one["counts"]["step"] == 120
    assert one["counts"]["cell"] == 120 * cells
    assert one["counts"]["cell in two"] == 0
    assert one["counts"]["matrix"] == 1
    assert one["expected"]["cell"] == 120 * cells


def test_a_plan_adds_the_lives_of_those_whose_futures_part():
    without, idle, strong = (
        work(one)
        for one in (study(1_000), with_plan(study(1_000), 1.0), with_plan(study(1_000), 3.0))
    )
    assert idle["citizens"]["move"] == pytest.approx(without["citizens"]["move"])
    assert strong["citizens"]["move"] > 1.1 * idle["citizens"]["move"]
    assert strong["citizens"]["life in two"] == 1_000
