"""The shipped rules for Denmark: what they pay, and that payers sum to what is no transfer."""

import re
from datetime import date

import numpy as np
import pytest

import simlab
from simlab.finance.prices import grown_after
from simlab.result.warnings import study_warnings
from simlab.runs.run import run
from simlab.study.placeholders import placeholders
from simlab.study.reading import shipped_configs
from simlab.verify.certificate import verify

PROGRAMMES = shipped_configs() / "programmes"


def load(path, text, *more):
    files = ["systems/denmark.toml", *more]
    file = path / "study.toml"
    file.write_text(f"extends = {files}\n{text}", encoding="utf-8")
    return simlab.load(file)


def still(path, state, years=12, start="2013-01", head="", more=""):
    """One citizen who stays in a state under the shipped rules."""
    return load(
        path,
        f"""
        title = "Still"
        start = "{start}"
        years = {years}
        {head}
        [citizens.{state}]
        number = 1
        [rate_per_month]
        job_ready.job = 0
        {more}
        """,
    )


def gross(study, **more):
    """(steps,) what the citizen gets before tax, in a draw without tax."""
    for name in ("municipal", "state", "labour_market_contribution"):
        more[f"taxes.{name}.rate"] = 0
    more["taxes.municipal.equalisation"] = "gross"
    cash = simlab.cash_flow(simlab.simulate(study.replace(more), 1, engine="expected"))
    return -cash.paid_in("baseline")[0, 1:, cash.payers.index("citizen")]


def test_cash_benefit_is_as_published_in_each_year(tmp_path):
    study = still(tmp_path, "activity_ready", head='prices = "current"')
    nobody, everybody = (
        gross(study, **{"payments.provider_supplement.share": share}) for share in (0, 1)
    )
    published = {  # the facts, kr. a month: not a provider, and a provider
        2013: (10_500, 13_952), 2014: (10_689, 14_203), 2015: (10_849, 14_416),
        2016: (10_968, 14_575), 2017: (11_143, 14_808), 2023: (11_944, 15_874),
        2024: (12_326, 16_382),
    }  # fmt: skip
    for year, amounts in published.items():
        months = slice(12 * (year - 2013), 12 * (year - 2012))
        np.testing.assert_allclose(nobody[months], amounts[0], rtol=1e-12)
        np.testing.assert_allclose(everybody[months], amounts[1], rtol=1e-12)


def test_in_fixed_prices_cash_benefit_is_the_rate_of_the_price_level_in_every_year(tmp_path):
    study = still(tmp_path, "activity_ready")
    found = gross(study, **{"payments.provider_supplement.share": 0})
    np.testing.assert_allclose(found, 10_849, rtol=1e-12)
    found = gross(study, **{"payments.provider_supplement.share": 0, "price_level": 2024})
    np.testing.assert_allclose(found, 12_326, rtol=1e-12)


def test_every_amount_says_of_which_year_its_kr_are(tmp_path):
    """An amount without a date would be read as kr. of the price level, whichever that is."""
    figures = still(tmp_path, "job").quantities
    amounts = [path for path in figures if path.startswith("payments.") and ".amount." in path]
    assert len(amounts) > 50
    assert [path for path in amounts if not re.fullmatch(r".+\.\d{4}-\d\d", path)] == []


def test_early_pension_is_as_published_and_its_old_stock_costs_as_much_before_reimbursement(
    tmp_path,
):
    study = still(tmp_path, "early_pension", head='prices = "current"', start="2022-01", years=3)
    alone = gross(study, **{"payments.early_pension_single.share": 1})
    np.testing.assert_allclose(alone[[0, 24]], [19_360, 20_370], rtol=1e-12)
    together = gross(study, **{"payments.early_pension_single.share": 0})
    np.testing.assert_allclose(together[[0, 24]], [16_457, 17_315], rtol=1e-12)
    legacy = study.quantities["payments.early_pension_legacy.amount.early_pension_legacy.2015-01"]
    for share, kr in ((0.4, legacy.quantile(0.0001)), (0.8, legacy.quantile(0.9999))):
        new = gross(study, **{"payments.early_pension_single.share": share, "prices": "fixed"})
        assert kr == pytest.approx(new[0], rel=1e-3)


