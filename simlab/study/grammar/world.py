"""What changes the moves from outside, in both futures: the business cycle, and reforms."""

from __future__ import annotations

from pydantic import Field

from simlab.study.grammar.form import Form
from simlab.study.values import FreeValue, NumberValue, PositiveValue, When


class Cycle(Form):
    """AR(1) of log-multipliers, stationary, mean-one: exp(β·x − β²·sd²/2)."""

    sd: NumberValue
    half_life_months: PositiveValue
    loading: dict[str, FreeValue] = Field(min_length=1)


class Redirect(Form):
    """From a date on, those who would have made a move go somewhere else."""

    moves: list[str] = Field(min_length=1)
    to: str
    since: When


class Convert(Form):
    """At a date everyone in some states is moved to another one, in both futures.

    A clock that is entered so stands at 1 as the step begins, and one that is left has been left
    for a step: at the end of that step both have counted it too.
    """

    states: list[str] = Field(min_length=1)
    to: str
    at: When
