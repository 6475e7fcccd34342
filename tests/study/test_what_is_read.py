"""What is read: plain numbers, lengths, characters, and files that have no end."""

from __future__ import annotations

import os
import threading
import time
import types
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, PlainValidator, ValidationError

from simlab.study import source
from simlab.study.errors import StudyError
from simlab.study.grammar import StudyFile
from simlab.study.study import Study, load, loads

BASE = """
title  = "Base"
start  = "2026-01"
years  = 5
draws  = 64
engine = "expected"
states = ["home", "work", "gone"]
payers = ["town", "state"]
[citizens.home]
number = 1000
[chance_per_month]
home.work = 0.02
work.home = 0.01
work.gone = 0.002
[payments.aid]
amount.home = 1000
[plan.cost]
team = { 2026 = 100000 }
[[plan.effect]]
moves = ["home -> work"]
hazard_ratio = 1.5
[perspectives.me]
weights = { town = 1 }
[outcomes.years]
amount.home = 1
"""


def with_value(path: str, value: Any) -> Study:
    return loads(BASE).replace({path: value})


# ── numbers ──


def floats(annotation: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where the grammar takes a plain number, by the path of keys to it."""
    kind, inside = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        if not any(isinstance(one, PlainValidator) for one in inside[1:]):
            yield from floats(inside[0], path)
    elif kind in (Union, types.UnionType):
        for one in inside:
            yield from floats(one, path)
    elif kind in (dict, list, tuple):
        yield from floats(inside[-1], (*path, "*"))
    elif annotation is float:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if not any(isinstance(one, PlainValidator) for one in field.metadata):
                yield from floats(field.annotation, (*path, field.alias or name))


# A count may also be a text or a flag, and is judged with its row.
FLOATS = sorted(p for p in set(floats(StudyFile)) if not any("count_" in key for key in p))


def test_the_grammar_takes_plain_numbers_at_many_places() -> None:
    assert ("perspectives", "*", "weights", "*") in FLOATS
    assert ("years",) in FLOATS
    assert ("correlation", "*", "value") in FLOATS
    assert len(FLOATS) > 20


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("path", FLOATS, ids=".".join)
def test_no_plain_number_is_infinite_or_none(path: tuple[str, ...], number: float) -> None:
    form, written = StudyFile, number
    for key in reversed(path):
        listed = key == "*" and path[0] in ("published", "stated_trend", "correlation", "shares")
        written = [written] if listed else {"x" if key == "*" else key: written}  # type: ignore[assignment]
    if path[:2] == ("plan", "effect"):
        written = {"plan": {"effect": [written["plan"]["effect"]["x"]]}}  # type: ignore[index]
    with pytest.raises(ValidationError) as caught:
        form.model_validate(written)
    lines = [e for e in caught.value.errors() if "finite" in e["msg"] or "greater" in e["msg"]]
    assert lines, caught.value


def test_counts_are_finite_numbers() -> None:
    text = BASE.replace("work.home = 0.01\nwork.gone = 0.002\n", "")
    for number in ("inf", "nan"):
        with pytest.raises(StudyError, match="finite number"):
            loads(text + f"[count_per_month.work]\nhome = {number}\nwork = 5\n")


def test_an_infinite_weight_is_refused_by_name() -> None:
    with pytest.raises(StudyError, match=r"perspectives\.me\.weights\.town.*finite"):
        with_value("perspectives.me.weights.town", float("inf"))


@pytest.mark.parametrize("rate", [3.0, -1, -1.5, {"min": 0.01, "mode": 0.02, "max": 0.03}])
@pytest.mark.parametrize("whose", ["outcomes.years", "perspectives.me"])
def test_a_discount_rate_is_a_certain_one_for_outcomes_as_for_money(whose: str, rate: Any) -> None:
    with pytest.raises(StudyError, match=rf"{whose}\.discount_per_year.*certain rate"):
        with_value(f"{whose}.discount_per_year", rate)
    with_value(f"{whose}.discount_per_year", 0.03)


# ── lengths ──


@pytest.mark.parametrize("months", [121, 18_000, 1e9])
def test_a_trial_is_no_longer_than_the_study_or_than_ten_years(months: float) -> None:
    text = BASE.replace("hazard_ratio = 1.5", f"risk_ratio = 1.5\nat_months = {months}")
    began = time.perf_counter()
    with pytest.raises(StudyError) as caught:
        loads(text)
    assert time.perf_counter() - began < 2
    (problem,) = caught.value.problems
    assert problem.path == "plan.effect.0.at_months"
    assert f"{months:,g}" in problem.message
    assert "60 of the study" in problem.message
    loads(text.replace(f"at_months = {months}", "at_months = 120"))


LENGTHS = {
    "plan.effect.0.ramp_months": 18_000,
    "plan.effect.0.delay_months": 18_000,
    "plan.effect.0.fades": {"half_life_months": 18_000},
    "plan.effect.0.at_weeks": 18_000,
    "plan.effect_years": 1e9,
    "plan.later_months": 10**9,
    "share_within.work.gone": {"share": 0.5, "months": 18_000},
    "citizens.home.months_on_clock": 18_000,
    "plan.enrolment": {"states": ["home"], "months_in_programme": 18_000},
    "clocks.c": {"states": ["home"], "resets": {"after_months": 18_000}},
    "plan.caseload": {
        "states": ["home"], "workers": 1, "extra_workers": 1, "vacancy_months": 18_000
    },
    "taxes.t": {"rate": 0.1, "equalised_after_years": 1e9},
}  # fmt: skip


@pytest.mark.parametrize("path", LENGTHS)
def test_no_length_is_without_bound(path: str) -> None:
    with pytest.raises(StudyError) as caught:
        with_value(path, LENGTHS[path])
    assert any(problem.path.startswith(path) for problem in caught.value.problems)


def test_a_share_is_within_one_time() -> None:
    with pytest.raises(StudyError, match="the one time that it is within"):
        with_value("share_within.home.gone", {"share": 0.5, "months": 6, "years": 1})


# ── characters ──


def test_a_name_is_the_same_in_both_ways_of_writing_its_letters() -> None:
    text = BASE.replace("home", "på ydelse").replace("på ydelse.w", '"på ydelse".w')
    text = text.replace("amount.på ydelse", 'amount."på ydelse"')
    text = text.replace("[citizens.på ydelse]", '[citizens."på ydelse"]')
    text = text.replace("work.på ydelse", 'work."på ydelse"')
    apart = text.replace('["på ydelse",', unicodedata.normalize("NFD", '["på ydelse",'))
    assert apart != text
    assert loads(apart).form == loads(text).form
    decomposed = unicodedata.normalize("NFD", "payments.aid.amount.på ydelse")
    assert list(loads(text).replace({decomposed: 5}).form.payments["aid"].amount) == ["på ydelse"]


@pytest.mark.parametrize("character", ["\u200b", "\u202e", "\u2066", "\u200f", "\u2060", "\u00ad"])
def test_a_character_that_nobody_sees_is_refused_and_its_place_shown(character: str) -> None:
    with pytest.raises(StudyError) as caught:
        loads(BASE.replace('title  = "Base"', f'title = "A b{character}ase"'))
    message = str(caught.value)
    assert f"A b<U+{ord(character):04X}>ase" in message
    assert unicodedata.name(character).lower() in message
    assert character not in message
    with pytest.raises(StudyError):
        with_value("title", f"A b{character}ase")


# ── files ──


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices by name")
def test_a_study_that_never_ends_is_read_no_further_than_a_study_goes() -> None:
    with pytest.raises(StudyError, match="larger than 2 MB"):
        load("/dev/zero")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices by name")
def test_a_study_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "study.toml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(BASE,), kwargs={"encoding": "utf-8"})
    writer.start()
    assert load(pipe).form == loads(BASE).form
    writer.join()


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices by name")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PATIENCE", 0.2)
    pipe = tmp_path / "study.toml"
    os.mkfifo(pipe)
    with pytest.raises(StudyError, match="nothing came from it"):
        load(pipe)


@pytest.mark.parametrize("size", [0, 10, 11])
def test_a_file_is_read_to_its_bound_and_refused_beyond(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    if size > 10:
        with pytest.raises(source.TooLargeError):
            source.read_bytes(path, 10)
    else:
        assert source.read_bytes(path, 10) == b"x" * size
