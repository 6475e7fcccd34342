"""The oracles themselves, against hand work, against each other, and against printed results."""

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from false_alarm import check_p_value, z_limit
from scipy.stats import chi2

from oracle import exact, payback, references
from oracle.lives import (
    BASELINE,
    PLAN,
    STAY,
    Cell,
    Chain,
    Clock,
    arrive,
    chances,
    couple,
    first_cell,
    head_counts,
    intensities_of,
    pick,
    reformed,
    row,
    walk_alone,
    walk_cohort,
    walk_pair,
)

# ---- one step -----------------------------------------------------------------------------------


def test_a_row_shares_the_chance_of_leaving_by_intensity():
    chances_of_row = row({"job": 0.3, "education": 0.1})
    assert chances_of_row["job"] == pytest.approx(0.75 * (1 - math.exp(-0.4)), rel=1e-15)
    assert chances_of_row["education"] == pytest.approx(0.25 * (1 - math.exp(-0.4)), rel=1e-15)
    assert chances_of_row[STAY] == math.exp(-0.4)


def test_a_row_without_moves_stays():
    assert row({}) == {STAY: 1.0}
    assert row({"job": 0.0}) == {STAY: 1.0}


def test_a_tiny_intensity_keeps_all_its_digits():
    a = 1e-12
    assert row({"job": a})["job"] == pytest.approx(a - a * a / 2, rel=1e-15)


def test_a_negative_intensity_is_refused():
    with pytest.raises(ValueError, match="negative"):
        row({"job": -0.1})


def test_a_row_of_chances_comes_back_from_its_intensities():
    given = {"job": 0.05, "education": 0.03, "pension": 0.001}
    back = row(intensities_of(given))
    for destination, chance in given.items():
        assert back[destination] == pytest.approx(chance, rel=1e-14)
    assert back[STAY] == pytest.approx(1 - 0.081, rel=1e-14)
    with pytest.raises(ValueError, match="sum to"):
        intensities_of({"job": 1.0})


def test_two_half_steps_leave_as_often_as_one_step_when_there_is_one_way_out():
    assert row({"job": 0.1})[STAY] ** 2 == pytest.approx(row({"job": 0.2})[STAY], rel=1e-15)


def test_a_closed_move_adds_to_staying_unless_it_is_redirected():
    def intensity(state, clock, away, step, future):
        return {"job": 0.2, "flex job": 0.1} if state == "benefit" else {}

    states = ("benefit", "job", "flex job")
    shut = Chain(states, intensity, closed={("benefit", "flex job"): (3, None)})
    moved = Chain(states, intensity, closed={("benefit", "flex job"): (3, "job")})
    leaving = 1 - math.exp(-0.3)
    cell = Cell("benefit")
    before = {"job": leaving * 2 / 3, "flex job": leaving / 3, "benefit": 1 - leaving}
    assert chances(shut, cell, 2, PLAN) == pytest.approx(before)
    assert chances(shut, cell, 3, PLAN) == pytest.approx(
        {"job": leaving * 2 / 3, "benefit": 1 - leaving * 2 / 3}
    )
    assert chances(moved, cell, 3, PLAN) == pytest.approx({"job": leaving, "benefit": 1 - leaving})


def test_a_move_to_the_own_state_is_refused():
    chain = Chain(("benefit",), lambda *cell: {"benefit": 0.1})
    with pytest.raises(ValueError, match="moves to"):
        chances(chain, Cell("benefit"), 1, BASELINE)


def test_pick_never_picks_a_destination_without_weight():
    class Last:
        def random(self):
            return math.nextafter(1.0, 0.0)

    class First:
        def random(self):
            return 0.0

    weights = {"never": 0.0, "a": 0.1, "b": 0.2, "never either": 0.0}
    assert pick(First(), weights) == "a"
    assert pick(Last(), weights) == "b"


# ---- clocks -------------------------------------------------------------------------------------


def benefit_clock(**law):
    return Clock(("benefit", "activity"), **({"largest_edge": 60, "resets_after": 12} | law))


def histories_chain(*clocks):
    return Chain(("benefit", "activity", "job", "school"), lambda *cell: {}, clocks)


def live(chain, start, history):
    """The life through [(state, number of step-ends), …]."""
    life = [first_cell(chain, start)]
    for state, step_ends in history:
        for _ in range(step_ends):
            life.append(arrive(chain, life, state))
    return life


def clock_after(law, *history):
    cell = live(histories_chain(law), ("job", 0), history)[-1]
    return cell.clock, cell.away


