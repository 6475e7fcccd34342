"""What is found again agrees with what the program found, however the grammar is used.

The study of the mutants has a little of everything; each variant of it uses another part of the
grammar, or another combination. `test_sabotage` shows that the same checks can fail.
"""

import ast
from pathlib import Path

import mutants
import pytest

import simlab
from simlab.verify import accounting, case, effects, intensities, payback_figures, shares, starts
from simlab.verify.certificate import examinations

FAMILIES = (starts, intensities, effects, shares, accounting, payback_figures)
OWN = ("stated", "ledger", "spending", "profile", "one_draw", "intensities")
FORMS = {"Account", "CohortModel", "Compiled", "Values"}  # of which only the fields are read
QUICK = [
    {"counting": "start"},
    {"plan.later_months": 5, "plan.scale": 0.4, "plan.effect_years": 2, "plan.until": "2028-03"},
    {"plan.caseload.until": "2027-09", "plan.cost.until": "2028-06", "plan.cost.rooms.until": 2027},
]
VARIANTS = [
    {"plan.later_months": 7},
    {"plan.scale": 0.5},
    {"plan.effect_years": 1.25},
    {"counting": "end"},
    {"prices": "fixed"},
    {"step": "week", "years": 1.5},
    {"plan.until": "2028-06"},
    {"plan.caseload.until": "2027-09"},
    {"plan.effect.talks.coverage_is": "fixed"},
    {"plan.effect.talks.reach": "newcomers"},
    {"plan.effect.mentor.while": "ever_enrolled"},
    {"plan.effect.mentor.while": "everyone"},
    {"plan.rate_per_month": {"activation": {"job": 0.09}}},
    {"closed": {"activation -> benefit": "2027-05"}},
    {"redirect": [{"moves": ["activation -> benefit"], "to": "job", "since": "2027-05"}]},
    {
        "convert": [{"states": ["activation"], "to": "benefit", "at": "2027-09"}],
        "counting": "start",
    },
    {"start": "2025-01"},
    {"start": "2026-11", "plan.effect.talks.start": "2026-02"},
]


@pytest.mark.parametrize(
    "values",
    [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in VARIANTS)],
    ids=lambda values: ", ".join(values),
)
def test_what_is_found_again_is_what_was_found(values, monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 16)
    study = simlab.loads(mutants.STUDY).replace(values)
    one = case.Case(study)
    passed = 0
    for family in FAMILIES:
        for examination in examinations(family):
            check = examination(one)
            assert not check.failed, (check, check.where)
            passed += check.outcome == "passed"
    assert passed >= 15


@pytest.mark.parametrize("name", OWN)
def test_what_finds_again_shares_no_code_with_what_it_checks(name):
    """Only the form of a study, other checks, and arrays and tables that both sides look at."""
    source = Path(starts.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("simlab"):
            room = node.module.split(".")[1]
            assert room in ("study", "verify") or {one.name for one in node.names} <= FORMS