def test_a_small_job_spares_benefit_and_pays_tax(tmp_path):
    study = still(tmp_path, "small_job", start="2016-01", years=1)
    certain = {
        "hours_per_month.small_job": 40,
        "payments.small_job_deduction.amount.small_job": -110,
        "payments.wage.amount.small_job": -140,
        "payments.provider_supplement.share": 0,
    }
    found = gross(study, **certain)
    np.testing.assert_allclose(found, 10_849 + 40 * (140 - 110), rtol=1e-12)


@pytest.mark.parametrize("name", ["hjoerring", "hjoerring-activity-ready"])
def test_payers_sum_to_wages_and_effort_in_every_shipped_programme(name):
    """All else is a transfer between payers: benefits, reimbursement, tax and equalisation."""
    study = simlab.load(PROGRAMMES / f"{name}.toml")
    study = study.replace({"plan.displacement.share": 0})  # they are in money, not among people
    histories = simlab.simulate(study, 4, engine="counts")
    cash = simlab.cash_flow(histories)
    values, form, states = histories.block.values, study.form, study.names.states
    each = np.zeros((4, len(states)))
    for payment in ("effort", "wage", "flex_job_wage"):
        for state, amount in form.payments[payment].amount.items():
            ((_, quantity),) = amount.quantities()
            kr = values[quantity]
            if form.payments[payment].per == "hour":
                kr = kr * values[form.hours_per_month[state]]
            each[:, states.index(state)] += kr
    for future in ("baseline", "plan"):
        real = np.einsum("dts,ds->dt", histories.people(future), each)[:, 1:]
        found = cash.paid_in(future)[:, 1:].sum(axis=2)
        np.testing.assert_allclose(found, real, rtol=1e-9)


def test_nobody_enters_a_course_that_a_study_closes_and_those_there_stay(tmp_path):
    study = load(
        tmp_path,
        """
        title = "Over the reform"
        start = "2026-01"
        years = 1
        [states.resource_course]
        closed = "2026-07"
        [citizens.activity_ready]
        segment = "nearer"
        number = 1000
        [citizens.hard]
        state = "activity_ready"
        segment = "hard_to_move"
        number = 1000
        [citizens.resource_course]
        segment = "nearer"
        number = 100
        arrivals_per_month = 10
        """,
        "behaviour/activity-ready.toml",
    )
    left = {f"chance_per_month.resource_course.{to}": 0 for to in
            ("early_pension", "flex_job", "job", "education", "activity_ready", "out")}  # fmt: skip
    people = simlab.simulate(study.replace(left), 1, engine="expected").people("baseline")
    here = people[0, :, study.names.states.index("resource_course")]
    assert (np.diff(here[:7]) > 10).all()
    np.testing.assert_allclose(np.diff(here[6:]), 0.0, atol=1e-9)


def test_a_closed_state_closes_the_moves_into_it(tmp_path):
    text = """
        start = "2020-01"
        years = 2
        [citizens.benefit]
        number = 100
        [rate_per_month]
        benefit = { course = 0.1, job = 0.05 }
        job.course = 0.02
        """
    by_state = '[states]\nbenefit = {}\njob = {}\ncourse = { closed = "2020-07" }\n'
    by_move = '[states]\nbenefit = {}\njob = {}\ncourse = {}\n[closed]\n"* -> course" = "2020-07"\n'
    one, other = (
        simlab.simulate(simlab.loads(text + states), 3, engine="counts").people("plan")
        for states in (by_state, by_move)
    )
    assert (one == other).all()
    assert (np.diff(one[:, 6:, 2]) == 0).all() and (one[:, 6, 2] > 0).all()


HALF_OPEN = """
    start = "2020-01"
    years = 2
    [states]
    benefit = {}
    sick = {}
    course = { closed = "2020-07", still_open_from = ["sick"] }
    [citizens.benefit]
    number = 100
    [citizens.sick]
    number = 100
    [chance_per_month]
    benefit.course = 0.1
    sick.course = 0.05
"""


