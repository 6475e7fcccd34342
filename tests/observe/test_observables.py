"""Observables against plain matrix powers, and samples against the binomial law.

The study has no clock, so that its people are a vector and each future a matrix.
"""

from __future__ import annotations

import numpy as np
import pytest
from false_alarm import z_limit

from simlab.engine.simulate import simulate
from simlab.finance.cash_flow import cash_flow
from simlab.observe.observables import Observer
from simlab.study.grammar import Published
from simlab.study.study import Study, loads

RATES = np.array([[0.0, 0.05, 0.01], [0.08, 0.0, 0.0], [0.0, 0.0, 0.0]])  # benefit, job, pension
RATIO = 1.8
BENEFIT, JOB, PENSION = range(3)
START = np.array([300.0, 100.0, 0.0])
ARRIVALS = 5.0
STEPS = 36
KR = 10_000

STUDY = f"""
start = "2020-01"
years = 3
states = ["benefit", "job", "pension"]
payers = ["municipality"]
[groups]
off = ["job", "pension"]
[citizens.benefit]
number = 300
arrivals_per_month = {ARRIVALS}
[citizens.working]
state = "job"
number = 100
[rate_per_month]
benefit.job = 0.05
benefit.pension = 0.01
job.benefit = 0.08
[payments.benefit.amount]
benefit = {KR}
[plan.cost.talks]
at_start = 200_000
per_year = 120_000
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = {RATIO}
"""


def matrix(rates: np.ndarray) -> np.ndarray:
    """One step: competing risks, at most one move."""
    total = rates.sum(axis=1)
    leave = 1.0 - np.exp(-total)
    moves = rates * (leave / np.where(total > 0, total, 1.0))[:, None]
    return moves + np.diag(1.0 - leave)


def without(rates: np.ndarray, *states: int) -> np.ndarray:
    """The same rates with no way out of some states."""
    closed = rates.copy()
    closed[list(states)] = 0.0
    return closed


PLANNED = RATES * np.where((np.arange(3)[:, None] == BENEFIT) & (np.arange(3) == JOB), RATIO, 1.0)


def path(rates: np.ndarray, start: np.ndarray, arrivals: float = 0.0) -> np.ndarray:
    """(steps + 1, states) expected people."""
    step, seen = matrix(rates), [start]
    for _ in range(STEPS):
        seen.append(seen[-1] @ step + arrivals * np.eye(3)[BENEFIT])
    return np.array(seen)


@pytest.fixture(scope="module")
def study() -> Study:
    return loads(STUDY)


@pytest.fixture(scope="module")
def cash(study):
    return cash_flow(simulate(study, 2, engine="expected"))


def published(**keys) -> Published:
    said = {"text": "it", "kind": "account", "value": 0.0}
    return Published.model_validate(said | keys)


def found(cash, **keys) -> float:
    return float(Observer(cash).observe(published(**keys)).value[0])


def of_benefit(rates: np.ndarray) -> np.ndarray:
    return path(rates, np.eye(3)[BENEFIT])


@pytest.mark.parametrize("group", ["benefit", "working"])
def test_a_share_at_18_months_is_a_matrix_power(cash, group):
    started = {"benefit": BENEFIT, "working": JOB}[group]
    power = np.linalg.matrix_power(matrix(PLANNED), 18)[started]
    share = found(cash, measure="share", of=[group], states=["job"], at_months=18)
    assert share == pytest.approx(power[JOB], rel=1e-12)


def test_those_who_start_in_a_state_are_followed_by_its_name(cash):
    power = np.linalg.matrix_power(matrix(PLANNED), 18)[JOB]
    share = found(cash, measure="share", of=["job"], states=["off"], at_months=18)
    assert share == pytest.approx(power[JOB] + power[PENSION], rel=1e-12)


