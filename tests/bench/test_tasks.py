"""What is checked before anybody is timed: a wrong answer is found, a right one passes."""

import numpy as np
import pytest

from benchmarks.reference import CHANCES, COST_PER_MONTH, START
from benchmarks.task import Answer, Task, wrong_in


@pytest.fixture(scope="module")
def task() -> Task:
    matrices = np.stack([np.linalg.matrix_power(CHANCES, n) for n in (1, 2, 3)] * 10)
    return Task(matrices, COST_PER_MONTH, citizens=500, months=24, start=START, threads=1)


@pytest.fixture(scope="module")
def lives(task) -> np.ndarray:
    """(draws, months + 1, states) whole people, by multinomials."""
    rng = np.random.default_rng(1)
    people = np.zeros(task.expected.shape, dtype=np.int64)
    people[:, 0, START] = task.citizens
    for t in range(task.months):
        people[:, t + 1] = rng.multinomial(people[:, t], task.matrices).sum(axis=1)
    return people


def priced(people: np.ndarray) -> Answer:
    return Answer.of(people, people @ COST_PER_MONTH)


def test_the_expectation_is_a_matrix_power(task):
    after = task.citizens * np.linalg.matrix_power(task.matrices[1], 24)[START]
    np.testing.assert_allclose(task.expected[1, 24], after, rtol=1e-12)


def test_work_is_counted_in_citizens_or_in_draws(task):
    assert task.work == 30 * 24 * 500
    by_draw = Task(task.matrices, COST_PER_MONTH, 500, 24, START, 1, by_citizen=False)
    assert by_draw.work == 30 * 24
    assert task.at_most(draws=3, citizens=50).work == 3 * 24 * 50


def test_right_answers_pass(task, lives):
    assert wrong_in(priced(task.expected), task, by_chance=False) == ""
    assert wrong_in(priced(lives), task, by_chance=True) == ""
    totals = Answer.of(None, priced(lives).cost.sum(axis=1))
    assert wrong_in(totals, task, by_chance=True) == ""


def moved(people: np.ndarray, share: float) -> np.ndarray:
    """The people with a share of state 1 in state 2 from the second month on."""
    out = people.copy()
    some = np.round(share * out[:, 2:, 1]).astype(out.dtype)
    out[:, 2:, 1] -= some
    out[:, 2:, 2] += some
    return out


def test_people_in_the_wrong_state_are_found(task, lives):
    assert "people in state" in wrong_in(priced(moved(lives, 0.1)), task, by_chance=True)
    assert "should be" in wrong_in(priced(moved(task.expected, 0.01)), task, by_chance=False)


def test_expected_numbers_do_not_pass_for_lives(task):
    assert wrong_in(priced(task.expected), task, by_chance=True) == "people who are not whole"
    rounded = np.floor(task.expected)
    rounded[:, :, 0] += task.citizens - rounded.sum(axis=2)
    assert "variance" in wrong_in(priced(rounded), task, by_chance=True)


def test_lost_people_and_a_wrong_bill_are_found(task, lives):
    assert "sum" in wrong_in(priced(lives[:, :, :] * 2), task, by_chance=True)
    dear = Answer.of(lives, lives @ COST_PER_MONTH * 1.01)
    assert "cost" in wrong_in(dear, task, by_chance=True)
    assert "shape" in wrong_in(priced(lives[:, 1:]), task, by_chance=True)


def test_wrong_totals_are_found(task, lives):
    totals = priced(lives).cost.sum(axis=1)
    assert "a cost of" in wrong_in(Answer.of(None, totals * 1.05), task, by_chance=True)


def test_the_spread_of_a_total_is_that_of_single_lives(task):
    rng = np.random.default_rng(2)
    state = np.full(40_000, START)
    total = np.full(40_000, COST_PER_MONTH[START])
    for _ in range(task.months):
        cdf = task.matrices[0].cumsum(axis=1)[state]
        state = (rng.random((40_000, 1)) >= cdf[:, :-1]).sum(axis=1)
        total += COST_PER_MONTH[state]
    # 40,000 lives tell a spread to within 6 · 0.4 %, light-tailed as a bounded sum is.
    assert total.std() == pytest.approx(task.spread_of_total[0], rel=0.025)
