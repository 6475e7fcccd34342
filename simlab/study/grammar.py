"""The grammar of a study file, as pydantic models; ``simlab schema`` prints it as JSON Schema.

Only what a form can check stands here: keys, types, domains. What the parts mean together (is
"jobb" a state? does a budget year lie within the horizon?) is checked in ``check.py``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from simlab.study.key_path import as_printed
from simlab.study.message import TEXT_SCHEMA, Text, read_text
from simlab.study.quantity import ABOUT, QuantityError, read_quantity
from simlab.study.time import Timeline, is_year, looks_like_date, units_per
from simlab.study.values import (
    ChanceValue,
    FreeValue,
    NumberValue,
    PositiveValue,
    Until,
    VaryingChance,
    VaryingFree,
    VaryingNumber,
    VaryingPositive,
    When,
    _refuse,
)

Unit = Literal["week", "month", "year"]
Reach = Literal["all", "stock", "newcomers"]
While = Literal["everyone", "enrolled", "ever_enrolled"]

# What a date means, in one of two ways; `simlab.model.dated` reads both.
_HOLDS = "by date: the first also holds before its date"
_BEGINS = "by date: nothing before the first date"

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


def _read_key_path(written: str) -> str:
    try:
        return as_printed(written)
    except ValueError as error:
        raise _refuse([("", str(error))]) from None


# A key path in one spelling: that in which it is printed.
PathOf = Annotated[str, AfterValidator(_read_key_path)]

Label = Annotated[Text, PlainValidator(_read_label), WithJsonSchema(TEXT_SCHEMA)]

# ── people and how they move ────────────────────────────────────────────────────────────────────


class State(Form):
    """Where a citizen can be."""

    label: Label | None = None
    closed: When | None = Field(None, description="nobody enters any more from this date on")


class Group(Form):
    """States under one name; a list of them is enough where it needs no label."""

    states: list[str]
    label: Label | None = None


def _read_group(written: Any) -> Any:
    return {"states": written} if isinstance(written, list) else written


GroupOfStates = Annotated[
    Group,
    BeforeValidator(_read_group),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {
                    "type": "object",
                    "properties": {
                        "states": {"type": "array", "items": {"type": "string"}},
                        "label": TEXT_SCHEMA,
                    },
                    "required": ["states"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class UnitName(Form):
    """What a study follows, where it is not citizens: families, companies."""

    one: Label
    many: Label


class Resets(Form):
    """When a clock restarts: after so much time away from its states."""

    after_weeks: int | None = Field(None, ge=1, le=5000)
    after_months: int | None = Field(None, ge=1, le=1200)
    after_years: int | None = Field(None, ge=1, le=100)
    within_weeks: int | None = Field(None, ge=1, le=5000)
    within_months: int | None = Field(None, ge=1, le=1200)
    within_years: int | None = Field(None, ge=1, le=100)
    self_support: list[str] | None = Field(
        None,
        description="the states whose time counts as time away; default: all outside the clock's. "
        "In other states outside, the clock stands still and no time away is counted",
    )
    source: Label | None = None
    tag: str | None = None


class Clock(Form):
    """Whole steps spent in a group of states.

    Without ``resets`` it restarts at 1 on every entry; ``resets = "never"`` goes on for ever.
    """

    states: list[str] = Field(min_length=1)
    resets: Literal["never"] | Resets | None = None
    forgets: bool | None = Field(
        None,
        description="with a window (within_…): forget earlier absences on every return (true), or "
        "never (false), whatever the engine. By default the engine citizens keeps each citizen's "
        "exact history; the others forget, and a run reports both bounds",
    )


class Share(Form):
    """A share that has made the move within a time, as if it were the only way out."""

    share: ChanceValue
    weeks: float | None = Field(None, gt=0)
    months: float | None = Field(None, gt=0)
    years: float | None = Field(None, gt=0)


Rows = dict[str, dict[str, VaryingChance]]
Rates = dict[str, dict[str, VaryingNumber]]
Counts = dict[str, dict[str, float | str | bool | dict[Literal["en", "da"], str]]]


class Evidence(Form):
    """What is known of the moves, in the form in which it is known: from state → to state.

    A mean or a median duration is that of the time until the move in continuous time, were it the
    only way out: an intensity of 1/mean. How much of it is paid follows from the counting: of a
    mean of 3 months in steps of a month 2.53 are where people are counted at the end of a step,
    3.53 at its start, and 3.03 by the mean of both.
    """

    chance_per_week: Rows = {}
    chance_per_month: Rows = {}
    chance_per_year: Rows = {}
    rate_per_week: Rates = {}
    rate_per_month: Rates = {}
    rate_per_year: Rates = {}
    mean_weeks: Rates = {}
    mean_months: Rates = {}
    mean_years: Rates = {}
    median_weeks: Rates = {}
    median_months: Rates = {}
    median_years: Rates = {}
    share_within: dict[str, dict[str, Share]] = {}
    count_per_week: Counts = {}
    count_per_month: Counts = {}
    count_per_year: Counts = {}


def _read_clock_start(value: Any) -> dict[int, float]:
    """36, or { "3" = 0.1, "36" = 0.9 }: whole units on the clock, with shares."""
    if isinstance(value, bool):
        raise _refuse([("", f"{value!r} is not a number of units on the clock")])
    if isinstance(value, int) and 0 <= value <= 5000:
        return {value: 1.0}
    if isinstance(value, dict) and value:
        shares = {}
        for key, share in value.items():
            good = str(key).isdigit() and int(key) <= 5000
            number = isinstance(share, int | float) and not isinstance(share, bool)
            if not (good and number and 0 <= share <= 1):
                raise _refuse([(str(key), 'write whole units and a share: { "3" = 0.1 }')])
            shares[int(key)] = float(share)
        if abs(sum(shares.values()) - 1) > 1e-9:
            raise _refuse([("", f"the shares sum to {sum(shares.values()):g}, not to 1")])
        return shares
    raise _refuse([("", f"{value!r}: write whole units (0 to 5000), or units with shares")])


ClockStart = Annotated[
    dict[int, float],
    PlainValidator(_read_clock_start),
    WithJsonSchema({"type": ["integer", "object"]}),
]


class Citizens(Form):
    """A group of people: those at the start, and those who arrive."""

    label: Label | None = None
    state: str | None = Field(None, description="where they start; default: the group's own name")
    segment: str = Field("everyone", description="people of one segment behave alike")
    number: NumberValue | None = None
    weeks_on_clock: ClockStart | None = None
    months_on_clock: ClockStart | None = None
    years_on_clock: ClockStart | None = None
    arrivals_per_week: VaryingNumber | None = Field(None, description=_HOLDS)
    arrivals_per_month: VaryingNumber | None = Field(None, description=_HOLDS)
    arrivals_per_year: VaryingNumber | None = Field(None, description=_HOLDS)
    arrivals_trend_per_year: FreeValue | None = None
    arrivals_months_on_clock: ClockStart | None = None
    arrivals_scaled: float | None = Field(
        None,
        ge=0,
        description="what the arrivals above were multiplied by, since a later file or setting "
        "changed the number; simlab writes it",
    )
    arrivals_kept: bool = Field(
        False,
        description="the arrivals above stayed as they were, since the number that a later file or "
        "setting changed was 0; simlab writes it",
    )
    source: Label | None = None
    tag: str | None = None


class Segment(Form):
    """People who behave alike: their hazard ratios against the shared evidence."""

    label: Label | None = None
    hazard_ratio: dict[str, PositiveValue] = {}


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


class Correlation(Form):
    """Rank-preserving dependence (Gaussian copula) between uncertain values, by key path."""

    between: list[PathOf] = Field(min_length=2, max_length=2)
    value: float = Field(ge=-1, le=1)
    source: Label | None = None
    tag: str | None = None


# ── prices ──────────────────────────────────────────────────────────────────────────────────────


class Index(Form):
    """How prices or wages stood in each year; only their ratios are read."""

    by_year: dict[Dated, NumberValue] = Field(min_length=1)
    label: Label | None = None
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None

    @property
    def levels(self) -> dict[int, float]:
        return {int(year): value.mean() for year, value in sorted(self.by_year.items())}


def _read_index(written: Any) -> Any:
    """{ 2015 = 100, 2016 = 101.1, source = "…" } is short for { by_year = { … }, … }."""
    if isinstance(written, Index):
        return written
    if not isinstance(written, dict):
        raise _refuse([("", "write a level for each year: { 2015 = 100, 2016 = 101.1 }")])
    said = {k: written[k] for k in ("source", "tag", "note") if k in written}
    named = {"label": written["label"]} if "label" in written else {}
    read = {k: v for k, v in written.items() if k not in (*said, "label", "by_year")}
    read |= written.get("by_year", {})
    problems, levels = [], {}
    for year, level in read.items():
        if not is_year(str(year)):
            problems.append((str(year), "is not a year; an index has a level for each year"))
            continue
        value = {**said, **(level if isinstance(level, dict) else {"value": level})}
        try:
            levels[str(year)] = read_quantity(value, "positive", zero_allowed=False)
        except QuantityError as error:
            problems += [(f"{year}.{p}" if p else str(year), m) for p, m in error.problems]
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
_INDEXED = Field(
    None,
    description="a name under [index]: dated amounts are kr. of their own year, others of "
    "price_level",
)

# ── money ───────────────────────────────────────────────────────────────────────────────────────


class Reimbursement(Form):
    """The share that somebody else gives back, by date and time on a clock.

    The first date's share also holds before that date, as every value of the world does.
    """

    label: Label | None = None
    share: VaryingChance
    per: Unit = Field("month", description="the unit that the bands count")
    paid_by: str = "state"


class Payment(Form):
    """A stream of payments for people in a state, an amount per unit of time or per hour worked."""

    label: Label | None = None
    per: Unit | Literal["hour"] = "month"
    share: ChanceValue | None = Field(
        None, description="the part that is paid on average: of the people, or of a highest rate"
    )
    indexed: str | None = _INDEXED
    paid_by: str | None = Field(None, description="default: the first payer")
    received_by: str | None = Field(None, description="who gets it as income, if a payer does")
    reimbursement: str | None = Field(None, description="a name under [reimbursement]")
    taxed: bool = False
    amount: dict[str, VaryingFree] = Field(min_length=1)

    @property
    def band_unit(self) -> Unit:
        """The unit that bands of its amounts count; hours worked are given by the month."""
        return "month" if self.per == "hour" else self.per


class Tax(Form):
    """A tax on every payment that is marked ``taxed``.

    What equalisation leaves of it is ``retained``; or it follows from the municipality's own rate,
    1 − level × average rate / rate, with the level in ``equalised`` that ``equalisation`` names.
    """

    label: Label | None = None
    of: list[str] = Field([], description="payments that it is a tax on; default: all taxed ones")
    deducted: bool = Field(False, description="other taxes are computed on what this one leaves")
    rate: VaryingChance
    paid_by: str = "citizen"
    received_by: str = "municipality"
    retained: VaryingChance | None = Field(
        None, description="the share of the tax that is left after equalisation"
    )
    equalisation: str | None = Field(None, description="a name under equalised")
    equalised: dict[str, VaryingChance] = Field(
        {}, description="levels of equalisation, by name: the share of a difference in tax base"
    )
    average_rate: VaryingChance | None = Field(None, description="of all municipalities")
    rest_to: str | None = Field(None, description="who gets what is equalised away")
    equalised_after_years: float = Field(0, ge=0, le=20)


class OneOff(Form):
    """An amount for each move."""

    label: Label | None = None
    moves: list[str] = Field(min_length=1)
    amount: VaryingFree
    indexed: str | None = _INDEXED
    paid_by: str | None = None
    received_by: str | None = None


def _read_discount(value: Any) -> Any:
    from simlab.study.values import read_varying

    try:
        return read_varying(value, "free")
    except QuantityError as error:
        raise _refuse(list(error.problems)) from None


class Perspective(Form):
    """A set of weights on payers, and a discount curve by year or date."""

    label: Label | None = None
    weights: dict[str, float] = Field(min_length=1)
    discount_per_year: Annotated[
        Any, PlainValidator(_read_discount), WithJsonSchema({"type": ["number", "object"]})
    ] = Field(default=0.0, validate_default=True)
    source: Label | None = None
    tag: str | None = None


class Outcome(Form):
    """An amount that is not money, per unit of time in a state, or per move."""

    label: Label | None = None
    per: Unit = "year"
    amount: dict[str, VaryingFree] = {}
    moves: dict[str, VaryingFree] = {}
    discount_per_year: Annotated[
        Any, PlainValidator(_read_discount), WithJsonSchema({"type": ["number", "object"]})
    ] = Field(default=0.0, validate_default=True)


# ── the plan ────────────────────────────────────────────────────────────────────────────────────


class Fade(Form):
    """After the end, the log of the effect halves every half-life."""

    half_life_months: PositiveValue


class Paid(Form):
    """Who pays what the plan costs, and what somebody else gives back of it."""

    paid_by: str | None = Field(None, description="default: the first payer")
    reimbursed: VaryingChance | None = Field(
        None, description=f"the share that somebody else gives back, {_HOLDS}"
    )
    reimbursed_by: str = "state"


class Expense(Paid):
    """A cost at a price."""

    indexed: str | None = _INDEXED


class Effect(Evidence, Expense):
    """What the plan does to named moves: exactly one kind of effect."""

    name: str | None = Field(None, description="names it in key paths, instead of its number")
    label: Label | None = None
    moves: list[str] = []
    hazard_ratio: PositiveValue | None = None
    chance_ratio: PositiveValue | None = Field(None, description="a multiplier of chances")
    risk_ratio: PositiveValue | None = Field(None, description="of the share at at_months")
    percentage_points: FreeValue | None = Field(None, description="0.134 is 13.4 points")
    at_months: float | None = Field(None, gt=0)
    at_weeks: float | None = Field(None, gt=0)
    at_years: float | None = Field(None, gt=0)
    hazard_ratio_per_halving: PositiveValue | None = Field(
        None, description="of the caseload, see [plan.caseload]"
    )
    arrivals: list[str] = Field([], description="groups of citizens whose arrivals change")
    arrivals_ratio: PositiveValue | None = None
    while_: While = Field("everyone", alias="while", description="whom it acts on")
    segments: list[str] = []
    reach: Reach = "all"
    start: When | None = None
    delay_months: NumberValue | None = None
    ramp_months: NumberValue | None = None
    until: Until | None = Field(None, description="the last month (or date) with full effect")
    fades: Fade | None = None
    coverage: ChanceValue | None = None
    coverage_is: Literal["thinning", "fixed"] = Field(
        "thinning", description="thinned anew in each step, or fixed people once and for all"
    )
    places: NumberValue | None = Field(None, description="how many can be treated at a time")
    cost_per_treated_per_month: VaryingNumber | None = Field(None, description=_HOLDS)
    evidence: Literal["unproven"] | None = Field(
        None, description="nobody has measured it: the figure is a sceptical guess, tag A"
    )
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


class Enrolment(Expense):
    """A programme that lasts the same time for each citizen who is enrolled in it.

    It lasts whole steps: in weekly steps the nearest whole week, and in yearly steps whole years.
    Both futures carry who is enrolled; only effects and amounts with ``while`` make a difference.
    """

    label: Label | None = None
    states: list[str] = Field(min_length=1, description="in which citizens are enrolled")
    segments: list[str] = []
    reach: Reach = "all"
    start: When | None = None
    until: Until | None = Field(None, description="the last month (or date) with intake")
    intake_per_month: VaryingNumber | None = Field(
        None, description=f"at most so many people, {_BEGINS}"
    )
    places: VaryingNumber | None = Field(None, description=f"at most so many at a time, {_BEGINS}")
    months_in_programme: PositiveValue = Field(description="whole months, and certain")
    dropout_per_month: ChanceValue | None = None
    ends_in: list[str] | None = Field(
        None, description="states that end it; default: those that nobody leaves"
    )
    cost_per_enrolled_per_month: VaryingNumber | None = Field(None, description=_HOLDS)
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


class AmountChange(Form):
    """What a payer pays more (or, below 0, less) for people in some states under the plan."""

    name: str | None = Field(None, description="names it in key paths, instead of its number")
    label: Label | None = None
    payer: str | None = Field(None, description="default: the first payer")
    received_by: str | None = Field(None, description="who gets it as income, if a payer does")
    states: list[str] = Field([], description="default: all but those that nobody leaves")
    per: Unit = "month"
    change: VaryingFree = Field(description=_HOLDS)
    indexed: str | None = _INDEXED
    while_: While = Field("everyone", alias="while", description="for whom it is changed")
    start: When | None = None
    until: Until | None = Field(None, description="the last month (or date) of the change")
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


class Caseload(Expense):
    """Cases per caseworker in both futures; the effect is per halving."""

    states: list[str] = Field(min_length=1)
    workers: VaryingPositive = Field(description=f"posts without the plan, above 0, {_HOLDS}")
    extra_workers: VaryingNumber = Field(description=f"posts that the plan opens, {_BEGINS}")
    vacancy_months: NumberValue | None = Field(
        None, description="how long a new post stands empty; nothing is paid for it until then"
    )
    cost_per_worker_per_year: VaryingNumber | None = Field(None, description=_HOLDS)
    until: Until | None = Field(None, description="the last month (or date) of the plan's posts")


class Displacement(Form):
    """Of the jobs that the plan gives more, some are taken from others.

    Who is displaced is in ``to`` instead of the job, with the money of both; the local part are
    the municipality's own citizens, the others another municipality's. It follows the extra jobs,
    and ends with them.
    """

    share: ChanceValue = Field(description="of the extra jobs, that others would have had")
    local_share: ChanceValue = Field(description="of those displaced, the municipality's own")
    states: list[str] = Field(["job"], min_length=1)
    to: str = "job_ready"
    elsewhere: str | None = Field(
        None, description="the payer of the displaced elsewhere, in place of the first"
    )


class BudgetLine(Paid):
    """A line of the plan's budget: by year or month, at the start, and per year for as long as the
    plan lasts, or the line (``until``)."""

    label: Label | None = None
    budget: dict[Dated, NumberValue] = {}
    at_start: NumberValue | None = None
    per_year: VaryingNumber | None = Field(None, description=_BEGINS)
    until: Until | None = Field(None, description="the last month (or date) that it is paid in")
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None

    @staticmethod
    def amounts_by_date(written: dict[str, Any]) -> list[str]:
        """The keys of a written line that make up its amounts by date, which are one value."""
        dated = [key for key in written if key == "budget" or looks_like_date(key)]
        return [*dated, *(key for key in ABOUT if dated and key in written)]


def _read_line(written: Any) -> Any:
    """{ 2015 = 10.1, …, source = "…" } is short for { budget = { 2015 = 10.1, … }, … }."""
    if isinstance(written, BudgetLine):
        return written
    if not isinstance(written, dict):
        raise _refuse([("", "write amounts by year or month: { 2015 = 10.1, 2016 = 8.8 }")])
    dated = {key: amount for key, amount in written.items() if looks_like_date(key)}
    line = {key: value for key, value in written.items() if key not in dated}
    budget = line.get("budget", {})
    if not isinstance(budget, dict):
        return line
    if twice := [(key, "stands under budget too") for key in dated if key in budget]:
        raise _refuse(twice)
    said = {key: line[key] for key in ("source", "tag") if isinstance(line.get(key), str | dict)}
    amounts = {**budget, **dated}
    if said:
        amounts = {
            key: {**said, **(amount if isinstance(amount, dict) else {"value": amount})}
            for key, amount in amounts.items()
        }
    return {**line, "budget": amounts} if amounts else line


Line = Annotated[
    BudgetLine,
    BeforeValidator(_read_line),
    WithJsonSchema(
        {
            "type": "object",
            "description": "amounts by year or month, or at_start, per_year; paid_by, reimbursed",
        }
    ),
]


class Cost(BaseModel):
    """Budget lines by name, in ``unit`` kr., all multiplied by ``overrun``."""

    model_config = ConfigDict(
        extra="allow", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False
    )
    __pydantic_extra__: dict[str, Line]

    unit: float = Field(1.0, gt=0)
    overrun: PositiveValue | None = None
    until: Until | None = Field(None, description="the last month (or date) that any is paid in")
    indexed: str | None = Field(
        None, description="a name under [index]: each year's amounts are kr. of that year"
    )

    @property
    def lines(self) -> dict[str, BudgetLine]:
        return dict(self.__pydantic_extra__ or {})


class PerCitizen(Expense):
    """What the plan costs for people in some states, an amount per unit of time."""

    label: Label | None = None
    states: list[str] = Field(min_length=1)
    amount: VaryingNumber = Field(description=_HOLDS)
    per: Unit = "month"
    since: When | None = None
    until: Until | None = None


class Replaced(Form):
    """What stood at a key path of the plan, and changed or ended by date, before a later file or
    setting put there what is the same for ever; simlab writes it."""

    path: str
    was: Any


class Plan(Evidence):
    """The investment: what it costs, and what it does.

    Dates mean one of two things. Values of the world, prices and rates among them, hold their first
    version also before its date. How much the plan does, and spends in all, begins with its first
    date: ``per_year``, ``intake_per_month``, ``places``, ``extra_workers``.

    Evidence given here replaces the baseline's, in the plan's future, for good; an effect of its
    own with the same tables can begin, fade and cover a part.

    ``later_months``, ``scale`` and ``effect_years`` vary the plan that is written below them.
    """

    cost: Cost = Field(default_factory=lambda: Cost.model_validate({}))
    cost_per_citizen: dict[str, PerCitizen] = {}
    enrolment: Enrolment | None = None
    effect: list[Effect] = []
    amount: list[AmountChange] = []
    caseload: Caseload | None = None
    displacement: Displacement | None = None
    until: Until | None = Field(None, description="ends every cost and effect of the plan")
    later_months: int = Field(
        0,
        ge=0,
        description="the same plan so much later: every date of what it does and spends is moved, "
        "what has no date begins so long after the start; the horizon and all prices stay",
    )
    scale: float = Field(
        1.0,
        gt=0,
        le=1,
        description="0.5: half of what the plan costs, for half as many people: shares that "
        "effects cover, intake, places and posts are multiplied, and effects on those reached stay",
    )
    effect_years: float | None = Field(
        None,
        gt=0,
        le=200,
        description="each effect is lost, at once and for good, so long after its own start, "
        "whatever the plan goes on to cost",
    )
    replaced: list[Replaced] = []


# ── the budget of the first payer ───────────────────────────────────────────────────────────────


class AccountLine(Form):
    """A line of the budget: which money it holds, and where it is entered."""

    label: Label | None = None
    of: list[PathOf] = Field(
        min_length=1,
        description="key paths of what it holds: payments.NAME, taxes.NAME, one_off.NAME, "
        "plan.amount.NAME, plan.cost.NAME, …",
    )
    committee: str | None = Field(None, description="a name under [budget.committees]")
    function: str | None = Field(None, description='where it is entered: "5.57.73"')
    ceiling: Literal["inside", "outside"] | None = Field(
        None,
        description="the ceiling on service expenditure; default: what the plan costs is inside "
        "it, all else outside",
    )
    staff: dict[Dated, NumberValue] = Field({}, description="full-time posts, by year")
    cost_per_post: PositiveValue | None = Field(
        None, description="kr. a year: posts are then what the line costs over this"
    )
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


class Budget(Form):
    """How the first payer's money is set out as a budget: year, lines, committees, posts."""

    index: str | None = Field(
        None, description="a name under [index]: turns fixed prices into running ones, and back"
    )
    support: list[str] = Field(
        [], description="states and groups that count as public support, followed by quarter"
    )
    saving: dict[Dated, FreeValue] = Field(
        {}, description="kr. budgeted to be saved in a year, costs apart; default: the mean"
    )
    committees: dict[str, Label] = {}
    committee: str | None = Field(None, description="that of every line which names none")
    lines: dict[str, AccountLine] = {}