def test_ever_is_more_than_now_and_is_a_matrix_power_without_ways_out(cash):
    absorbing = np.linalg.matrix_power(matrix(without(PLANNED, JOB)), 18)[BENEFIT]
    keys = {"measure": "share", "of": ["benefit"], "states": ["job"], "at_months": 18}
    ever, now = found(cash, ever=True, **keys), found(cash, **keys)
    assert ever == pytest.approx(absorbing[JOB], rel=1e-12)
    assert ever > now + 0.05
    either = np.linalg.matrix_power(matrix(without(PLANNED, JOB, PENSION)), 18)[BENEFIT]
    assert found(cash, ever=True, **keys | {"states": ["off"]}) == pytest.approx(
        either[JOB] + either[PENSION], rel=1e-12
    )


def test_who_has_ever_been_there_stays_counted_when_a_reform_moves_everybody(study):
    reform = [{"states": ["job"], "to": "benefit", "at": "2020-10"}]
    reformed = cash_flow(simulate(study.replace({"convert": reform}), 1, engine="expected"))
    keys = {"measure": "share", "of": ["benefit"], "states": ["job"], "at_months": 18}
    absorbing = np.linalg.matrix_power(matrix(without(PLANNED, JOB)), 18)[BENEFIT]
    assert found(reformed, ever=True, **keys) == pytest.approx(absorbing[JOB], rel=1e-12)
    now = np.linalg.matrix_power(matrix(PLANNED), 18)[BENEFIT]
    assert found(reformed, **keys) < now[JOB] - 0.01


@pytest.mark.parametrize(
    ("future", "wanted"),
    [
        ("baseline", lambda b, p: b),
        ("plan", lambda b, p: p),
        ("difference", lambda b, p: p - b),
        ("ratio", lambda b, p: p / b),
    ],
)
def test_a_figure_is_of_the_future_that_it_names(cash, future, wanted):
    b, p = (of_benefit(rates)[12, JOB] for rates in (RATES, PLANNED))
    keys = {"measure": "share", "of": ["benefit"], "states": ["job"], "at_months": 12}
    assert found(cash, future=future, **keys) == pytest.approx(wanted(b, p), rel=1e-12)


def test_a_share_of_everybody_counts_those_who_arrive(cash):
    everybody = path(PLANNED, START, ARRIVALS)[24]
    share = found(cash, measure="share", states=["benefit"], at="2021-12")
    assert share == pytest.approx(everybody[BENEFIT] / everybody.sum(), rel=1e-12)


def test_people_are_a_difference_and_against_a_date_a_count_less_the_count_then(cash):
    b, p = (path(rates, START, ARRIVALS)[:, BENEFIT] for rates in (RATES, PLANNED))
    assert found(cash, measure="people", states=["benefit"], at="2021-12") == pytest.approx(
        p[24] - b[24], rel=1e-12
    )
    since = Observer(cash).observe(
        published(measure="people", states=["benefit"], at="2021-12", against="2020-01")
    )
    assert since.value[0] == pytest.approx(p[24] - p[1], rel=1e-12)
    assert since.without[0] == pytest.approx(b[24] - b[1], rel=1e-12)


def test_a_change_is_december_against_january_and_tells_the_trend_without_the_plan(cash):
    b, p = (path(rates, START, ARRIVALS)[:, BENEFIT] for rates in (RATES, PLANNED))
    seen = Observer(cash).observe(
        published(measure="change", states=["benefit"], at="2021-12", against="2021-01")
    )
    assert seen.value[0] == pytest.approx(p[24] / p[13] - 1, rel=1e-12)
    assert seen.without[0] == pytest.approx(b[24] / b[13] - 1, rel=1e-12)
    from_the_start = found(cash, measure="change", states=["benefit"], at="2020-12")
    assert from_the_start == pytest.approx(p[12] / START[BENEFIT] - 1, rel=1e-12)


def test_time_is_months_for_each_who_is_followed(cash):
    b, p = (of_benefit(rates)[1:31, JOB].sum() for rates in (RATES, PLANNED))
    months = found(cash, measure="time", of=["benefit"], states=["job"], at_months=30)
    assert months == pytest.approx(p - b, rel=1e-12)


