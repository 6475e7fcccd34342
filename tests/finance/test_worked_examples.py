"""The worked examples of docs/municipal-money.md, to the øre: by hand, week by week, and by simlab.

Amounts are those of a single citizen of 30 or more on cash benefit in 2016: 10,968 kr. a month, so
10,968 · 12 / 52 = 2,531.08 kr. in each of a year's 52 weeks.
"""

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from oracle.ladder import share_paid, weeks_on_clock

import simlab
from simlab.result.in_use import parameters

A_MONTH, A_WEEK = 10_968, 2_531.08
LADDER = [(4, 0.80), (26, 0.40), (52, 0.30), (53, 0.20)]
ON_SUPPORT = {"benefit", "flex_job", "small_job"}
SELF_SUPPORT = {"job", "education"}
FIRST = [("benefit", 156)]  # 36 months from Monday 4 January 2016
AFRESH = 4 * 0.20 + 22 * 0.60  # what 26 weeks cost from the first rung on
LAST_RUNG = 26 * 0.80

# (what happens between the first 36 months and the last 26 weeks, does the ladder restart?)
# Months as whole weeks: 3 = 13, 4 = 17, 5 = 22, 8 = 35, 14 = 61, 30 = 130.
CASES = {
    "8 and 5 months in a job add up": ([("job", 35), ("benefit", 17), ("job", 22)], True),
    "8 and 3 months do not reach 52 weeks": ([("job", 35), ("benefit", 17), ("job", 13)], False),
    "8 months before 30 on benefit are out of the three years":
        ([("job", 35), ("benefit", 130), ("job", 22)], False),
    "one job of 14 months": ([("job", 61)], True),
    "one job of 51 weeks": ([("job", 51)], False),
    "one job of 52 weeks": ([("job", 52)], True),
    "a flex job": ([("flex_job", 61)], False),
    "a job with a wage subsidy": ([("subsidised_job", 61)], False),
    "a small job beside benefit": ([("small_job", 61)], False),
    "education": ([("education", 61)], True),
}  # fmt: skip


def by_week(spells):
    return [state for state, weeks in spells for _ in range(weeks)]


def paid_weeks(spells, self_support=SELF_SUPPORT):
    """What the municipality pays in each week, in weeks of benefit; other states cost nothing."""
    life = by_week(spells)
    clocks = weeks_on_clock(life, ON_SUPPORT, self_support)
    return [
        share_paid(clock, LADDER) if state == "benefit" else 0.0
        for state, clock in zip(life, clocks, strict=True)
    ]


def ore(kr):
    return round(kr + 1e-9, 2)


# ---- by hand ------------------------------------------------------------------------------------


def test_36_months_of_benefit_are_115_weeks_of_municipal_money():
    assert pytest.approx(115.4) == 4 * 0.20 + 22 * 0.60 + 26 * 0.70 + 104 * 0.80
    assert sum(paid_weeks(FIRST)) == pytest.approx(115.4)
    assert ore(115.4 * A_WEEK) == 292_086.63


@pytest.mark.parametrize("case", CASES)
def test_the_ladder_restarts_by_52_weeks_of_self_support_within_three_years(case):
    between, restarts = CASES[case]
    found = paid_weeks([*FIRST, *between, ("benefit", 26)])
    assert sum(found[-26:]) == pytest.approx(AFRESH if restarts else LAST_RUNG)


def test_education_restarts_the_ladder_only_where_it_counts_as_self_support():
    life = [*FIRST, ("education", 61), ("benefit", 26)]
    assert sum(paid_weeks(life, {"job", "education"})[-26:]) == pytest.approx(AFRESH)
    assert sum(paid_weeks(life, {"job"})[-26:]) == pytest.approx(LAST_RUNG)


def test_the_whole_first_example_to_the_øre():
    life = [*FIRST, ("job", 35), ("benefit", 17), ("job", 22), ("benefit", 26)]
    weeks = 115.4 + 17 * 0.80 + AFRESH
    assert weeks == pytest.approx(143.0)
    assert sum(paid_weeks(life)) == pytest.approx(weeks)
    assert ore(sum(paid_weeks(life)) * A_WEEK) == 361_944.44
    # by variant: 8, 4, then 3 months in a job leaves the last rung in force
    never = [*FIRST, ("job", 35), ("benefit", 17), ("job", 13), ("benefit", 26)]
    assert ore(sum(paid_weeks(never)) * A_WEEK) == 379_155.78


