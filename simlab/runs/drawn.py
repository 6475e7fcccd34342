"""A block of draws, through every room: the unit that is kept, resumed and handed to machines.

Each block is computed three times over: with chance (``counts`` or ``citizens``), without
(``expected``, of the same whole people, so that nothing but chance lies between), and without
chance with a fresh business cycle, which separates the cycle's part of the variance from that of
the parameters (the first draws only). A block depends on the study, the engine and its draws alone,
so it is the same to the bit whoever computes it, and when:

    content = block_bytes(text, "counts", 256, 512)     # anywhere, from the resolved study's text
    gathered.put(read_block(content, study))            # here, in any order
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np

from simlab.engine.cost import Engine
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.model import Compiled, compile_study
from simlab.risk.tally import Balances, Gathering, Tally, balances, tally
from simlab.runs.columns import TornError, read_columns, write_columns
from simlab.study.once import once_a_study
from simlab.study.study import Study, loads

FRESH_DRAWS = 2_048  # enough to tell the share of the cycle to half a point


@dataclass(frozen=True)
class Drawn:
    """What is kept of a block of draws.

    fresh : perspective → (draws among the first,) net present value with a fresh business cycle
    """

    total: Tally
    without_chance: Balances
    fresh: dict[str, np.ndarray]

    @property
    def span(self) -> tuple[int, int]:
        return self.total.first, self.total.first + self.total.draws


def drawn(
    compiled: Compiled,
    engine: Engine,
    start: int,
    stop: int,
    ready: Callable[[], object] = lambda: None,
) -> Drawn:
    """The draws ``start`` to ``stop``; ``ready`` is called before the engine is first needed."""
    whole = engine != "expected"
    numbers = compiled.block(start, stop, whole=whole)
    cash = cash_flow(simulate_block(compiled, numbers, "expected"))
    without = again = balances(cash)
    if engine != "expected":
        ready()
        cash = cash_flow(simulate_block(compiled, numbers, engine))
    total = tally(cash)
    last = max(min(stop, FRESH_DRAWS), start)
    if compiled.study.form.business_cycle is not None and last > start:
        other = compiled.block(start, last, cycle="fresh business cycle", whole=whole)
        again = balances(cash_flow(simulate_block(compiled, other, "expected")))
    names = compiled.study.perspectives
    fresh = {name: again.net_present_value(name)[: last - start] for name in names}
    return Drawn(total, without, fresh)


def block_bytes(text: str, engine: Engine, start: int, stop: int) -> bytes:
    """The draws ``start`` to ``stop`` of the resolved study ``text``, as bytes with their hash."""
    content = BytesIO()
    write_columns(drawn(_compiled(text), engine, start, stop), content)
    return content.getvalue()


@lru_cache(maxsize=4)
def _compiled(text: str) -> Compiled:
    return compile_study(loads(text))


def read_block(content: bytes, study: Study) -> Drawn:
    """The block of a study from its bytes; TornError where they are not what was written."""
    block: Drawn = read_columns(Drawn, content, study)
    try:
        start, stop = block.span
        early = max(min(stop, FRESH_DRAWS) - start, 0)
        like, last = pattern(study), study.timeline.steps
        whole = all(
            like_it(part, other, stop - start, last)
            for part, other in (
                (block.total, like.total), (block.without_chance, like.without_chance)
            )
        )  # fmt: skip
    except (TypeError, KeyError, AttributeError) as error:
        raise TornError(f"not the columns of a block: {error}") from None
    if not whole or start < 0 or not like_it(block.fresh, like.fresh, early, last):
        raise TornError("not the columns of this study")
    if block.without_chance.first != start:
        raise TornError("columns of different draws")
    return block


@once_a_study
def pattern(study: Study) -> Drawn:
    """One draw of a study without chance: what columns a block has, and how wide they are."""
    return drawn(compile_study(study), "expected", 0, 1)


def like_it(part: Any, like: Any, draws: int, last: int) -> bool:
    """Whether columns are of the kind and width of others, with so many draws.

    A hash tells what is torn, not what somebody wrote on purpose. Whole numbers are steps, to
    ``last``, but for the first draw of a block and the rows that were scaled.
    """
    if isinstance(like, np.ndarray):
        if not isinstance(part, np.ndarray) or part.dtype != like.dtype:
            return False
        steps = part.dtype.kind != "i" or not part.size or 0 <= part.min() <= part.max() <= last
        return bool(part.shape == (draws, *like.shape[1:]) and steps)
    if isinstance(like, dict):
        known = isinstance(part, dict) and part.keys() == like.keys()
        return known and all(like_it(part[key], one, draws, last) for key, one in like.items())
    if isinstance(like, Study):
        return True
    if is_dataclass(like):
        return all(
            like_it(getattr(part, f.name), getattr(like, f.name), draws, last) for f in fields(like)
        )
    if isinstance(like, int):
        return type(part) is int and part >= 0
    return bool(part == like)


class Gathered:
    """The columns of a run, which its blocks fill in any order."""

    def __init__(self) -> None:
        self.total: Gathering[Tally] = Gathering(0)
        self.without_chance: Gathering[Balances] = Gathering(0)
        self.fresh: dict[str, np.ndarray] = {}
        self.draws = 0

    def extend(self, draws: int, study: Study) -> None:
        """Make room for the draws to ``draws``; those that are there stay."""
        self.draws = draws
        self.total.extend(draws)
        self.without_chance.extend(draws)
        more = {name: np.empty(min(draws, FRESH_DRAWS)) for name in study.perspectives}
        for name, values in self.fresh.items():
            more[name][: len(values)] = values
        self.fresh = more

    def put(self, block: Drawn) -> None:
        """Write a block where its draws belong."""
        self.total.put(block.total)
        self.without_chance.put(block.without_chance)
        start = block.total.first
        for name, values in block.fresh.items():
            self.fresh[name][start : start + len(values)] = values
