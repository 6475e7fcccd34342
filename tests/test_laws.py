"""The laws that every study must obey, on random small studies.

A study is drawn as a `twins.Twin`: up to four states, any moves between them, bands on a clock,
newcomers, segments, and a plan of hazard ratios. The last state is absorbing.
"""

import numpy as np
import pytest
import twins
from agreement import check_same_law
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle.lives import BASELINE, PLAN
from scipy.linalg import expm
from twins import By, Ticks, Twin

import simlab

STATES = ("benefit", "activation", "job", "pension")
CLOCK = ("benefit", "activation")
FUTURES = (BASELINE, PLAN)
ENGINES = ("expected", "counts", "citizens")

steady = settings(derandomize=True, deadline=None, max_examples=40)

intensity = st.sampled_from([0.0, 0.003, 0.02, 0.1, 0.4, 2.0])
banded = st.builds(lambda a, b, c: By({1: a, 3: b, 6: c}), intensity, intensity, intensity)
ratio = st.sampled_from([0.3, 0.8, 1.3, 2.5])


@st.composite
def studies(draw, plan=True, arrivals=True, segments=True, bands=True):
    moves = [(a, b) for a in STATES[:-1] for b in STATES if a != b]
    chosen = draw(st.lists(st.sampled_from(moves), min_size=2, max_size=7, unique=True))
    rates = {
        move: draw(banded if bands and move[0] in CLOCK and draw(st.booleans()) else intensity)
        for move in chosen
    }
    places = st.sampled_from([("benefit", 1), ("benefit", 4), ("activation", 2), ("job", 0)])
    people = st.integers(1, 60)
    start = draw(st.dictionaries(places, people, min_size=1, max_size=3))
    return Twin(
        states=STATES,
        rates=rates,
        start=start,
        cost=dict(zip(STATES, draw(st.tuples(*[st.integers(-20, 30)] * 4)), strict=True)),
        steps=draw(st.sampled_from([1, 6, 15])),
        clocks={"support": Ticks(CLOCK, draw(st.sampled_from([None, 2, "never"])))},
        hazard_ratio=draw(st.dictionaries(st.sampled_from(chosen), ratio)) if plan else {},
        arrivals=draw(st.dictionaries(places, st.sampled_from([0.5, 3.0]), max_size=2))
        if arrivals
        else {},
        segments=draw(st.sampled_from([{}, {"young": {}, "old": {chosen[0]: 0.5, chosen[1]: 3.0}}]))
        if segments
        else {},
    )


def everybody(twin):
    """(steps + 1,) people at the end of each step, and how many arrive on the way."""
    segments = len(twin.segments) or 1
    arrived = segments * sum(twin.arrivals.values()) * np.arange(twin.steps + 1)
    return segments * sum(twin.start.values()) + arrived


# ---- people -------------------------------------------------------------------------------------


@steady
@given(studies())
def test_citizens_are_conserved_in_every_step(twin):
    found = twins.histories(twin, 3, "expected")
    for future in FUTURES:
        np.testing.assert_allclose(found[future].sum(axis=2), [everybody(twin)] * 3, rtol=1e-12)


@steady
@given(studies(arrivals=False))
def test_citizens_are_conserved_to_the_last_one_in_every_draw(twin):
    for people in twins.histories(twin, 20, "counts").values():
        assert (people.sum(axis=2) == everybody(twin)).all()


@steady
@given(studies(), st.sampled_from(ENGINES))
def test_an_absorbing_state_only_grows(twin, engine):
    for people in twins.histories(twin, 10, engine).values():
        pension = people[:, :, -1]
        assert (np.diff(pension, axis=1) >= -1e-13 * pension[:, 1:]).all()


@steady
@given(studies(plan=False), st.sampled_from(ENGINES))
def test_newcomers_come_alike_to_both_futures_that_the_plan_leaves_alone(twin, engine):
    found = twins.histories(twin, 10, engine)
    assert (found[BASELINE] == found[PLAN]).all()


# ---- the plan's effect --------------------------------------------------------------------------

COST = "[plan.cost.project]\nat_start = 100"