# ── what was published ──────────────────────────────────────────────────────────────────────────

Measure = Literal[
    "share", "people", "change", "time", "person_years", "saving", "balance", "payback"
]
Future = Literal["plan", "baseline", "difference", "ratio"]


class Observable(Form):
    """Something that can be counted in a simulated municipality, and in a real one.

    =============  ==========================================================  ============
    measure        is                                                          default future
    =============  ==========================================================  ============
    share          those in ``states`` at a time, of those who are followed    plan
    people         how many are in ``states`` at a time, or more than there    difference, or plan
                   were at another (``against``)                               where against another
    change         how many, against how many there were: −0.2 is a fifth less plan
    time           months in ``states`` for each who is followed, in a span    difference
    person_years   years in ``states`` of all together, in a span              difference
    saving         kr. that a perspective is spared in a span, costs apart     difference
    balance        the saving of a span less what the plan cost in it          difference
    payback        years until the money is back                               difference
    =============  ==========================================================  ============

    A time is ``at`` (the end of the step that holds the date) or ``at_months`` after the start; a
    span goes ``since`` … ``until``, the start and the horizon unless they are given, or to
    ``at_months``. ``difference`` is plan less baseline, ``ratio`` plan over baseline.
    """

    measure: Measure
    of: list[str] = Field(
        [],
        description="who is followed: groups of citizens, or the states in which they start; those "
        "there at the start. Default: everybody, arrivals included",
    )
    states: list[str] = Field([], description="where they are counted")
    ever: bool = Field(False, description="have ever been there, as against: are there now")
    at: Until | None = None
    at_months: float | None = Field(None, gt=0, description="so long after the start")
    against: Until | None = Field(
        None, description="the time that a change, or people, are set against; a change: the start"
    )
    since: When | None = None
    until: Until | None = None
    per_year: bool = False
    future: Future | None = None
    perspective: str | None = Field(None, description="whose money; default: the study's own")

    @property
    def seen_in(self) -> Future:
        """The future that it is about: stated, or the measure's own."""
        level = self.measure in ("share", "change")
        counted = self.measure == "people" and self.against is not None
        return self.future or ("plan" if level or counted else "difference")

    def last_step(self, timeline: Timeline) -> int:
        """The step (1 … steps) at whose end it is read, or with which its span ends."""
        end = self.at or self.until
        if end is not None:
            return timeline.step_holding(end)
        if self.at_months is not None:
            return max(round(self.at_months * units_per("month", timeline.unit)), 1)
        return timeline.steps


