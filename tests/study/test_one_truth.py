"""A study is what its file says: one truth, and a hash of its own."""

import copy
import pickle
import tomllib
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from reading_back.test_everything_read_back import STUDIES

import simlab
from simlab.study.identity import draws_hash, study_hash
from simlab.study.reading import shipped_configs
from simlab.study.study import Study
from simlab.study.tree import Tree

PROGRAMMES = shipped_configs() / "programmes"
TEXT = """
start = "2020-01"
years = 2
states = ["a", "b"]
citizens.a.number = 10
chance_per_month.a.b = 0.1
business_cycle = { sd = 0.1, half_life_months = 20, loading."a -> b" = 0.5 }
"""
NO_DRAW_FOLLOWS = {"draws", "engine"}


def test_nobody_makes_a_study_of_a_form_and_a_tree_that_disagree():
    study, other = simlab.loads(TEXT), simlab.loads(TEXT.replace("0.1\nbus", "0.2\nbus"))
    calm = study.form.model_copy(update={"business_cycle": None})
    for made in (
        lambda: Study(study.form, other.tree),
        lambda: Study(form=other.form, tree=study.tree, name="study", left_out=()),
        lambda: replace(study, form=calm),
        lambda: replace(study, tree=other.tree),
        lambda: replace(study),
    ):
        with pytest.raises(TypeError, match="a study is what its file says"):
            made()
    with pytest.raises(FrozenInstanceError):
        study.form = calm


def test_studies_that_say_the_same_are_equal_wherever_they_were_read_or_sent():
    study = simlab.loads(TEXT)
    for same in (
        simlab.loads(study.resolved_toml(), name="other"),
        study.replace({}),
        study.replace({"seed": 7}).replace({"seed": None}),
        copy.deepcopy(study),
        pickle.loads(pickle.dumps(study)),
    ):
        assert same == study and hash(same) == hash(study)
        assert same.form == study.form and study_hash(same) == study_hash(study)
    other = study.replace({"business_cycle": None})
    assert other != study and study_hash(other) != study_hash(study)
    assert study != TEXT


def leaves(node: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value of a study that holds no others, and where it stands."""
    if not isinstance(node, dict | list) or not node:
        yield path, node
        return
    for key, below in node.items() if isinstance(node, dict) else enumerate(node):
        yield from leaves(below, *path, key)


def others(value: Any) -> list[Any]:
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, float(value)]
        case float():
            return [value * 0.999]
        case str():
            return [f"{value}x", f"{value} "]
    return []


def changed(tables: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """The tables with another value in one place, in each in turn."""
    for path, value in leaves(tables):
        for other in others(value):
            found = node = copy.deepcopy(tables)
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = other
            yield path, found


@pytest.mark.parametrize("name", STUDIES)
def test_another_value_in_any_field_of_the_grammar_is_another_hash(name):
    """The three studies state every field. What is read back to the very tables was told apart
    from all others: no two of them share a text."""
    study = simlab.loads("", **STUDIES[name])
    draws, known = draws_hash(study), {study_hash(study)}
    for count, (path, tables) in enumerate(changed(study.tree.tables), 1):
        other: Any = SimpleNamespace(tree=Tree(tables))
        other.resolved_toml = partial(Study.resolved_toml, other)
        assert tomllib.loads(other.resolved_toml()) == tables, path
        known.add(study_hash(other))
        assert len(known) == count + 1, path
        assert (draws_hash(other) == draws) == (path[0] in NO_DRAW_FOLLOWS), path


@pytest.mark.parametrize("name", ["hjoerring", "caseload"])
def test_a_study_in_which_one_figure_is_another_has_another_hash(name):
    study = simlab.load(PROGRAMMES / f"{name}.toml")
    quantities = list(study.uncertain.items())[:40]
    variants = [study.replace({path: figure.median()}) for path, figure in quantities]
    assert len({study, *variants}) == len({study_hash(one) for one in (study, *variants)}) == 41
