"""Columns as bytes: what is written is read back to the bit, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pytest
from runs.worlds import STUDY

from simlab.model.model import compile_study
from simlab.result.plain import plain_answer
from simlab.result.summarise import summarise
from simlab.runs.columns import TornError, read_columns, write_columns
from simlab.runs.drawn import Drawn, Gathered, block_bytes, drawn, read_block
from simlab.runs.folder import as_json
from simlab.runs.results import draws_table
from simlab.study.study import loads
from simlab.study.writing import resolved_toml


@dataclass(frozen=True)
class Inner:
    flags: np.ndarray
    name: str


@dataclass(frozen=True)
class Some:
    table: dict[str, np.ndarray]
    inner: dict[str, Inner]
    maybe: np.ndarray | None
    parts: tuple[np.ndarray, ...]
    number: int


def written(kept):
    file = BytesIO()
    write_columns(kept, file)
    return file.getvalue()


@pytest.fixture(scope="module")
def study():
    return loads(STUDY)


def test_every_type_shape_and_order_is_read_back(study):
    rng = np.random.default_rng(1)
    kept = Some(
        table={
            "plan.effect.0 \u00b1": rng.normal(size=5),
            "f": np.asfortranarray(rng.normal(size=(5, 3, 2)).astype(np.float32)),
            "turned": rng.normal(size=(5, 2, 4)).transpose(0, 2, 1),
            "none": np.empty((0, 3)),
            "wild": np.array([np.nan, np.inf, -0.0, 5e-324]),
            "whole": np.array([2**62, -1]),
        },
        inner={"a": Inner(np.array([True, False, True]), "b")},
        maybe=None,
        parts=(np.arange(3), np.ones((2, 2))),
        number=3,
    )
    found = read_columns(Some, written(kept), study)
    assert list(found.table) == list(kept.table)
    for name, values in kept.table.items():
        assert found.table[name].dtype == values.dtype
        assert found.table[name].tobytes() == values.tobytes(), name
    assert found.inner["a"].flags.tolist() == [True, False, True]
    assert (found.inner["a"].name, found.maybe, found.number) == ("b", None, 3)
    assert [part.tolist() for part in found.parts] == [[0, 1, 2], [[1, 1], [1, 1]]]


def test_objects_are_not_written(study):
    with pytest.raises(TypeError, match="object"):
        written({"a": np.array([{}, None])})


@pytest.mark.parametrize("where", [0, 20, 40, 2_000, -1, -33])
def test_a_flipped_bit_anywhere_is_found(study, where):
    content = bytearray(block_bytes(STUDY, "counts", 0, 4))
    content[where] ^= 1
    with pytest.raises(TornError, match="hash"):
        read_block(bytes(content), study)


@pytest.mark.parametrize("length", [0, 1, 20, 31, 32, 40, 1_000, -1])
def test_torn_bytes_are_found(study, length):
    content = block_bytes(STUDY, "counts", 0, 4)[:length]
    with pytest.raises(TornError):
        read_block(content, study)


@pytest.mark.parametrize(
    "kept",
    [
        {"total": {}},
        {},
        [],
        None,
        {"total": 5, "without_chance": {}, "fresh": {}},
        {"x": np.ones(3)},
        {"total": {"\0array": [" ,f8", [1], "C", 0]}, "without_chance": {}, "fresh": {}},
    ],
)
def test_whole_bytes_of_something_else_are_refused(study, kept):
    with pytest.raises(TornError):
        read_columns(Drawn, written(kept), study)


def test_blocks_from_bytes_in_any_order_give_the_bits_of_those_in_memory(study):
    compiled, text = compile_study(study), resolved_toml(study)
    here, there = Gathered(), Gathered()
    for gathered in (here, there):
        gathered.extend(40, study)
    for span in ((0, 16), (16, 39), (39, 40)):
        here.put(drawn(compiled, "counts", *span))
    for span in ((31, 40), (0, 9), (9, 31)):
        there.put(read_block(block_bytes(text, "counts", *span), study))
    found = []
    for gathered in (here, there):
        total, without = gathered.total.whole(), gathered.without_chance.whole()
        summary = plain_answer(summarise(total, without, gathered.fresh, "counts"))
        found.append((as_json(summary), draws_table(total, without)))
    assert found[0][0] == found[1][0]
    assert found[0][1].equals(found[1][1])


def test_room_for_more_draws_keeps_those_that_are_there(study):
    compiled, text = compile_study(study), resolved_toml(study)
    grown, once = Gathered(), Gathered()
    grown.extend(8, study)
    grown.put(drawn(compiled, "counts", 0, 8))
    grown.extend(20, study)
    grown.put(drawn(compiled, "counts", 8, 20))
    once.extend(20, study)
    once.put(read_block(block_bytes(text, "counts", 0, 20), study))
    tables = [draws_table(g.total.whole(), g.without_chance.whole()) for g in (grown, once)]
    assert tables[0].equals(tables[1])
    assert all(np.array_equal(grown.fresh[name], once.fresh[name]) for name in once.fresh)