@steady
@given(studies(plan=False), st.sampled_from(ENGINES))
def test_a_plan_without_effect_saves_nothing_and_never_pays_back_what_it_costs(twin, engine):
    cash = simlab.cash_flow(simlab.simulate(twin.replace(more=COST).study, 10, engine=engine))
    assert (cash.saving == 0.0).all()
    found = simlab.payback(cash)
    assert np.isinf(found.years).all()
    assert (found.balance == -100.0).all()


@steady
@given(studies(), st.sampled_from(ENGINES))
def test_a_flow_that_is_never_negative_pays_back_at_once(twin, engine):
    cash = simlab.cash_flow(simlab.simulate(twin.study, 20, engine=engine))
    saving, cost = cash.seen_by("municipality")
    never_negative = ((saving - cost) >= 0).all(axis=1)
    assert (simlab.payback(cash).years[never_negative] == 0.0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plan_that_only_saves_pays_back_at_once_in_every_draw(engine):
    twin = Twin(
        states=("benefit", "job"),
        rates={("benefit", "job"): 0.05},
        start={("benefit", 0): 30},
        cost={"benefit": 10.0, "job": 0.0},
        hazard_ratio={("benefit", "job"): 1e6},
    )
    cash = simlab.cash_flow(simlab.simulate(twin.study, 40, engine=engine))
    assert (cash.saving[:, 1:, 0] > 0).any(axis=1).all()
    assert (simlab.payback(cash).years == 0.0).all()


def planned(rates, plan, **more):
    """A study whose plan has intensities of its own."""
    twin = twins.plain(rates=rates, hazard_ratio={}, **more)
    lines = [f"[plan.rate_per_month.{a}]\n{b} = {rate!r}" for (a, b), rate in plan.items()]
    return twin.replace(more="\n".join(twins.merged(lines)))


rows = st.fixed_dictionaries(
    {
        ("benefit", "job"): st.floats(0.001, 3.0),
        ("benefit", "pension"): st.floats(0.0001, 0.5),
        ("job", "benefit"): st.floats(0.0, 1.0),
    }
)


@steady
@given(rows, rows)
def test_swapping_plan_and_baseline_flips_the_sign_exactly(one, other):
    there, back = (
        simlab.cash_flow(simlab.simulate(planned(a, b).study, 1, engine="expected"))
        for a, b in ((one, other), (other, one))
    )
    assert (there.saving == -back.saving).all()
    assert (there.paid_in("baseline") == back.paid_in("plan")).all()


def test_swapping_plan_and_baseline_flips_the_sign_in_distribution():
    one = {("benefit", "job"): 0.15, ("benefit", "pension"): 0.03, ("job", "benefit"): 0.1}
    other = {("benefit", "job"): 0.3, ("benefit", "pension"): 0.01, ("job", "benefit"): 0.2}
    there, back = (
        simlab.cash_flow(simlab.simulate(planned(a, b).study, 4096, engine="counts"))
        for a, b in ((one, other), (other, one))
    )
    saving, flipped = there.saving.sum(axis=(1, 2)), -back.saving.sum(axis=(1, 2))
    assert (saving != flipped).any()
    check_same_law(saving, flipped, "swapped futures")


@steady
@given(
    st.floats(0.01, 1.0),
    st.floats(0.0, 0.5),
    st.floats(0.0, 0.5),
    st.tuples(st.floats(0.05, 20.0), st.floats(0.05, 20.0)).map(sorted),
)
def test_a_larger_hazard_ratio_never_saves_less_where_the_move_leads_to_the_cheapest_end(
    job, pension, activation, ratios
):
    """The job is absorbing and the cheapest state of all: its remaining cost is the lowest."""
    rates = {
        ("benefit", "job"): job,
        ("benefit", "pension"): pension,
        ("benefit", "activation"): activation,
        ("activation", "benefit"): 0.3,
    }
    savings = []
    for h in ratios:
        twin = Twin(
            states=STATES,
            rates=rates,
            start={("benefit", 0): 100},
            cost={"benefit": 12.0, "activation": 20.0, "job": -3.0, "pension": 15.0},
            hazard_ratio={("benefit", "job"): h},
        )
        cash = simlab.cash_flow(simlab.simulate(twin.study, 1, engine="expected"))
        savings.append(cash.saving.sum())
    assert savings[0] <= savings[1] + 1e-9 * abs(savings[1])


# ---- sums ---------------------------------------------------------------------------------------

PAYERS = """
    [payments.aid]
    paid_by = "state"
    received_by = "citizen"
    taxed = true
    reimbursement = "half"
    amount = { benefit = 70, pension = 120 }
    [reimbursement.half]
    share = { "2020-01" = 0.5, "2020-05" = 0.3 }
    paid_by = "region"
    [taxes.income]
    rate = 0.3
    retained = 0.25
    rest_to = "state"
    equalised_after_years = 0.25
    """


@steady
@given(studies(), st.sampled_from(ENGINES))
def test_payers_sum_to_the_total(twin, engine):
    histories = simlab.simulate(twin.replace(more=PAYERS).study, 5, engine=engine)
    cash = simlab.cash_flow(histories)
    costs = np.array([float(twin.cost[state]) for state in STATES])
    for future in FUTURES:
        total = histories.people(future)[:, 1:] @ costs
        paid = cash.paid_in(future)
        np.testing.assert_allclose(paid[:, 1:].sum(axis=2), total, rtol=1e-9, atol=1e-7)


def one_segment(twin, segment):
    return twin.replace(segments={segment: twin.segments[segment]})


@steady
@given(studies(), st.sampled_from(ENGINES))
def test_segments_sum_to_the_total_and_one_moves_nobody_of_another(twin, engine):
    """In `counts` too, person by person: a segment has streams of its own."""
    assume(twin.segments)
    both = twins.histories(twin, 10, engine)
    alone = [twins.histories(one_segment(twin, s), 10, engine) for s in twin.segments]
    for future in FUTURES:
        np.testing.assert_allclose(both[future], sum(a[future] for a in alone), rtol=1e-12)


def test_a_segment_that_starts_elsewhere_moves_nobody_of_another():
    """Its cells are new to the study, and still no number of the others changes."""
    old = """
        [segments.old]
        [citizens.a_first]
        state = "job"
        segment = "old"
        number = 50
        arrivals_per_month = 2.0
        """
    alone = twins.by_time_away().replace(start={("benefit", 5): 30}, arrivals={("benefit", 3): 2.0})
    together, newcomers = alone.replace(more=old), alone.replace(start={}, arrivals={}, more=old)
    found = [twins.histories(twin, 40, "counts") for twin in (alone, together, newcomers)]
    for future in FUTURES:
        here, both, others = (people[future] for people in found)
        assert (both == here + others).all()


LINES = {"a": "{ 2020 = 120 }", "b": "{ at_start = 7, per_year = 24 }", "c": '{ "2020-01" = 3.5 }'}


@steady
@given(st.sets(st.sampled_from(sorted(LINES)), min_size=1), st.floats(0.5, 2.0))
def test_budget_lines_sum_to_the_total(names, overrun):
    def cost(chosen):
        lines = "\n".join(f"{name} = {LINES[name]}" for name in sorted(chosen))
        twin = twins.plain(more=f"[plan.cost]\noverrun = {overrun!r}\n{lines}")
        return simlab.cash_flow(simlab.simulate(twin.study, 1, engine="expected")).cost

    np.testing.assert_allclose(cost(names), sum(cost({name}) for name in names), rtol=1e-12)


PERSPECTIVE = "[perspectives.council]\nweights = {{ municipality = 1 }}\ndiscount_per_year = {}"


@steady
@given(studies(), st.sampled_from(["0.0", '{ "1" = 0.0, "2+" = 0.0 }']))
def test_a_discount_rate_of_0_is_undiscounted(twin, rate):
    more = f"{COST}\n{PERSPECTIVE.format(rate)}"
    cash = simlab.cash_flow(simlab.simulate(twin.replace(more=more).study, 5, engine="counts"))
    saving, cost = cash.seen_by("council")
    assert (saving == cash.saving[:, :, 0]).all()
    assert (cost == cash.cost[:, :, 0]).all()


@steady
@given(studies())
def test_unit_amounts_of_1_sum_to_person_time(twin):
    same = twin.replace(cost=dict.fromkeys(STATES, 1))
    histories = simlab.simulate(same.study, 1, engine="expected")
    paid = simlab.cash_flow(histories).paid_in("plan").sum()
    assert paid == pytest.approx(everybody(twin)[1:].sum(), rel=1e-10)


# ---- bands and steps ----------------------------------------------------------------------------


@steady
@given(studies(bands=False))
def test_clock_bands_with_equal_intensities_equal_no_bands(twin):
    rates = {
        move: By({1: a, 3: a, 4: a, 9: a}) if move[0] in CLOCK else a
        for move, a in twin.rates.items()
    }
    flat, cut = (twins.histories(t, 2, "expected") for t in (twin, twin.replace(rates=rates)))
    for future in FUTURES:
        np.testing.assert_allclose(cut[future], flat[future], rtol=1e-11, atol=1e-12)


@steady
@given(studies(bands=False, arrivals=False, segments=False), st.integers(1, 50))
def test_a_state_may_be_split_in_two_that_behave_alike(twin, number):
    """Half of the people carry another name for benefit; together they do as before."""
    rates = {move: a for move, a in twin.rates.items() if move[1] != "benefit"}
    rates |= {("benefit", "pension"): 0.1}
    ratios = {move: h for move, h in twin.hazard_ratio.items() if move in rates}

    def doubled(by_move):
        """With the same for help as for benefit."""
        return by_move | {("help", b): x for (a, b), x in by_move.items() if a == "benefit"}

    one = twin.replace(rates=rates, hazard_ratio=ratios, start={("benefit", 1): 2 * number})
    other = one.replace(
        states=(*STATES, "help"),
        rates=doubled(rates),
        hazard_ratio=doubled(ratios),
        start={("benefit", 1): number, ("help", 0): number},
        cost=twin.cost | {"help": 0},
    )
    whole, split = (twins.histories(t, 1, "expected")[PLAN][0] for t in (one, other))
    np.testing.assert_allclose(split[:, 0] + split[:, 4], whole[:, 0], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(split[:, 1:4], whole[:, 1:], rtol=1e-11, atol=1e-12)


@settings(steady, max_examples=15)
@given(st.floats(0.02, 0.08), st.floats(0.002, 0.02), st.floats(0.02, 0.08))
def test_shorter_steps_converge_to_continuous_time(job, pension, back):
    """Against exp(Q t): the error is of the order of the step, and shrinks with it."""
    q = np.array([[-job - pension, job, pension], [back, -back, 0.0], [0.0, 0.0, 0.0]])
    errors = {}
    for step, months in (("year", 12.0), ("month", 1.0), ("week", 12 * 7 / 365.2425)):
        study = simlab.loads(
            f"""
            start = "2021-01"
            years = 3
            step = "{step}"
            states = ["benefit", "job", "pension"]
            [citizens.benefit]
            number = 1000
            [rate_per_month]
            benefit = {{ job = {job!r}, pension = {pension!r} }}
            job = {{ benefit = {back!r} }}
            """
        )
        people = simlab.simulate(study, 1, engine="expected").people(BASELINE)[0]
        limit = 1000 * expm(months * (len(people) - 1) * q)[0]
        errors[step] = np.abs(people[-1] - limit).max()
    assert errors["month"] < 0.2 * errors["year"]
    assert errors["week"] < 0.4 * errors["month"]


@steady
@given(st.floats(0.001, 3.0), st.floats(0.0, 1.0))
def test_with_one_way_to_go_every_step_gives_the_same_answer(job, pension):
    """Absorbing exits at constant intensity: no step is too long."""
    for steps, step in ((12, "month"), (1, "year")):
        study = simlab.loads(
            f'start = "2021-01"\nyears = 1\nstep = "{step}"\nstates = ["benefit", "job", "pension"]'
            f"\n[citizens.benefit]\nnumber = 1000\n[rate_per_month.benefit]\njob = {job!r}\n"
            f"pension = {pension!r}"
        )
        people = simlab.simulate(study, 1, engine="expected").people(BASELINE)[0, steps]
        left = 1000 * np.exp(-12 * (job + pension))
        gone = 1000 - left
        expected = [left, gone * job / (job + pension), gone * pension / (job + pension)]
        np.testing.assert_allclose(people, expected, rtol=1e-9, atol=1e-9)


# ---- addresses ----------------------------------------------------------------------------------

UNCERTAIN = """
    [business_cycle]
    sd = 0.2
    half_life_months = 6
    [business_cycle.loading]
    "* -> *" = { p10 = 0.5, p90 = 1.5 }
    [plan.cost]
    overrun = { p10 = 0.9, p90 = 1.3 }
    project = { 2020 = 120 }
    """


def both_futures(study, draws, engine, first=0):
    cash = simlab.cash_flow(simlab.simulate(study, draws, engine=engine, first=first))
    return np.concatenate([cash.paid_in("baseline"), cash.paid_in("plan"), cash.cost], axis=2)


@settings(steady, max_examples=15)
@given(studies(), st.sampled_from(ENGINES), st.integers(1, 63))
def test_draws_are_the_same_whatever_they_are_computed_with(twin, engine, cut):
    """Two blocks of any size, or one draw alone, are bit for bit what 64 together are."""
    study = twin.replace(more=UNCERTAIN).study
    together = both_futures(study, 64, engine)
    halves = [both_futures(study, cut, engine), both_futures(study, 64 - cut, engine, first=cut)]
    assert (np.concatenate(halves) == together).all()
    assert (both_futures(study, 1, engine, first=cut)[0] == together[cut]).all()


@settings(steady, max_examples=15)
@given(studies(), st.sampled_from(ENGINES))
def test_the_order_of_segments_and_of_groups_changes_nothing(twin, engine):
    assume(twin.segments)
    head, *groups = twin.replace(more=UNCERTAIN).text.split("\n\n")
    one = simlab.simulate(simlab.loads("\n\n".join([head, *groups])), 10, engine=engine)
    other = simlab.simulate(simlab.loads("\n\n".join([head, *groups[::-1]])), 10, engine=engine)
    for future in FUTURES:
        assert (one.people(future) == other.people(future)).all()


@settings(steady, max_examples=15)
@given(studies(), st.sampled_from(ENGINES))
def test_a_longer_horizon_changes_no_earlier_step(twin, engine):
    longer = twin.replace(steps=twin.steps + 9)
    one, other = (twins.histories(t, 10, engine) for t in (twin, longer))
    for future in FUTURES:
        assert (other[future][:, : twin.steps + 1] == one[future]).all()


ADDED = {
    "a budget line": "[plan.cost.project]\n2020 = { p10 = 90, p90 = 130 }",
    "a payment": "[payments.more]\namount.benefit = { p10 = 90, p90 = 130 }",
    "an outcome": "[outcomes.time]\namount.job = 1",
    "a cycle that moves nothing":
        '[business_cycle]\nsd = 0.2\nhalf_life_months = 6\nloading = { "* -> *" = 0 }',
    "a perspective": PERSPECTIVE.format(0.03),
}  # fmt: skip


@pytest.mark.parametrize("added", ADDED)
def test_what_is_added_to_a_study_moves_nobody(added):
    twin = twins.newcomers()
    one, other = (twins.histories(t, 40, "counts") for t in (twin, twin.replace(more=ADDED[added])))
    for future in FUTURES:
        assert (one[future] == other[future]).all()


def test_a_new_parameter_moves_no_other():
    twin = twins.plain()
    uncertain = twin.text.replace("number = 60", "number = { p10 = 40, p90 = 80 }")
    more = uncertain.replace("hazard_ratio = 1.8", "hazard_ratio = { p10 = 1.2, p90 = 2.5 }")
    assert uncertain != twin.text
    assert more != uncertain
    one, other = (
        simlab.simulate(simlab.loads(text), 200, engine="counts") for text in (uncertain, more)
    )
    assert (one.people(BASELINE)[:, 0] == other.people(BASELINE)[:, 0]).all()
    values = [h.block.values.sampled for h in (one, other)]
    for path, value in values[0].items():
        assert (values[1][path] == value).all()
