"""What would have to be true: how much stronger the plan, for the claims that it does not reach.

Every ratio of the plan is made k times as strong on the scale on which effects add, the logarithm;
percentage points and the amounts that the plan changes are multiplied, in every draw:

    hazard, risk, chance ratio h → h^k        percentage points, changed amounts d → k · d

All are made stronger alike, whatever state a move leads to: if people come into jobs by it, then
others come into flex jobs and early pension by it. What else a plan does stays as it is: chances
of its own in the place of the baseline's, how many it takes in, and what it costs.

What is found is followed, as expected numbers, until its median reaches the claim. The claim was
missed by the median of the run itself, which has more draws and chance in it; its distance is kept,

    median(k) = the run's median + median of these draws(k) − median of these draws(1)

and k is where that reaches the claim. A few strengths are tried, each amid those that enclose the
claims whose k is known the least; between two of them the median is taken to be linear in k, and
from a payback that never comes to one that does k is the stronger of the two.

A sum of money is also told as standing person-years off support: the claim per year, over what a
person-year off support is worth in the simulation itself: what the plan's stronger effects, with
the amounts as they are, save beyond it, over the person-years that they take off support beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.model.block import Block
from simlab.model.compiled import Compiled, compile_study
from simlab.model.parameters import Values, sample
from simlab.observe.observables import Known, all_people, measure, span
from simlab.observe.published import Claim, Median, Needed, reached
from simlab.observe.subcohort import in_one_future
from simlab.risk.estimate import finite
from simlab.risk.payback import quantile
from simlab.study.futures import FUTURES
from simlab.study.grammar import Published
from simlab.study.quantities import quantities
from simlab.study.quantity import Quantity
from simlab.study.study import Study

DRAWS = 64
STRONGEST = 10.0
TRIES = 5  # with the plan as it is and the strongest
NEAR = 1.25  # two strengths between which a claim is read without another try
MONEY = ("saving", "balance", "payback")
RATIOS = (
    "hazard_ratio", "chance_ratio", "risk_ratio", "hazard_ratio_per_halving", "arrivals_ratio",
)  # fmt: skip


class Sums(NamedTuple):
    """A claim of money with the plan at some strength: kr. and people, a year of its span.

    found : what is found of the claim    fewer : people off support    on_support : in the baseline
    """

    found: float
    fewer: float
    on_support: float
    years: float
    per_year: bool


class Tried(NamedTuple):
    """What the claims, in their order, come to with the plan at some strength.

    medians : inf where it is a payback that never comes    unpaid : with no amount changed, or None
    """

    medians: list[float]
    unpaid: list[float | None]
    sums: list[Sums | None]


def with_needed(study: Study, claims: list[Claim]) -> tuple[Claim, ...]:
    """The claims, those that the median does not reach with what would have to be true."""
    short = [
        k
        for k, one in enumerate(claims)
        if one.direction and not _holds(one.found.median, one.value, one.direction)
    ]
    if not short:
        return tuple(claims)
    search = Search.of(study, short, [claims[k] for k in short])
    search.run()
    found = list(claims)
    for place, k in enumerate(short):
        found[k] = replace(claims[k], needed=search.needed(place))
    return tuple(found)


def _width(ends: tuple[float, float]) -> float:
    return ends[1] / ends[0]


def _holds(median: float | None, value: float, way: int) -> bool:
    return bool(reached(np.array([np.inf if median is None else median]), value, way)[0])


@dataclass(slots=True)
class Search:
    """The strengths that are tried for some claims, and what comes of each."""

    study: Study
    compiled: Compiled
    values: Values
    claims: list[Claim]
    tried: dict[float, Tried] = field(default_factory=dict)
    baseline: Histories | None = None

    @classmethod
    def of(cls, study: Study, numbers: list[int], claims: list[Claim]) -> Search:
        """The search for the ``claims`` of a study, which are its ``numbers``."""
        values = sample(study, 0, DRAWS)  # also where what a figure was correlated with is gone
        study = as_far(study, numbers)
        return cls(study, compile_study(study), values, claims)

    def run(self) -> None:
        """Try the plan as it is, the strongest, and in between where the most is unknown."""
        self._try(1.0)
        if not scaled(self.study) or all(self.near(place) for place in self._places):
            return
        self._try(STRONGEST)
        while len(self.tried) < TRIES:
            open_ = {place: ends for place in self._places if (ends := self.ends(place))}
            widest = max(open_.values(), key=_width, default=(1.0, 1.0))
            if _width(widest) <= NEAR:
                return
            self._try(self._between([k for k, ends in open_.items() if ends == widest], widest))

    @property
    def _places(self) -> range:
        return range(len(self.claims))

    def _try(self, multiple: float) -> None:
        values = stronger(self.study, self.values, multiple)
        cash = cash_flow(self._lives(self.compiled.block_of(values)))
        known: Known = {}
        claims = self.study.form.published
        plain, bare = cash, None
        if self.study.form.plan.amount and any(one.measure in MONEY for one in claims):
            as_is = with_amounts(self.study, values, self.values, 1.0)
            plain = _with_values(cash, as_is)
            if multiple == 1.0:
                bare = _with_values(cash, with_amounts(self.study, values, self.values, 0.0))
        self.tried[multiple] = Tried(
            [_median(cash, one, known) for one in claims],
            [_median(bare, one) if bare and one.measure in MONEY else None for one in claims],
            [_sums(plain, one) for one in claims],
        )

    def _lives(self, block: Block) -> Histories:
        """Both futures of a block; the baseline is that of the plan as it is, simulated once."""
        if self.baseline is None:
            self.baseline = simulate_block(self.compiled, block, "expected")
            return self.baseline
        plan = simulate_block(self.compiled, in_one_future(block, "plan"), "expected")
        heads, flows = self.baseline.heads_baseline, self.baseline.flows_baseline
        return replace(plan, block=block, heads_baseline=heads, flows_baseline=flows)

    def near(self, place: int) -> bool:
        """Whether these draws, without chance, reach what the run's median missed, and how far
        apart the two are cannot be told (a payback that never comes)."""
        mine = self.tried[1.0].medians[place]
        one = self.claims[place]
        return self._apart(place) is None and _holds(mine, one.value, one.direction)

    def _apart(self, place: int) -> float | None:
        """What the run's median lies above that of these draws; None where one is never."""
        own, mine = self.claims[place].found.median, self.tried[1.0].medians[place]
        return None if own is None or not np.isfinite(mine) else own - mine

    def median(self, place: int, multiple: float) -> float:
        """The median of a claim with the plan at some strength that was tried."""
        return self.tried[multiple].medians[place] + (self._apart(place) or 0.0)

    def ends(self, place: int) -> tuple[float, float] | None:
        """The strengths next to each other between which a claim comes to be reached."""
        one = self.claims[place]
        if self.near(place):
            return None
        low = 1.0
        for multiple in sorted(self.tried)[1:]:
            if _holds(self.median(place, multiple), one.value, one.direction):
                return low, multiple
            low = multiple
        return None

    def _between(self, places: list[int], ends: tuple[float, float]) -> float:
        """The next strength to try: where one claim alone is thought to be, amid several."""
        low, high = np.log(ends)
        part = self._part(places[0], ends) if len(places) == 1 else None
        part = 0.5 if part is None else min(max(part, 0.15), 0.85)
        return float(np.exp(low + part * (high - low)))

    def _part(self, place: int, ends: tuple[float, float]) -> float | None:
        """Which part of the way from one strength to another reaches the claim; None from never."""
        before, after = (self.median(place, multiple) for multiple in ends)
        if not np.isfinite(before):
            return None
        return (self.claims[place].value - before) / (after - before)

    def multiple(self, place: int) -> float | None:
        """How many times as strong the plan reaches a claim."""
        ends = self.ends(place)
        if ends is None:
            return None
        part = self._part(place, ends)
        return ends[1] if part is None else float(ends[0] + part * (ends[1] - ends[0]))

    def needed(self, place: int) -> Needed:
        """What would have to be true for a claim."""
        multiple, what = self.multiple(place), scaled(self.study)
        unpaid = self.tried[1.0].unpaid[place]
        if unpaid is not None:
            unpaid += self._apart(place) or 0.0
        ends = self.ends(place) or (1.0, max(self.tried))
        now, stronger = self.tried[1.0].sums[place], self.tried[ends[1]].sums[place]
        wanted, found = _person_years(now, stronger, self.claims[place].value)
        return Needed(
            scaled=tuple(what),
            own_chances=own_chances(self.study),
            multiple=multiple,
            reason=self._reason(place, what) if multiple is None else None,
            hazard_ratio=_strongest(self.study, self.values, multiple),
            without_amounts=None if unpaid is None else Median(finite(unpaid)),
            person_years=wanted,
            person_years_found=found,
            on_support=None if now is None or stronger is None else now.on_support,
        )

    def _reason(self, place: int, what: list[str]) -> Literal["nothing", "chance", "beyond"]:
        """Why there is no multiple."""
        return "nothing" if not what else "chance" if self.near(place) else "beyond"