def test_person_years_are_of_all_together_within_their_span(cash):
    b, p = (path(rates, START, ARRIVALS)[13:25, BENEFIT].sum() / 12 for rates in (RATES, PLANNED))
    keys = {"measure": "person_years", "states": ["benefit"], "since": "2021", "until": "2021"}
    assert found(cash, **keys) == pytest.approx(p - b, rel=1e-12)
    assert found(cash, **keys, future="baseline") == pytest.approx(b, rel=1e-12)
    two = found(cash, measure="person_years", states=["benefit"], until="2021", per_year=True)
    both = [path(rates, START, ARRIVALS)[1:25, BENEFIT].sum() / 24 for rates in (RATES, PLANNED)]
    assert two == pytest.approx(both[1] - both[0], rel=1e-12)


def test_saving_and_balance_are_sums_of_their_years(cash):
    b, p = (path(rates, START, ARRIVALS)[:, BENEFIT] * KR for rates in (RATES, PLANNED))
    saved = (b - p)[13:37].sum()
    assert found(cash, measure="saving", since="2021") == pytest.approx(saved, rel=1e-9)
    assert found(cash, measure="saving", since="2021", per_year=True) == pytest.approx(
        saved / 2, rel=1e-9
    )
    first_year = (b - p)[1:13].sum() - 200_000 - 120_000
    assert found(cash, measure="balance", until="2020") == pytest.approx(first_year, rel=1e-9)


def test_payback_is_the_last_break_even(cash):
    b, p = (path(rates, START, ARRIVALS)[:, BENEFIT] * KR for rates in (RATES, PLANNED))
    flow = b - p - 10_000
    flow[0] = -200_000
    last = int(np.flatnonzero(np.cumsum(flow) < 0)[-1])
    assert found(cash, measure="payback") == pytest.approx((last + 1) / 12)


def test_a_group_is_followed_among_all_citizens_who_take_places_too():
    places = """
start = "2020-01"
years = 2
states = ["benefit", "job"]
[citizens.few]
state = "benefit"
number = 40
[citizens.many]
state = "benefit"
number = 360
[rate_per_month]
benefit.job = 0.03
[payments.benefit.amount]
benefit = 1
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 3.0
places = 20
"""
    among = cash_flow(simulate(loads(places), 1, engine="expected"))
    keys = {"measure": "share", "states": ["job"], "at_months": 12}
    few, everybody = found(among, of=["few"], **keys), found(among, **keys)
    assert few == pytest.approx(everybody, rel=1e-12)
    alone = cash_flow(
        simulate(loads(places.replace("number = 360", "number = 0")), 1, engine="expected")
    )
    assert found(alone, of=["few"], **keys) > few + 0.05


# ── samples ─────────────────────────────────────────────────────────────────────────────────────

DRAWS = 4_000
TRIAL = {
    "measure": "share", "of": ["benefit"], "states": ["job"], "at_months": 18, "ever": True,
    "sample": [120, 90],
}  # fmt: skip


@pytest.fixture(scope="module")
def with_chance(study):
    return cash_flow(simulate(study, DRAWS, engine="counts"))


def test_a_short_trial_is_followed_no_longer_than_it_lasts(study, with_chance):
    from simlab.observe.subcohort import Selection, follow

    trial = Selection(("benefit",), ("job",), stock=True, sample=(120, 90))
    arm = follow(with_chance.histories, trial, 18)["plan"]
    assert arm.people.shape == (DRAWS, 19, 3)
    assert np.all(arm.people.sum(axis=2) == 120)
    longer = follow(with_chance.histories, trial, 30)["plan"]
    assert np.array_equal(longer.people[:, :19], arm.people)


def check_moments(values: np.ndarray, mean: float, variance: float) -> None:
    error = np.sqrt(variance / len(values))
    assert abs(values.mean() - mean) / error < z_limit()
    spread = (values - mean) ** 2
    assert abs(spread.mean() - variance) / (spread.std() / np.sqrt(len(values))) < z_limit()


def arms() -> tuple[float, float]:
    found = [
        np.linalg.matrix_power(matrix(without(rates, JOB)), 18)[BENEFIT, JOB]
        for rates in (RATES, PLANNED)
    ]
    return found[0], found[1]


