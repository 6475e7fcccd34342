"""What would have to be true: how much stronger the plan, for the claims that it does not reach.

Everything that the plan changes is made k times as strong, in every draw (`stronger`), whatever
state a move leads to: if people come into jobs by it, then others come into flex jobs and early
pension by it. What is found is followed, as expected numbers, until its median reaches the claim
(`unreached`). A few strengths are tried, each amid those that enclose the claims whose k is known
the least.

A sum of money is also told as standing person-years off support: the claim per year, over what a
person-year off support is worth in the simulation itself: what the plan's stronger effects, with
the amounts as they are, save beyond it, over the person-years that they take off support beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.kernel.arrays import Out
from simlab.model.block import Block
from simlab.model.compiled import Compiled, compile_study
from simlab.model.parameters import Values, sample
from simlab.observe.observables import Observer, span, years_of
from simlab.observe.published import Claim, Median, Needed
from simlab.observe.stronger import own_chances, scaled, stronger, strongest_ratio, with_amounts
from simlab.observe.subcohort import everybody, in_one_future
from simlab.observe.unreached import Ends, Sums, Tried, Unreached, holds
from simlab.risk.estimate import finite
from simlab.risk.payback import quantile
from simlab.study.futures import FUTURES
from simlab.study.grammar import MONEY, Published
from simlab.study.study import Study

DRAWS = 64
STRONGEST = 10.0
TRIES = 5  # with the plan as it is and the strongest
NEAR = 1.25  # two strengths between which a claim is read without another try


def with_needed(study: Study, claims: list[Claim]) -> tuple[Claim, ...]:
    """The claims, those that the median does not reach with what would have to be true."""
    short = {
        number: Unreached(claim)
        for number, claim in enumerate(claims)
        if claim.scored and claim.direction and not holds(claim, claim.found.median)
    }
    if not short:
        return tuple(claims)
    search = Search.of(study, short)
    search.run()
    return tuple(
        replace(claim, needed=search.needed(short[number])) if number in short else claim
        for number, claim in enumerate(claims)
    )


def _width(ends: Ends) -> float:
    return ends[1] / ends[0]


@dataclass(slots=True)
class Search:
    """The strengths that are tried for some claims of a study.

    figures : what was published, of each claim
    """

    compiled: Compiled
    values: Values
    claims: list[Unreached]
    figures: list[Published]
    baseline: Histories | None = None

    @classmethod
    def of(cls, study: Study, claims: dict[int, Unreached]) -> Search:
        """The search for claims by their number in a study."""
        compiled = compile_study(study)
        values = compiled.with_ratios(sample(study, 0, DRAWS))
        figures = [study.form.published[number] for number in claims]
        return cls(compiled, values, list(claims.values()), figures)

    @property
    def study(self) -> Study:
        return self.compiled.study

    def run(self) -> None:
        """Try the plan as it is, the strongest, and in between where the most is unknown."""
        self._try(1.0)
        if not scaled(self.study) or all(claim.near for claim in self.claims):
            return
        self._try(STRONGEST)
        for _ in range(TRIES - 2):
            enclosed = [(claim, ends) for claim in self.claims if (ends := claim.ends())]
            widest = max((ends for _, ends in enclosed), key=_width, default=(1.0, 1.0))
            if _width(widest) <= NEAR:
                return
            self._try(_between([claim for claim, ends in enclosed if ends == widest], widest))

    def _try(self, strength: float) -> None:
        values = stronger(self.study, self.values, strength)
        own = Observer(cash_flow(self._lives(self.compiled.block_of(values))))
        plain, bare = own, None
        if self.study.form.plan.amount and any(of.measure in MONEY for of in self.figures):
            as_is = with_amounts(self.study, values, self.values, 1.0)
            plain = _with_values(own.cash, as_is)
            if strength == 1.0:
                bare = _with_values(own.cash, with_amounts(self.study, values, self.values, 0.0))
        for claim, figure in zip(self.claims, self.figures, strict=True):
            found = own.observe(figure).value
            saved = found if plain is own else plain.observe(figure).value
            unpaid = _median(bare, figure) if bare and figure.measure in MONEY else None
            sums = _sums(plain.cash, figure, saved)
            claim.add(strength, Tried(quantile(found, 0.5), sums, unpaid))

    def _lives(self, block: Block) -> Histories:
        """Both futures of a block; the baseline is that of the plan as it is, simulated once."""
        if self.baseline is None:
            self.baseline = simulate_block(self.compiled, block, "expected")
            return self.baseline
        plan = simulate_block(self.compiled, in_one_future(block, "plan"), "expected")
        both = zip(self.baseline.out, plan.out, strict=True)
        out = Out(*(np.concatenate([one[:1], other[-1:]]) for one, other in both))
        return replace(plan, block=block, out=out)

    def needed(self, claim: Unreached) -> Needed:
        """What would have to be true for a claim."""
        multiple, what = claim.multiple(), scaled(self.study)
        wanted, given, on_support = claim.person_years()
        reason: Literal["nothing", "chance", "beyond"] = (
            "nothing" if not what else "chance" if claim.near else "beyond"
        )
        return Needed(
            scaled=tuple(what),
            own_chances=own_chances(self.study),
            multiple=multiple,
            reason=reason if multiple is None else None,
            hazard_ratio=strongest_ratio(self.study, self.values, multiple),
            without_amounts=None if claim.unpaid is None else Median(finite(claim.unpaid)),
            person_years=wanted,
            person_years_found=given,
            on_support=on_support,
        )


def _between(claims: list[Unreached], ends: Ends) -> float:
    """The next strength to try: where one claim alone is thought to be, amid several."""
    low, high = np.log(ends)
    part = claims[0].part(ends) if len(claims) == 1 else None
    part = 0.5 if part is None else min(max(part, 0.15), 0.85)
    return float(np.exp(low + part * (high - low)))


def _median(observer: Observer, figure: Published) -> float:
    return quantile(observer.observe(figure).value, 0.5)


def _with_values(cash: CashFlow, values: Values) -> Observer:
    """What is counted of the same lives with other amounts."""
    histories = cash.histories
    return Observer(cash_flow(replace(histories, block=replace(histories.block, values=values))))


# ── money as people ──


def support(study: Study) -> list[int]:
    """The states that a sum of money frees people from: those of support, else those paid."""
    names = study.names
    paid = {key for payment in study.form.payments.values() for key in payment.amount}
    states = names.with_role("support") or names.expand_all(sorted(paid))
    return [names.states.index(state) for state in states]


def _sums(cash: CashFlow, figure: Published, saved: np.ndarray) -> Sums | None:
    """Means over the draws for a claim of money, a year of its span; None for other claims, and
    for a level, part of which no effect frees.

    saved : (draws,) what is found of the claim
    """
    if figure.measure not in ("saving", "balance") or figure.is_level:
        return None
    study = cash.study
    first, last = span(study, figure)
    years, inside = years_of(study, figure), support(study)
    heads = everybody(cash.histories)
    baseline, plan = (
        float(heads[future].people[:, first : last + 1][:, :, inside].sum(axis=2).mean())
        for future in FUTURES
    )
    claimed = float(saved.mean())
    a_year = claimed if figure.per_year else claimed / years
    return Sums(a_year, baseline - plan, baseline, years, figure.per_year)