def test_weeks_that_have_restarted_the_ladder_do_not_restart_it_again():
    life = [*FIRST, ("job", 61), ("benefit", 1), ("job", 1), ("benefit", 26)]
    clocks = weeks_on_clock(by_week(life), ON_SUPPORT, SELF_SUPPORT)
    assert clocks[-28] == 1
    assert clocks[-26:] == list(range(2, 28))


@pytest.mark.parametrize(("between", "clock"), [(104, 1), (105, 158)])
def test_the_window_is_three_years_to_the_week(between, clock):
    """26 weeks in a job, weeks on benefit, 26 more in a job: with 104 between, all lie in 156."""
    life = [("benefit", 52), ("job", 26), ("benefit", between), ("job", 26), ("benefit", 1)]
    assert weeks_on_clock(by_week(life), ON_SUPPORT, SELF_SUPPORT)[-1] == clock


# ---- by simlab, week by week --------------------------------------------------------------------

STATES = ["benefit", "job", "flex_job", "small_job", "subsidised_job", "education"]


def led(spells, self_support=SELF_SUPPORT):
    """A study of one citizen whose life is ``spells``: who moves in a week surely moves."""
    start, weeks, moves = date(2016, 1, 4), spells[0][1], {}
    for (origin, _), (to, length) in itertools.pairwise(spells):
        at = start + timedelta(weeks=weeks - 1)  # counted at the start of the next step
        rates = moves.setdefault(f"{origin}.{to}", {str(start): 0})
        rates |= {str(at): 60, str(at + timedelta(weeks=1)): 0}
        weeks += length
    rows = ""
    for move, rates in moves.items():
        dated = ", ".join(f'"{day}" = {rate}' for day, rate in rates.items())
        rows += f"{move} = {{ {dated} }}\n"
    return simlab.loads(
        f"""
        start = "2016-01-04"
        years = {(weeks + 0.4) * 7 / 365.2425}
        step = "week"
        counting = "start"
        states = {STATES}
        [clocks.support]
        states = {sorted(ON_SUPPORT)}
        resets = {{ after_weeks = 52, within_weeks = 156, self_support = {sorted(self_support)} }}
        [citizens.benefit]
        number = 1
        weeks_on_clock = 1
        [rate_per_week]
        {rows}
        [payments.benefit]
        per = "week"
        received_by = "citizen"
        reimbursement = "ladder"
        amount.benefit = {A_WEEK}
        [reimbursement.ladder]
        per = "week"
        share = {{ "1-4" = 0.8, "5-26" = 0.4, "27-52" = 0.3, "53+" = 0.2 }}
        """
    )


def paid_by_simlab(study):
    """The municipality's kr. of each week: the engine ``citizens`` keeps the whole history."""
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="citizens"))
    np.testing.assert_allclose(cash.paid_in("baseline").sum(axis=2), 0.0, atol=1e-9)
    return cash.paid_in("baseline")[0, 1:, 0]


def weeks_by_hand(between, restarts):
    """Weeks of municipal money: 36 months, the benefit of the time between, and the last 26."""
    benefit = sum(weeks for state, weeks in between if state == "benefit")
    return 115.4 + 0.8 * benefit + (AFRESH if restarts else LAST_RUNG)


@pytest.mark.parametrize("case", CASES)
def test_simlab_pays_the_examples_to_the_øre(case):
    between, restarts = CASES[case]
    spells = [*FIRST, *between, ("benefit", 26)]
    paid = paid_by_simlab(led(spells))
    assert ore(paid.sum()) == ore(weeks_by_hand(between, restarts) * A_WEEK)
    np.testing.assert_allclose(paid, np.array(paid_weeks(spells)) * A_WEEK, atol=1e-9)


def test_simlab_pays_the_figures_that_are_printed():
    printed = [("8 and 5 months in a job add up", 361_944.44)]
    printed += [("8 and 3 months do not reach 52 weeks", 379_155.78)]
    for case, kr in printed:
        assert ore(paid_by_simlab(led([*FIRST, *CASES[case][0], ("benefit", 26)])).sum()) == kr


@pytest.mark.parametrize(("self_support", "restarts"), [({"job", "education"}, True),
                                                        ({"job"}, False)])  # fmt: skip