def test_a_sample_of_so_many_people_has_their_binomial_noise(with_chance):
    _, p = arms()
    share = Observer(with_chance).observe(published(**TRIAL)).value
    assert np.allclose(share * 120, np.round(share * 120))
    check_moments(share, p, p * (1 - p) / 120)


def test_the_arms_of_a_trial_are_different_people(with_chance):
    b, p = arms()
    more = Observer(with_chance).observe(published(**TRIAL, future="difference")).value
    check_moments(more, p - b, p * (1 - p) / 120 + b * (1 - b) / 90)


def test_what_became_of_one_arm_says_nothing_of_the_other(with_chance):
    same_size = TRIAL | {"sample": [120, 120]}
    plan, other = (
        Observer(with_chance).observe(published(**same_size, future=future)).value
        for future in ("plan", "baseline")
    )
    assert abs(np.corrcoef(plan, other)[0, 1]) * np.sqrt(DRAWS) < z_limit()


def test_the_same_citizens_in_both_futures_differ_by_less_than_the_arms_of_a_trial(with_chance):
    keys = {k: v for k, v in TRIAL.items() if k != "sample"} | {"future": "difference"}
    b, p = arms()
    same = Observer(with_chance).observe(published(**keys)).value
    assert same.mean() == pytest.approx(p - b, abs=0.01)
    assert same.var() < 0.6 * (p * (1 - p) + b * (1 - b)) / 300


def test_a_sample_is_the_same_whatever_block_its_draw_is_in(study, with_chance):
    whole = Observer(with_chance).observe(published(**TRIAL, future="difference")).value
    part = cash_flow(simulate(study, 50, engine="counts", first=100))
    assert np.array_equal(Observer(part).observe(published(**TRIAL, future="difference")).value,
                          whole[100:150])  # fmt: skip


def test_a_sample_of_everybody_is_drawn_from_those_at_the_start(with_chance):
    share = (
        Observer(with_chance)
        .observe(published(measure="share", states=["job"], at_months=1, sample=200))
        .value
    )
    p = path(PLANNED, START)[1, JOB] / START.sum()
    check_moments(share, p, p * (1 - p) / 200)


def test_figures_of_the_same_people_are_followed_once_and_are_the_same(with_chance):
    observer = Observer(with_chance)
    one, two = published(**TRIAL), published(**TRIAL, future="difference")
    together = [observer.observe(figure).value for figure in (one, two)]
    assert len(observer.followed) == 1, "both arms at once"
    apart = [Observer(with_chance).observe(figure).value for figure in (one, two)]
    assert np.array_equal(together, apart)


# ── money as an account counts it ───────────────────────────────────────────────────────────────

YEAR = {"measure": "saving", "until": "2020"}


def spent(rates: np.ndarray) -> np.ndarray:
    """(steps + 1,) kr. a step."""
    return path(rates, START, ARRIVALS)[:, BENEFIT] * KR


def test_an_account_per_exit_counts_all_who_left_where_nobody_moves_but_people_arrive(cash):
    still = START[BENEFIT] + ARRIVALS * np.arange(STEPS + 1)
    level, bare = ((still * KR - spent(rates))[1:13].sum() for rates in (PLANNED, RATES))
    seen = Observer(cash).observe(published(counted="per_exit", **YEAR))
    assert seen.value[0] == pytest.approx(level, rel=1e-9)
    assert seen.without[0] == pytest.approx(bare, rel=1e-9)
    assert seen.effect[0] == pytest.approx(level - bare, rel=1e-9)
    assert seen.effect[0] == found(cash, counted="forecast", **YEAR)
    assert bare > level / 2, "most of the account would have been there without the plan"


def test_an_account_of_unknown_rule_is_that_per_exit_beside_the_effect(cash):
    seen, exits = (
        Observer(cash).observe(published(counted=counted, **YEAR))
        for counted in ("unknown", "per_exit")
    )
    assert seen.value[0] == exits.value[0]
    assert seen.effect[0] == exits.effect[0]


