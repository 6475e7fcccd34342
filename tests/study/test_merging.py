"""Studies that build on others: tables of names are merged, values replaced whole, by the grammar.

A name may be a keyword of the grammar too. Right values are recomputed here, step by step.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from simlab.engine.simulate import simulate
from simlab.runs.run import run
from simlab.study.grammar import StudyFile
from simlab.study.merging import merge
from simlab.study.quantity import KEYS
from simlab.study.study import Study, load, loads
from simlab.study.tables import under
from simlab.study.toml import parse_toml
from simlab.study.tree import Tree

DISABILITY = """
title  = "Disability: none, mild, severe"
start  = "2026-01"
years  = 5
draws  = 16
engine = "expected"
states = ["none", "mild", "severe"]
payers = ["town"]
[citizens.mild]
number = 1000
[chance_per_month.none]
mild = 0.01
[chance_per_month.mild]
none   = 0.05
severe = 0.01
[chance_per_month.severe]
mild = 0.02
[payments.care.amount]
none   = 0
mild   = 1000
severe = 5000
[plan.cost]
team = { at_start = 10000 }
[[plan.effect]]
moves = ["severe -> mild"]
hazard_ratio = 1.5
"""
DEARER = """
extends = ["base.toml"]
[payments.care.amount]
severe = 6000
"""


def extended(folder: Path, base: str, child: str) -> Study:
    (folder / "base.toml").write_text(base, encoding="utf-8")
    (folder / "child.toml").write_text(child, encoding="utf-8")
    return load(folder / "child.toml")


def disability(ratio: float, severe: float, worse: float = 0.01) -> float:
    """What five years of care cost, by matrix powers written out."""
    people = {"none": 0.0, "mild": 1000.0, "severe": 0.0}
    better = 1 - (1 - 0.02) ** ratio  # −ln(1 − p) is the hazard that is multiplied
    paid = 0.0
    for _ in range(60):
        people = {
            "none": people["none"] * 0.99 + people["mild"] * 0.05,
            "mild": people["none"] * 0.01
            + people["mild"] * (0.95 - worse)
            + people["severe"] * better,
            "severe": people["severe"] * (1 - better) + people["mild"] * worse,
        }
        paid += people["mild"] * 1000 + people["severe"] * severe
    return paid


@pytest.mark.parametrize("way", ["extends", "tables", "set"])
def test_an_entry_beside_a_state_called_none_is_not_lost(tmp_path: Path, way: str) -> None:
    if way == "extends":
        study = extended(tmp_path, DISABILITY, DEARER)
    elif way == "tables":
        study = loads(DISABILITY, payments={"care": {"amount": {"severe": 6000}}})
    else:
        study = loads(DISABILITY).replace({"payments.care.amount.severe": 6000})
    assert set(study.form.payments["care"].amount) == {"none", "mild", "severe"}
    result = run(study).answer
    before, after = disability(1.0, 6000), disability(1.5, 6000)
    value = result.perspectives["town"].net_present_value.mean
    assert value == pytest.approx(before - after - 10_000, rel=1e-12)
    assert before == pytest.approx(53_842_289, abs=1)
    assert value == pytest.approx(4_631_107, abs=1)


def test_a_chance_beside_one_of_a_state_called_none_is_not_lost(tmp_path: Path) -> None:
    worse = extended(
        tmp_path, DISABILITY, 'extends = ["base.toml"]\n[chance_per_month.mild]\nsevere = 0.02\n'
    )
    value = run(worse).answer.perspectives["town"].net_present_value.mean
    before, after = (disability(ratio, 5000, 0.02) for ratio in (1.0, 1.5))
    assert value == pytest.approx(before - after - 10_000, rel=1e-12)


MORE = {"low", "high", "p10", "P2", "p1", "by", "1-3", "2026", "2026-01", "weight"}
KEYWORDS = sorted((MORE | set(KEYS)) - {"a", "b"})  # "a" and "b" are its states


def named(name: str) -> str:
    """A study in which everything is called ``name``, and beside it something called "other"."""
    return f"""
title = "k"
start = "2026-01"
years = 2
draws = 16
engine = "expected"
states = ["a", "b", "{name}", "other"]
payers = ["town", "{name}", "other"]
groups = {{ "g{name}" = ["a"], other_group = ["b"] }}
[clocks]
"{name}" = {{ states = ["a"] }}
other = {{ states = ["b"] }}
[citizens]
"{name}" = {{ state = "a", number = 100, segment = "{name}" }}
other = {{ state = "a", number = 900, segment = "other" }}
[segments]
"{name}".hazard_ratio."a -> b" = 1.1
other.hazard_ratio."a -> b" = 0.9
[chance_per_month.a]
"{name}" = 0.01
b = 0.02
other = 0.03
[payments]
"{name}".amount = {{ a = 100, "{name}" = 7, other = 8 }}
other.amount = {{ a = 900 }}
[index]
"{name}" = {{ 2026 = 100 }}
other = {{ 2026 = 100 }}
[hours_per_month]
"{name}" = 30
other = 20
[reimbursement]
"{name}" = {{ share = 0.1, paid_by = "town" }}
other = {{ share = 0.2, paid_by = "town" }}
[taxes]
"{name}" = {{ rate = 0.1, paid_by = "town", received_by = "other" }}
other = {{ rate = 0.2, paid_by = "town", received_by = "other" }}
[one_off]
"{name}" = {{ moves = ["a -> b"], amount = 1 }}
other = {{ moves = ["a -> b"], amount = 2 }}
[outcomes]
"{name}".amount = {{ a = 1, "{name}" = 2, other = 3 }}
other.amount = {{ b = 1 }}
[perspectives]
"{name}".weights = {{ town = 1, "{name}" = 0.5, other = 0.5 }}
other.weights = {{ other = 1 }}
[plan.cost]
"{name}" = {{ 2026 = 1000 }}
other = {{ 2026 = 2000 }}
[plan.cost_per_citizen]
"{name}" = {{ states = ["a"], amount = 1 }}
other = {{ states = ["b"], amount = 2 }}
[budget.committees]
"{name}" = "One"
other = "Two"
[budget.lines]
"{name}".of = ["payments.other"]
other.of = ["one_off.other"]
"""


@pytest.mark.parametrize("name", KEYWORDS)
def test_nothing_beside_a_name_that_is_a_keyword_is_lost(name: str) -> None:
    """What adds an entry to every table of names leaves the others as they were."""
    study = loads(named(name))
    before = entries(study.tree.tables)
    tree = copy.deepcopy(study.tree)
    merge(tree, parse_toml(named("third").replace("other", "fourth"), "child"), "child")
    lists = {("title",), ("states",), ("payers",)}
    assert before - lists <= entries(tree.tables)
    assert {("payments", name, "amount", "other"), ("plan", "cost", "other", "2026")} <= before
    assert entries(loads(study.resolved_toml()).tree.tables) == before


def entries(node: Any, at: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if not isinstance(node, dict):
        return {at}
    return set().union(*(entries(value, (*at, key)) for key, value in node.items())) or {at}


def test_people_payments_and_costs_beside_names_that_are_keywords_all_count(tmp_path: Path) -> None:
    base = """
