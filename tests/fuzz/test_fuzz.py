"""A little of what docs/hostile-input.md throws: every input ends in an answer or a refusal."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import hostile, studies, trees, worst
from fuzz.throw import KINDS, kind_of, thrown, warm
from simlab.risk.target import TargetError, read_target
from simlab.runs.capacity import refuse_what_cannot_fit
from simlab.runs.options import RunOptions
from simlab.study import typed
from simlab.study.errors import StudyError
from simlab.study.study import load
from simlab.study.toml import parse_toml

AT_ONCE = 20.0  # seconds of the processor
quick = settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)


@pytest.mark.long
def test_hostile_inputs_end_in_an_answer_or_a_refusal(tmp_path):
    warm(tmp_path)
    counts, findings = thrown(range(1_500), seed=2026, kinds=[], scratch=tmp_path)
    assert not findings, "\n".join(findings)
    assert sum(counts.values()) == 1_500
    answered = {name.partition(" ")[0] for name in counts if name.endswith("answered")}
    assert answered >= {"bytes", "tree", "layers", "arguments", "folder", "block", "text", "batch"}


def test_each_kind_has_its_share_of_the_inputs():
    kinds = [kind_of(number) for number in range(10_000)]
    assert {kind: kinds.count(kind) for kind in KINDS} == {k: n for k, (_, n) in KINDS.items()}


@pytest.mark.long
@pytest.mark.parametrize("name", worst.WORST)
def test_the_worst_studies_are_refused_or_answered_at_once(name, tmp_path):
    make, size = worst.WORST[name]
    path = tmp_path / "study.toml"
    path.write_text(make(size), encoding="utf-8")
    began = time.process_time()
    try:
        refuse_what_cannot_fit(load(path), RunOptions(threads=2))
    except StudyError as refusal:
        assert len(str(refusal)) < hostile.LONGEST_REFUSAL
    assert time.process_time() - began < AT_ONCE


sound = st.builds(lambda k: parse_toml(studies.sound_texts()[k], "study"), st.integers(0, 1))
leaves = st.one_of(
    st.none().map(lambda _: 0), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(),
    st.text(max_size=20), st.dates(), st.sampled_from(hostile.TEXTS[:30]),
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["p10", "p90", "mean", "sd", "1-3", "4+", "2020-01"]),
        inner, max_size=3,
    ),
    max_leaves=8,
)  # fmt: skip


@quick
@given(sound, st.integers(0, 2**32), values)
def test_a_study_with_any_value_anywhere_is_read_or_refused(tables, where, value):
    holder, key = trees.somewhere(random.Random(where), tables)
    holder[key] = value
    try:
        studies.of_tree(tables)
    except StudyError as refusal:
        assert hostile.refused(refusal) == "refused"


@quick
@given(st.integers(0, 2**32))
def test_a_study_that_the_grammar_might_grow_is_read_or_refused(seed):
    dice = random.Random(seed)
    tables = trees.tree(dice, parse_toml(studies.sound_texts()[seed % 2], "study"))
    try:
        studies.of_tree(tables)
    except StudyError as refusal:
        assert hostile.refused(refusal) == "refused"


@quick
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_a_target_or_is_refused(figure, width):
    try:
        assert read_target(f"{figure}±{width}", 10).width > 0
    except TargetError as refusal:
        assert str(refusal)


@quick
@given(st.text())
def test_any_text_is_a_value_of_toml_or_itself(text):
    try:
        assert typed.value(text) is not None
    except typed.NumberError as refusal:
        assert str(refusal)