def test_never_entered_is_clock_0():
    assert clock_after(benefit_clock(), ("job", 5)) == (0, 0)


def test_at_entry_the_clock_is_1_and_then_counts_step_ends():
    assert clock_after(benefit_clock(), ("benefit", 1)) == (1, 0)
    assert clock_after(benefit_clock(), ("benefit", 36)) == (36, 0)


def test_moving_inside_the_group_keeps_the_clock_running():
    assert clock_after(benefit_clock(), ("benefit", 10), ("activity", 3)) == (13, 0)


def test_outside_the_clock_is_frozen_and_the_steps_away_count_from_1():
    assert clock_after(benefit_clock(), ("benefit", 36), ("job", 1)) == (36, 1)
    assert clock_after(benefit_clock(), ("benefit", 36), ("job", 3), ("school", 5)) == (36, 8)


def test_after_36_months_and_8_away_the_clock_goes_on_at_37():
    away = ("benefit", 36), ("job", 8), ("benefit", 1)
    assert clock_after(benefit_clock(), *away) == (37, 0)
    assert clock_after(benefit_clock(accumulate=True), *away) == (37, 8)
    assert clock_after(benefit_clock(largest_edge=36), *away) == (36, 0)


def test_after_8_and_then_5_away_only_an_accumulating_clock_restarts():
    twice = ("benefit", 36), ("job", 8), ("benefit", 4), ("job", 5)
    assert clock_after(benefit_clock(), *twice) == (40, 5)
    assert clock_after(benefit_clock(), *twice, ("benefit", 1)) == (41, 0)
    assert clock_after(benefit_clock(accumulate=True), *twice) == (40, 12)  # 13, saturated
    assert clock_after(benefit_clock(accumulate=True), *twice, ("benefit", 1)) == (1, 0)


def test_after_14_away_every_clock_restarts_at_1_but_one_that_never_does():
    long = ("benefit", 36), ("job", 14), ("benefit", 1)
    assert clock_after(benefit_clock(), *long) == (1, 0)
    assert clock_after(benefit_clock(accumulate=True), *long) == (1, 0)
    assert clock_after(benefit_clock(resets_after=None), *long) == (37, 0)


@pytest.mark.parametrize(("away", "clock"), [(11, 37), (12, 1)])
def test_the_clock_restarts_from_exactly_resets_after_steps_away(away, clock):
    history = ("benefit", 36), ("job", away), ("activity", 1)
    assert clock_after(benefit_clock(), *history) == (clock, 0)


def test_an_absence_before_a_restart_is_forgotten():
    history = ("benefit", 3), ("job", 14), ("benefit", 2), ("job", 8), ("benefit", 1)
    assert clock_after(benefit_clock(accumulate=True), *history) == (3, 8)


def test_absences_outside_the_window_are_forgotten():
    law = benefit_clock(accumulate=True, within=20)
    first = ("benefit", 3), ("job", 8)
    assert clock_after(law, *first, ("benefit", 7), ("job", 5)) == (10, 12)
    assert clock_after(law, *first, ("benefit", 7), ("job", 5), ("benefit", 1)) == (1, 0)
    assert clock_after(law, *first, ("benefit", 9), ("job", 5)) == (12, 11)
    assert clock_after(law, *first, ("benefit", 9), ("job", 5), ("benefit", 1)) == (13, 10)


def test_the_stock_starts_on_its_own_clock():
    chain = histories_chain(benefit_clock())
    assert live(chain, ("benefit", 24), [("benefit", 2)])[-1].clock == 26
    assert live(chain, ("benefit", 99), [])[-1].clock == 60
    assert live(chain, ("job", 24, 10), [("job", 1), ("benefit", 1)])[-1].clock == 25
    assert live(chain, ("job", 24, 10), [("job", 2), ("benefit", 1)])[-1].clock == 1
    with pytest.raises(ValueError, match="at least 1"):
        first_cell(chain, ("benefit", 0))


def test_two_clocks_run_side_by_side():
    chain = histories_chain(benefit_clock(), Clock(("job",), 24, resets_after=1))
    life = live(chain, ("benefit", (5, 0)), [("job", 3), ("benefit", 2), ("job", 1)])
    assert life[3] == Cell("job", (5, 3), (3, 0))
    assert life[5] == Cell("benefit", (7, 3), (0, 1))  # its steps away saturate at 1
    assert life[6] == Cell("job", (7, 1), (1, 0))


def test_a_state_is_in_one_clock_group_only():
    with pytest.raises(ValueError, match="at most one"):
        histories_chain(benefit_clock(), Clock(("benefit", "job"), 24))