title = "k"
start = "2026-01"
years = 2
draws = 16
engine = "expected"
states = ["a", "b"]
payers = ["p"]
[citizens]
low = { state = "a", number = 100 }
other = { state = "a", number = 900 }
[chance_per_month]
a.b = 0.02
[payments]
low.amount.a = 100
rest.amount.a = 900
[plan.cost]
high = { 2026 = 1000 }
more = { 2026 = 2000 }
"""
    child = """
extends = ["base.toml"]
citizens.third = { state = "a", number = 50 }
payments.third.amount.a = 50
plan.cost.third = { 2026 = 50 }
"""
    study = extended(tmp_path, base, child)
    value = run(study).answer.perspectives["p"].net_present_value.mean
    assert value == pytest.approx(-3050)
    assert (
        sum(group.number.mean() for group in study.form.citizens.values() if group.number) == 1050
    )
    paid = simulate(study, engine="expected")
    assert paid.people("baseline")[0, 0].sum() == pytest.approx(1050)


REPLACED = [
    ("an uncertain value", "citizens.x.number", {"p10": 1, "p90": 2}, {"mean": 3, "sd": 1}),
    ("bands", "chance_per_month.a.b", {"1-3": 0.1, "4+": 0.2}, {"1-6": 0.3, "7+": 0.4}),
    ("dates", "payments.x.amount.a", {"2015": 1, "2016": 2}, {"2017": 3}),
    ("an index", "index.x", {"2015": 1, "2016": 2, "label": "old"}, {"2017": 3}),
    ("units on a clock", "citizens.x.months_on_clock", {"3": 0.1, "36": 0.9}, {"5": 1}),
    ("a text in two languages", "payments.x.label", {"en": "a", "da": "b"}, {"en": "c"}),
    ("a source of counts", "count_per_month.a.source", {"en": "a", "da": "b"}, {"en": "c"}),
    ("budgeted savings", "budget.saving", {"2026": 1}, {"2027": 2}),
    ("posts by year", "budget.lines.x.staff", {"2026": 1}, {"2027": 2}),
    ("a discount curve", "perspectives.x.discount_per_year", {"1-10": 0.1, "11+": 0}, {"1-5": 0}),
]


@pytest.mark.parametrize(("what", "path", "old", "new"), REPLACED, ids=[r[0] for r in REPLACED])
def test_a_value_is_replaced_whole(what: str, path: str, old: Any, new: Any) -> None:
    tree = Tree()
    for value in (old, new):
        nested = value
        for key in reversed(path.split(".")):
            nested = {key: nested}
        merge(tree, nested, "file")
    assert tree.at(tuple(path.split("."))) == new


def test_a_cost_line_with_other_years_keeps_who_pays_it_and_none_of_the_old_years() -> None:
    tree = Tree()
    old = {"2026": 4.0, "2027": 4.0, "paid_by": "state", "source": "old", "label": "Team"}
    for line in (old, {"budget": {"2028": 1.0}}):
        merge(tree, {"plan": {"cost": {"team": line}}}, "file")
    assert tree.at(("plan", "cost", "team")) == {
        "paid_by": "state",
        "label": "Team",
        "budget": {"2028": 1.0},
    }


def test_the_grammar_knows_every_table_of_a_study_that_uses_all_names() -> None:
    """Walking down by the grammar ends in a value nowhere but where one is written."""
    tables = loads(named("none")).tree.tables

    def walked(node: Any, part: Any, at: tuple[str, ...]) -> None:
        for key, value in node.items():
            inner = under(part, key)
            if isinstance(value, dict) and (*at, key) not in VALUES:
                assert inner is not None, (*at, key)
                walked(value, inner, (*at, key))

    VALUES = {("index", "none"), ("index", "other")}
    walked(tables, StudyFile, ())


@pytest.mark.parametrize(("one", "two"), [("none", "low"), ("low", "none")])
def test_a_resolved_study_is_the_study(one: str, two: str) -> None:
    study = loads(DISABILITY.replace("none", one).replace("mild", two))
    assert loads(study.resolved_toml()).form == study.form
