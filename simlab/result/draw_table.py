"""A table of draws: columns by name, whose first axis is the draw.

    table.put(block)            the block's columns, where its draws belong
    table.save(file)            NumPy's own archive (.npz), and the SHA-256 of it
    read_table(content, like)   back to the bit, or refused
    table.design                replicates and weights, from which every error is computed

Blocks of draws are tables, and so is the run that they fill: memory is bounded by the block and by
what is kept, and no result can depend on the size of a block or on who computed it when. In memory
the draws of a column stand together, whichever block came first: a sum could depend on how its
terms lie.
"""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO

import numpy as np

from simlab.risk.design import Design, WeightedDrawsError

FORMAT = 2
DIGEST = 32
ABOUT = "table.json"
KINDS = "biuf"  # what a column may hold: truths, whole numbers, numbers
NOT_OURS = (ValueError, TypeError, LookupError, AttributeError, zipfile.BadZipFile)
WRONG = (*NOT_OURS, OSError, EOFError, MemoryError, RuntimeError)  # of bytes that somebody has made
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever they are written


class TornError(ValueError):
    """Bytes that are not what was written."""


@dataclass(frozen=True, slots=True)
class DrawTable:
    """The columns of draws ``first``, ``first + 1``, …

    columns : name → (draws, …)
    sums    : name → what was counted over all of the draws
    weight  : (draws,) where they stand for another distribution than they were made from
    """

    columns: Mapping[str, np.ndarray]
    first: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)
    weight: np.ndarray | None = None

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def span(self) -> tuple[int, int]:
        return self.first, self.first + len(self)

    @property
    def design(self) -> Design:
        """Replicate and weight of each draw."""
        return Design.of(len(self), self.first).weighted(self.weight)

    def select(self, names: Iterable[str]) -> dict[str, np.ndarray]:
        """Some columns; KeyError names one that is not there."""
        return {name: self[name] for name in names}

    def head(self, draws: int) -> DrawTable:
        """The first draws alone, without what was counted over all of them."""
        weight = None if self.weight is None else self.weight[:draws]
        columns = {name: column[:draws] for name, column in self.columns.items()}
        return DrawTable(columns, self.first, weight=weight)

    def room(self, draws: int) -> DrawTable:
        """An empty table from draw 0 on, of the same columns."""
        columns = {
            name: np.empty((draws, *column.shape[1:]), column.dtype, order="F")
            for name, column in self.columns.items()
        }
        return DrawTable(columns)

    def put(self, block: DrawTable) -> None:
        """Write the columns of a block where its draws belong."""
        if block.weight is not None:
            raise WeightedDrawsError("the draws of a block weigh the same")
        for name, column in self.columns.items():
            column[block.first - self.first : block.span[1] - self.first] = block[name]

    def matches(self, like: DrawTable, last: int) -> bool:
        """Whether columns have the names, kinds and widths of others.

        A hash tells what is torn, not what somebody wrote on purpose. Whole numbers are steps, to
        ``last``.
        """
        draws = len(self) if self.columns else 0
        return (
            list(self.columns) == list(like.columns)
            and self.sums.keys() == like.sums.keys()
            and self.first >= 0
            and all(isinstance(n, int) and n >= 0 for n in self.sums.values())
            and all(
                column.dtype == like[name].dtype
                and column.shape == (draws, *like[name].shape[1:])
                and (column.dtype.kind != "i" or _within(column, last))
                for name, column in self.columns.items()
            )
        )

    def save(self, file: BinaryIO) -> None:
        """Write the table and its hash."""
        if self.weight is not None:
            raise WeightedDrawsError("the draws of a table on disk weigh the same")
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            about = {"format": FORMAT, "first": self.first, "sums": dict(self.sums)}
            archive.writestr(zipfile.ZipInfo(ABOUT, FIRST_DAY), json.dumps(about))
            for name, column in self.columns.items():
                if column.dtype.kind not in KINDS:
                    raise TypeError(f"{name} holds {column.dtype}; allowed are truths and numbers")
                member = zipfile.ZipInfo(f"{name}.npy", FIRST_DAY)
                part = BytesIO()
                np.lib.format.write_array(part, column, allow_pickle=False)
                archive.writestr(member, part.getbuffer())
        body = content.getbuffer()
        file.write(body)
        file.write(hashlib.sha256(body).digest())


def _within(steps: np.ndarray, last: int) -> bool:
    return not steps.size or bool(0 <= steps.min() <= steps.max() <= last)


def read_table(content: bytes, like: DrawTable, last: int) -> DrawTable:
    """The table that was written; TornError where it is torn, or not like another (`matches`)."""
    body = memoryview(content)[:-DIGEST]
    if hashlib.sha256(body).digest() != content[-DIGEST:]:
        raise TornError("the hash does not agree with the content")
    try:
        table = _rebuilt(BytesIO(body), like)
        if table.matches(like, last):
            return table
    except WRONG as error:
        raise TornError(f"no table of this format: {error}") from None
    raise TornError("not the columns of this study")


def _rebuilt(body: BytesIO, like: DrawTable) -> DrawTable:
    """Every column that is asked for, of an archive in which nothing is compressed."""
    with zipfile.ZipFile(body) as archive:
        if any(part.compress_type != zipfile.ZIP_STORED for part in archive.infolist()):
            raise ValueError("compressed")
        about = json.loads(archive.read(ABOUT))
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}")
        names = [f"{name}.npy" for name in like.columns]
        if archive.namelist() != [ABOUT, *names]:
            raise ValueError("other columns")
        columns = {}
        for name in like.columns:
            part = BytesIO(archive.read(f"{name}.npy"))
            columns[name] = np.lib.format.read_array(part, allow_pickle=False)
        return DrawTable(columns, int(about["first"]), dict(about["sums"]))


class Gathering:
    """A table of the draws from 0 on, which threads fill block by block."""

    def __init__(self, draws: int = 0) -> None:
        self.draws = draws
        self._sums: dict[str, int] = {}
        self._table: DrawTable | None = None
        self._opening = threading.Lock()

    def put(self, block: DrawTable) -> None:
        """Write a block where its draws belong."""
        with self._opening:
            if self._table is None:
                self._table = block.room(self.draws)
            for name, n in block.sums.items():
                self._sums[name] = self._sums.get(name, 0) + n
        self._table.put(block)

    def extend(self, draws: int) -> None:
        """Make room for more draws, while nobody puts any; those that are there stay."""
        if self._table is not None and draws > self.draws:
            before, self._table = self._table, self._table.room(draws)
            self._table.put(before)
        self.draws = max(draws, self.draws)

    def whole(self) -> DrawTable:
        """The table, when every block has been put."""
        assert self._table is not None
        return replace(self._table, sums=dict(self._sums))