def test_a_closed_state_takes_in_those_for_whom_it_is_still_open():
    """Of 100 on benefit 0.9 stay each month until July; of 100 sick 0.95 throughout."""
    histories = simlab.simulate(simlab.loads(HALF_OPEN), 1, engine="expected")
    people = histories.people("baseline")[0]
    month = np.arange(25)
    np.testing.assert_allclose(people[:, 0], 100 * 0.9 ** np.minimum(month, 6), rtol=1e-12)
    np.testing.assert_allclose(people[:, 1], 100 * 0.95**month, rtol=1e-12)
    for engine in ("counts", "citizens"):
        here = simlab.simulate(simlab.loads(HALF_OPEN), 3, engine=engine).people("plan")
        assert (here[:, 6:, 0] == here[:, 6:7, 0]).all()
        assert (here[:, 6, 2] < here[:, -1, 2]).all()
    assert [check.key for check in verify(simlab.loads(HALF_OPEN)).checks if check.failed] == []


def test_a_state_that_is_not_closed_is_open_from_all():
    text = HALF_OPEN.replace('closed = "2020-07", ', "")
    with pytest.raises(simlab.StudyError, match="the state is not closed"):
        simlab.loads(text)
    with pytest.raises(simlab.StudyError, match='"sik"'):
        simlab.loads(HALF_OPEN.replace('["sick"]', '["sik"]'))


def test_a_state_that_closes_after_the_horizon_closes_nothing():
    later = simlab.loads(HALF_OPEN.replace("2020-07", "2022-01"))
    assert later.closed_moves == {}
    assert of_kinds(later, "closed") == []


def of_kinds(study, *kinds):
    return [(one.what, str(one.message)) for one in study_warnings(study) if one.what in kinds]


def test_a_state_that_closes_warns_where_somebody_could_have_come():
    ((_, text),) = of_kinds(simlab.loads(HALF_OPEN), "closed")
    assert text == (
        "course: closed from 2020-07, but for those from sick. Others who would have gone there "
        "stay where they are; those who are there stay on."
    )
    nobody = HALF_OPEN.replace("[citizens.benefit]\n    number = 100\n", "")
    assert of_kinds(simlab.loads(nobody), "closed") == []
    before = HALF_OPEN.replace("2020-07", "2019-07")
    assert "closed from 2019-07" in of_kinds(simlab.loads(before), "closed")[0][1]


def test_a_move_that_closes_warns():
    by_move = HALF_OPEN.replace('{ closed = "2020-07", still_open_from = ["sick"] }', "{}")
    asked = simlab.loads(by_move + '[closed]\n"benefit -> course" = "2020-07"')
    ((_, text),) = of_kinds(asked, "closed")
    assert text.startswith("Closed from 2020-07: benefit → course.")


def test_a_name_that_ends_warns_where_somebody_is_or_comes():
    named = '{ renamed = { since = "2021-01", read_as = "the new word" } }'
    asked = HALF_OPEN.replace("sick = {}", f"sick = {named}")
    ((_, text),) = of_kinds(simlab.loads(asked), "renamed")
    assert text == (
        "sick: no such name in the rules from 2021-01; read: the new word. Moves are kept."
    )
    assert of_kinds(simlab.loads(asked.replace("2021-01", "2022-01")), "renamed") == []
    nobody = asked.replace("[citizens.sick]\n    number = 100\n", "")
    assert of_kinds(simlab.loads(nobody), "renamed") == []


def test_an_activity_ready_citizen_no_longer_goes_into_a_course_and_one_on_sick_pay_does(tmp_path):
    study = load(
        tmp_path,
        """
        title = "The reform of 2026"
        start = "2025-01"
        years = 3
        [citizens.hard]
        state = "activity_ready"
        segment = "hard_to_move"
        number = 1000
        [citizens.sick_pay]
        segment = "others"
        number = 1000
        """,
        "behaviour/longest-on-benefit.toml",
        "behaviour/other-groups.toml",
    )
    closed = {move for move, since in study.closed_moves.items() if since == date(2026, 2, 1)}
    assert ("activity_ready", "resource_course") in closed
    assert ("sick_pay", "resource_course") not in closed
    kinds = [kind for kind, _ in of_kinds(study, "closed", "renamed", "placeholder")]
    assert kinds == ["closed", "renamed", "renamed", "placeholder"]


