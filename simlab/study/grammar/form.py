"""What every table of a study shares: known keys, labels, and where a figure comes from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from simlab.study.key_path import as_printed
from simlab.study.message import TEXT_SCHEMA, Text, read_text
from simlab.study.values import _refuse

# What a date means, in one of two ways; `simlab.model.dated` reads both.
HOLDS = "by date: the first also holds before its date"
BEGINS = "by date: nothing before the first date"

# A key that is a year or a month. Tables of such keys are values, replaced whole, as all are whose
# keys are not ``str`` alone; those whose keys are, hold names (`tables`).
Dated = Annotated[str, Field(description="a year or a month")]


class Form(BaseModel):
    """A table with known keys."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False
    )


def _read_label(value: Any) -> Text:
    text = read_text(value)
    if text is None:
        raise _refuse([("", 'write a text, or { en = "…", da = "…" }')])
    return text


Label = Annotated[Text, PlainValidator(_read_label), WithJsonSchema(TEXT_SCHEMA)]


def _read_key_path(written: str) -> str:
    try:
        return as_printed(written)
    except ValueError as error:
        raise _refuse([("", str(error))]) from None


# A key path in one spelling: that in which it is printed.
PathOf = Annotated[str, AfterValidator(_read_key_path)]


class Sourced(Form):
    """Something that is known, or assumed."""

    source: Label | None = None
    tag: str | None = None


class Noted(Sourced):
    """Something known, and what is to be said of it."""

    note: Label | None = None