def test_simlab_lets_education_restart_the_ladder_by_a_flag(self_support, restarts):
    spells = [*FIRST, ("education", 61), ("benefit", 26)]
    flag = {"clocks.support.resets.self_support": sorted(self_support)}
    paid = paid_by_simlab(led(spells).replace(flag))
    assert ore(paid.sum()) == ore(weeks_by_hand(spells[1:2], restarts) * A_WEEK)


@pytest.mark.parametrize(
    "spells",
    [
        [*FIRST, ("job", 61), ("benefit", 1), ("job", 1), ("benefit", 26)],
        [("benefit", 52), ("job", 26), ("benefit", 104), ("job", 26), ("benefit", 6)],
        [("benefit", 52), ("job", 26), ("benefit", 105), ("job", 26), ("benefit", 6)],
        [("benefit", 9), ("flex_job", 60), ("job", 40), ("education", 12), ("small_job", 5),
         ("benefit", 20), ("subsidised_job", 30), ("benefit", 40)],
    ],
)  # fmt: skip
def test_simlab_pays_other_lives_by_the_law_to_the_week(spells):
    found = paid_by_simlab(led(spells)) / A_WEEK
    np.testing.assert_allclose(found, paid_weeks(spells), atol=1e-12)


# ---- by month -----------------------------------------------------------------------------------


def shipped(tmp_path, text, by_week=False):
    """A study on the shipped rules for Denmark."""
    files = ["systems/denmark.toml", *(["systems/denmark-by-week.toml"] if by_week else [])]
    path = tmp_path / "study.toml"
    path.write_text(f"extends = {files}\n{text}", encoding="utf-8")
    return simlab.load(path)


STILL = """
[rate_per_month]
job_ready.job = 0
"""
BENEFIT_ALONE = """
[payments.effort.amount]
job_ready = 0
activity_ready = 0
flex_job = 0
[payments.flex_job_wage.amount]
flex_job = 0
flex_job_legacy = 0
[taxes.municipal]
rate = 0
equalisation = "gross"
[taxes.state]
rate = 0
"""


def test_by_month_36_months_cost_26_632_months_of_gross_benefit(tmp_path):
    study = shipped(tmp_path, f"""
        title = "A new citizen in 2016"
        start = "2016-01"
        years = 3
        counting = "start"
        price_level = 2016
        [citizens.job_ready]
        number = 1
        months_on_clock = 1
        {STILL}
        [payments.provider_supplement]
        share = 0
        {BENEFIT_ALONE}
        """)  # fmt: skip
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    by_hand = 0.232 + 5 * 0.6 + 6 * 0.7 + 24 * 0.8
    assert by_hand == pytest.approx(26.632)
    paid = cash.paid_in("baseline")[0, :, 0].sum()
    assert ore(paid) == ore(by_hand * A_MONTH) == 292_099.78
    np.testing.assert_allclose(cash.paid_in("baseline").sum(axis=2), 0.0, atol=1e-9)


# ---- 3 and 4 January 2016 -----------------------------------------------------------------------

# (state, weeks on the clock on 28 December 2015, municipal share that week, and the next)
CHANGE_OF_RULES = [
    ("activity_ready", 78, 1 - 0.30, 0.80),  # on benefit since 1 July 2014: passive, then rung 4
    ("activity_ready", 9, 1 - 0.30, 0.60),  # since 2 November 2015: nine weeks used
    ("early_pension_legacy", 78, 1 - 0.35, 0.65),  # granted 30 June 2014
    ("early_pension", 78, 1 - 0.35, 0.80),  # granted 1 July 2014
    ("flex_job_legacy", 78, 1 - 0.65, 0.35),  # referred 30 June 2014
    ("flex_job", 78, 1 - 0.65, 0.80),  # referred 1 July 2014
]


def shares(tmp_path, people, weeks=2):
    """The part of the gross that the municipality is left with, week by week from 28 December."""
    study = shipped(tmp_path, f"""
        title = "The change of rules"
        start = "2015-12-28"
        years = {weeks * 7 / 365.2425}
        counting = "start"
        {people}
        [rate_per_month]
        activity_ready.job = 0
        [reimbursement.ladder.share]
        "2011-01" = 0.30
        "2016-01-04" = {{ "1-4" = 0.8, "5-26" = 0.4, "27-52" = 0.3, "53+" = 0.2 }}
        {BENEFIT_ALONE}
        """, by_week=True)  # fmt: skip
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    found = dict(zip(cash.payers, cash.paid_in("baseline")[0, 1:].T, strict=True))
    np.testing.assert_allclose(cash.paid_in("baseline").sum(axis=2), 0.0, atol=1e-9)
    gross = -found["citizen"]
    return found["municipality"][gross > 0] / gross[gross > 0]


