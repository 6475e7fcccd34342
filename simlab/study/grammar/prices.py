"""Indices of prices and wages, and which amounts follow one.

    index.rates = { 2023 = 11_944, 2024 = 12_326, grows_per_year = { p10 = 0.01, p90 = 0.04 } }

An index is a table of known levels. What it does after the last of them is a figure of its own,
uncertain as any other; without one the index ends there.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from simlab.study.grammar.form import Dated, Label, Noted
from simlab.study.message import TEXT_SCHEMA
from simlab.study.quantity import QuantityError, read_quantity
from simlab.study.time import is_year
from simlab.study.values import NumberValue, _refuse, about, with_about

GROWS = "grows_per_year"


class Index(Noted):
    """How prices or wages stood in each year; only their ratios are read."""

    by_year: dict[Dated, NumberValue] = Field(min_length=1)
    label: Label | None = None
    grows_per_year: NumberValue | None = Field(
        None, description="how much it rises a year after the last known year: 0.03"
    )

    @property
    def levels(self) -> dict[int, float]:
        return {int(year): value.mean() for year, value in sorted(self.by_year.items())}

    @property
    def last(self) -> int:
        """The last year whose level is known."""
        return max(self.levels)


def _read_index(written: Any) -> Any:
    """{ 2015 = 100, 2016 = 101.1, source = "…" } is short for { by_year = { … }, … }."""
    if isinstance(written, Index):
        return written
    if not isinstance(written, dict):
        raise _refuse([("", "write a level for each year: { 2015 = 100, 2016 = 101.1 }")])
    said = about(written)
    named: dict[str, Any] = {key: written[key] for key in ("label",) if key in written}
    read = {k: v for k, v in written.items() if k not in (*said, "label", "by_year", GROWS)}
    read |= written.get("by_year", {})
    problems, levels = [], {}
    if GROWS in written:
        try:
            named[GROWS] = read_quantity(
                with_about(written[GROWS], said), "positive", neutral=0.0, zero_allowed=True
            )
        except QuantityError as error:
            problems += error.under(GROWS)
    for year, level in read.items():
        if not is_year(str(year)):
            text = f"is not a year; an index has a level for each year, and {GROWS} after them"
            problems.append((str(year), text))
            continue
        try:
            levels[str(year)] = read_quantity(with_about(level, said), "positive")
        except QuantityError as error:
            problems += error.under(year)
            continue
        if levels[str(year)].is_uncertain:
            text = f"is uncertain; an index is a table of certain levels, and {GROWS} after them"
            problems.append((str(year), text))
    if not problems and not levels:
        problems.append(("", "is empty; write a level for each year: { 2015 = 100 }"))
    if problems:
        raise _refuse(problems)
    return Index(by_year=levels, **named, **said)


IndexTable = Annotated[
    Index,
    PlainValidator(_read_index),
    WithJsonSchema(
        {
            "type": "object",
            "description": "a level for each year; grows_per_year after the last of them; label, "
            "source, tag, note",
            "properties": {
                GROWS: {"$comment": "simlab:positive"},
                **dict.fromkeys(("label", "source", "note"), TEXT_SCHEMA),
                "tag": {"type": "string"},
            },
            "patternProperties": {"^\\d{4}$": {"type": ["number", "object"]}},
            "additionalProperties": False,
        }
    ),
]

INDEXED = Field(
    None,
    description="a name under [index]: dated amounts are kr. of their own year, others of "
    "price_level",
)
