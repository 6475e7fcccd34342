"""Indices of prices and wages, and which amounts follow one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema

from simlab.study.grammar.form import Dated, Label, Noted
from simlab.study.message import TEXT_SCHEMA
from simlab.study.quantity import QuantityError, read_quantity
from simlab.study.time import is_year
from simlab.study.values import NumberValue, _refuse, about, with_about


class Index(Noted):
    """How prices or wages stood in each year; only their ratios are read."""

    by_year: dict[Dated, NumberValue] = Field(min_length=1)
    label: Label | None = None

    @property
    def levels(self) -> dict[int, float]:
        return {int(year): value.mean() for year, value in sorted(self.by_year.items())}


def _read_index(written: Any) -> Any:
    """{ 2015 = 100, 2016 = 101.1, source = "…" } is short for { by_year = { … }, … }."""
    if isinstance(written, Index):
        return written
    if not isinstance(written, dict):
        raise _refuse([("", "write a level for each year: { 2015 = 100, 2016 = 101.1 }")])
    said = about(written)
    named = {"label": written["label"]} if "label" in written else {}
    read = {k: v for k, v in written.items() if k not in (*said, "label", "by_year")}
    read |= written.get("by_year", {})
    problems, levels = [], {}
    for year, level in read.items():
        if not is_year(str(year)):
            problems.append((str(year), "is not a year; an index has a level for each year"))
            continue
        try:
            levels[str(year)] = read_quantity(with_about(level, said), "positive")
        except QuantityError as error:
            problems += error.under(year)
            continue
        if levels[str(year)].is_uncertain:
            problems.append((str(year), "is uncertain; an index is a table of certain levels"))
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
            "description": "a level for each year; label, source, tag, note",
            "properties": {
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
