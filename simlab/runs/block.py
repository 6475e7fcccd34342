"""A block of draws, through every room: the unit that is kept, resumed and handed to machines.

Each block is computed three times over: with chance (``counts`` or ``citizens``), without
(``expected``, of the same whole people, so that nothing but chance lies between), and without
chance with a fresh business cycle, which separates the cycle's part of the variance from that of
the parameters (the first draws only). A block depends on the study, the engine and its draws alone,
so it is the same to the bit whoever computes it, and when:

    content = block_bytes(text, "counts", 256, 512)     # anywhere, from the resolved study's text
    gathering.put(read_block(content, study))           # here, in any order
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import numpy as np

from simlab.engine.simulate import simulate_block
from simlab.engine.work import Engine
from simlab.finance.cash_flow import cash_flow
from simlab.model.compiled import Compiled, compile_study
from simlab.result.draw_table import DrawTable, read_table
from simlab.result.draws import WITHOUT_CHANCE, Columns, balances, draws_of
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.study import Study, loads

FRESH_DRAWS = 2_048  # enough to tell the share of the cycle to half a point


def drawn(
    compiled: Compiled,
    engine: Engine,
    start: int,
    stop: int,
    ready: Callable[[], object] = lambda: None,
) -> DrawTable:
    """The draws ``start`` to ``stop``; ``ready`` is called before the engine is first needed."""
    whole = engine != "expected"
    numbers = compiled.block(start, stop, whole=whole)
    cash = cash_flow(simulate_block(compiled, numbers, "expected"))
    without = again = balances(cash, WITHOUT_CHANCE)
    if engine != "expected":
        ready()
        cash = cash_flow(simulate_block(compiled, numbers, engine))
    last = max(min(stop, FRESH_DRAWS), start)
    if compiled.study.form.business_cycle is not None and last > start:
        values = numbers.values.first(last - start)
        other = compiled.block_of(values, "fresh business cycle", whole=whole)
        again = balances(cash_flow(simulate_block(compiled, other, "expected")), WITHOUT_CHANCE)
    return draws_of(cash, without | _fresh(compiled.study, again, last - start, stop - start)).table


def _fresh(study: Study, again: Columns, first: int, draws: int) -> Columns:
    """The net present value with a fresh business cycle, of the first draws; nan of the others."""
    columns = {}
    for name in study.perspectives:
        column = columns[f"{dotted(name)}:fresh_cycle"] = np.full(draws, np.nan)
        column[:first] = again[dotted(name, "net_present_value") + WITHOUT_CHANCE][:first]
    return columns


def block_bytes(text: str, engine: Engine, start: int, stop: int) -> bytes:
    """The draws ``start`` to ``stop`` of the resolved study ``text``, as bytes with their hash."""
    content = BytesIO()
    drawn(_compiled(text), engine, start, stop).save(content)
    return content.getvalue()


@lru_cache(maxsize=4)
def _compiled(text: str) -> Compiled:
    return compile_study(loads(text))


def read_block(content: bytes, study: Study) -> DrawTable:
    """The block of a study from its bytes; TornError where they are not what was written."""
    return read_table(content, pattern(study), study.timeline.steps)


@once_a_study
def pattern(study: Study) -> DrawTable:
    """One draw of a study without chance: what columns a block has, and how wide they are."""
    return drawn(compile_study(study), "expected", 0, 1)
