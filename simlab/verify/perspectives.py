"""Perspectives: weights on payers, discounting, and the payback that follows.

    1,000 kr. after two years at a rate r is worth 1,000 / (1 + r)²;  a rate of 0 changes nothing
    what a perspective sees = Σ weight · payer · v_t
    payback = the first step from which the balance stays at or above zero

Each is worked out here in another way: powers instead of products, and a search from the horizon
backwards instead of one over arrays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.result.certified import Check
from simlab.risk.payback import ZERO, from_balance
from simlab.verify.case import Case, Checks, made_of
from simlab.verify.check import exact, worst_of

AMOUNT, YEARS = 1_000.0, 2
NEVER = -1.0
RATE = 0.035  # beside the study's own: what the state computes with


def checks() -> Checks:
    """Every check of perspectives."""
    return {
        "money.discount": after_two_years,
        "money.no_discount": without_rate,
        "money.weights": weights,
        "money.payback": payback,
    }


def after_two_years(case: Case) -> Check:
    """What 1,000 kr. of every step, and of the step after two years, are worth at the start."""
    found = []
    for name in case.study.perspectives:
        found.append(_worth(case.cash["expected"], name))
    constant = _with_rate(case, RATE)
    steps = np.arange(case.study.timeline.steps + 1) / case.study.timeline.steps_per_year
    found.append(
        exact("money.discount", AMOUNT * constant.discount("verified"),
              AMOUNT / (1.0 + RATE) ** steps, "kr.", rounding=1e-11, axes=("step",), rate=RATE)
    )  # fmt: skip
    return made_of(case, constant.study, worst_of(found))


def _worth(cash: CashFlow, perspective: str) -> Check:
    """By the study's own curve: a power for each run of steps with one rate."""
    timeline = cash.study.timeline
    curve = cash.study.perspectives[perspective].discount_per_year
    rates = []
    for t in range(1, timeline.steps + 1):
        year = -int(-t // timeline.steps_per_year)
        bands = curve.at(timeline.start_of(t))
        rates.append(bands.bands[bands.index(year)].value.mean())
    powers: dict[float, int] = {}
    worth = [AMOUNT]
    for rate in rates:
        powers[rate] = powers.get(rate, 0) + 1
        value = AMOUNT
        for one, steps in powers.items():
            value /= (1.0 + one) ** (steps / timeline.steps_per_year)
        worth.append(value)
    return exact(
        "money.discount", AMOUNT * cash.discount(perspective), worth, "kr.", rounding=1e-11,
        axes=("step",), perspective=perspective,
    )  # fmt: skip


def _with_rate(case: Case, rate: float) -> CashFlow:
    """The cash flow with a perspective of the first payer alone at one discount rate."""
    body = {"weights": {case.study.form.payers[0]: 1.0}, "discount_per_year": rate}
    values = {"perspectives.verified": body, "perspective": "verified"}
    study = case.study.replace(values)
    histories = case.histories["expected"]
    return cash_flow(replace(histories, compiled=replace(histories.compiled, study=study)))


def without_rate(case: Case) -> Check:
    """At a rate of 0 the discounted flow is the undiscounted one."""
    cash = _with_rate(case, 0.0)
    saving, cost = cash.seen_by("verified")
    one = exact(
        "money.no_discount", saving - cost, cash.saving[:, :, 0] - cash.cost[:, :, 0], "kr.",
        rounding=0.0, axes=("draw", "step"),
    )  # fmt: skip
    return made_of(case, cash.study, one)


def weights(case: Case) -> Check:
    """What a perspective sees is the weighted sum over payers, discounted."""
    found = []
    for engine, cash in case.cash.items():
        for name, perspective in case.study.perspectives.items():
            given = [perspective.weights.get(payer, 0.0) for payer in cash.payers]
            flow = (cash.baseline - cash.plan - cash.cost) @ np.array(given) * cash.discount(name)
            saving, cost = cash.seen_by(name)
            size = float(np.abs(cash.baseline).sum(axis=2).max(initial=0.0))
            found.append(
                exact("money.weights", saving - cost, flow, "kr.", scale=size,
                      axes=("draw", "step"), engine=engine, perspective=name)
            )  # fmt: skip
    return worst_of(found)


def payback(case: Case) -> Check:
    """The payback of every draw is the last break-even of its balance, searched for step by step;
    a flow that is never negative is back at once."""
    found, timeline = [], case.study.timeline
    for engine, cash in case.cash.items():
        for name in case.study.perspectives:
            saving, cost = cash.seen_by(name)
            given = from_balance(saving, cost, timeline.steps_per_year, name).years
            months = [_last_break_even(list(f)) for f in saving - cost]
            by_hand = np.array(months) / timeline.steps_per_year
            found.append(
                exact("money.payback", _finite(given), _finite(by_hand), "number",
                      rounding=1e-12, of=saving - cost, axes=("draw",), engine=engine,
                      perspective=name)
            )  # fmt: skip
    return worst_of(found)


def _finite(years: np.ndarray) -> np.ndarray:
    """Years, with a figure for what is not within the horizon."""
    return np.where(np.isfinite(years), years, NEVER)


def _last_break_even(flow: list[float]) -> float:
    """The first step from which the balance stays at or above zero, inf if none."""
    balance, back = 0.0, 0.0
    for t, more in enumerate(flow):
        balance += more
        if balance < -ZERO:
            back = np.inf
        elif back == np.inf:
            back = float(t)
    return back
