"""A mean duration is one in continuous time; check says how much of it is paid."""

import re

import pytest

import simlab
from simlab.reading_back import reading_back


@pytest.mark.parametrize(("counting", "paid"), [("end", 2.53), ("mean", 3.03), ("start", 3.53)])
def test_check_says_how_much_of_a_mean_duration_is_paid(counting, paid):
    study = simlab.loads(
        f"""
        start = "2026-01"
        years = 10
        counting = "{counting}"
        states = ["home", "work"]
        [citizens.home]
        number = 1
        [mean_months]
        home.work = 3
        [payments.aid]
        amount.home = 1
        """
    )
    cash = simlab.cash_flow(simlab.simulate(study, 1, engine="expected"))
    assert cash.paid_in("baseline").sum() == pytest.approx(paid, abs=0.005)
    text = re.search(r"paid for ([\d.]+) of them", reading_back(study))
    assert text is not None
    assert float(text[1]) == paid
