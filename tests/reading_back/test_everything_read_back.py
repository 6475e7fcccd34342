"""Each part of the grammar is read back: a study that states every field of every form, and a walk
over the grammar that finds what a study can say and ``check`` does not repeat.

What is told beside a figure elsewhere (label, tag, note) is left out; so is what a file extends,
which is gone when it has been read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import simlab
from simlab.reading_back import reading_back
from simlab.study.grammar import CostLine, StudyFile
from simlab.study.message import Text
from simlab.study.moves import TABLES
from simlab.study.quantity import Quantity
from simlab.study.values import Varying
from simlab.words import LANGUAGES, Words

BESIDE = {"label", "tag", "note", "extends"}
STATES = [f"s{k}" for k in range(16)]
VALUE = {"chance": 0.0317, "rate": 0.0417, "mean": 61.7, "median": 51.7}


def evidence(shift: float) -> dict[str, Any]:
    """One row in each table of evidence, each with figures of its own."""
    found: dict[str, Any] = {}
    for k, (table, (kind, _)) in enumerate(TABLES.items()):
        if kind == "count":
            found[table] = {STATES[k]: {"t": 400 + k, STATES[k]: 9000 + k, "prior": 0.75}}
        else:
            number = round(VALUE[kind] * (1 + (k + shift) / 100), 6)
            found[table] = {STATES[k]: {"t": {"value": number, "source": f"{table} {shift}"}}}
    share = {"share": round(0.31 + shift / 100, 4), "months": 17}
    shares = {
        STATES[15]: share,
        "u": {"share": 0.27, "weeks": 63},
        "v": {"share": 0.28, "years": 4},
    }
    return found | {"share_within": {state: {"t": one} for state, one in shares.items()}}


BASELINE = evidence(0.0)
BASELINE["chance_per_month"] |= {"u": {"v": 0.0123}, "v": {"u": 0.0234}}
EVERYTHING: dict[str, Any] = {
    "title": "Everything that can be said",
    "start": "2020-02", "years": 9, "step": "month", "seed": 77, "draws": 1234,
    "counting": "mean", "engine": "expected", "perspective": "all",
    "unit": {"one": "household", "many": "households"},
    "states": {name: {} for name in STATES}
    | {"t": {"closed": "2027-03", "still_open_from": ["s13"],
             "renamed": {"since": "2028-06", "read_as": "the far shore", "source": "the act"}},
       "u": {"roles": ["support", "work"]}, "v": {}},
    "groups": {"inside": {"states": ["s0", "s1"]}},
    "clocks": {
        "support": {
            "states": ["s0", "s1"], "forgets": True,
            "resets": {"after_months": 13, "within_months": 37, "self_support": ["u"],
                       "source": "the act on support"},
        },
        "weeks": {"states": ["s2"], "resets": {"after_weeks": 14, "within_weeks": 58}},
        "years": {"states": ["s3"], "resets": {"after_years": 2, "within_years": 6}},
    },
    "citizens": {
        "first": {
            "state": "s0", "segment": "near", "number": {"value": 151, "source": "the register"},
            "months_on_clock": {"3": 0.25, "36": 0.75}, "arrivals_per_month": 2.3,
            "arrivals_trend_per_year": -0.043, "arrivals_months_on_clock": 5,
            "arrivals_scaled": 0.83,
            "source": "a count of heads",
        },
        "second": {"state": "s0", "weeks_on_clock": 41, "arrivals_per_week": 1.7, "number": 12,
                   "arrivals_kept": True},
        "third": {"state": "s1", "years_on_clock": 2, "arrivals_per_year": 33.3},
    },
    "segments": {"near": {"hazard_ratio": {"u -> v": 1.37}}},
    **BASELINE,
    "trend_per_year": {"u -> v": 0.0271},
    "closed": {"v -> u": "2026-05"},
    "redirect": [{"moves": ["u -> v"], "to": "s4", "since": "2025-07"}],
    "rules": {"cap": {"of": ["states.t.closed"], "says": "no more than so much",
                      "since": "2023-11", "until": "2026-08", "expected": True,
                      "amount": {"value": 10_602, "unit": "kr. a head"}, "source": "the bill"}},
    "convert": [{"states": ["s5"], "to": "s6", "at": "2024-09"}],
    "business_cycle": {"sd": 0.213, "half_life_months": 27.5, "loading": {"u -> v": 0.81}},
    "correlation": [{"between": ["citizens.first.number", "payments.rent.share"], "value": 0.43,
                     "source": "the same survey"}],
    "price_level": 2021, "prices": "current",
    "index": {"rates": {"2020": 100.7, "2021": 103.3, "grows_per_year": 0.0291,
                        "source": "the office of prices"}},
    "hours_per_month": {"u": 123.4},
    "payers": ["town", "state", "region"],
    "payments": {
        "rent": {
            "per": "month", "indexed": "rates", "paid_by": "state", "received_by": "region",
            "reimbursement": "ladder", "taxed": True, "share": {"p10": 0.57, "p90": 0.68},
            "amount": {"s0": {"by": "support", "1-3": 4101, "4+": 4202},
                       "s1": {"2020-02": 4303, "2023-04": 4404}},
        },
        "needs": {"per": "year", "told_for_each": 12_345, "amount": {"u": 0}},
        "work": {"per": "hour", "amount": {"u": 171.5}, "taxed": True},
    },
    "reimbursement": {"ladder": {"share": {"1-2": 0.81, "3+": 0.22}, "per": "week",
                                 "paid_by": "region"}},
    "taxes": {
        "local": {
            "of": ["rent"], "deducted": True, "rate": {"2020-02": 0.251, "2022-02": 0.262},
            "paid_by": "region", "received_by": "state", "equalisation": "poor",
            "equalised": {"poor": 0.912, "rich": 0.613}, "average_rate": 0.2493,
            "equalised_label": {"poor": "towns of little"},
            "rest_to": "region", "equalised_after_years": 2.5,
        },
        "other": {"rate": 0.0811, "paid_by": "town", "received_by": "town",
                  "retained": 0.731, "rest_to": "state"},
    },
    "one_off": {"move": {"moves": ["u -> v"], "amount": 8707, "indexed": "rates",
                         "paid_by": "region", "received_by": "state"}},
    "outcomes": {"years": {"per": "week", "amount": {"u": 0.913}, "moves": {"u -> v": 3.7},
                           "discount_per_year": 0.0137}},
    "perspectives": {"all": {"weights": {"town": 1.0, "state": 0.67}, "source": "the treasury",
                             "discount_per_year": {"1-5": 0.035, "6+": 0.021}},
                     "town": {"weights": {"town": 1.0}}},
    "plan": {
        "cost": {"unit": 1000, "overrun": 1.13, "indexed": "rates", "until": "2026-11",
                 "walks": {"2022": 0.7},
                 "talks": {"2021": 7.1, "at_start": 2.9, "per_year": {"2022": 5.3},
                           "until": "2025-10", "source": "the budget of talks"},
                 "house": {"2022": 1.9, "paid_by": "state", "reimbursed": 0.37,
                           "reimbursed_by": "region"}},
        "cost_per_citizen": {"visit": {"states": ["s7"], "amount": 911, "per": "week",
                                       "since": "2021-06", "until": "2025-06", "paid_by": "region",
                                       "indexed": "rates", "reimbursed": 0.38,
                                       "reimbursed_by": "state"}},
        "enrolment": {
            "states": ["s1"], "segments": ["near"], "reach": "stock", "start": "2020-05",
            "until": "2024-05", "intake_per_month": 6.7, "places": 43, "months_in_programme": 11,
            "dropout_per_month": 0.037, "ends_in": ["t"], "cost_per_enrolled_per_month": 3131,
            "paid_by": "region", "indexed": "rates", "reimbursed": 0.39, "reimbursed_by": "state",
            "source": "the contract",
        },
        "effect": [
            {"name": "talks", "moves": ["s0 -> t"], "hazard_ratio": 1.41, "segments": ["near"],
             "reach": "newcomers", "start": "2020-06", "delay_months": 1.25, "ramp_months": 7.5,
             "until": "2024-07", "fades": {"half_life_months": 19.5}, "coverage": 0.71,
             "coverage_is": "thinning", "places": 47, "cost_per_treated_per_month": 1717,
             "paid_by": "region", "indexed": "rates", "reimbursed": 0.41, "reimbursed_by": "state",
             "source": "a trial of talks"},
            {"moves": ["s1 -> t"], "chance_ratio": 1.42, "coverage": 0.57, "coverage_is": "fixed"},
            {"moves": ["s2 -> t"], "risk_ratio": 1.43, "at_weeks": 77},
            {"moves": ["s3 -> t"], "percentage_points": 0.143, "at_months": 18.5},
            {"moves": ["s4 -> t"], "risk_ratio": 1.44, "at_years": 1.75},
            {"moves": ["s5 -> t"], "hazard_ratio_per_halving": {"value": 1.45, "tag": "A"},
             "evidence": "unproven"},
            {"arrivals": ["first"], "arrivals_ratio": 0.83},
            {"moves": ["u -> v"], "hazard_ratio": 1.46, "while": "enrolled"},
            {"moves": ["v -> u"], "hazard_ratio": 1.47, "while": "ever_enrolled"},
            evidence(2.0),
        ],
        "amount": [{"name": "food", "payer": "state", "received_by": "region", "states": ["u"],
                    "per": "week", "change": -77.5, "indexed": "rates", "while": "enrolled",
                    "start": "2021-03", "until": "2023-08", "source": "the price of food"}],
        "caseload": {"states": ["s8"], "workers": 11.5, "extra_workers": {"2021": 3.25},
                     "vacancy_months": 2.75, "cost_per_worker_per_year": 611_000,
                     "until": "2025-12", "paid_by": "state", "indexed": "rates",
                     "reimbursed": 0.42, "reimbursed_by": "region"},
        "displacement": {"share": 0.131, "local_share": 0.617, "states": ["u"], "to": "v",
                         "elsewhere": "region"},
        "until": "2027-12",
    },
    "memo": {"to": "the committee of work", "municipality": "Nyby", "inhabitants": 45_017},
    "budget": {
        "index": "rates", "saving": {"2022": 313_000},
        "committees": {"work": "Committee of work", "house": "Committee of houses"},
        "committee": "house",
        "lines": {"talks": {"of": ["plan.cost.talks"], "committee": "work", "function": "5.57.73",
                            "ceiling": "outside", "staff": {"2022": 17.5},
                            "source": "the budget book"},
                  "rest": {"of": ["plan.cost.walks"], "cost_per_post": 555_000}},
    },
    "published": [
        {"text": "More in work", "kind": "effect", "design": "a trial of 243", "measure": "share",
         "value": 0.587, "of": ["first"], "states": ["u"], "ever": True, "at_months": 18.25,
         "ci95": [0.51, 0.66], "sample": [243, 239], "future": "baseline", "source": "a journal",
         "promised": 0.613, "leakage": "jobs of later years", "calibrated": True},
        {"text": "Fewer", "kind": "account", "measure": "change", "value": -0.211, "states": ["s0"],
         "at": "2023-05", "against": "2021-02"},
        {"text": "Saved", "kind": "expectation", "measure": "saving", "value": 4_321_000,
         "since": "2021-01", "until": "2022-12", "per_year": True, "perspective": "town",
         "counted": "year_before"},
        {"text": "Back", "kind": "expectation", "measure": "payback", "by": "2026-04"},
    ],
    "stated_trend": [{"states": ["s0"], "per_year": -0.056, "since": "2020-03", "until": "2024-10",
                      "source": "the national count"}],
}  # fmt: skip
# Evidence under [plan] holds for good, so the plan as a whole is not varied beside it.
VARIED: dict[str, Any] = {
    "start": "2020-01", "years": 8.5, "states": ["a", "b"],
    "citizens": {"a": {"number": 10}}, "chance_per_month": {"a": {"b": 0.1}},
    "plan": {"later_months": 14, "scale": 0.63, "effect_years": 3.5,
             "effect": [{"moves": ["a -> b"], "hazard_ratio": 2}],
             "replaced": [{"path": "plan.effect.0.until", "was": "2024-05"}]},
}  # fmt: skip
TOLD: dict[str, Any] = {
    "start": "2020-01", "years": 8, "states": ["a", "b", "c"],
    "citizens": {"a": {"number": 10}},
    "chance_per_month": {"a": {"b": 0.1, "c": 0.01}, "c": {"a": 0.2}},
    "shares": [
        {"name": "work", "definition": "thirty hours", "of": ["a"], "states": ["b"],
         "at_months": 41, "moves": ["a -> b"], "without_plan": 0.313, "with_plan": 0.371,
         "source": "the survey of hours"},
        {"name": "study", "definition": "enrolled", "states": ["c"], "at": "2024-07",
         "moves": ["a -> c"], "with_plan": 0.0217, "risk_ratio": 1.27},
        {"name": "rest", "definition": "anything", "states": ["c"], "at_months": 7,
         "moves": ["a -> c"], "with_plan": 0.0118, "percentage_points": 0.00123},
    ],
    "plan": {"effect": [{"moves": ["a -> b"], "share": "work"},
                        {"moves": ["c -> a"], "share": "study", "inverse": True}]},
}  # fmt: skip
REPLACED = {k: v for k, v in EVERYTHING.items() if k != "plan"} | {"plan": evidence(1.0)}
REPLACED = {k: v for k, v in REPLACED.items() if k not in ("budget",)}

# What is told in words of its own.
WORDED = {
    "week": "a week", "month": "a month", "year": "a year", "hour": "an hour",
    "mean": "the mean of start and end", "expected": "the study asks for it",
    "current": "in kr. of the year of payment", "stock": "of those there at the start",
    "enrolled": "for those in the programme", "ever_enrolled": "from enrolment on",
    "unproven": "unproven: nobody has measured it", "outside": "outside the service ceiling",
}  # fmt: skip
TAXED = {("Payment", "taxed"): ", taxed"}


def fields(form: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Every field of a form and of all that can stand in it, once."""
    waiting, seen = [form], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        kinds = [f.annotation for f in one.model_fields.values()]
        kinds += list(getattr(one, "__annotations__", {}).values())
        if one.model_config.get("extra") == "allow":
            kinds += [CostLine]
        for kind in kinds:
            waiting += _forms(kind)
        yield from ((one.__name__, name) for name in one.model_fields if name not in BESIDE)