def test_an_account_against_the_year_before_pays_for_as_many_as_at_the_start(cash):
    level, bare = ((START[BENEFIT] * KR - spent(rates))[1:13].sum() for rates in (PLANNED, RATES))
    seen = Observer(cash).observe(published(counted="year_before", **YEAR))
    assert seen.value[0] == pytest.approx(level, rel=1e-9)
    assert seen.without[0] == pytest.approx(bare, rel=1e-9)


def test_a_balance_counts_the_cost_in_the_plan_alone(cash):
    keys = YEAR | {"measure": "balance", "counted": "per_exit"}
    spared, left = (Observer(cash).observe(published(**(keys | more))) for more in (
        {"measure": "saving"}, {}))  # fmt: skip
    assert left.value[0] == pytest.approx(spared.value[0] - 320_000, rel=1e-9)
    assert left.without[0] == spared.without[0]
    assert left.effect[0] == pytest.approx(spared.effect[0] - 320_000, rel=1e-9)


def test_the_payback_of_an_account_comes_when_all_who_left_have_paid(study):
    dear = study.replace({"plan.cost.talks.at_start": 4_000_000})
    cash = cash_flow(simulate(dear, 1, engine="expected"))
    still = START[BENEFIT] + ARRIVALS * np.arange(STEPS + 1)
    flow = still * KR - spent(PLANNED) - 10_000
    flow[0] = -4_000_000
    last = int(np.flatnonzero(np.cumsum(flow) < 0)[-1])
    seen = Observer(cash).observe(published(measure="payback", counted="per_exit"))
    assert seen.value[0] == pytest.approx((last + 1) / 12)
    assert seen.effect[0] == found(cash, measure="payback")
    assert seen.value[0] < seen.effect[0]


TAXED = STUDY.replace(
    "[plan.cost.talks]",
    f"""job = {-KR // 2}
[[plan.amount]]
states = ["job"]
change = -700
[plan.displacement]
states = ["job"]
to = "benefit"
share = 0.4
local_share = 1.0
[plan.cost.talks]""",
)


@pytest.fixture(scope="module")
def taxed():
    return cash_flow(simulate(loads(TAXED), 1, engine="expected"))


def test_an_account_has_the_amounts_that_the_plan_changes_and_nobody_displaced(taxed):
    """Who works pays 5,000 kr. in tax, and costs 700 less with the plan."""
    seen = Observer(taxed).observe(published(counted="per_exit", **YEAR))
    both = [path(rates, START, ARRIVALS)[1:13] for rates in (PLANNED, RATES)]
    still = START + ARRIVALS * np.arange(1, 13)[:, None] * np.eye(3)[BENEFIT]
    paid = np.array([KR, -KR / 2, 0.0])
    plan, baseline = (((still - people) @ paid).sum() for people in both)
    less = 700 * both[0][:, JOB].sum()
    assert seen.value[0] == pytest.approx(plan + less, rel=1e-9)
    assert seen.without[0] == pytest.approx(baseline, rel=1e-9)
    assert seen.effect[0] < plan + less - baseline, "some were displaced"


def test_money_of_some_states_is_what_is_paid_for_people_there(taxed):
    people = [path(rates, START, ARRIVALS)[1:13] for rates in (RATES, PLANNED)]
    less = people[0] - people[1]
    assert found(taxed, states=["benefit"], **YEAR) == pytest.approx(
        less[:, BENEFIT].sum() * KR, rel=1e-9
    )
    in_jobs = -KR / 2 * less[:, JOB].sum() + 700 * people[1][:, JOB].sum()
    assert found(taxed, states=["job"], **YEAR) == pytest.approx(in_jobs, rel=1e-9)


