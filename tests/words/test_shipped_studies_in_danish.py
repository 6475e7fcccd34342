"""A shipped study says in Danish whatever a reader of its report sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import shipped
from pydantic import BaseModel

from simlab.study.message import Text
from simlab.study.quantity import Quantity
from simlab.study.reading import shipped_configs
from simlab.study.study import load
from simlab.study.values import Varying

CONFIGS = shipped_configs()
STUDIES = shipped.studies()
ENGLISH = re.compile(r"\b(the|of|not|and|with|within|was|as|from|less|about|rules)\b")


def texts(node: Any, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text below a form, with its key path."""
    if isinstance(node, Text):
        yield path, node
    elif isinstance(node, Quantity):
        yield from texts({"source": node.source, "note": node.note}, path)
    elif isinstance(node, Varying):
        for key, quantity in node.quantities():
            yield from texts(quantity, f"{path}{key}")
    elif isinstance(node, BaseModel):
        yield from texts(dict(node), path)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(node, list | tuple):
        for number, value in enumerate(node):
            yield from texts(value, f"{path}.{number}")


@pytest.mark.parametrize("name", STUDIES)
def test_every_title_label_text_and_note_has_danish(name):
    found = dict(texts(load(CONFIGS / name).form))
    shown = {path: text for path, text in found.items() if not path.endswith(".source")}
    assert shown
    assert [path for path, text in shown.items() if not text.da] == []


@pytest.mark.parametrize("name", STUDIES)
def test_a_source_that_is_an_english_sentence_has_danish(name):
    """Titles, names and addresses of sources are what they are in every language."""
    found = texts(load(CONFIGS / name).form)
    alone = {text.en for path, text in found if path.endswith(".source") and not text.da}
    assert [said for said in alone if ENGLISH.search(said)] == []


@pytest.mark.parametrize("name", STUDIES)
def test_every_state_and_group_is_called_something_in_danish(name):
    study = load(CONFIGS / name)
    names = {*study.names.states, *study.names.groups}
    assert [one for one in names if "da" not in study.label(one)] == []
