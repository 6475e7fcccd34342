"""What a run found: the answer, as charts, report, workbook and ``summary.json`` read it.

    answer.opening.payback.median_years            of the study's own perspective
    answer.perspectives["state"].payback.within[5].chance

Everything in it is frozen, and made in one place (`summarise`); what it looks like as JSON is said
in another (`plain`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from simlab.finance.central_world import Recomputable
from simlab.observe.hundred_lives import Hundred
from simlab.observe.published import Claim
from simlab.result.budget_page import BudgetPage, Label
from simlab.result.certified import Certified
from simlab.result.figures import Chance, Figures, PaybackFigures, Spread, VarianceShare
from simlab.result.planned import Planned
from simlab.result.warnings import StudyWarning
from simlab.risk.payback import Payback
from simlab.risk.sensitivity import Direction, Drivers, Share
from simlab.risk.stopping import Look
from simlab.study.grammar import Role
from simlab.study.message import Message, Value
from simlab.study.quantity import GUESSED


@dataclass(frozen=True, slots=True)
class Totals:
    """Discounted sums over the horizon, means in kr.: ``plan`` without what it costs itself."""

    baseline: float
    plan: float
    plan_cost: float


@dataclass(frozen=True, slots=True)
class PerspectiveFigures(Figures):
    """All that is told of one perspective.

    without_chance : the same draws, without chance in single lives
    drivers        : which parameters explain the spread
    """

    label: Label | None
    variance_share: VarianceShare
    total: Totals
    without_chance: Figures
    drivers: Drivers


@dataclass(frozen=True, slots=True)
class YearOfPayer:
    """A budget year of one payer: kr., undiscounted; the balance is that at the end of the year."""

    year: int
    payer: str
    cost: Spread
    saving: Spread
    balance: Spread

    @property
    def moves(self) -> bool:
        """Whether the plan costs or saves the payer half a krone or more in the year."""
        moved = (self.cost.mean, self.saving.mean, self.saving.p10, self.saving.p90)
        return max(map(abs, moved)) >= 0.5


@dataclass(frozen=True, slots=True)
class PersonTime:
    """Person-months in a state or group over the horizon, or an amount that is not money, in both
    futures.

    role : what the state or group stands for, where it does
    """

    label: Label
    baseline: Spread
    plan: Spread
    difference: Spread
    role: Role | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ClockBounds:
    """The payback without chance at both bounds of clocks with a window."""

    draws: int
    forgotten: PaybackFigures
    never_forgotten: PaybackFigures


@dataclass(frozen=True, slots=True)
class IfNothing:
    """The figures of the opening perspective if one effect did nothing; ``draws`` of the run."""

    draws: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Marginal:
    """What each so many kr. a person-year of a payment whose size is not known would change, in the
    perspective that the report opens with.

    lost   : of the saving over the horizon, discounted as it is
    within : whole years → the chance that the money is back by then, with it and without
    told   : the same in one line
    """

    payment: str
    label: Label
    each: float
    lost: Spread
    within: dict[int, tuple[Chance, Chance]]
    told: Message


@dataclass(frozen=True, slots=True)
class Hinge:
    """The one figure that nobody has measured, and that carries most of the spread of the payback.

    path       : its key path    share : of the spread
    direction  : the payback where it is low, and where it is high
    if_nothing : None where it is not the strength of an effect
    """

    path: str
    share: Share
    direction: Direction
    if_nothing: IfNothing | None


@dataclass(frozen=True, slots=True)
class Until:
    """The target of a run, and what the last look at it saw.

    half_width : of the 95 % interval of a run that stops here; ``seen_half_width``, of an ordinary
        one
    """

    target: str
    met: bool
    draws: int
    value: float
    half_width: float
    interval: tuple[float, float]
    seen_half_width: float

    @classmethod
    def of(cls, look: Look) -> Until:
        return cls(
            target=look.target.text,
            met=look.met,
            draws=look.draws,
            value=look.value,
            half_width=look.half_width,
            interval=look.interval,
            seen_half_width=look.seen,
        )


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure of the study: where it stands, what it says, and where it comes from."""

    path: str  # chance_per_month.activity_ready.job
    reads: Value  # lognormal, median 1.50, 80 % between 1.22 and 1.84
    source: Value | None
    tag: str | None  # one of the TAGS of `simlab.study.quantity`
    uncertain: bool
    note: Value | None = None
    used: bool = True  # whether the answer follows it

    @property
    def varies(self) -> bool:
        """Whether the answer varies with it."""
        return self.uncertain and self.used

    @property
    def is_guessed(self) -> bool:
        """Whether it rests on no source: marked so, or without mark and source."""
        return self.tag in GUESSED or (self.tag is None and self.source is None)