@pytest.mark.parametrize(("state", "weeks", "before", "after"), CHANGE_OF_RULES)
def test_the_municipal_share_on_3_and_4_january_2016(tmp_path, state, weeks, before, after):
    people = f"[citizens.{state}]\nnumber = 1\nweeks_on_clock = {weeks}"
    found = shares(tmp_path, people)
    np.testing.assert_allclose(found, [before, after], atol=1e-12)


def test_a_new_citizen_on_4_january_2016_is_reimbursed_80_per_cent(tmp_path):
    people = '[citizens.activity_ready]\narrivals_per_week = { "2015-12-28" = 1, "2016-01-04" = 0 }'
    found = shares(tmp_path, people, weeks=8)
    np.testing.assert_allclose(found, [0.2] * 4 + [0.6] * 3, atol=1e-12)


def test_passive_and_active_weeks_span_the_old_share(tmp_path):
    study = shipped(tmp_path, f'title = "x"\nstart = "2015-01"\nyears = 1\n{STILL}'
                    "[citizens.job_ready]\nnumber = 1")  # fmt: skip
    old = study.quantities["reimbursement.ladder.share.2011-01"]
    assert (old.quantile(0.0001), old.quantile(0.9999)) == pytest.approx((0.30, 0.40), abs=1e-4)


# ---- what a job is worth ------------------------------------------------------------------------

LAST = "months_on_clock = 40"


def a_month(tmp_path, state, *, clock="", head="", more="", **settings):
    """What each payer pays in a month of 2016 for one citizen who stays in a state."""
    study = shipped(tmp_path, f"""
        title = "One month"
        start = "2016-01"
        years = 1
        {head}
        [citizens.{state}]
        number = 1
        {clock}
        {STILL}
        [payments.effort.amount]
        job_ready = 0
        activity_ready = 0
        small_job = 0
        {more}
        """)  # fmt: skip
    certain = {
        "payments.provider_supplement.share": 0,
        "hours_per_month.job": 100,
        "payments.wage.amount.job": -180,
        "hours_per_month.small_job": 40,
        "payments.small_job_deduction.amount.small_job": -110,
    }
    study = study.replace({**certain, **settings})
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    return dict(zip(cash.payers, cash.paid_in("baseline")[0, 1], strict=True))


@pytest.mark.parametrize(
    ("mode", "kept", "worth"),
    [("gross", 1_431.75, 10_110.95), ("equalised", 357.94, 9_037.14), ("poor", 71.59, 8_750.79)],
)
def test_what_a_job_is_worth_by_equalisation(tmp_path, mode, kept, worth):
    settings = {
        "taxes.municipal.equalisation": mode,
        # the example is of the levels from 2021 on, in the kr. of 2015
        "taxes.municipal.equalised.equalised": 0.75,
        "taxes.municipal.equalised.poor": 0.95,
    }
    benefit = a_month(tmp_path, "activity_ready", clock=LAST, **settings)["municipality"]
    job = a_month(tmp_path, "job", **settings)["municipality"]
    assert ore(benefit - job) == worth
    assert ore(benefit - job - 0.8 * 10_849) == kept


def test_early_pension_costs_the_municipality_more_than_cash_benefit(tmp_path):
    untaxed = {"taxes.municipal.rate": 0, "taxes.municipal.equalisation": "gross"}
    of_2024 = {"start": "2024-01", "price_level": 2024, **untaxed}
    single = {"payments.early_pension_single.share": 1}
    pension = a_month(tmp_path, "early_pension", clock=LAST, **of_2024, **single)
    benefit = a_month(tmp_path, "activity_ready", clock=LAST, **of_2024)
    a_year = [12 * one["municipality"] for one in (pension, benefit)]
    assert [ore(kr) for kr in a_year] == [195_552.00, 118_329.60]
    assert ore(a_year[0] - a_year[1]) == 77_222.40
    cohabiting = {"payments.early_pension_single.share": 0, "payments.provider_supplement.share": 1}
    pension = a_month(tmp_path, "early_pension", clock=LAST, **of_2024, **cohabiting)
    benefit = a_month(tmp_path, "activity_ready", clock=LAST, **of_2024, **cohabiting)
    assert ore(12 * (pension["municipality"] - benefit["municipality"])) == 8_956.80