def _forms(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [form for part in get_args(kind) for form in _forms(part)]


def said_in(node: Any) -> Iterator[tuple[str, str, Any]]:
    """(form, field, value) of all that a study states."""
    if isinstance(node, BaseModel):
        for name in node.model_fields_set - BESIDE:
            value = getattr(node, name)
            if name in type(node).model_fields:
                yield type(node).__name__, name, value
            yield from said_in(value)
    elif isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            yield from said_in(one)


def mentions(value: Any, words: Words) -> Iterator[set[str]]:
    """For each thing in a value, the ways in which it may be told."""
    match value:
        case Quantity():
            mean = value.mean()
            yield {words.say(value.in_words()), words.number(mean), *numbers(mean)}
            if value.source is not None:
                yield {words.say(value.source)}
        case Varying():
            for key, quantity in value.quantities():
                yield from mentions(quantity, words)
                yield from ({part} for part in key.split(".") if part)
            yield from ({bands.by} for _, bands in value.versions if bands.by)
        case bool():
            yield {f": {'yes' if value else 'no'}"}
        case str():
            yield {value, WORDED.get(value, value)} if value not in WORDED else {WORDED[value]}
        case int() | float():
            yield {words.number(value), *numbers(value)}
        case date():
            yield {f"{value:%Y-%m}"}
        case Text():
            yield {words.say(value)}
        case dict():
            for key, one in value.items():
                yield {str(key)}
                yield from mentions(one, words)
        case list() | tuple():
            for one in value:
                yield from mentions(one, words)


def numbers(x: float) -> set[str]:
    return {f"{x:g}", f"{x:,.10g}", f"{100 * x:.1f}%", f"{1000 * x:,.0f}"}


STUDIES = {"everything": EVERYTHING, "varied": VARIED, "replaced": REPLACED, "told": TOLD}


def test_the_studies_state_every_field_of_the_grammar():
    stated = {(form, name) for text in STUDIES.values()
              for form, name, _ in said_in(simlab.loads("", **text).form)}  # fmt: skip
    assert set(fields(StudyFile)) - stated == set()


@pytest.mark.parametrize("name", STUDIES)
def test_check_reads_back_every_field_that_a_study_states(name):
    study, words = simlab.loads("", **STUDIES[name]), Words("en")
    text = reading_back(study, words)
    unsaid = []
    for form, field, value in said_in(study.form):
        wanted = [{TAXED[form, field]}] if (form, field) in TAXED else mentions(value, words)
        unsaid += [(form, field, ways) for ways in wanted if not any(way in text for way in ways)]
    assert unsaid == []


def test_a_plan_of_evidence_and_of_cost_per_citizen_is_not_denied():
    plan = {"cost_per_citizen": {"talks": {"states": ["a"], "amount": 500}}}
    for one in ({"chance_per_month": {"a": {"b": 0.2}}}, plan):
        text = reading_back(simlab.loads("", **(VARIED | {"plan": one})))
        assert "no plan" not in text and "\nPlan\n" in text
    assert "the study has no plan" in reading_back(simlab.loads("", **(VARIED | {"plan": {}})))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_study_is_read_back_in_every_language(lang):
    for text in STUDIES.values():
        assert reading_back(simlab.loads("", **text), Words(lang))