def clock_by_looking_back(law, states):
    """The clock law once more, with no memory: each step-end reads the whole history again."""
    clocks = []
    restart = None  # the step-end at which the clock last stood at 1
    for t, state in enumerate(states):
        inside = [past in law.group for past in states[: t + 1]]
        if restart is None:
            if t > 0 and inside[t]:
                restart = t
            clocks.append(1 if restart is not None else 0)
            continue
        if not inside[t]:
            clocks.append(clocks[-1])
            continue
        outside = [u for u in range(restart + 1, t) if not inside[u]]
        if not law.accumulate:
            outside = [u for u in outside if not any(inside[u:t])]
        elif law.within is not None:
            outside = [u for u in outside if u >= t - law.within]
        outside = [u for u in outside if states[u] not in law.paused]
        if not inside[t - 1] and law.resets_after is not None and len(outside) >= law.resets_after:
            restart = t
            clocks.append(1)
        else:
            clocks.append(min(clocks[-1] + 1, law.largest_edge))
        assert state in law.group
    return clocks


@pytest.mark.parametrize(
    "law",
    [
        benefit_clock(resets_after=4, largest_edge=9),
        benefit_clock(resets_after=4, accumulate=True),
        benefit_clock(resets_after=4, accumulate=True, within=9),
        benefit_clock(resets_after=4, accumulate=True, within=9, paused=("school",)),
        benefit_clock(resets_after=None),
    ],
    ids=["consecutive", "accumulated", "window", "window with a pause", "never"],
)
def test_the_running_clock_equals_the_clock_read_from_the_whole_history(law):
    rng = np.random.default_rng(7)
    chain = histories_chain(law)
    restarts = 0
    for _ in range(50):
        life = [first_cell(chain, ("job", 0))]
        while len(life) < 60:
            state = chain.states[rng.integers(4)]
            for _ in range(rng.integers(1, 6)):
                life.append(arrive(chain, life, state))
        clocks = [cell.clock for cell in life]
        assert clocks == clock_by_looking_back(law, [cell.state for cell in life])
        restarts += sum(now == 1 < before for before, now in pairwise(clocks))
    assert (restarts > 20) == (law.resets_after is not None)


# ---- the coupling -------------------------------------------------------------------------------


def small_chain(hazard_ratio=1.8, law=None, **more):
    """Every kind of dependence at once: clock, steps away, calendar step and future."""
    law = law or Clock(("benefit", "activity"), largest_edge=4, resets_after=3, largest_away=3)

    def intensity(state, clock, away, step, future):
        effect = hazard_ratio if future == PLAN else 1.0
        if state == "benefit":
            return {"job": effect * 0.3 / clock, "activity": 0.2, "pension": 0.01 * clock}
        if state == "activity":
            return {"benefit": 0.3, "job": effect * (0.1 + 0.01 * step)}
        if state == "job":
            return {"benefit": 0.4 / (1 + away)}
        return {}

    start = [("benefit", 1), ("benefit", 1), ("activity", 3), ("job", 0)]
    return Chain(
        ("benefit", "activity", "job", "pension"), intensity, (law,), **({"start": start} | more)
    )


def fits(observed, expected, draws):
    """Pearson's chi square of {what: count} against {what: chance}, rare ones together."""
    assert set(observed) <= set(expected)
    rare_observed = rare_expected = statistic = 0.0
    groups = 0
    for what, chance in expected.items():
        if draws * chance < 10:
            rare_observed += observed[what]
            rare_expected += draws * chance
        else:
            statistic += (observed[what] - draws * chance) ** 2 / (draws * chance)
            groups += 1
    if rare_expected > 0:
        statistic += (rare_observed - rare_expected) ** 2 / rare_expected
        groups += 1
    return float(chi2.sf(statistic, groups - 1))


def test_the_common_and_own_parts_add_up_to_each_future_s_own_row():
    b = {"job": 0.3, "benefit": 0.7}
    p = {"job": 0.5, "education": 0.1, "benefit": 0.4}
    pair = couple(b, p)
    assert pair.parting == pytest.approx(0.3)
    for j in p:
        assert pair.common[j] + pair.baseline_only[j] == pytest.approx(b.get(j, 0.0))
        assert pair.common[j] + pair.plan_only[j] == pytest.approx(p[j])


