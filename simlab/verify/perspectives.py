"""Perspectives: weights on payers, discounting, and the payback that follows.

    1,000 kr. after two years at a rate r is worth 1,000 / (1 + r)²;  a rate of 0 changes nothing
    what a perspective sees = Σ weight · payer · v_t
    payback = the first step from which the balance stays at or above zero

Each is worked out here in another way: powers instead of products, and a search step by step
instead of one over arrays.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.study.message import Message
from simlab.verify.case import Case
from simlab.verify.check import check, made_of
from simlab.verify.comparison import Pairs, Where, exact
from simlab.verify.one_draw import some_draws
from simlab.verify.payback_figures import finite, perspectives
from simlab.verify.stated import Stated

AMOUNT = 1_000.0  # kr.
RATE = 0.035  # beside the study's own: what the state computes with


@check("money.discount", Message("What DKK 1,000 of later years is worth today"))
def discounted(case: Case) -> Iterator[Pairs]:
    """By the study's own curves, and by one rate at every step."""
    cash, timeline = case.cash["expected"], case.study.timeline
    constant = _with_rate(case, RATE)
    for name in case.study.perspectives:
        worth, by_hand = AMOUNT * cash.discount(name), _worth(some_draws(case)[0].stated, name)
        pairs = exact(worth, by_hand, "kr.", Where("step", perspective=name), rounding=1e-11)
        yield made_of(case, constant.study, pairs)
    years = np.arange(timeline.steps + 1) / timeline.steps_per_year
    worth, by_power = AMOUNT * constant.discount("verified"), AMOUNT / (1.0 + RATE) ** years
    yield exact(worth, by_power, "kr.", Where("step", rate=RATE), rounding=1e-11)


def _worth(stated: Stated, perspective: str) -> list[float]:
    """[step] by the study's own curve: a power for each run of steps with one rate."""
    curve, steps_with = stated.study.perspectives[perspective].discount_per_year, Counter[float]()
    worth = [AMOUNT]
    for t in range(1, stated.steps + 1):
        steps_with[stated.rate(curve, t)] += 1
        value = AMOUNT
        for rate, steps in steps_with.items():
            value /= (1.0 + rate) ** (steps / stated.per_year)
        worth.append(value)
    return worth


def _with_rate(case: Case, rate: float) -> CashFlow:
    """The cash flow with a perspective of the first payer alone at one discount rate."""
    body = {"weights": {case.study.payers[0]: 1.0}, "discount_per_year": rate}
    values = {"perspectives.verified": body, "perspective": "verified"}
    study = case.study.replace(values)
    histories = case.histories["expected"]
    return cash_flow(replace(histories, compiled=replace(histories.compiled, study=study)))


@check("money.no_discount", Message("A discount rate of 0 changes nothing"))
def without_rate(case: Case) -> Iterator[Pairs]:
    """At a rate of 0 the discounted flow is the undiscounted one."""
    cash = _with_rate(case, 0.0)
    saving, cost = cash.seen_by("verified")
    undiscounted = cash.saving[:, :, 0] - cash.cost[:, :, 0]
    where = Where("draw", "step")
    pairs = exact(saving - cost, undiscounted, "kr.", where, rounding=0.0)
    yield made_of(case, cash.study, pairs)


@check("money.weights", Message("Each account is the weighted sum of its payers"))
def weights(case: Case) -> Iterator[Pairs]:
    """What a perspective sees is the weighted sum over payers, discounted."""
    for (engine, cash), name in itertools.product(case.cash.items(), case.study.perspectives):
        perspective = case.study.perspectives[name]
        given = [perspective.weights.get(payer, 0.0) for payer in cash.payers]
        net = cash.paid_in("baseline") - cash.paid_in("plan") - cash.cost
        flow = net @ np.array(given) * cash.discount(name)
        saving, cost = cash.seen_by(name)
        size = float(np.abs(cash.paid_in("baseline")).sum(axis=2).max(initial=0.0))
        where = Where("draw", "step", engine=engine, perspective=name)
        yield exact(saving - cost, flow, "kr.", where, scale=size)


@check("money.payback", Message("Payback times, found step by step by hand"))
def payback(case: Case) -> Iterator[Pairs]:
    """The payback of every draw is the last break-even of its balance, searched for step by step;
    a flow that is never negative is back at once."""
    n = case.draws
    for each in perspectives(case):
        both = finite(each.payback.years[:n]), finite(draw.years for draw in each.draws[:n])
        where = Where("draw", **each.where)
        yield exact(*both, "number", where, rounding=1e-12, of=each.flow[:n])
