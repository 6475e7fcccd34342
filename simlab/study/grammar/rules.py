"""Rules of a country with a date, in words: what changes, and moves no figure by itself."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.form import Form, Label, Noted, PathOf
from simlab.study.values import Until, When


class Amount(Form):
    """What a rule says in figures, which nothing here is computed from."""

    value: float
    unit: Label = Field(description='what it is in: "kr. a year per full-time person"')


class Rule(Noted):
    """A rule from a date on that is shown, and moves no figure: what the study leaves out of it,
    or has elsewhere, stands in its note."""

    label: Label | None = None
    says: Label = Field(description="the rule in a sentence or less")
    amount: Amount | None = None
    of: list[PathOf] = Field([], description="key paths of what in the study does as the rule says")
    since: When
    expected: bool = Field(False, description="announced, and not in force when this was written")
    until: Until | None = Field(None, description="the last month (or date) on which it holds")