def test_each_future_of_the_enumerated_pair_has_its_own_law():
    chain = small_chain()
    pairs = exact.pair_layers(chain, ("benefit", 1), 8)
    for future, life_of in ((BASELINE, 1), (PLAN, 2)):
        alone = exact.layers(chain, ("benefit", 1), 8, future)
        for pair_layer, layer in zip(pairs, alone, strict=True):
            marginal = Counter()
            for pair, chance in pair_layer.items():
                marginal[pair[life_of]] += chance
            assert marginal == pytest.approx(layer, abs=1e-14)


DRAWS, STEPS = 4000, 8


@pytest.fixture(scope="module")
def walked_pairs():
    chain, rng = small_chain(), np.random.default_rng(11)
    return [walk_pair(chain, rng, STEPS) for _ in range(DRAWS)]


@pytest.mark.parametrize("future", [BASELINE, PLAN])
@pytest.mark.parametrize("step", [1, 4, STEPS])
def test_each_future_of_a_walked_pair_has_the_exact_law_of_its_cells(walked_pairs, future, step):
    lives = [pair[0] if future == BASELINE else pair[1] for pair in walked_pairs]
    expected = exact.layers(small_chain(), ("benefit", 1), STEPS, future)[step]
    check_p_value(fits(Counter(life[step] for life in lives), expected, DRAWS), "pair marginal")


@pytest.mark.parametrize("future", [BASELINE, PLAN])
def test_a_life_walked_alone_has_the_exact_law_of_its_cells(future):
    chain, rng = small_chain(), np.random.default_rng(12)
    last = Counter(walk_alone(chain, rng, STEPS, future)[-1] for _ in range(DRAWS))
    expected = exact.layers(chain, ("benefit", 1), STEPS, future)[-1]
    check_p_value(fits(last, expected, DRAWS), "life alone")


def test_a_reform_lets_no_time_pass_on_a_clock_and_leaving_one_is_the_first_step_away():
    chain = small_chain(reforms={3: {"benefit": "activity", "job": "benefit", "activity": "job"}})
    assert reformed(chain, Cell("benefit", 2), 3) == Cell("activity", 2)
    assert reformed(chain, Cell("activity", 2), 3) == Cell("job", 2, 1)
    assert reformed(chain, Cell("job", 2, 1), 3) == Cell("benefit", 3)
    assert reformed(chain, Cell("job", 2, 3), 3) == Cell("benefit", 1)
    assert reformed(chain, Cell("pension", 2, 3), 3) == Cell("pension", 2, 3)
    assert reformed(chain, Cell("benefit", 2), 4) == Cell("benefit", 2)


@pytest.mark.parametrize("future", [BASELINE, PLAN])
def test_lives_walked_through_reforms_have_the_exact_law_of_their_cells(future):
    chain = small_chain(reforms={2: {"benefit": "activity"}, 6: {"job": "benefit"}})
    rng = np.random.default_rng(13)
    alone = Counter(walk_alone(chain, rng, STEPS, future)[-1] for _ in range(DRAWS))
    pairs = Counter(
        walk_pair(chain, rng, STEPS)[future == PLAN][-1] for _ in range(DRAWS)
    )  # fmt: skip
    expected = exact.layers(chain, ("benefit", 1), STEPS, future)[-1]
    check_p_value(fits(alone, expected, DRAWS), "life alone")
    check_p_value(fits(pairs, expected, DRAWS), "life of a pair")


@pytest.mark.parametrize("step", [1, 3, STEPS])
def test_walked_pairs_have_the_exact_joint_law(walked_pairs, step):
    expected = Counter()
    for pair, chance in exact.pair_layers(small_chain(), ("benefit", 1), STEPS)[step].items():
        expected[pair.baseline, pair.plan] += chance
    observed = Counter((baseline[step], plan[step]) for baseline, plan in walked_pairs)
    check_p_value(fits(observed, expected, DRAWS), "joint law")


def test_pairs_with_equal_intensities_never_part():
    chain, rng = small_chain(hazard_ratio=1.0), np.random.default_rng(13)
    for _ in range(300):
        baseline, plan = walk_pair(chain, rng, 40)
        assert baseline == plan
    assert not any(pair.parted for pair in exact.pair_layers(chain, ("benefit", 1), 12)[-1])
    cost = exact.at_end(lambda cell, step, future: {"benefit": 12.0}.get(cell.state, 0.0))
    assert exact.saving(chain, 12, cost) == (0.0, 0.0)


def test_a_pair_under_an_effect_parts():
    rng = np.random.default_rng(14)
    pairs = [walk_pair(small_chain(), rng, 20) for _ in range(100)]
    assert any(baseline != plan for baseline, plan in pairs)


