"""Columns of draws as bytes: what a finished block is on disk, and between machines.

    simlab columns 1\\n | 8 bytes: length of the head | head, JSON | arrays | SHA-256 of all before

The head is the tree of what was kept (dataclasses and tables by name) with, for each array, its
type, shape, order and place. Nothing is compressed, since doubles hardly shrink and the disk is
faster; nothing is pickled; and what was written is read back to the bit. Bytes that are torn, or of
another format, raise ``TornError``. A dataclass is rebuilt from the types of its own fields, so a
new column anywhere in a tally needs no change here.
"""

from __future__ import annotations

import hashlib
import json
import re
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, BinaryIO, Union, get_args, get_origin, get_type_hints

import numpy as np

from simlab.study.study import Study

FORMAT = 1
MAGIC = f"simlab columns {FORMAT}\n".encode()
DIGEST = 32
KINDS = "biuf"  # what an array may hold: truths, whole numbers, numbers
DTYPE = re.compile(r"[<>|=]?[biuf]\d{1,2}", re.ASCII)  # as numpy.dtype.str has them
ALIGN = 8  # bytes, so that arrays can be read where they lie
ARRAY = "\0array"  # no name of a table begins so


class TornError(ValueError):
    """Bytes that are not what was written."""


def write_columns(kept: Any, file: BinaryIO) -> None:
    """Write what was kept (dataclasses, tables, arrays, plain values) and the hash of it."""
    arrays: list[np.ndarray] = []
    head = json.dumps({"kept": _described(kept, arrays)}).encode()
    head += b" " * (-(len(MAGIC) + 8 + len(head)) % ALIGN)
    whole = hashlib.sha256()
    for part in (MAGIC, len(head).to_bytes(8, "little"), head, *map(_buffer, arrays)):
        whole.update(part)
        file.write(part)
    file.write(whole.digest())


def read_columns(kind: Any, content: bytes, study: Study) -> Any:
    """What was written, as a ``kind``: a dataclass or dict[str, …]. Arrays lie in ``content``.

    Raises TornError where the hash does not agree, or what is described is not there.
    """
    body, digest = memoryview(content)[:-DIGEST], content[-DIGEST:]
    if not content.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise TornError("the hash does not agree with the content")
    try:
        start = len(MAGIC) + 8
        length = int.from_bytes(body[len(MAGIC) : start], "little")
        head = json.loads(bytes(body[start : start + length]))
        return _rebuilt(kind, head["kept"], body[start + length :], study)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise TornError(f"not columns of this format: {error}") from None


# ── out ──


def _described(part: Any, arrays: list[np.ndarray]) -> Any:
    """The tree of some columns in JSON; the arrays themselves are added to ``arrays``."""
    match part:
        case np.ndarray():
            if part.dtype.kind not in KINDS:
                raise TypeError(f"a column holds {part.dtype}; allowed are truths and numbers")
            place = sum(_padded(one.nbytes) for one in arrays)
            turned = part.flags.f_contiguous and not part.flags.c_contiguous
            arrays.append(np.ascontiguousarray(part.T if turned else part))
            return {ARRAY: [part.dtype.str, list(part.shape), "F" if turned else "C", place]}
        case Study():
            return None
        case dict():
            return {key: _described(one, arrays) for key, one in part.items()}
        case list() | tuple():
            return [_described(one, arrays) for one in part]
        case np.generic():
            return part.item()
        case _ if is_dataclass(part):
            return {f.name: _described(getattr(part, f.name), arrays) for f in fields(part)}
        case _:
            return part


def _padded(length: int) -> int:
    return -(-length // ALIGN) * ALIGN


def _buffer(part: bytes | np.ndarray) -> bytes | memoryview:
    """The bytes of an array where they lie, copied only to fill the last ones up."""
    if isinstance(part, bytes):
        return part
    if part.nbytes % ALIGN:
        return part.tobytes() + bytes(-part.nbytes % ALIGN)
    return memoryview(part.reshape(-1).view(np.uint8))


# ── back ──


def _rebuilt(kind: Any, told: Any, data: memoryview, study: Study) -> Any:
    """A part of the tree as the type that its field has."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Study:
        return study
    if isinstance(told, dict) and ARRAY in told:
        return _array(told[ARRAY], data)
    if told is not None and origin in (Union, types.UnionType):
        one = next(one for one in inner if one is not types.NoneType)
        return _rebuilt(one, told, data, study)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = {f.name: _rebuilt(hints[f.name], told[f.name], data, study) for f in fields(kind)}
        return kind(**parts)  # type: ignore[operator]
    if origin in (dict, Mapping):
        return {key: _rebuilt(inner[1], one, data, study) for key, one in told.items()}
    if origin in (list, tuple):
        return origin(_rebuilt(inner[0], one, data, study) for one in told)
    return told


def _array(told: Any, data: memoryview) -> np.ndarray:
    name, shape, order, place = told
    if not (isinstance(name, str) and DTYPE.fullmatch(name)):  # NumPy would parse any text
        raise TypeError("a column of no number or truth")
    dtype = np.dtype(name)
    count = int(np.prod(shape, dtype=np.int64))
    found = np.frombuffer(data, dtype, count, place) if count else np.empty(0, dtype)
    return found.reshape(shape[::-1]).T if order == "F" else found.reshape(shape)