@dataclass(frozen=True, slots=True)
class People:
    """Expected people per state with the spread over the draws.

    baseline, plan : (4, steps + 1, states) 10 % quantile, mean, 90 % quantile and median of heads
    """

    states: tuple[str, ...]
    labels: tuple[Label, ...]
    baseline: np.ndarray
    plan: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """(steps + 1, states) how many more there are with the plan, in the mean."""
        return np.asarray(self.plan[1] - self.baseline[1])

    def by_difference(self) -> list[int]:
        """Indices of the states, the largest difference between the two futures first."""
        largest = np.abs(self.difference).max(axis=0)
        return [int(state) for state in np.argsort(-largest, kind="stable")]


@dataclass(frozen=True, slots=True)
class Answer:
    """A run's findings; ``perspective`` is the study's own, with which a report opens.

    if_stopped     : years → the payback without chance of a permanent plan that is stopped then
    notes          : what this run found that a reader should see
    warnings       : what a reader of the study is warned of
    until          : where the run had a target    certificate : where the study has been verified
    dates          : (steps + 1,) the end of each step; dates[0] is the start
    payback        : by perspective, all layers of uncertainty
    without_chance : the same of parameters and business cycle only
    hinge          : what the answer hangs on, where that is one figure that nobody has measured
    marginal       : what each so many kr. of payments of unknown size would change
    if_nothing     : the payback if the effect that it hangs on did nothing
    discount       : perspective → (steps + 1,) the factors of its balance
    labels         : key path of a part → what it is called
    planned        : what the plan is: people, posts, places, what is set aside
    unit           : one and many of what is followed, if not citizens
    lives          : single citizens in both futures
    central        : every figure at its mean, for who computes it again
    """

    title: Label
    draws: int
    seed: int
    engine: str
    horizon_years: float
    step: str
    perspective: str
    prices: str
    price_level: int | None
    perspectives: dict[str, PerspectiveFigures]
    years: tuple[YearOfPayer, ...]
    person_time: dict[str, PersonTime]
    outcomes: dict[str, PersonTime]
    claims: tuple[Claim, ...]
    warnings: tuple[StudyWarning, ...]
    notes: tuple[Value, ...]
    dates: tuple[date, ...]
    payback: dict[str, Payback]
    without_chance: dict[str, Payback]
    people: People
    assumptions: tuple[Assumption, ...]
    hinge: Hinge | None = None
    if_nothing: Payback | None = None
    discount: dict[str, np.ndarray] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    unit: tuple[Label, Label] | None = None
    planned: Planned | None = None
    budget: BudgetPage | None = None
    marginal: tuple[Marginal, ...] = ()
    if_stopped: dict[int, PaybackFigures] = field(default_factory=dict)
    clock_bounds: ClockBounds | None = None
    until: Until | None = None
    certificate: Certified | None = None
    lives: Hundred | None = None
    central: Recomputable | None = None

    @property
    def opening(self) -> PerspectiveFigures:
        """The figures of the study's own perspective."""
        return self.perspectives[self.perspective]

    def __repr__(self) -> str:
        return (
            f"Answer({self.title['en']!r}, engine {self.engine}: {self.payback[self.perspective]})"
        )
