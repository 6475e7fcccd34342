"""Single citizens, one of each draw, follow the law of the crowds they stand for."""

from __future__ import annotations

import numpy as np
import pytest

import simlab
from simlab.engine.counts import counts
from simlab.engine.lives import ABSENT, chosen, one_a_draw
from simlab.engine.simulate import simulate_block
from simlab.model.compiled import compile_study

STUDY = """
start = "2020-01"
years = 1
states = ["benefit", "job", "pension"]
[clocks.support]
states = ["benefit"]
[citizens.benefit]
number = 300
[citizens.job]
number = 100
[chance_per_month]
benefit.job = { "1-3" = 0.10, "4+" = 0.05 }
job.benefit = 0.08
benefit.pension = 0.01
[payments.benefit.amount]
benefit = 100
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.8
start = "2020-03"
[[convert]]
states = ["pension"]
to = "benefit"
at = "2020-08"
"""
LATER = STUDY.replace("number = 300", "arrivals_per_month = 4").replace(
    "number = 100", "arrivals_per_month = 1"
)
DRAWS = 1_500


def made(text=STUDY, draws=DRAWS):
    compiled = compile_study(simlab.loads(text))
    return compiled, compiled.block(0, draws)


@pytest.mark.parametrize("text", [STUDY, LATER])
@pytest.mark.parametrize("engine", ["counts", "citizens"])
def test_lives_are_where_the_expected_numbers_say(engine, text):
    compiled, block = made(text)
    lives = one_a_draw(compiled, block, engine)
    expected = simulate_block(compiled, compiled.block(0, 1), "expected")
    for future, paths in (("baseline", lives.baseline), ("plan", lives.plan)):
        people = expected.people(future)[0]
        there = 400.0 if text == STUDY else people[-1].sum()  # a life stands for the same share
        for state in range(3):
            share = people[:, state] / there
            found = (paths == state).mean(axis=0)
            error = np.sqrt(share * (1 - share) / DRAWS) + 1 / DRAWS
            assert (np.abs(found - share) < 4.5 * error).all(), (future, state)


def test_both_engines_part_as_many_lives():
    compiled, block = made()
    apart = [
        (lives.baseline != lives.plan).any(axis=1).mean()
        for lives in (one_a_draw(compiled, block, e) for e in ("counts", "citizens"))
    ]
    assert 0.1 < apart[0] < 0.6
    assert apart[0] == pytest.approx(apart[1], abs=4 * np.sqrt(0.5 * apart[0] / DRAWS))


def test_a_plan_without_effect_changes_no_life():
    compiled, block = made(STUDY.replace("hazard_ratio = 1.8", "hazard_ratio = 1.0"), 100)
    for engine in ("counts", "citizens"):
        lives = one_a_draw(compiled, block, engine)
        assert len(lives) == 100 and (lives.baseline == lives.plan).all()


def test_those_at_the_start_are_followed_and_newcomers_where_nobody_is_there():
    compiled, block = made(STUDY, 200)
    assert {time for *_, time in chosen(block, 12)} == {0}
    cells = [compiled.space.first(s, 1) for s in ("benefit", "job")]
    at = [compiled.space.index[cell] for cell in cells]
    share = np.mean([cell == at[0] for _, _, cell, _ in chosen(block, 12)])
    assert share == pytest.approx(0.75, abs=0.01)
    compiled, block = made(LATER, 240)
    times = [time for *_, time in chosen(block, 12)]
    assert set(times) == set(range(1, 13))
    lives = one_a_draw(compiled, block, "counts")
    for time, path in zip(times, lives.plan, strict=True):
        assert (path[:time] == ABSENT).all() and (path[time:] != ABSENT).all()


def test_nobody_to_follow_gives_no_life():
    empty = STUDY.replace("number = 300", "number = 0").replace("number = 100", "number = 0")
    assert len(one_a_draw(*made(empty, 20), "counts")) == 0


def test_a_life_asks_for_nothing_that_the_run_has_not_compiled():
    compiled, block = made(LATER, 8)
    simulate_block(compiled, block, "counts")
    before = len(getattr(counts, "signatures", ()))
    one_a_draw(compiled, block, "counts")
    assert len(getattr(counts, "signatures", ())) == before