def test_a_run_that_reads_a_placeholder_says_so(tmp_path):
    within = still(tmp_path, "activity_ready", start="2020-01", years=6)
    before = still(tmp_path, "activity_ready", start="2020-01", years=5.5)
    # Schemes of equalisation that no study chooses are there before, and never in use.
    assert {one.figure.path.split(".")[0] for one in placeholders(before)} == {"taxes"}
    said = [one.what for one in study_warnings(before)]
    assert "placeholder" not in said
    rate = "payments.cash_benefit.amount.on_cash_benefit.2025-07"
    found = {one.figure.path: one.since for one in placeholders(within)}
    assert found[rate] == date(2025, 7, 1)
    warnings = run(within, draws=16, engine="counts").answer.warnings
    (warned,) = (one for one in warnings if one.what == "placeholder")
    assert warned.paths == (rate, "payments.lower_rates.amount.on_cash_benefit.2025-07")
    assert "“Cash benefit” from 2025-07" in str(warned.message)
    assert f"{rate} = …" in str(warned.message)
    typed_in = within.replace(dict(zip(warned.paths, (12_500, -5_000), strict=True)))
    assert [one for one in study_warnings(typed_in) if one.what == "placeholder"] == []


def test_a_placeholder_is_no_longer_read_where_a_later_figure_holds_at_the_start(tmp_path):
    both = """
        [payments.cash_benefit.amount.on_cash_benefit]
        "2025-07" = { min = 11_000, mode = 12_000, max = 13_000, tag = "P" }
        "2027-01" = { value = 12_500, tag = "S", source = "a test" }
    """
    rate = "payments.cash_benefit.amount.on_cash_benefit.2025-07"
    before, after = (
        {one.figure.path for one in placeholders(still(tmp_path, "job", 2, start, more=both))}
        for start in ("2026-12", "2027-01")
    )
    assert before - after == {rate}


def test_every_placeholder_that_ships_is_a_wide_range(tmp_path):
    found = [q for q in still(tmp_path, "job").quantities.values() if q.tag == "placeholder"]
    assert len(found) == 8
    for figure in found:
        low, high = figure.quantile(0.1), figure.quantile(0.9)
        assert abs(high - low) > 0.1 * abs(figure.mean()), figure.path
        assert figure.source is not None and "not found" in figure.source.en


def test_prices_after_the_known_years_grow_by_a_figure_that_is_told(tmp_path):
    head = 'prices = "current"'
    beyond = still(tmp_path, "education", start="2020-01", years=6, head=head)
    assert {name: end for name, (end, _) in grown_after(beyond).items()} == {
        "rates": 2024,
        "pl": 2024,
    }
    warnings = run(beyond, draws=16, engine="counts").answer.warnings
    said = [str(one.message) for one in warnings]
    assert any("After 2024 the adjustment of benefit rates is not known" in one for one in said)
    assert grown_after(still(tmp_path, "education", start="2020-01", years=5, head=head)) == {}
    # Fixed prices of 2015 read no year after 2024 until an amount is dated later.
    assert grown_after(still(tmp_path, "education", start="2020-01", years=5)) == {}


def test_a_price_level_after_the_known_years_can_be_asked_for(tmp_path):
    # 12,326 of 2024 in kr. of 2027, with 3 % a year: 12,326 · 1.03³ = 13,468.95
    study = still(tmp_path, "activity_ready", start="2024-01", years=1)
    certain = {"index.rates.grows_per_year": 0.03, "payments.provider_supplement.share": 0}
    found = gross(study, **certain, price_level=2027)
    assert round(float(found[0]), 2) == 13_468.95


