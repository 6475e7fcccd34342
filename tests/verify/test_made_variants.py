"""Checks that make a variant of the study make one of any study."""

import pytest

import simlab
from simlab.report import certificate_words
from simlab.result.certified import Certified
from simlab.result.plain import plain, read
from simlab.verify import case, certificate, costs, evidence, payments, perspectives, untouched
from simlab.verify.case import Case
from simlab.verify.certificate import verify
from simlab.words import Words

TALKS = """
title = "Talks"
start = "2026-01"
years = 4
states = ["benefit", "job"]
TOP
[citizens.benefit]
number = 50
[rate_per_month]
benefit.job = { p10 = 0.01, p90 = 0.03 }
job.benefit = { p10 = 0.015, p90 = 0.025 }
[payments.benefit]
amount.benefit = 12_000
[plan.cost]
unit = 1_000_000
talks = { 2026 = { p10 = 2, p90 = 3 }, 2027 = { p10 = 2, p90 = 3 } }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { ci95 = [1.1, 2.05], estimate = 1.5 }
until = "2027-12"
"""
BELOW = {
    "a line of the budget": '[budget.lines.t]\nof = ["plan.cost.talks"]',
    "correlated costs": '[[correlation]]\nbetween = ["plan.cost.talks.2026", '
    '"plan.cost.talks.2027"]\nvalue = 0.8',
    "an effect correlated with the baseline": '[[correlation]]\nbetween = ["plan.effect.0.'
    'hazard_ratio", "rate_per_month.benefit.job"]\nvalue = 0.9',
    "a trend to the horizon": '[[stated_trend]]\nstates = ["benefit"]\nper_year = -0.05\n'
    'until = "2029"',
    "a published figure at the horizon": '[[published]]\ntext = "A"\nkind = "expectation"\n'
    'measure = "people"\nstates = ["job"]\nat = "2029-12"\nvalue = 3',
}
ABOVE = {
    "a perspective that is named": 'payers = ["municipality", "state"]\n'
    'perspective = "municipality"',
    "the largest seed": f"seed = {2**63 - 1}",
    "the smallest seed": f"seed = {-(2**63)}",
}
MADE = (
    untouched.no_effect,
    untouched.baseline_alone,
    payments.budget,
    payments.horizon,
    perspectives.without_rate,
    perspectives.discounted,
    evidence.seed,
)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 16)


@pytest.mark.parametrize("what", [*BELOW, *ABOVE])
def test_a_check_that_makes_a_variant_passes_for_a_study_with(what):
    study = simlab.loads(TALKS.replace("TOP", ABOVE.get(what, "")) + BELOW.get(what, ""))
    one = Case(study)
    for check in MADE:
        assert check(one).outcome == "passed", check


def lately(text: str) -> dict:
    return {check.key: check for check in verify(simlab.loads(text)).checks}


SEEN = TALKS.replace("TOP", "") + BELOW["a published figure at the horizon"]


@pytest.fixture
def few_lives(monkeypatch):
    monkeypatch.setattr(costs, "MOST", 128)


def test_a_check_of_a_variant_says_what_that_does_not_have(few_lives):
    found = lately(SEEN + "\n" + BELOW["a line of the budget"])
    assert found["money.horizon"].without == ("published.0",)
    assert found["plan.baseline_alone"].without == ("budget.lines.t",)
    assert found["plan.swapped"].without == ()
    certified = Certified(True, "", 1, (found["money.horizon"],))
    assert certificate_words.lines(certified, Words("en"))[0].without == "made without published.0"
    assert read(Certified, plain(certified)) == certified


def test_a_check_that_cannot_be_made_costs_its_own_row_and_never_the_certificate(
    few_lives, monkeypatch
):
    whole = verify(simlab.loads(SEEN))

    def refused(study):
        return study.replace({"years": -1})

    monkeypatch.setattr(untouched, "with_a_neutral_plan", refused)
    made = verify(simlab.loads(SEEN))
    rows = {check.key: check for check in made.checks}
    assert [check.key for check in made.checks] == [check.key for check in whole.checks]
    assert rows["plan.no_effect"].outcome == "unmade"
    assert "years" in rows["plan.no_effect"].where["reason"]
    assert [c for c in made.checks if c.key != "plan.no_effect"] == [
        c for c in whole.checks if c.key != "plan.no_effect"
    ]
    assert made.passed
    record = made.certified
    (line,) = [
        one for one in certificate_words.lines(record, Words("en")) if one.key == "plan.no_effect"
    ]
    assert (line.outcome, line.found) == ("could not be made", "")
    assert "years" in line.where
    assert certificate_words.verdict(record, Words("en")).endswith(
        "Checks that could not be made of this study: 1."
    )


def test_a_mistake_in_one_check_costs_its_own_rows_and_the_certificate_has_not_passed(
    few_lives, monkeypatch
):
    def mistaken(*_):
        raise KeyError("job")

    monkeypatch.setattr(evidence, "pieces", mistaken)
    made = verify(simlab.loads(SEEN))
    broken = [check.key for check in made.checks if check.outcome == "broken"]
    assert broken == ["evidence.quantiles", "evidence.means"]
    assert {check.key for check in made.checks} == set(certificate_words.names(Words("en")))
    assert not made.passed
    text = certificate_words.verdict(made.certified, Words("en"))
    assert text.startswith("2 of ")
    assert text.endswith("Checks broken off by a mistake in the program: 2.")


def test_every_check_of_a_certificate_is_announced_by_its_key(few_lives):
    announced = [examination.key for examination in certificate.EXAMINATIONS]
    assert [check.key for check in verify(simlab.loads(SEEN)).checks] == announced
    assert sorted(announced) == sorted(certificate_words.names(Words("en")))
    families = [key.partition(".")[0] for key in announced]
    assert list(dict.fromkeys(families)) == list(certificate_words.families(Words("en")))