def test_parted_lives_stay_parted_even_when_they_meet_again():
    def intensity(state, clock, away, step, future):
        here_and_there = {"north": {"south": 0.5}, "south": {"north": 0.5}}[state]
        return {"south": 50.0} if step == 1 and future == PLAN else here_and_there

    chain = Chain(("north", "south"), intensity, start=[("north", 0)])
    rng = np.random.default_rng(15)
    met_then_differed = 0
    for _ in range(100):
        baseline, plan = walk_pair(chain, rng, 30)
        same = [b == p for b, p in zip(baseline, plan, strict=True)]
        met_then_differed += "01" in "".join("01"[s] for s in same[1:]) and not all(same[25:])
    assert met_then_differed > 20  # a pair that came together again would never differ


# ---- exact expectation and variance -------------------------------------------------------------


def test_without_clocks_the_occupancy_is_a_matrix_power():
    chain = references.jobs_chain()
    cells = [Cell(state) for state in chain.states]
    usual = exact.transition_matrix(chain, cells, 1, BASELINE)
    assert usual == pytest.approx(np.array(references.JOBS_CHANCES), abs=1e-15)
    for future in (BASELINE, PLAN):
        matrix = exact.transition_matrix(chain, cells, 1, future)
        chance = np.linalg.matrix_power(matrix, 120)[1]
        mean, variance = exact.head_counts(chain, 120, future)
        assert mean[120] == pytest.approx(1700 * chance, rel=1e-12)
        assert variance[120] == pytest.approx(1700 * chance * (1 - chance), rel=1e-12)


def test_with_clocks_the_occupancy_is_a_product_of_matrices_over_cells():
    chain = small_chain()
    cells = sorted(set().union(*exact.reach(chain, 8)))
    numbers = np.zeros(len(cells))
    for place in chain.start:
        numbers[cells.index(first_cell(chain, place))] += 1
    for step in range(1, 9):
        numbers = numbers @ exact.transition_matrix(chain, [*cells], step, PLAN)
    expected = exact.by_state(chain, dict(zip(cells, numbers, strict=True)))
    assert exact.head_counts(chain, 8, PLAN).mean[8] == pytest.approx(expected, rel=1e-13)


def test_citizens_are_conserved_and_an_absorbing_state_only_grows():
    chain = small_chain()
    for future in (BASELINE, PLAN):
        mean = exact.head_counts(chain, 30, future).mean
        assert mean.sum(axis=1) == pytest.approx(np.full(31, 4.0), rel=1e-13)
        assert (np.diff(mean[:, 3]) >= 0).all()


def test_clock_bands_with_equal_intensities_equal_no_bands():
    def intensity(state, clock, away, step, future):
        return {"job": 0.1} if state == "benefit" else {"benefit": 0.2}

    start = [("benefit", 2)]
    with_clock = Chain(("benefit", "job"), intensity, (Clock(("benefit",), 6, 3),), start)
    without = Chain(("benefit", "job"), intensity, (), start)
    for one, other in zip(
        exact.head_counts(with_clock, 25, BASELINE),
        exact.head_counts(without, 25, BASELINE),
        strict=True,
    ):
        assert one == pytest.approx(other, rel=1e-13)


def test_the_reference_saving_has_the_printed_mean_and_both_printed_deviations():
    chain, cost = references.jobs_chain(), exact.at_end(references.jobs_cost)
    coupled = exact.saving(chain, 120, cost)
    independent = exact.saving_if_independent(chain, 120, cost)
    assert round(coupled.mean / 1e6, 2) == 172.07
    assert round(math.sqrt(coupled.variance) / 1e6, 2) == 14.65
    assert round(math.sqrt(independent.variance) / 1e6, 2) == 36.15
    assert coupled.mean == pytest.approx(independent.mean, rel=1e-12)


