"""The parts of a budget page: lines by year, what can be budgeted, posts, people by quarter.

All money is in kr.; expenditure is positive and income negative. Years are calendar years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simlab.result.figures import Known, Spread

Label = dict[str, str]  # language → text


@dataclass(frozen=True, slots=True)
class Measured(Spread):
    """Mean and 80 % range, with the standard error of the mean."""

    standard_error: float | None


@dataclass(frozen=True, slots=True)
class IndexLevels:
    """The index between fixed and running prices: year → level, and the last year it knows."""

    name: str
    label: Label
    levels: dict[int, float]
    known_until: int
    grows_per_year: float | None = None


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of the page; ``of`` are the key paths of what it holds.

    function       : of the chart of accounts    ceiling_stated : whether the study says so
    """

    name: str
    label: Label
    of: tuple[str, ...]
    plan_cost: bool
    committee: str | None
    function: str | None
    ceiling: str
    ceiling_stated: bool
    tag: str | None
    source: Label | None
    note: Label | None


@dataclass(frozen=True, slots=True)
class LineYear:
    """One line in one year."""

    expenditure: float
    income: float
    net: Spread


@dataclass(frozen=True, slots=True)
class BudgetYear:
    """All lines in a year, or in several.

    inside, outside : of the ceiling on service expenditure
    budgeted        : the saving that the budget counts on, stated by the study or the mean
    chance_of_less  : that less is saved than is budgeted
    assured, net_assured : the saving, and the net, that can be budgeted with `CERTAINTY`
    """

    expenditure: float
    income: float
    net: Measured
    inside: Measured
    outside: Measured
    cost: Measured
    saving: Measured
    budgeted: float
    budgeted_stated: bool
    chance_of_less: Known
    assured: Known
    net_assured: Known


@dataclass(frozen=True, slots=True)
class InPrices:
    """The page in prices of one kind: the lines, each by year, the years, the budgeted years."""

    lines: tuple[tuple[LineYear, ...], ...]
    years: tuple[BudgetYear, ...]
    together: BudgetYear


@dataclass(frozen=True, slots=True)
class Posts:
    """Full-time posts of a line by year."""

    name: str
    label: Label
    years: tuple[float, ...]
    cost_per_post: float | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class CostPerPersonYear:
    """What the plan costs the first payer for each person-year off support that it gives.

    years    : person-years that the plan gives    none : the chance that it gives none
    cost     : None where the plan cannot be told to give any: their mean is not above 0 by more
               than its Monte Carlo error
    p10, p90 : None where that many draws give none
    """

    years: Measured
    none: Known
    cost: Known | None
    p10: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class StateLabel:
    """A state and what the study calls it."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Quarter:
    """People on support in a quarter, or a whole year (None), in all and by state."""

    year: int
    quarter: int | None
    all: Spread
    states: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Quarters:
    """People on support without the plan, which follow-up is measured against."""

    states: tuple[StateLabel, ...]
    rows: tuple[Quarter, ...]


Prices = Literal["fixed", "current"]


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """The budget of the first payer.

    budget_years : the budget year and the years after it that a budget is made for
    prices       : by kind of prices, the study's own first
    """

    payer: str
    certainty: float
    years: tuple[int, ...]
    budget_years: tuple[int, ...]
    index: IndexLevels | None
    committees: dict[str, Label]
    lines: tuple[PageLine, ...]
    prices: dict[Prices, InPrices]
    staff: tuple[Posts, ...]
    cost_per_person_year: CostPerPersonYear | None
    quarters: Quarters | None