def test_hours_beside_benefit_save_the_municipality_four_fifths_of_the_deduction(tmp_path):
    untaxed = {"taxes.municipal.rate": 0, "taxes.municipal.equalisation": "gross"}
    alone = a_month(tmp_path, "activity_ready", clock=LAST, **untaxed)["municipality"]
    beside = a_month(tmp_path, "small_job", clock=LAST, **untaxed)["municipality"]
    assert ore(alone - beside) == 3_520.00


# ---- the one cash benefit of July 2025, in kr. of 2025 ------------------------------------------

# Who, the state, the shares that are theirs, and kr. a month: before tax, and for the municipality
# on the last rung. The raised rate was not found: the examples take 12,326, that of 2024.
ONE_BENEFIT = {
    "single, nobody to provide for, raised rate": (
        "activity_ready",
        ["single_supplement"],
        12_326 + 1_092,
        10_734.40,
    ),
    "cohabiting, nobody to provide for, raised rate": ("activity_ready", [], 12_326, 9_860.80),
    "provider, raised rate": ("activity_ready", ["provider_supplement"], 12_326 + 2_784, 12_088.00),
    "18–24 years, single, activity-ready, basic rate": (
        "education_benefit",
        ["youth_supplement", "young_singles"],
        6_955 + 1_036 + 1_092,
        7_266.40,
    ),
    "25–29 years, single, activity-ready, basic rate": (
        "education_benefit",
        ["youth_supplement_from_25", "young_singles"],
        6_955 + 2_590 + 1_092,
        8_509.60,
    ),
    "under 30, single provider, activity-ready, basic rate": (
        "education_benefit",
        ["youth_supplement_from_25", "young_single_providers"],
        6_955 + 2_590 + 2_784 + 1_638,
        11_173.60,
    ),
    "under 30, single, job-ready, basic rate": (
        "education_benefit",
        ["young_singles"],
        6_955 + 1_092,
        6_437.60,
    ),
}
SHARES = (
    "provider_supplement",
    "single_supplement",
    "lower_rates",
    "living_with_parents",
    "youth_supplement",
    "youth_supplement_from_25",
    "young_singles",
    "young_providers",
    "young_single_providers",
)


@pytest.mark.parametrize("who", ONE_BENEFIT)
def test_the_one_cash_benefit_of_july_2025_to_the_øre(tmp_path, who):
    state, theirs, gross, municipality = ONE_BENEFIT[who]
    assert ore(0.8 * gross) == municipality
    settings = {
        "start": "2027-01",
        "price_level": 2025,  # the year of which the amounts are
        "taxes.municipal.rate": 0,
        "taxes.municipal.equalisation": "gross",
        "taxes.state.rate": 0,
        "payments.cash_benefit.amount.on_cash_benefit.2025-07": 12_326,
        "payments.effort.amount.education_benefit": 0,
        **{f"payments.{name}.share": float(name in theirs) for name in SHARES},
    }
    paid = a_month(tmp_path, state, clock=LAST, **settings)
    assert ore(-paid["citizen"]) == gross
    assert ore(paid["municipality"]) == municipality


def test_what_the_new_child_supplement_takes_from_a_provider():
    """16,382 kr. in 2024, and with the raised rate of the example 12,326 + 2,784 = 15,110."""
    before, now = 12_326 + 4_056, 12_326 + 2_784
    assert (before, before - now) == (16_382, 1_272)
    assert ore(0.8 * (before - now)) == 1_017.60


def test_until_july_2025_the_supplements_are_neither_paid_nor_figures_of_a_run(tmp_path):
    """A study that ends before is the same to the bit, whatever the shares are."""
    study = shipped(
        tmp_path,
        f"""
        title = "Until June 2025"
        start = "2024-01"
        years = 1.5
        [citizens.activity_ready]
        number = 1
        [citizens.education_benefit]
        number = 1
        {STILL}
        """,
    )
    new = {f"payments.{name}.share": 0.9 for name in SHARES if name != "provider_supplement"}
    paid, other = (
        simlab.cash_flow(simlab.simulate(each, 4, engine="expected")).paid_in("baseline")
        for each in (study, study.replace(new))
    )
    assert (paid == other).all()
    assert set(new).isdisjoint(parameters(study))
    longer = study.replace({"years": 1.75})
    assert set(new) <= set(parameters(longer))


