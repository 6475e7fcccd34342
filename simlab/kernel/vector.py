"""Draws side by side in one value: what a kernel loads, reckons with, and stores.

    y = load(x, 3) * load(p, 5) + load(x, 4) * load(p, 6)
    store(y, z, 7)

In a compiled kernel such a value is one vector of LLVM, which lies in two registers of 512 bits or
in more that are smaller. (A loop over so few numbers LLVM unrolls before it looks for vectors, and
leaves single instructions.) Uncompiled it is an array, with the same bits: every operation is one
multiplication or addition a lane.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, register_model

from simlab.kernel.memory import LINE

LANES = 16
NUMBERS = ir.VectorType(ir.DoubleType(), LANES)
PLACES = ir.VectorType(ir.IntType(32), LANES)


def load(x: np.ndarray, row: int) -> np.ndarray:
    """The numbers of a row of x : (rows, LANES)."""
    return x[row].copy()


def store(value: np.ndarray, x: np.ndarray, row: int) -> None:
    """Put a number a lane into a row of x : (rows, LANES)."""
    x[row] = value


def load_at(x: np.ndarray, place: int) -> np.ndarray:
    """The numbers of the row of x : (rows, LANES) at a place: its number times LANES."""
    return x[place // LANES].copy()


def load_from(x: np.ndarray, row: int, column: int) -> np.ndarray:
    """The numbers from ``column`` on, in a row of x : (rows, columns)."""
    return x[row, column : column + LANES].copy()


def store_from(value: np.ndarray, x: np.ndarray, row: int, column: int) -> None:
    """Put a number a lane into a row of x : (rows, columns), from ``column`` on."""
    x[row, column : column + LANES] = value


def fetch(x: np.ndarray, row: int, column: int) -> None:
    """Ask for the numbers from ``column`` on, in a row of x : (rows, columns), to be near when they
    are written; they need not be there."""


def everywhere(number: float) -> np.ndarray:
    """A number in every lane."""
    return np.full(LANES, number)


# ── compiled ──


class Vector(types.Type):
    """The type of a number a lane."""

    def __init__(self) -> None:
        super().__init__(name="Vector")


VECTOR = Vector()


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    """Held as LLVM's own vector."""

    def __init__(self, manager: Any, of: types.Type) -> None:
        super().__init__(manager, of, NUMBERS)


def _address(context: Any, builder: Any, of: tuple[types.Type, ...], args: Any, row: int) -> Any:
    """Where numbers lie: args are an array, a place in rows of ``row`` numbers, or a row and a
    column of the array's own."""
    array = context.make_array(of[0])(context, builder, args[0])
    place, *column = (
        context.cast(builder, index, kind, types.uintp)
        for index, kind in zip(args[1:], of[1:], strict=True)
    )
    if column:
        place = builder.add(builder.mul(place, builder.extract_value(array.shape, 1)), column[0])
    elif row > 1:
        place = builder.mul(place, ir.Constant(place.type, row))
    return builder.bitcast(builder.gep(array.data, [place]), NUMBERS.as_pointer())


def _load_row(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.load(_address(context, builder, signature.args, args, LANES), align=8)


def _load_place(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.load(_address(context, builder, signature.args, args, 1), align=8)


def _store_row(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    value, *where = args
    builder.store(value, _address(context, builder, signature.args[1:], where, LANES), align=8)
    return context.get_dummy_value()


def _fetch_lines(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    byte, number = ir.IntType(8), ir.IntType(32)
    start = builder.bitcast(_address(context, builder, signature.args, args, 1), byte.as_pointer())
    wanted = ir.FunctionType(ir.VoidType(), [start.type, number, number, number])
    ask = builder.module.declare_intrinsic("llvm.prefetch", [start.type], wanted)
    to_write, very_near, data = (ir.Constant(number, n) for n in (1, 3, 1))
    for line in range(0, 8 * LANES, LINE):
        at = builder.gep(start, [ir.Constant(ir.IntType(64), line)])
        builder.call(ask, [at, to_write, very_near, data])
    return context.get_dummy_value()


@intrinsic
def _load(typing: Any, x: Any, row: Any) -> Any:
    return VECTOR(x, row), _load_row


@intrinsic
def _load_from(typing: Any, x: Any, row: Any, column: Any) -> Any:
    return VECTOR(x, row, column), _load_row


@intrinsic
def _load_at(typing: Any, x: Any, place: Any) -> Any:
    return VECTOR(x, place), _load_place


@intrinsic
def _fetch(typing: Any, x: Any, row: Any, column: Any) -> Any:
    return types.void(x, row, column), _fetch_lines


@intrinsic
def _store(typing: Any, value: Any, x: Any, row: Any) -> Any:
    return types.void(value, x, row), _store_row


@intrinsic
def _store_from(typing: Any, value: Any, x: Any, row: Any, column: Any) -> Any:
    return types.void(value, x, row, column), _store_row


@overload(load, strict=False)
def _load_compiled(x: Any, row: Any) -> Callable[..., Any]:
    return lambda x, row: _load(x, row)


@overload(store, strict=False)
def _store_compiled(value: Any, x: Any, row: Any) -> Callable[..., Any]:
    return lambda value, x, row: _store(value, x, row)


@overload(load_at, strict=False)
def _load_at_compiled(x: Any, place: Any) -> Callable[..., Any]:
    return lambda x, place: _load_at(x, place)


@overload(load_from, strict=False)
def _load_from_compiled(x: Any, row: Any, column: Any) -> Callable[..., Any]:
    return lambda x, row, column: _load_from(x, row, column)


@overload(fetch, strict=False)
def _fetch_compiled(x: Any, row: Any, column: Any) -> Callable[..., Any]:
    return lambda x, row, column: _fetch(x, row, column)


@overload(store_from, strict=False)
def _store_from_compiled(value: Any, x: Any, row: Any, column: Any) -> Callable[..., Any]:
    return lambda value, x, row, column: _store_from(value, x, row, column)


@intrinsic
def _everywhere(typing: Any, number: Any) -> Any:
    def compiled(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _in_all_lanes(builder, args[0])

    return VECTOR(types.float64), compiled


@overload(everywhere, strict=False)
def _everywhere_compiled(number: Any) -> Callable[..., Any]:
    return lambda number: _everywhere(number)


def _in_all_lanes(builder: Any, number: Any) -> Any:
    undefined = ir.Constant(NUMBERS, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(PLACES, [0] * LANES))


def _operation(instruction: str) -> Any:
    """An operation of two vectors, or of a vector and a number, lane by lane."""

    @intrinsic
    def reckon(typing: Any, a: Any, b: Any) -> Any:
        def compiled(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            both = [
                value
                if of == VECTOR
                else _in_all_lanes(builder, context.cast(builder, value, of, types.float64))
                for value, of in zip(args, signature.args, strict=True)
            ]
            return getattr(builder, instruction)(*both)

        return VECTOR(a, b), compiled

    def chosen(a: Any, b: Any) -> Callable[..., Any] | None:
        return (lambda a, b: reckon(a, b)) if VECTOR in (a, b) else None

    return chosen


OPERATIONS = {operator.add: "fadd", operator.sub: "fsub", operator.mul: "fmul"}
for symbol, instruction in OPERATIONS.items():
    overload(symbol, strict=False)(_operation(instruction))
