"""Tables of draws as bytes: what is written is read back to the bit, or not at all."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import numpy as np
import pytest
from runs.worlds import STUDY

from simlab.folders.results import draws_table
from simlab.model.compiled import compile_study
from simlab.result.draw_table import DrawTable, Gathering, TornError, read_table
from simlab.result.draws import Draws
from simlab.result.plain import plain_answer
from simlab.result.summarise import summarise
from simlab.runs.block import block_bytes, drawn, read_block
from simlab.runs.files import as_json
from simlab.study.study import loads


def written(table):
    file = BytesIO()
    table.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def study():
    return loads(STUDY)


def test_every_type_shape_and_order_is_read_back():
    rng = np.random.default_rng(1)
    kept = DrawTable(
        {
            "plan.effect.0 \u00b1": rng.normal(size=5),
            "f: of/three": np.asfortranarray(rng.normal(size=(5, 3, 2)).astype(np.float32)),
            "turned": rng.normal(size=(5, 2, 4)).transpose(0, 2, 1),
            "none": np.empty((5, 0)),
            "wild": np.array([np.nan, np.inf, -0.0, 5e-324, 1.0]),
            "whole": np.array([7, 0, 0, 1, 9]),
            "flags": np.array([True, False, True, True, False]),
        },
        first=3,
        sums={"rows": 2**40},
    )
    found = read_table(written(kept), kept, last=9)
    assert (found.span, found.sums) == ((3, 8), kept.sums)
    for name, column in kept.columns.items():
        assert found[name].dtype == column.dtype
        assert found[name].tobytes() == column.tobytes(), name
    assert written(found) == written(read_table(written(found), kept, last=9))


def test_objects_are_not_written():
    with pytest.raises(TypeError, match="object"):
        written(DrawTable({"a": np.array([{}, None])}))


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


def hashed(body):
    return body + hashlib.sha256(body).digest()


def archive(compressed=zipfile.ZIP_STORED, **parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compressed) as whole:
        for name, part in parts.items():
            whole.writestr(name, part)
    return hashed(file.getvalue())


def npy(header, data=b""):
    file = BytesIO()
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + data


ONE = DrawTable({"x": np.ones(3)})
ABOUT = json.dumps({"format": 2, "first": 0, "sums": {}})
HUGE = {"descr": "<f8", "fortran_order": False, "shape": (2**60,)}
OBJECTS = {"descr": "|O", "fortran_order": False, "shape": (3,)}
THREE = {"descr": "<f8", "fortran_order": False, "shape": (3,)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        hashed(b""),
        hashed(b"PK"),
        archive(),
        archive(**{"table.json": ABOUT}),
        archive(**{"table.json": ABOUT, "y.npy": npy(THREE, bytes(24))}),
        archive(**{"table.json": ABOUT, "x.npy": npy(THREE, bytes(24)), "y.npy": b""}),
        archive(**{"table.json": ABOUT, "x.npy": npy(THREE, bytes(16))}),
        archive(**{"table.json": ABOUT, "x.npy": npy(HUGE)}),
        archive(**{"table.json": ABOUT, "x.npy": npy(OBJECTS, b"cos\nsystem\n(S'true'\ntR.")}),
        archive(**{"table.json": "[]", "x.npy": npy(THREE, bytes(24))}),
        archive(**{"table.json": "{", "x.npy": npy(THREE, bytes(24))}),
        archive(**{"table.json": ABOUT.replace("2", "1"), "x.npy": npy(THREE, bytes(24))}),
        archive(**{"table.json": ABOUT.replace("{}", '{"a": 1}'), "x.npy": npy(THREE, bytes(24))}),
        archive(zipfile.ZIP_DEFLATED, **{"table.json": ABOUT, "x.npy": npy(THREE, bytes(24))}),
        written(DrawTable({"x": np.ones((3, 1))})),
        written(DrawTable({"x": np.ones(3, dtype=np.float32)})),
        written(DrawTable({"x": np.ones(3)}, first=-1)),
        written(DrawTable({"x": np.ones(3), "z": np.ones(3)})),
    ],
)
def test_whole_bytes_of_something_else_are_refused(content):
    with pytest.raises(TornError):
        read_table(content, ONE, last=5)


def test_the_very_table_is_not_refused():
    good = archive(**{"table.json": ABOUT, "x.npy": npy(THREE, np.ones(3).tobytes())})
    assert read_table(good, ONE, last=5)["x"].tolist() == [1.0, 1.0, 1.0]


def test_blocks_from_bytes_in_any_order_give_the_bits_of_those_in_memory(study):
    compiled, text = compile_study(study), study.resolved_toml()
    here, there = Gathering(40), Gathering(40)
    for span in ((0, 16), (16, 39), (39, 40)):
        here.put(drawn(compiled, "counts", *span))
    for span in ((31, 40), (0, 9), (9, 31)):
        there.put(read_block(block_bytes(text, "counts", *span), study))
    found = []
    for gathering in (here, there):
        total = Draws(study, gathering.whole())
        summary = plain_answer(summarise(total, "counts"))
        found.append((as_json(summary), draws_table(total)))
    assert found[0][0] == found[1][0]
    assert found[0][1].equals(found[1][1])


def test_room_for_more_draws_keeps_those_that_are_there(study):
    compiled, text = compile_study(study), study.resolved_toml()
    grown, once = Gathering(8), Gathering(20)
    grown.put(drawn(compiled, "counts", 0, 8))
    grown.extend(20)
    grown.put(drawn(compiled, "counts", 8, 20))
    once.put(read_block(block_bytes(text, "counts", 0, 20), study))
    one, other = grown.whole(), once.whole()
    assert (one.span, one.sums) == (other.span, other.sums)
    for name, column in one.columns.items():
        assert np.array_equal(column, other[name], equal_nan=column.dtype.kind == "f"), name


def test_a_column_that_is_misspelt_is_an_error(study):
    block = drawn(compile_study(study), "expected", 0, 2)
    with pytest.raises(KeyError, match="payback_year"):
        block["municipality.payback_year"]
    with pytest.raises(KeyError, match="councl"):
        Draws(study, block).payback("councl")
    with pytest.raises(KeyError, match=r"months\.jbo"):
        Draws(study, block).with_columns({"months.jbo.plan": np.zeros(2)})
