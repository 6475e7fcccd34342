"""A misspelt name, perspective or year of an answer is an error, never a gap on the page."""

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from report.sample import sample

from simlab.result.plain import plain_answer, read_summary, recorded
from simlab.runs.files import as_json

ANSWER: Any = sample()  # Any: what mypy refuses as well is tried here


def test_a_misspelt_perspective_raises():
    with pytest.raises(KeyError, match="stat"):
        ANSWER.perspectives["stat"]


def test_a_year_that_was_not_asked_for_raises_and_so_does_a_year_as_text():
    within = ANSWER.opening.payback.within
    assert within[5].chance == ANSWER.perspectives[ANSWER.perspective].payback.within[5].chance
    for year in (99, "5"):
        with pytest.raises(KeyError):
            within[year]


def test_a_misspelt_figure_or_error_raises():
    of = ANSWER.opening
    for part, name in (
        (of, "net_presentvalue"),
        (of.payback, "median"),
        (of.standard_errors, "net_present_value_mean"),
        (of.drivers, "that_mater"),
        (ANSWER, "summary"),
    ):
        with pytest.raises(AttributeError, match=name):
            getattr(part, name)


def test_an_answer_and_its_parts_cannot_be_written_into():
    of = ANSWER.opening
    for part, name in ((ANSWER, "draws"), (of, "payback"), (of.payback, "never")):
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, getattr(part, name))


def test_the_opening_is_the_studys_own_perspective():
    assert ANSWER.opening is ANSWER.perspectives[ANSWER.perspective]
    with pytest.raises(KeyError, match="state"):
        _ = sample(perspective="state").opening


def test_the_record_of_an_answer_is_what_its_summary_is_read_back_as():
    assert read_summary(json.loads(as_json(plain_answer(ANSWER)))) == recorded(ANSWER)
