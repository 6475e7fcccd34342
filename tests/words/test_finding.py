"""The headline and the sentence, over every kind of outcome."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from charts.worlds import START, hjoerring, of_years

from simlab.words import finding, headline
from simlab.words.calendar import by, month_of, year_ends, year_of
from simlab.words.words import ENGLISH

NEVER = np.inf
OUTCOMES = {
    "usual": (
        [5.0] * 6 + [7.0] * 8 + [9.5] * 4 + [NEVER] * 2,
        "Back in 2021 (80% range: 2019 to 2024)",
        "In 14 of 20 futures the DKK 100 million are back by the end of 2021; "
        "in 2 of 20 they never are within ten years.",
    ),
    "mostly never": (
        [7.0] * 4 + [9.0] * 3 + [NEVER] * 13,
        "Not back within ten years in most futures (80% range: 2021 to never)",
        "In 13 of 20 futures the DKK 100 million are not back within ten years; "
        "in 4 of 20 they are back by the end of 2021.",
    ),
    "never": (
        [NEVER] * 20,
        "Not back within ten years in all simulated futures",
        "In no simulated future are the DKK 100 million back within ten years.",
    ),
    "rarely": (
        [8.0] * 1 + [NEVER] * 99,
        "Not back within ten years in more than 19 of 20 futures",
        "In more than 19 of 20 futures the DKK 100 million are not back within ten years; "
        "in fewer than 1 of 20 they are back by the end of 2022.",
    ),
    "always": (
        [4.0] * 14 + [6.5] * 6,
        "Back in 2018 (80% range: 2018 to 2021)",
        "In 14 of 20 futures the DKK 100 million are back by the end of 2018, "
        "and in every simulated future by the end of 2021.",
    ),
    "at the same time": (
        [4.5] * 20,
        "Back in June 2019 (80% range: June 2019)",
        "In all simulated futures the DKK 100 million are back by the end of 2019.",
    ),
    "often never": (
        [4.0] * 5 + [5.0] * 5 + [9.0] * 4 + [NEVER] * 6,
        "Back in 2019 (80% range: 2018 to never)",
        "In 10 of 20 futures the DKK 100 million are back by the end of 2019; "
        "in 6 of 20 they never are within ten years.",
    ),
    "at the horizon": (
        [10.0] * 12 + [NEVER] * 8,
        "Back in 2024 (80% range: 2024 to never)",
        "In 12 of 20 futures the DKK 100 million are back by the end of 2024; "
        "in 8 of 20 they never are within ten years.",
    ),
    "at once": (
        [0.0] * 20,
        "Ahead from the start in all simulated futures",
        "In all simulated futures the savings stay ahead of the DKK 100 million from the start.",
    ),
    "mostly at once": (
        [0.0] * 14 + [3.0] * 4 + [NEVER] * 2,
        "Ahead from the start (80% range: the start to 2017)",
        "In 14 of 20 futures the savings stay ahead of the DKK 100 million from the start; "
        "in 2 of 20 they never catch up within ten years.",
    ),
    "at once or soon": (
        [0.0] * 14 + [3.0] * 6,
        "Ahead from the start (80% range: the start to 2017)",
        "In 14 of 20 futures the savings stay ahead of the DKK 100 million from the start, "
        "and in every simulated future they have caught up by the end of 2017.",
    ),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_finding_reads_well(name):
    years, title, sentence = OUTCOMES[name]
    payback = of_years(years)
    assert payback.years.tolist() == pytest.approx(years)
    assert (headline(payback, START), finding(payback, START)) == (title, sentence)


def test_a_plan_without_cost_has_nothing_to_pay_back():
    free = of_years([0.0] * 4, cost=0.0)
    assert headline(free, START) == "Nothing to pay back"
    assert finding(free, START) == "The plan costs nothing, so there is nothing to pay back."


def test_a_plan_without_cost_that_loses_money_says_so():
    loses = hjoerring(2000, noise=10.0, cost=0.0)
    never = loses.never().value
    assert 0.025 < never < 0.5
    assert finding(loses, START) == (
        f"The plan itself costs nothing, but in {round(20 * never)} of 20 futures "
        "it has lost money after ten years."
    )


def test_a_study_without_dates_speaks_of_years():
    payback = of_years([3.0] * 14 + [NEVER] * 6)
    assert headline(payback, None) == "Back after three years (80% range: three years to never)"
    assert finding(payback, None) == (
        "In 14 of 20 futures the DKK 100 million are back within three years; "
        "in 6 of 20 they never are within ten years."
    )


def test_the_year_named_is_the_one_nearest_to_70_percent():
    payback = hjoerring(4000)
    by_end = [payback.chance_within(y).value for y in range(1, 11)]
    nearest = 2015 + int(np.argmin(np.abs(np.array(by_end) - 0.7)))
    assert nearest == 2021
    assert "back by the end of 2021" in finding(payback, START)


@pytest.mark.parametrize(
    ("years", "month", "year"),
    [
        (1 / 12, date(2015, 1, 1), 2015),
        (1.0, date(2015, 12, 1), 2015),
        (13 / 12, date(2016, 1, 1), 2016),
    ],
)
def test_a_step_ends_in_its_own_month(years, month, year):
    assert month_of(START, years) == month
    assert year_of(START, years) == year


def test_a_study_from_summer_to_summer_names_the_month_it_ends():
    summer = date(2014, 7, 1)
    assert year_ends(summer, 2.0) == pytest.approx([0.5, 1.5, 2.0])
    assert [by(summer, y, ENGLISH) for y in (0.5, 1.5, 2.0)] == [
        "by the end of 2014",
        "by the end of 2015",
        "by June 2016",
    ]


def test_ten_years_of_weeks_are_ten_calendar_years():
    weeks = 365.2425 / 7
    for steps in (521, 522):
        assert year_ends(START, steps / weeks) == pytest.approx([*range(1, 10), steps / weeks])
        assert by(START, steps / weeks, ENGLISH) == "by the end of 2024"