def _read_sample(value: Any) -> tuple[int, int]:
    """243, or [243, 239]: people measured in the plan's arm and in the other."""
    both = value if isinstance(value, list | tuple) else [value, value]
    whole = all(isinstance(n, int) and not isinstance(n, bool) and 0 < n < 10**7 for n in both)
    if len(both) != 2 or not whole:
        raise _refuse([("", f"{value!r}: write people in each arm, 243, or [243, 239]")])
    return both[0], both[1]


Sample = Annotated[
    tuple[int, int],
    PlainValidator(_read_sample),
    WithJsonSchema({"type": ["integer", "array"], "items": {"type": "integer"}}),
]


class Published(Observable):
    """A figure that was published about the plan: an observable, and what it was said to be.

    kind: an ``effect`` was measured against people without the plan, by a ``design``; an
    ``account`` is a count of before and after, or a running total; an ``expectation`` was said
    beforehand.
    """

    text: Label
    kind: Literal["effect", "account", "expectation"]
    design: Label | None = None
    value: float | None = Field(
        None, description="kr., people, a share (0.6), months, person-years, or years (payback)"
    )
    by: Until | None = Field(None, description="when the money was to be back (payback)")
    ci95: tuple[float, float] | None = Field(None, description="of what was measured")
    sample: Sample | None = Field(None, description="people measured, in each arm")
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