def test_the_same_deviations_follow_from_one_chain_of_thirty_states():
    """Once more, forwards: five states together, 25 pairs of states for those who have parted.

    With x the saving of a month, Var Σ x(X_t) = Σ_t Σ_u Cov(x(X_t), x(X_u)) over the chain's
    months, each from the law of month t and the matrix's power u − t.
    """
    chain, months = references.jobs_chain(), 120
    rows = [
        [np.array([row.get(s, 0.0) for s in chain.states]) for row in
         (chances(chain, Cell(state), 1, future) for state in chain.states)]
        for future in (BASELINE, PLAN)
    ]  # fmt: skip
    matrix = np.zeros((30, 30))
    for i, (b, p) in enumerate(zip(*rows, strict=True)):
        matrix[i, :5] = np.minimum(b, p)
        surplus = np.maximum(b - p, 0), np.maximum(p - b, 0)
        if surplus[0].sum() > 0:
            matrix[i, 5:] = np.outer(*surplus).ravel() / surplus[0].sum()
        for j in range(5):
            matrix[5 + 5 * i + j, 5:] = np.outer(rows[0][i], rows[1][j]).ravel()
    assert matrix.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-14)
    kr = np.array([references.jobs_cost(Cell(s), 1, BASELINE) for s in chain.states], dtype=float)
    saved = np.concatenate([np.zeros(5), np.subtract.outer(kr, kr).ravel()])
    law = np.eye(30)[1]
    mean, second, ahead = 0.0, 0.0, [saved]  # ahead[k]: E(saving k months from now | state)
    for _ in range(months):
        ahead.append(matrix @ ahead[-1])
    for t in range(1, months + 1):
        law = law @ matrix
        mean += law @ saved
        later = sum(ahead[1 : months - t + 1], np.zeros(30))
        second += law @ (saved * (saved + 2 * later))
    variance = 1700 * (second - mean**2)
    exactly = exact.saving(chain, months, exact.at_end(references.jobs_cost))
    assert (1700 * mean, variance) == pytest.approx(exactly, rel=1e-10)
    assert round(math.sqrt(variance) / 1e6, 2) == 14.65


def cost_of_the_small_chain(before, after, step, future):
    """Amounts that depend on everything: state, clock, step, future, and a fee on a move."""
    amount = {"benefit": 10.0, "activity": 12.0, "job": -3.0, "pension": 15.0}[after.state]
    amount += 0.5 * after.clock + 0.1 * step - (1.0 if future == PLAN else 0.0)
    moved_to_job = before is not None and before.state != after.state == "job"
    return amount + (4.0 if moved_to_job else 0.0)


def test_the_saving_by_backward_recursion_is_that_of_every_history_added_up():
    chain, steps = small_chain(start=[("benefit", 1)]), 4
    first = first_cell(chain, ("benefit", 1))
    histories = [(exact.Pair(False, first, first), 1.0, 0.0)]
    for step in range(1, steps + 1):
        longer = []
        for pair, chance, saved in histories:
            for after, move in exact.pair_chances(chain, pair, step).items():
                b = cost_of_the_small_chain(pair.baseline, after.baseline, step, BASELINE)
                p = cost_of_the_small_chain(pair.plan, after.plan, step, PLAN)
                longer.append((after, chance * move, saved + b - p))
        histories = longer
    mean = sum(chance * saved for _, chance, saved in histories)
    variance = sum(chance * (saved - mean) ** 2 for _, chance, saved in histories)
    moments = exact.saving(chain, steps, cost_of_the_small_chain)
    assert len(histories) > 1000
    assert moments == pytest.approx((mean, variance), rel=1e-11)


def arrivals(step, future):
    """A stream that both futures share, one that the plan thins, and one of the plan alone."""
    means = {("benefit", 1): 0.5, ("job", 0): 0.4 if future == BASELINE else 0.1}
    return means | ({("activity", 2): 0.2} if future == PLAN and step > 2 else {})


def test_the_arrivals_of_each_future_add_up_to_its_own_means():
    chain = small_chain(arrivals=arrivals)
    baseline = exact.head_counts(chain, 6, BASELINE).mean.sum(axis=1)
    plan = exact.head_counts(chain, 6, PLAN).mean.sum(axis=1)
    assert baseline[6] == pytest.approx(4 + 6 * (0.5 + 0.4))
    assert plan[6] == pytest.approx(4 + 6 * (0.5 + 0.1) + 4 * 0.2)


@pytest.fixture(scope="module")
def walked_cohorts():
    chain, rng = small_chain(arrivals=arrivals), np.random.default_rng(16)
    return chain, [walk_cohort(chain, rng, 6) for _ in range(1500)]


@pytest.mark.parametrize("future", [BASELINE, PLAN])
def test_a_walked_cohort_with_arrivals_has_the_exact_mean_and_variance(walked_cohorts, future):
    chain, cohorts = walked_cohorts
    counts = np.array([head_counts(chain, cohort, 6, future)[6] for cohort in cohorts])
    mean, variance = exact.head_counts(chain, 6, future)
    for state in range(4):
        check_mean_and_variance(counts[:, state], mean[6, state], variance[6, state])


