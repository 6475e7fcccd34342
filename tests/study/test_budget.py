"""The grammar of a budget: its lines, its mistakes, and that it comes back from its file."""

import pytest

import simlab
from simlab.study.budget_lines import budget_lines
from simlab.study.errors import StudyError

STUDY = """
    start = "2015-01"
    years = 3
    states = ["benefit", "job"]
    price_level = 2015
    [index.rates]
    2015 = 100
    [citizens.benefit]
    number = 100
    [chance_per_month]
    benefit.job = 0.01
    [payments.benefit]
    label = { en = "Benefit", da = "Ydelse" }
    amount.benefit = 1000
    [payments.supplement]
    amount.benefit = 100
    [plan.cost.talks]
    2015 = 60_000
    [plan.cost.courses]
    2015 = 5_000
    """
BUDGET = """
    [budget]
    index = "rates"
    [budget.saving]
    2016 = { value = 70_000, tag = "A", source = "the council" }
    [budget.committees]
    labour = { en = "Labour Market Committee", da = "Arbejdsmarkedsudvalget" }
    [budget.lines.help]
    of = ["payments.benefit", "payments.supplement"]
    function = "5.57.73"
    ceiling = "outside"
    committee = "labour"
    tag = "B"
    [budget.lines.staff]
    label = "Staff"
    of = ["plan.cost.talks"]
    staff = { 2015 = 0.5, 2016 = 0 }
    """


def lines(text):
    return {line.name: line for line in budget_lines(simlab.loads(text).form)}


def problem(old, new):
    """The one problem of the budget with a change."""
    assert old in BUDGET
    with pytest.raises(StudyError) as error:
        simlab.loads(STUDY + BUDGET.replace(old, new))
    (found,) = error.value.problems
    return found.path, found.message


def test_a_study_without_a_budget_has_no_lines():
    assert budget_lines(simlab.loads(STUDY).form) == ()


def test_what_no_line_names_is_a_line_of_its_own():
    found = lines(STUDY + BUDGET)
    assert list(found) == ["help", "staff", "plan.cost.courses"]
    assert found["plan.cost.courses"].label == {"en": "Courses"}


def test_what_the_plan_costs_is_inside_the_ceiling_by_default_and_all_else_outside():
    found = lines(STUDY + "[budget]")
    assert {name: (one.ceiling, one.stated) for name, one in found.items()} == {
        "payments.benefit": ("outside", False),
        "payments.supplement": ("outside", False),
        "plan.cost.talks": ("inside", False),
        "plan.cost.courses": ("inside", False),
    }


def test_a_line_takes_its_own_label_or_that_of_its_first_source():
    found = lines(STUDY + BUDGET)
    assert found["help"].label == {"en": "Benefit", "da": "Ydelse"}
    assert found["staff"].label == {"en": "Staff"}
    assert (found["help"].ceiling, found["help"].stated) == ("outside", True)
    assert found["help"].tag == "commonly known"


def test_a_line_without_a_committee_has_that_of_the_budget():
    text = BUDGET.replace("[budget]", '[budget]\ncommittee = "culture"')
    found = lines(STUDY + text.replace("labour = {", 'culture = "Culture"\nlabour = {'))
    assert [one.committee for one in found.values()] == ["labour", "culture", "culture"]


def test_a_budgeted_figure_is_listed_with_its_source():
    study = simlab.loads(STUDY + BUDGET)
    assert study.quantities["budget.saving.2016"].source.en == "the council"
    assert study.quantities["budget.lines.staff.staff.2015"].mean() == 0.5
    assert not study.uncertain


def test_a_budget_comes_back_from_the_resolved_file():
    study = simlab.loads(STUDY + BUDGET)
    again = simlab.loads(study.resolved_toml())
    assert again.form == study.form
    assert budget_lines(again.form) == budget_lines(study.form)


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        ('index = "rates"', 'index = "rate"', "budget.index", 'did you mean "rates"?'),
        ("2016 = { value = 70_000,", "2019 = { value = 70_000,", "budget.saving.2019",
         "runs 2015 to 2017"),
        ("value = 70_000", "p10 = 1, p90 = 2", "budget.saving.2016", "is uncertain"),
        ('committee = "labour"', 'committee = "labor"', "budget.lines.help.committee",
         'did you mean "labour"?'),
        ('"payments.supplement"]', '"payments.suplement"]', "budget.lines.help.of.1",
         'did you mean "payments.supplement"?'),
        ('of = ["plan.cost.talks"]', 'of = ["plan.cost.talks", "plan.cost.talks"]',
         "budget.lines.staff.of.1", 'stands in the line "staff" already'),
        ('"payments.supplement"]', '"plan.cost.courses"]', "budget.lines.help.of",
         "mixes what the plan costs"),
        ("staff = { 2015 = 0.5, 2016 = 0 }", "staff = { 2012 = 0.5 }",
         "budget.lines.staff.staff.2012", "is not a year of the study"),
        ("2016 = 0 }", "2016 = 0 }\ncost_per_post = 500_000",
         "budget.lines.staff.cost_per_post", "gives the posts twice"),
        ("staff = { 2015 = 0.5, 2016 = 0 }", "cost_per_post = { p10 = 5, p90 = 6 }",
         "budget.lines.staff.cost_per_post", "is uncertain"),
        ('function = "5.57.73"', "cost_per_post = 5", "budget.lines.help.of", "has posts"),
        ('tag = "B"', 'tag = "C"', "budget.lines.help.tag", 'unknown tag "C"'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_budget_is_told_with_its_key(old, new, path, told):
    where, message = problem(old, new)
    assert where == path
    assert told in message


def test_a_ceiling_is_inside_or_outside():
    where, message = problem('ceiling = "outside"', 'ceiling = "under"')
    assert where == "budget.lines.help.ceiling"
    assert "inside" in message
    assert "outside" in message


def test_an_index_without_a_price_level_is_told():
    with pytest.raises(StudyError, match="price_level"):
        simlab.loads(STUDY.replace("price_level = 2015", "") + BUDGET)
