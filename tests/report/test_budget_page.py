"""The budget page in report and workbook: what a reader sees is what was computed."""

from dataclasses import replace

import pytest

import simlab
from simlab.report.sections.budget_tables import budget
from simlab.report.sections.budget_years import span
from simlab.report.sheets.budget_sheet import budget as sheets
from simlab.result.figures import Known
from simlab.runs.run import run
from simlab.words import Words

ENGLISH, DANISH = Words("en"), Words("da")

STUDY = """
    start = "2015-01"
    years = 6
    states = { benefit = { roles = ["support"] }, job = { roles = ["work"] } }
    payers = ["municipality", "state"]
    price_level = 2015
    [index.rates]
    label = { en = "the rates", da = "satserne" }
    2015 = 100
    2020 = 110
    [citizens.benefit]
    number = 100
    [payments.help]
    reimbursement = "half"
    amount.benefit = 1000
    [reimbursement.half]
    share = 0.5
    [plan.chance_per_month]
    benefit.job = 1.0
    [plan.cost.talks]
    2015 = 900_000
    [budget]
    index = "rates"
    saving.2016 = 700_000
    [budget.committees]
    labour = { en = "Labour Committee", da = "Arbejdsmarkedsudvalget" }
    [budget.lines.help]
    label = { en = "Help", da = "Hjælp" }
    of = ["payments.help"]
    function = "5.57.73"
    ceiling = "outside"
    committee = "labour"
    tag = "B"
    [budget.lines.talks]
    of = ["plan.cost.talks"]
    cost_per_post = { value = 600_000, tag = "A" }
    """


@pytest.fixture(scope="module")
def result():
    return run(simlab.loads(STUDY), draws=64, engine="expected").answer


def table(section, number):
    """Label → the texts of a table's row."""
    return {row[0].text: [cell.text for cell in row] for row in section.tables[number].rows}


def test_a_result_without_a_budget_has_no_page(result):
    bare = replace(result, budget=None)
    assert budget(bare, ENGLISH) is None
    assert sheets(bare, ENGLISH) == ()


def test_the_lines_stand_under_their_committee_with_their_place_under_the_ceiling(result):
    """A year of benefit for 100 people is 1.2 million kr., of which the state gave back a half."""
    page = budget(result, ENGLISH)
    rows = table(page, 0)
    order = list(rows)
    assert order.index("Labour Committee") + 1 == order.index("Help")
    assert order.index("No committee named") + 1 == order.index("Talks")
    assert rows["Help"] == ["Help", "outside", *["-0.60"] * 4, "-1.20"]
    help_cells = next(row for row in page.tables[0].rows if row[0].text == "Help")
    assert help_cells[0].beside == "function 5.57.73"
    assert help_cells[2].beside.replace("\N{NO-BREAK SPACE}", " ") == "-1.20 / 0.60"
    assert rows["Talks"] == ["Talks", "inside", "0.90", "0.00", "0.00", "0.00", "0.00"]


def test_the_totals_are_expenditure_income_and_net_apart(result):
    rows = table(budget(result, ENGLISH), 0)
    assert rows["Expenditure in all"][2:] == ["-0.30", *["-1.20"] * 3, "-2.40"]
    assert rows["Income in all"][2:] == [*["0.60"] * 4, "1.20"]
    assert rows["Net"][2:] == ["0.30", *["-0.60"] * 3, "-1.20"]
    assert rows["Full-time posts: Talks"][2:] == ["1.5", "0.0", "0.0", "0.0", "0.0"]


def test_the_years_are_a_budget_year_three_estimate_years_and_the_rest(result):
    rows = budget(result, DANISH).tables[1].rows
    assert [row[0].beside for row in rows] == [
        "budgetår", "overslagsår 1", "overslagsår 2", "overslagsår 3", "", "", "",
    ]  # fmt: skip
    assert [row[0].text for row in rows][3:5] == ["2018", "2015–2018 i alt"]


def test_a_budgeted_saving_that_is_never_reached_is_told_so(result):
    year = budget(result, ENGLISH).tables[1].rows[1]
    assert [cell.text for cell in year[3:6]] == ["0.60", "0.70", "100.0%"]


def test_running_prices_have_a_table_of_their_own(result):
    rows = table(budget(result, ENGLISH), 2)
    factors = [1.1 ** (k / 5) for k in range(6)]
    assert rows["Saving"][1:5] == [f"{0.6 * f:.2f}" for f in factors[:4]]


def test_the_price_of_a_person_year_is_told_by_hand(result):
    """100 people for six years cost 900,000 kr.: 1,500 kr. for each of 600 person-years."""
    page = budget(result, ENGLISH)
    assert page.figures[-1].value == "DKK 1,500"
    text = " ".join(page.fine)
    assert "costs DKK 1,500 (± DKK 0)" in text
    assert "over 600 person-years" in text
    assert "What is saved is not taken off." in text
    assert "DKK 4,500" not in text  # 3.6 million less 0.9 on 600: one price, and never negative


def priced(result, **changes):
    """The page where the price of a person-year is found otherwise."""
    of = replace(result.budget.cost_per_person_year, **changes)
    return budget(replace(result, budget=replace(result.budget, cost_per_person_year=of)), ENGLISH)


def test_a_price_that_many_futures_do_not_have_is_not_made_up(result):
    page = priced(result, p90=None, none=Known(0.2, 0.01))
    assert "In 1 of 10 futures it costs DKK 1,500 or less." in page.fine[2]
    assert "In 20.0% of the futures the plan gives no person-year at all" in page.fine[2]
    assert "80% range" not in page.fine[2]


def test_where_the_plan_may_give_no_years_the_page_says_so_and_shows_no_price(result):
    page = priced(result, cost=None)
    assert "cannot be said" in page.fine[2]
    assert len(page.figures) == 3


def test_people_by_quarter_stand_there_for_the_budgeted_years(result):
    rows = table(budget(result, DANISH), 3)
    assert len(rows) == 16
    assert rows["1.\N{NO-BREAK SPACE}kvt.\N{NO-BREAK SPACE}2015"][1:] == ["100", "100"]


def test_the_page_is_danish_in_danish(result):
    page = budget(result, DANISH)
    assert page.heading == "Indsatsen i budgettet"
    assert page.tables[0].header[:2] == ("Post", "Servicerammen")
    assert "Arbejdsmarkedsudvalget" in table(page, 0)
    assert "satserne" in page.text[1]


def test_the_sheet_holds_plain_numbers_of_every_line_and_year(result):
    money, quarters = sheets(result, ENGLISH)
    rows = {(row[0], row[2], row[6]): [value for value, _ in row[7:]] for row in money.rows}
    fixed = "fixed prices of 2015"
    assert rows[fixed, "Help", "Expenditure, DKK"] == pytest.approx([-1.2e6] * 6 + [-4.8e6])
    assert rows[fixed, "Help", "Income, DKK"] == pytest.approx([0.6e6] * 6 + [2.4e6])
    assert rows[fixed, "All lines", "Chance of saving less"][1] == 1.0
    assert rows["running prices", "Help", "Income, DKK"][5] == pytest.approx(0.66e6)
    net = [rows[fixed, name, "Net, DKK: mean"] for name in ("Help", "Talks", "All lines")]
    assert net[2] == pytest.approx([a + b for a, b in zip(net[0], net[1], strict=True)])
    assert len(quarters.rows) == 24
    first = next(quarters.cells())
    assert first[:3] == [(2015.0, "whole"), (1.0, "whole"), (100.0, "count")]


def test_a_span_of_one_year_is_that_year():
    assert span([2015], ENGLISH) == "2015"