def test_schemes_of_equalisation_before_2021_are_wide_and_end_in_the_rules_of_all(tmp_path):
    tax = still(tmp_path, "job").form.taxes["municipal"]
    for scheme in ("structural_deficit", "capital"):
        before, after = (
            tax.equalised[scheme].at(date(y, 1, 1)).bands[0].value for y in (2020, 2021)
        )
        assert (before.tag, before.quantile(0.0), before.quantile(1.0)) == (
            "placeholder",
            0.61,
            0.95,
        )
        assert after.mean() == 0.75
    average = tax.average_rate
    assert [average.at(date(y, 1, 1)).bands[0].value.mean() for y in (2024, 2025, 2026, 2030)] == [
        0.2507, 0.25068, 0.25049, 0.25049,
    ]  # fmt: skip


def test_a_municipality_in_a_scheme_keeps_less_of_a_job_before_2021(tmp_path):
    # At 80 % before 2021: 25.07 % · (1 − 0.80) is kept of the tax base, and not · (1 − 0.61).
    paid = {}
    for scheme in ("equalised", "structural_deficit"):
        study = still(tmp_path, "job", start="2019-01", years=3).replace(
            {
                "taxes.municipal.equalisation": scheme,
                "taxes.municipal.equalised.structural_deficit.2011-01": 0.80,
                "payments.wage.amount.job": -100,
                "hours_per_month.job": 100,
            }
        )
        cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
        paid[scheme] = cash.paid_in("baseline")[0, :, 0]
    kept = {name: -money / (0.92 * 100 * 100) for name, money in paid.items()}
    np.testing.assert_allclose(kept["equalised"][[1, 25]], [0.2507 * 0.39, 0.2507 * 0.25])
    np.testing.assert_allclose(kept["structural_deficit"][[1, 25]], [0.2507 * 0.20, 0.2507 * 0.25])


def test_a_study_with_years_before_2021_is_warned_of_the_schemes(tmp_path):
    def warned(start, **changed):
        study = still(tmp_path, "job", start=start, years=2).replace(changed)
        return [str(one.message) for one in study_warnings(study) if one.what == "schemes"]

    (text,) = warned("2019-01")
    assert text.startswith(
        "Before 2021 municipalities in other schemes of equalisation, provincial, high structural "
        'deficit ("structural_deficit"), the capital\'s scheme ("capital"), gave up more'
    )
    assert "than the 61% that is counted" in text
    assert warned("2021-01") == []
    for said in ("gross", "capital", "structural_deficit"):
        assert warned("2019-01", **{"taxes.municipal.equalisation": said}) == []


@pytest.mark.parametrize(
    ("state", "hours", "full_time", "in_job", "on_support"),
    [
        ("job", 120, 120 / 160.33, 1.0, 0.0),  # three quarters of full time
        ("stable_job", 160.33, 1.0, 1.0, 0.0),
        ("small_job", 40, 40 / 160.33, 0.0, 1.0),  # whole on support, a quarter at work
        ("activity_ready", None, 0.0, 0.0, 1.0),
        ("flex_job", None, 0.0, 0.0, 1.0),  # no ordinary work
    ],
)
def test_full_time_persons_are_hours_worked_and_person_years_are_heads(
    tmp_path, state, hours, full_time, in_job, on_support
):
    study = still(tmp_path, state, start="2019-01", years=1)
    if hours is not None:
        study = study.replace({f"hours_per_month.{state}": hours})
    found = simlab.cash_flow(simlab.simulate(study, 1, engine="expected")).outcomes
    counted = {name: float(both[0, 0]) for name, both in found.items()}
    assert counted == pytest.approx(
        {
            "years_in_job_or_education": in_job,
            "full_time_in_work": full_time,
            "years_on_support": on_support,
        },
        rel=1e-6,
    )


def test_an_outcome_per_hour_needs_the_hours_of_its_states(tmp_path):
    with pytest.raises(simlab.StudyError, match=r'hours_per_month\] has no "education"'):
        still(tmp_path, "job").replace({"outcomes.full_time_in_work.amount.education": 1})
