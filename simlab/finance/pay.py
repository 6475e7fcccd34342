"""Heads times unit amounts, step by step: the only place where people become money.

    paid[t + lag, k] = Σ_a people[t, a] · unit[e(t), a, k]

with e(t) the epoch of the money of step t, and people those whom it is for (`people_paid_for`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simlab.kernel.compiled import kernel


@kernel
def pay(
    people: np.ndarray,
    accounts: np.ndarray,
    payers: np.ndarray,
    unit: np.ndarray,
    first: np.ndarray,
    lag: int,
    out: np.ndarray,
) -> None:
    """Add what some payers pay for the people in some accounts to out : (steps + 1, payers, draws),
    kr. a step.

    people : (steps + 1, accounts, draws)    unit : (epochs, accounts or more, payers, draws)
    first : (epochs + 1,) the first step of each epoch, and the step after the last
    lag : payments for step t fall in step t + lag; those beyond the horizon are not counted
    """
    for e in range(unit.shape[0]):
        for t in range(max(first[e], 0), min(first[e + 1], len(people) - lag)):
            for a in accounts:
                here = people[t, a]
                for k in payers:
                    each, paid = unit[e, a, k], out[t + lag, k]
                    for d in range(len(here)):  # draws side by side, so that they are one vector
                        paid[d] += here[d] * each[d]


EXPENDITURE, INCOME = 0, 1  # income is received, or given back


class Entries(NamedTuple):
    """What payers pay and receive for a citizen, one entry after the other.

    formula, epoch, account, payer : numbers    sign : of the amount in what the payer pays net
    source, side : which of the sources, and EXPENDITURE or INCOME
    """

    formula: np.ndarray
    epoch: np.ndarray
    account: np.ndarray
    payer: np.ndarray
    sign: np.ndarray
    source: np.ndarray
    side: np.ndarray


@kernel
def add_entries(entries: Entries, amounts: np.ndarray, unit: np.ndarray) -> None:
    """Add amounts : (formulas, draws) to unit : (epochs, accounts, payers, draws)."""
    for i in range(len(entries.formula)):
        amount, sign = amounts[entries.formula[i]], entries.sign[i]
        paid = unit[entries.epoch[i], entries.account[i], entries.payer[i]]
        for d in range(len(paid)):
            paid[d] += sign * amount[d]


class Runs(NamedTuple):
    """Runs of steps in which neither the year of payment nor an amount changes.

    first    : (runs + 1,) their first steps, and the step after the last
    year     : (runs,) the place of their year
    of_epoch : (epochs + 1,) the first run of each epoch of the money, and the one after the last
    """

    first: np.ndarray
    year: np.ndarray
    of_epoch: np.ndarray


@kernel
def add_lines(
    entries: Entries,
    lines: np.ndarray,
    amounts: np.ndarray,
    runs: Runs,
    people: np.ndarray,
    out: np.ndarray,
) -> None:
    """Add the entries, for people : (runs, accounts, draws), to out : (years, lines, 2, draws).

    lines : (entries,)    amounts : (formulas, draws)
    """
    for i in range(len(lines)):
        epoch, side, sign = entries.epoch[i], entries.side[i], entries.sign[i]
        each = amounts[entries.formula[i]]
        for r in range(runs.of_epoch[epoch], runs.of_epoch[epoch + 1]):
            there, line = people[r, entries.account[i]], out[runs.year[r], lines[i], side]
            for d in range(len(line)):
                line[d] += sign * there[d] * each[d]
