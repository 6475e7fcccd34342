"""The layers on Denmark's rules that tell more states apart: what they pay, worked by hand."""

import numpy as np
import pytest

import simlab

# Nobody pays tax, so that what the citizen has is what was paid; hours and shares are certain.
CERTAIN = {
    "taxes.municipal.rate": 0,
    "taxes.municipal.equalisation": "gross",
    "taxes.state.rate": 0,
    "taxes.labour_market_contribution.rate": 0,
    "payments.effort.amount.flex_job.2015-01": 0,
    "payments.effort.amount.flex_job_benefit.2015-01": 0,
    "payments.flex_job_benefit.share": 1,
    "payments.flex_job_deduction.amount.flex_job.2015-01": -42,  # 30 % of 140 kr. an hour
    "payments.wage.amount.flex_job.2015-01": -140,
}


def a_month(path, state: str, year: int, hours: float) -> dict[str, float]:
    """Who pays for one citizen in a state in the first month of a year, the citizen below 0."""
    layers = [f"systems/{name}.toml" for name in ("denmark", "denmark-flex-job")]
    file = path / f"{state}.toml"
    file.write_text(
        f"""
        extends = {layers}
        title = "Still"
        start = "{year}-01"
        years = 1
        prices = "current"
        [citizens.{state}]
        number = 1
        months_on_clock = 60
        [rate_per_month]
        flex_job_benefit.flex_job = 0
        """,
        encoding="utf-8",
    )
    study = simlab.load(file).replace(CERTAIN | {"hours_per_month.flex_job": hours})
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    paid = cash.paid_in("baseline")[0, 1]
    return dict(zip(cash.payers, map(float, paid), strict=True))


def test_the_benefit_without_a_flex_job_is_89_per_cent_of_unemployment_insurance(tmp_path):
    """3,625 kr. a week in 2014 as published; from 2016 on the state gives back 20 % of it."""
    by_hand = 3_625 * 52 / 12
    paid = a_month(tmp_path, "flex_job_benefit", 2014, 30)
    assert -paid["citizen"] == pytest.approx(by_hand, rel=5e-3)
    later = a_month(tmp_path, "flex_job_benefit", 2023, 30)
    assert later["municipality"] == pytest.approx(0.8 * 4_050 * 52 / 12, rel=5e-3)
    assert later["state"] == pytest.approx(0.2 * 4_050 * 52 / 12, rel=5e-3)


def test_a_flex_job_of_few_hours_costs_the_municipality_more_than_none(tmp_path):
    """By hand, kr. a month in 2023, at 140 kr. of 2015 an hour, which is 154.13 kr. of 2023:

        without one     89 % of 4,550 a week × 52/12                 17,550
        30 hours        98 % of 19,728 − 30 % × 30 × 154.13          19,333 − 1,387  =  17,946
        60 hours        98 % of 19,728 − 30 % × 60 × 154.13          19,333 − 2,774  =  16,559

    of each four fifths on the ladder's last step: thirty hours are dearer than none, sixty cheaper.
    """
    none = a_month(tmp_path, "flex_job_benefit", 2023, 30)["municipality"]
    few, more = (a_month(tmp_path, "flex_job", 2023, h)["municipality"] for h in (30, 60))
    by_hand = np.array([17_550, 17_946, 16_559])
    np.testing.assert_allclose([none, few, more], 0.8 * by_hand, rtol=5e-3)
    assert few > none > more


def test_the_wage_of_a_flex_job_is_paid_once(tmp_path):
    """Sixty hours at 154.13 kr. and the subsidy; the monthly wage of denmark.toml is gone."""
    paid = a_month(tmp_path, "flex_job", 2023, 60)
    assert -paid["citizen"] == pytest.approx(16_559 + 60 * 154.13, rel=5e-3)