class StatedTrend(Form):
    """How a stock was seen to move without the plan; ``simlab check`` compares the baseline."""

    states: list[str] = Field(min_length=1)
    per_year: float = Field(gt=-1, lt=10, description="-0.056 is a fall of 5.6 % a year")
    since: When | None = None
    until: Until | None = None
    source: Label | None = None
    tag: str | None = None
    note: Label | None = None


# ── the study ───────────────────────────────────────────────────────────────────────────────────


class StudyFile(Evidence):
    """A study: rules, people, behaviour, plan and money."""

    extends: list[str] = []
    title: Label = Text(en="A study")
    start: When
    years: float = Field(gt=0, le=200, description="the horizon")
    step: Unit = "month"
    seed: int = Field(1, ge=-(2**63), lt=2**63)
    draws: int = Field(10_000, ge=1, le=100_000_000)
    counting: Literal["end", "start", "mean"] = Field(
        "end",
        description="whom a step's payments are for: who is there at its end, at its start, or the "
        "mean of both; all that is paid in a step is discounted as at its end",
    )
    engine: Literal["auto", "expected", "counts", "citizens"] = "auto"
    perspective: str | None = Field(None, description="the one that the report opens with")
    unit: UnitName | None = Field(None, description="what is followed; default: citizens")

    states: dict[str, State] | list[str] = Field(min_length=1)
    groups: dict[str, GroupOfStates] = {}
    clocks: dict[str, Clock] = {}
    citizens: dict[str, Citizens] = Field(min_length=1)
    segments: dict[str, Segment] = {}
    trend_per_year: dict[str, FreeValue] = {}
    closed: dict[str, When] = {}
    redirect: list[Redirect] = []
    convert: list[Convert] = []
    business_cycle: Cycle | None = None
    correlation: list[Correlation] = []

    price_level: int | None = Field(
        None, ge=1800, le=2500, description="the year whose kr. all amounts are computed in"
    )
    prices: Literal["fixed", "current"] = Field(
        "fixed", description="kr. of price_level, or of the year in which they are paid"
    )
    index: dict[str, IndexTable] = {}
    hours_per_month: dict[str, NumberValue] = Field(
        {}, description="worked in a state, for payments per hour"
    )
    payers: list[str] = Field(["municipality", "state", "region", "citizen"], min_length=1)
    payments: dict[str, Payment] = {}
    reimbursement: dict[str, Reimbursement] = {}
    taxes: dict[str, Tax] = {}
    one_off: dict[str, OneOff] = {}
    outcomes: dict[str, Outcome] = {}
    perspectives: dict[str, Perspective] = {}

    plan: Plan = Field(default_factory=lambda: Plan.model_validate({}))
    budget: Budget | None = Field(None, description="sets the first payer's money out as a budget")
    published: list[Published] = []
    stated_trend: list[StatedTrend] = []