def test_the_free_amount_of_2022_for_an_hour_beside_benefit(tmp_path):
    """28.66 kr. of a wage of 140 are kept: 40 · 111.34 = 4,453.60 are deducted."""
    untaxed = {"taxes.municipal.rate": 0, "taxes.municipal.equalisation": "gross"}
    of_2022 = {"start": "2022-01", "price_level": 2022, **untaxed}
    alone = a_month(tmp_path, "activity_ready", clock=LAST, **of_2022)["municipality"]
    deducted = {"payments.small_job_deduction.amount.small_job": -(140 - 28.66)}
    beside = a_month(tmp_path, "small_job", clock=LAST, **of_2022, **deducted)["municipality"]
    assert ore(alone - beside) == ore(0.8 * 40 * 111.34) == 3_562.88


def test_a_displaced_citizen_takes_a_tenth_of_the_job_s_worth(tmp_path):
    study = shipped(tmp_path, f"""
        title = "Displacement"
        start = "2016-01"
        years = 2
        price_level = 2015
        [citizens.activity_ready]
        number = 100
        {LAST}
        [rate_per_month]
        activity_ready.job = 0.01
        [plan.displacement]
        share = 0.2
        local_share = 0.5
        states = ["job"]
        to = "job_ready"
        elsewhere = "other_municipalities"
        [[plan.effect]]
        moves = ["activity_ready -> job"]
        hazard_ratio = 2
        [payments.effort.amount]
        job_ready = 0
        activity_ready = 0
        """)  # fmt: skip
    study = study.replace(
        {
            "payments.provider_supplement.share": 0,
            "hours_per_month.job": 100,
            "payments.wage.amount.job": -180,
            "taxes.municipal.equalised.equalised": 0.75,
        }
    )
    none = study.replace({"plan.displacement.share": 0})
    histories = simlab.simulate(study, 1, engine="expected")
    jobs = study.names.states.index("job")
    extra = (histories.people("plan") - histories.people("baseline"))[0, :, jobs]
    with_it, without = (
        simlab.cash_flow(simlab.simulate(s, 1, engine="expected")).saving[0, :, 0]
        for s in (study, none)
    )
    np.testing.assert_allclose((without - with_it)[1:] / extra[1:], 903.71, atol=0.01)


@pytest.mark.parametrize(("price_level", "benefit"), [(2015, 10_849), (2017, 11_143)])
def test_the_benefit_of_2017_in_kr_of_2015_and_of_its_own_year(tmp_path, price_level, benefit):
    untaxed = {"taxes.municipal.rate": 0, "taxes.municipal.equalisation": "gross"}
    of_2017 = {"start": "2017-01", "price_level": price_level, **untaxed}
    found = a_month(tmp_path, "activity_ready", clock=LAST, **of_2017)
    assert ore(found["municipality"]) == ore(0.8 * benefit)


# ---- weeks against months -----------------------------------------------------------------------


def ten_years(tmp_path, start, by_week):
    """(steps,) what the municipality pays for somebody new on benefit who stays, kr. of 2016."""
    study = shipped(tmp_path, f"""
        title = "Ten years on benefit"
        start = "{start}"
        years = 10
        counting = "start"
        price_level = 2016
        [citizens.activity_ready]
        number = 1
        months_on_clock = 0
        [rate_per_month]
        activity_ready.job = 0
        [payments.provider_supplement]
        share = 0
        {BENEFIT_ALONE}
        """, by_week)  # fmt: skip
    return simlab.cash_flow(simlab.simulate(study, 1, engine="expected")).paid_in("baseline")[
        0, 1:, 0
    ]


def test_ten_years_on_benefit_cost_the_same_by_month_and_by_week_to_a_hundredth_of_a_per_cent(
    tmp_path,
):
    weeks = 365.2425 / 7 * 10
    weekly = ten_years(tmp_path, "2016-01-04", by_week=True)
    whole = int(weeks)
    by_week = weekly[:whole].sum() + (weeks - whole) * weekly[whole]
    by_month = ten_years(tmp_path, "2016-01", by_week=False).sum()
    assert by_month / by_week == pytest.approx(1, abs=1e-4)
    assert by_month != by_week
