"""What stands on the memo besides the answer."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.form import Form, Label


class Memo(Form):
    """Whom the memo is to, and which municipality it is about."""

    to: Label | None = Field(None, description="who reads it: the committee's name")
    municipality: str | None = Field(None, description="the municipality's name")
    inhabitants: int | None = Field(None, ge=1, le=100_000_000)