LADDER = """
start = "2020-01"
years = 1
states = ["benefit", "job"]
payers = ["municipality"]
[clocks.support]
states = ["benefit"]
resets = { after_months = 12 }
[citizens.benefit]
number = 100
months_on_clock = 12
arrivals_per_month = 10
[rate_per_month]
benefit.job = 0.03
[payments.benefit.amount]
benefit = { "1-6" = 1_000, "7+" = 400 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""


@pytest.fixture(scope="module")
def on_a_ladder():
    return cash_flow(simulate(loads(LADDER), 1, engine="expected"))


def young_and_old(rate: float) -> tuple[np.ndarray, np.ndarray]:
    """(12,) people at most six months on benefit, and longer, at the end of each month."""
    months, stay = np.arange(1, 13), np.exp(-rate)
    left = [10 * stay ** np.arange(m) for m in months]  # of those who came 0, 1, … months ago
    young = np.array([ages[:6].sum() for ages in left])
    old = np.array([100 * stay**m + ages[6:].sum() for m, ages in zip(months, left, strict=True)])
    return young, old


def test_whoever_stays_where_nobody_moves_grows_older_on_the_ladder(on_a_ladder):
    still, gone = (young_and_old(rate) for rate in (0.0, 0.045))
    level = 1_000 * (still[0] - gone[0]).sum() + 400 * (still[1] - gone[1]).sum()
    per_exit = found(on_a_ladder, measure="saving", counted="per_exit")
    assert per_exit == pytest.approx(level, rel=1e-9)


def test_as_many_as_at_the_start_cost_what_a_person_there_costs_then(on_a_ladder):
    young, old = young_and_old(0.045)
    paid = 1_000 * young + 400 * old
    level = (100 * paid / (young + old) - paid).sum()
    before = found(on_a_ladder, measure="saving", counted="year_before")
    assert before == pytest.approx(level, rel=1e-9)


def test_where_nobody_is_left_those_of_the_start_cost_what_they_cost_at_the_start():
    """Everybody leaves in the first month, and nobody arrives."""
    text = LADDER.replace("arrivals_per_month = 10\n", "")
    gone = text.replace(
        "[rate_per_month]\nbenefit.job = 0.03", "[chance_per_month]\nbenefit.job = 1"
    )
    cash = cash_flow(simulate(loads(gone), 1, engine="expected"))
    before = found(cash, measure="saving", counted="year_before")
    assert before == pytest.approx(12 * 100 * 400, rel=1e-9)


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
@pytest.mark.parametrize("counted", ["per_exit", "year_before"])
def test_an_account_less_that_of_the_baseline_is_the_effect_in_every_draw(study, engine, counted):
    seen = Observer(cash_flow(simulate(study, 8, engine=engine))).observe(
        published(counted=counted, **YEAR)
    )
    assert seen.value - seen.without == pytest.approx(seen.effect, rel=1e-9)
    assert (seen.effect != 0).any()


def test_an_account_per_exit_is_of_the_people_who_are_there_with_the_plan():
    """With arrivals that the plan halves, its own people are those who arrive with it."""
    more = '\n[[plan.effect]]\narrivals = ["benefit"]\narrivals_ratio = 0.5\n'
    text = STUDY.replace("benefit.job = 0.05\nbenefit.pension = 0.01", "benefit.job = 0")
    for engine in ("expected", "counts", "citizens"):
        cash = cash_flow(simulate(loads(text + more), 4, engine=engine))
        seen = Observer(cash).observe(published(counted="per_exit", states=["benefit"], **YEAR))
        back = cash.histories.people("plan")[:, 1:13, JOB] - START[JOB]
        assert seen.value == pytest.approx(KR * back.sum(axis=1), rel=1e-9)


def test_different_people_are_counted_once_whoever_arrives(cash):
    seen = Observer(cash).observe(
        published(measure="people", states=["job"], at="2021-12", ever=True, counted="unknown")
    )
    plan, bare = (path(without(rates, JOB), START, ARRIVALS)[24, JOB] for rates in (PLANNED, RATES))
    assert seen.value[0] == pytest.approx(plan, rel=1e-12)
    assert seen.without[0] == pytest.approx(bare, rel=1e-12)
    assert seen.effect[0] == pytest.approx(plan - bare, rel=1e-12)
    there = found(cash, measure="people", states=["job"], at="2021-12", future="plan")
    assert plan > 1.5 * there, "more have been in a job than are in one"
    since = found(
        cash, measure="people", states=["job"], at="2021-12", against="2020-12", ever=True
    )
    first = path(without(PLANNED, JOB), START, ARRIVALS)[12, JOB]
    assert since == pytest.approx(plan - first, rel=1e-12)