def as_far(study: Study, numbers: list[int]) -> Study:
    """The study with some claims alone, to the last step that they speak of.

    Where one is of money it is the whole study: what a year costs knows where the study ends.
    """
    claims = [study.form.published[k] for k in numbers]
    steps = max(one.last_step(study.timeline) for one in claims)
    written = study.tree.tables["published"]
    values: dict[str, Any] = {"published": [written[k] for k in numbers]}
    if not any(one.measure in MONEY for one in claims):
        values["years"] = steps / study.timeline.steps_per_year
    return study.replace(values)


def _median(cash: CashFlow, one: Published, known: Known | None = None) -> float:
    return quantile(measure(cash, one, known).found, 0.5)


def _with_values(cash: CashFlow, values: Values) -> CashFlow:
    """The money of the same lives with other amounts."""
    histories = cash.histories
    return cash_flow(replace(histories, block=replace(histories.block, values=values)))


# ── what is made stronger ──


def scaled(study: Study) -> list[str]:
    """What of the plan can be made stronger: kinds of effects, and "amount"."""
    plan = study.form.plan
    kinds = [
        kind
        for kind in (*RATIOS, "percentage_points")
        if any(getattr(effect, kind) is not None for effect in plan.effect)
    ]
    return kinds + (["amount"] if plan.amount else [])