def test_the_saving_of_walked_cohorts_has_the_exact_mean_and_variance(walked_cohorts):
    chain, cohorts = walked_cohorts

    def paid(life, entered, future):
        if life is None:
            return 0.0
        arrival = cost_of_the_small_chain(None, life[0], entered, future) if entered else 0.0
        return arrival + sum(
            cost_of_the_small_chain(before, after, step, future)
            for step, (before, after) in enumerate(pairwise(life), entered + 1)
        )

    savings = np.array(
        [
            sum(
                paid(lives.baseline, lives.entered, BASELINE)
                - paid(lives.plan, lives.entered, PLAN)
                for lives in cohort
            )
            for cohort in cohorts
        ]
    )
    check_mean_and_variance(savings, *exact.saving(chain, 6, cost_of_the_small_chain))


def check_mean_and_variance(sample, mean, variance):
    """Both within the z limit, the variance by the sample's own fourth moment."""
    size = len(sample)
    assert abs(sample.mean() - mean) <= z_limit() * math.sqrt(variance / size)
    squares = (sample - mean) ** 2
    assert abs(squares.mean() - variance) <= z_limit() * squares.std() / math.sqrt(size)


def test_swapping_plan_and_baseline_flips_the_sign_of_the_saving():
    chain, cost = references.jobs_chain(), exact.at_end(references.jobs_cost)
    swapped = Chain(
        chain.states,
        lambda state, clock, away, step, future: chain.intensity(
            state, clock, away, step, BASELINE if future == PLAN else PLAN
        ),
        start=chain.start,
    )
    there, back = exact.saving(chain, 24, cost), exact.saving(swapped, 24, cost)
    assert back.mean == pytest.approx(-there.mean, rel=1e-12)
    assert back.variance == pytest.approx(there.variance, rel=1e-12)


def test_a_mean_of_start_and_end_is_the_mean_of_both_countings():
    chain = references.jobs_chain(citizens=1)
    totals = {
        counting: exact.total_paid(chain, 12, counting(references.jobs_cost), BASELINE).mean
        for counting in (exact.at_start, exact.at_end, exact.mean_of_both)
    }
    months = exact.head_counts(chain, 12, BASELINE).mean @ np.array(
        list(references.JOBS_COST_PER_MONTH.values())
    )
    assert totals[exact.at_start] == pytest.approx(months[:-1].sum())
    assert totals[exact.at_end] == pytest.approx(months[1:].sum())
    assert totals[exact.mean_of_both] == pytest.approx((months[:-1].sum() + months[1:].sum()) / 2)


def test_a_window_over_several_absences_is_exact_when_cells_remember_it():
    law = Clock(("benefit", "activity"), 4, resets_after=3, accumulate=True, within=5)
    chain = small_chain(law=law)
    rng, steps = np.random.default_rng(17), 9
    walked = Counter(
        walk_alone(chain, rng, steps, PLAN, ("benefit", 1))[-1][:2] for _ in range(4000)
    )
    expected = Counter()
    for cell, chance in exact.layers(chain, ("benefit", 1), steps, PLAN)[-1].items():
        expected[cell[:2]] += chance
    check_p_value(fits(walked, expected, 4000), "the last cell of a life with a window")
    without = Counter()
    for cell, chance in exact.layers(
        small_chain(law=replace(law, within=None)), ("benefit", 1), steps, PLAN
    )[-1].items():
        without[cell[:2]] += chance
    assert max(abs(expected[c] - without[c]) for c in without) > 0.004  # the window matters


# ---- payback ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("balance", "paid_back", "first", "relapses"),
    [
        ([0, 1, 2], 0, 0, False),
        ([-3, -2, -1], math.inf, math.inf, False),
        ([-3, -1, 0, 1], 2, 2, False),
        ([-3, 1, -1, 2, 3], 3, 1, True),
        ([-3, 1, 2, -1], math.inf, 1, True),
        ([0, 1, -1, 1], 3, 3, False),
        ([-0.004, -0.004], 0, 0, False),
        ([-1, -0.006, -0.004], 2, 2, False),
        ([-5], math.inf, math.inf, False),
    ],
)
def test_payback_is_the_last_break_even(balance, paid_back, first, relapses):
    assert payback.payback(balance) == paid_back
    assert payback.first_break_even(balance) == first
    assert payback.relapse(balance) is relapses


def test_peak_exposure_is_the_deepest_balance_and_its_first_month():
    assert payback.peak_exposure([-1, -4, 2, -4]) == (4, 1)
    assert payback.peak_exposure([0, 2]) == (0.0, None)


