"""Whatever a reader sees has words in every language, and no catalogue holds more than is asked.

The messages are read in the code: ``words("…")`` and ``Message("…")`` are the two ways in which a
string reaches a reader, ``words.plural("…", "…", n)`` and ``Plural("…", "…", n)`` those of what is
counted. Help of the command line and errors of a wrong study or call stay English, for they name
keys and options; they are raised or given to click, never to ``words``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest
from babel.messages.pofile import read_po

from simlab.words import LANGUAGES
from simlab.words import words as room

PACKAGE = room.CATALOGUES.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted(PACKAGE.rglob("*.jinja"))
OTHERS = tuple(lang for lang in LANGUAGES if lang != "en")
COUNTED = ("plural", "Plural")
Texts: TypeAlias = str | tuple[str, str]  # a message, or those of one and of many


@dataclass(frozen=True)
class Asked:
    """A call that turns a message into words, and the messages that it may be given."""

    call: ast.Call
    messages: tuple[Texts, ...]

    @property
    def given(self) -> set[str | None]:
        """The gaps that are filled; None for what is given as ``**values``."""
        counted = {"n"} if called(self.call.func) in COUNTED else set()
        return {keyword.arg for keyword in self.call.keywords} | counted


@cache
def calls(path: Path) -> tuple[Asked, ...]:
    """Every call of a module that turns a message into words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = {name.name for node in froms for name in node.names}
    ways = {"words", "plural"} | (imported & {"Message", "Plural"})
    if path == Path(room.__file__):
        ways.add("self")
    found: dict[ast.Call, Asked] = {}
    for around in (tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))):
        for node in ast.walk(around):  # the innermost function comes last, and has the last word
            if isinstance(node, ast.Call) and called(node.func) in ways and node.args:
                texts: tuple[Texts, ...] = tuple(literals(node.args[0], around))
                if called(node.func) in COUNTED:
                    texts = tuple(product(texts, literals(node.args[1], around)))
                found[node] = Asked(node, texts)
    return tuple(found.values())


def called(function: ast.AST) -> str:
    """words or self.words"""
    return str(getattr(function, "id", getattr(function, "attr", "")))


def literals(node: ast.expr, around: ast.AST) -> Iterator[str]:
    """The strings that an expression may be, where they stand in the code around it."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*literals(one, around), *literals(other, around))
        case ast.Dict(values=values):
            for value in values:
                yield from literals(value, around)
        case ast.Subscript(value=table):
            yield from literals(table, around)
        case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, default]):
            yield from (*literals(table, around), *literals(default, around))
        case ast.Name(id=name):
            for one in ast.walk(around):
                if not isinstance(one, ast.Assign) or name not in map(called, one.targets):
                    continue
                if name not in map(called, ast.walk(one.value)):  # not made of itself
                    yield from literals(one.value, around)


def asked() -> dict[Texts, list[Asked]]:
    """Message → the calls that ask for it."""
    found: dict[Texts, list[Asked]] = {}
    for path in MODULES:
        for one in calls(path):
            for message in one.messages:
                found.setdefault(message, []).append(one)
    return found


def entries(lang: str) -> list[tuple[Texts, Texts]]:
    """(message, translation) of every catalogue."""
    return [
        (message.id, message.string)
        for file in sorted((room.CATALOGUES / lang).glob("*.po"))
        for message in read_po(BytesIO(file.read_bytes()), lang)
        if message.id and not message.fuzzy
    ]


def forms(message: Texts) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


def gaps(*texts: str) -> set[str]:
    return {gap for text in texts for gap in re.findall(r"\{(\w+)\}", text)}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_message_can_be_found_in_the_code(path):
    """Words themselves pass on what they are given."""
    passed_on = {"message"} if path == Path(room.__file__) else set()
    hidden = [
        f"line {one.call.lineno}: {ast.unparse(one.call.args[0])}"
        for one in calls(path)
        if not one.messages and ast.unparse(one.call.args[0]) not in passed_on
    ]
    assert hidden == []


def test_the_words_of_the_package_are_found():
    messages = asked()
    assert "In {futures} the {money} are back {by}." in messages
    assert "certain: {value}" in messages  # told by a study
    assert "DKK {amount} million" in messages  # by Words itself
    assert ("{n} draw was there already", "{n} draws were there already") in messages
    assert ("effect", "effects") in messages  # in a table
    assert len(messages) > 300


@pytest.mark.parametrize("lang", OTHERS)
def test_every_message_is_there_in_every_language(lang):
    """A message that is also that of one of something counted has its words there."""
    there = {message for message, said in entries(lang) if all(forms(said))}
    missing = set(asked()) - there - {forms(message)[0] for message in there}
    assert not missing, f"{len(missing)} without words in {lang}: {sorted(missing, key=forms)}"


@pytest.mark.parametrize("lang", OTHERS)
def test_no_catalogue_holds_a_message_that_nobody_asks_for(lang):
    wanted = asked()
    assert [message for message, _ in entries(lang) if message not in wanted] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_no_message_is_translated_twice(lang):
    messages = [forms(message)[0] for message, _ in entries(lang)]
    assert sorted({m for m in messages if messages.count(m) > 1}) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_gaps_of_its_message(lang):
    """As many forms, which in Danish are those of English, and each with its own gaps."""
    wrong = [
        (message, said)
        for message, said in entries(lang)
        if [*map(gaps, forms(message))] != [*map(gaps, forms(said))]
    ]
    assert wrong == []


def test_a_message_is_given_what_its_gaps_ask_for():
    """What a study follows comes without being given."""
    wrong = {}
    for message, found in asked().items():
        for one in found:
            if None in one.given:
                continue  # some are given as ``**values``
            every = {gap for texts in one.messages for gap in gaps(*forms(texts))}
            needed = gaps(*forms(message)) - set(room.FOLLOWED)
            if not needed <= one.given <= every | {"n"}:
                wrong[message] = sorted(one.given ^ needed)
    assert wrong == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_a_template_has_no_words_of_its_own(path):
    bare = path.read_text(encoding="utf-8")
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"<(style|script)\b.*?</\1>", " ", bare, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"', bare)
    seen = " ".join([re.sub(r"<[^>]*>", " ", bare), *spoken])
    assert re.findall(r"[^\W\d_]{2,}", seen) == []