def own_chances(study: Study) -> bool:
    """Whether the plan has chances of its own in the place of the baseline's."""
    plan = study.form.plan
    return bool(study.plan_rows) or any(effect.given for effect in plan.effect)


def stronger(study: Study, values: Values, multiple: float) -> Values:
    """The values of every figure with all that the plan changes ``multiple`` times as strong."""
    found = {ratio.path: values[ratio] ** multiple for ratio in _ratios(study)}
    for effect in study.form.plan.effect:
        if (points := effect.percentage_points) is not None:
            found[points.path] = values[points] * multiple
    return with_amounts(study, values.replaced(found), values, multiple)


def _ratios(study: Study) -> Iterator[Quantity]:
    """The ratios of the plan's effects."""
    for effect in study.form.plan.effect:
        found = (getattr(effect, name) for name in RATIOS)
        yield from (ratio for ratio in found if ratio is not None)


def with_amounts(study: Study, values: Values, own: Values, multiple: float) -> Values:
    """``values`` with every amount that the plan changes ``multiple`` times what it is in ``own``.

    0 is a plan that changes none.
    """
    amounts = [q for changed in study.form.plan.amount for q in quantities(changed.change)]
    return values.replaced({q.path: own[q] * multiple for q in amounts})


def _strongest(study: Study, values: Values, multiple: float | None) -> tuple[float, float] | None:
    """The largest ratio of the plan: its median, and that to the power of the multiple."""
    medians = [quantile(values[ratio], 0.5) for ratio in _ratios(study)]
    if multiple is None or not medians:
        return None
    largest = max(medians, key=lambda ratio: abs(np.log(ratio)))
    return largest, float(largest**multiple)


# ── money as people ──


def support(study: Study) -> list[int]:
    """The states that a sum of money frees people from: those of support, else those paid."""
    names = study.names
    paid = {key for payment in study.form.payments.values() for key in payment.amount}
    states = names.with_role("support") or names.expand_all(sorted(paid))
    return [names.states.index(state) for state in states]


def _sums(cash: CashFlow, one: Published) -> Sums | None:
    """Means over the draws for a claim of money, a year of its span; None for other claims."""
    if one.measure not in ("saving", "balance"):
        return None
    study = cash.study
    first, last = span(study, one)
    years = (last - first + 1) / study.timeline.steps_per_year
    heads, inside = all_people(cash.histories), support(study)
    baseline, plan = (
        float(heads[future].people[:, first : last + 1][:, :, inside].sum(axis=2).mean())
        for future in FUTURES
    )
    claimed = float(measure(cash, one).found.mean())
    a_year = claimed if one.per_year else claimed / years
    return Sums(a_year, baseline - plan, baseline, years, one.per_year)


def _person_years(
    now: Sums | None, stronger: Sums | None, value: float
) -> tuple[float | None, float | None]:
    """Person-years a year off support: what the sum would need, and what the plan gives."""
    if now is None or stronger is None:
        return None, None
    saved, fewer = stronger.found - now.found, stronger.fewer - now.fewer
    if fewer <= 1e-4 * now.on_support or saved <= 0:
        return None, None
    claim = value if now.per_year else value / now.years
    return now.fewer + (claim - now.found) * fewer / saved, now.fewer