def test_a_quantile_is_the_smallest_time_that_reaches_it_or_nothing():
    times = [math.inf, 3, 5, 9]
    assert payback.quantile(times, 0.25) == 3
    assert payback.quantile(times, 0.26) == 5
    assert payback.quantile(times, 0.75) == 9
    assert payback.quantile(times, 0.76) is None


# ---- references ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "printed"),
    [
        (12, 0.00817027),
        (24, 0.58775564),
        (36, 0.80334148),
        (60, 0.89064807),
        (120, 0.92063239),
    ],
)
def test_the_chance_of_payback_without_chance_is_the_printed_one(month, printed):
    assert references.chance_of_payback_within(month) == pytest.approx(printed, abs=5.001e-9)


def test_the_chance_of_never_is_the_printed_one_at_both_horizons():
    assert 1 - references.chance_of_payback_within(600) == pytest.approx(0.0743597, abs=5.001e-8)
    assert 1 - references.chance_of_payback_within(120) == pytest.approx(0.07937, abs=5.001e-6)


def test_the_threshold_splits_the_balances_that_are_paid_back_from_those_that_are_not():
    threshold = references.exit_chance_that_breaks_even(36)
    later = references.expected_balance(threshold - 1e-9, references.HORIZON)
    sooner = references.expected_balance(threshold + 1e-9, references.HORIZON)
    assert payback.payback(list(later)) == 37
    assert payback.payback(list(sooner)) == 36


def test_an_exit_chance_of_4_percent_pays_back_in_month_22():
    balance = references.expected_balance(0.04, references.HORIZON)
    assert payback.payback(list(balance)) == 22


def test_a_hundred_real_citizens_pay_back_as_an_independent_simulation_found():
    draws = 20_000
    times = references.paybacks_of_real_citizens(np.random.default_rng(18), draws, 120)
    printed = {12: 0.026, 24: 0.561, 36: 0.775, 60: 0.873, 120: 0.907}
    for month, found in printed.items():
        rounding, spread = 0.0005, math.sqrt(found * (1 - found))
        error, printed_error = spread / math.sqrt(draws), spread / math.sqrt(200_000)
        here = (times <= month).mean()
        assert abs(here - found) <= rounding + z_limit() * math.hypot(error, printed_error)
        precise, its_error = references.CHANCE_OF_PAYBACK_WITH_CHANCE[month]
        assert abs(here - precise) <= z_limit() * math.hypot(error, its_error)
        assert abs(precise - found) <= rounding + z_limit() * math.hypot(its_error, printed_error)
    assert np.isinf(times).mean() == pytest.approx(1 - (times <= 120).mean(), abs=1e-12)


def test_the_simulated_citizens_have_the_exact_mean_and_variance_of_a_coupled_pair():
    exit_chance, draws, months = 0.04, 4000, 24

    def intensity(state, clock, away, step, future):
        chance = exit_chance if future == PLAN else references.EXIT_WITHOUT
        return intensities_of({"off": chance}) if state == "benefit" else {}

    chain = Chain(("benefit", "off"), intensity, start=[("benefit", 0)] * references.CITIZENS)
    cost = exact.at_end(lambda cell, step, future: 10_000.0 * (cell.state == "benefit"))
    moments = exact.saving(chain, months, cost)
    balance = references.expected_balance(exit_chance, months)[months]
    assert moments.mean - references.INVESTED == pytest.approx(balance, rel=1e-11)
    balances = references.balances_of_real_citizens(
        np.random.default_rng(19), np.full(draws, exit_chance), months
    )
    check_mean_and_variance(balances[:, months], balance, moments.variance)


def test_payback_of_many_balances_at_once_is_payback_of_each():
    one, other = np.random.default_rng(20), np.random.default_rng(20)
    times = references.paybacks_of_real_citizens(one, 300, 90)
    exit_with = references.EXIT_WITH.rvs(size=300, random_state=other)
    balances = references.balances_of_real_citizens(other, exit_with, 90)
    assert list(times) == [payback.payback(list(balance)) for balance in balances]


def test_hiv_costs_and_life_years_are_the_published_ones():
    mono, combination, cost_per_life_year = references.hiv()
    assert mono.cost == pytest.approx(44_663.45, abs=0.005)
    assert mono.life_years == pytest.approx(7.991207, abs=5e-7)
    assert combination.cost == pytest.approx(50_601.65, abs=0.005)
    assert combination.life_years == pytest.approx(8.937389, abs=5e-7)
    assert cost_per_life_year == pytest.approx(6_275.956, abs=0.0005)
