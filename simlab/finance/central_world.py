"""One run that a reader can compute again: expected numbers, amounts, and what follows from them.

The **central world** leads the model once with every uncertain figure at its mean, without chance,
and with the business cycle at its mean. It is one possible future and not the mean over all of
them: what people do is not linear in the figures, and the mean of a product is not the product of
the means. So both are shown.

Nothing here is a second model. Heads and moves come from the engine ``expected``, amounts from the
rooms that compute with them; a workbook that multiplies them again must find what `cash_flow`
found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simlab.engine.simulate import Histories, as_steps_begin, simulate_block
from simlab.finance.cash_flow import CashFlow, cash_flow
from simlab.finance.discounting import rates
from simlab.finance.displacement import displacing, with_the_displaced
from simlab.finance.items import Item, common_epochs, items
from simlab.finance.one_off import one_offs
from simlab.finance.parties import column
from simlab.finance.people_paid_for import at_start
from simlab.finance.plan_cost import parts, reimbursed
from simlab.finance.taxes import taxes
from simlab.model.accounts import Account
from simlab.model.compiled import Compiled
from simlab.model.parameters import Values
from simlab.study.futures import FUTURES
from simlab.study.key_path import keys_of_path
from simlab.study.message import labelled
from simlab.study.quantity import Quantity
from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class TaxTerm:
    """A tax; rate, level, average_rate, retained : (epochs,).

    of  : its base; "" is all taxed income, less what is ``deducted`` by taxes before it
    lag : steps until what is equalised away falls due
    """

    name: str
    label: dict[str, str]
    of: str
    deducted: bool
    paid_by: int
    received_by: int
    rest_to: int | None
    lag: int
    rate: np.ndarray
    level: np.ndarray | None
    average_rate: np.ndarray | None
    retained: np.ndarray | None


@dataclass(frozen=True, slots=True)
class CostTerm:
    """A part of what the plan costs : (steps + 1,) each; ``items`` names those it is made of.

    reimbursed : the share that ``reimbursed_by`` pays, if anybody
    """

    path: str
    label: dict[str, str]
    items: str | None
    quantity: np.ndarray
    price: np.ndarray
    paid_by: int
    reimbursed: np.ndarray | None
    reimbursed_by: int | None


@dataclass(frozen=True, slots=True)
class OneOffTerm:
    """An amount for each move : (steps + 1,) kr., and moves : (2, steps + 1) in a step, without and
    with the plan."""

    path: str
    label: dict[str, str]
    amount: np.ndarray
    moves: np.ndarray
    paid_by: int
    received_by: int | None


@dataclass(frozen=True, slots=True)
class Displaced:
    """Accounts that are jobs, the account of somebody displaced, and the two shares."""

    places: tuple[int, ...]
    account: int
    share: float
    local: float
    elsewhere: int | None


@dataclass(frozen=True, slots=True)
class Recomputable:
    """Everything that enters the money of one world.

    accounts : with the displaced last, where the study has any
    first    : (epochs + 1,) the first step of each run in which no amount changes, and the end
    heads    : (2, steps + 1, accounts with lives) expected people, without and with the plan
    at_start : the weight of the people at the start of a step in what is paid in it
    reformed : step → (2, accounts with lives) people as it begins, without and with the plan, of
               each step before which a reform moves people
    rates    : perspective → (steps + 1,) discount a year
    cash     : what the simulator computes from the same, one draw
    """

    study: Study
    dates: tuple[date, ...]
    accounts: tuple[Account, ...]
    first: np.ndarray
    heads: np.ndarray
    at_start: float
    reformed: dict[int, np.ndarray]
    items: tuple[Item, ...]
    taxes: tuple[TaxTerm, ...]
    costs: tuple[CostTerm, ...]
    one_offs: tuple[OneOffTerm, ...]
    displaced: Displaced | None
    rates: dict[str, np.ndarray]
    cash: CashFlow

    @property
    def people(self) -> int:
        """How many accounts have lives."""
        return int(self.heads.shape[2])

    def epoch_of(self, step: int) -> int:
        return int(np.searchsorted(self.first, step, side="right")) - 1

    def __repr__(self) -> str:
        return f"Recomputable({len(self.items)} amounts, {len(self.accounts)} accounts)"


def central_world(compiled: Compiled) -> Recomputable:
    """Every figure at its mean, the business cycle at its mean, no chance in lives."""
    # the number of people is at its mean too
    block = compiled.block_of(Values.at_means(compiled.study), cycle=None, whole=False)
    return recomputable(simulate_block(compiled, block, "expected"))


def recomputable(histories: Histories) -> Recomputable:
    """The first draw of ``histories``, apart."""
    study, cash = histories.study, cash_flow(histories)
    own = histories.compiled.accounts
    accounts = with_the_displaced(study, own)
    first = common_epochs(study, accounts, len(own))
    return Recomputable(
        study=study,
        dates=study.timeline.dates,
        accounts=accounts,
        first=first,
        heads=np.stack([histories.heads(future)[0] for future in FUTURES]).astype(np.float64),
        at_start=at_start(study),
        reformed=_reformed(histories),
        items=items(histories, accounts, first),
        taxes=_taxes(histories, first),
        costs=_costs(histories),
        one_offs=_one_offs(histories),
        displaced=_displaced(histories, accounts),
        rates={
            n: rates(p.discount_per_year, study.timeline) for n, p in study.perspectives.items()
        },
        cash=cash,
    )


def _reformed(histories: Histories) -> dict[int, np.ndarray]:
    compiled = histories.compiled
    both = [
        as_steps_begin(compiled, histories.out.heads[histories.places[future], ..., :1])
        for future in FUTURES
    ]
    reforms = sorted(set(compiled.conversions.step.tolist()))
    return {
        t: np.stack([heads[t - 1, :, 0] for heads in both]).astype(np.float64)
        for t in reforms
        if t <= compiled.study.timeline.steps
    }


def _taxes(histories: Histories, first: np.ndarray) -> tuple[TaxTerm, ...]:
    study, values, terms = histories.study, histories.block.values, []
    for tax in taxes(study):
        epochs = first[:-1].tolist()
        rates = [tax.rates(study, t) for t in epochs]
        terms.append(
            TaxTerm(
                name=tax.name,
                label=tax.label,
                of=tax.of,
                deducted=tax.deducted,
                paid_by=tax.paid_by,
                received_by=tax.received_by,
                rest_to=tax.rest_to,
                lag=tax.lag,
                rate=np.array([values[epoch.rate][0] for epoch in rates]),
                level=_by_epoch(values, [epoch.level for epoch in rates]),
                average_rate=_by_epoch(values, [epoch.average_rate for epoch in rates]),
                retained=_by_epoch(values, [epoch.retained for epoch in rates]),
            )
        )
    return tuple(terms)


def _by_epoch(values: Values, each: list[Quantity | None]) -> np.ndarray | None:
    """(epochs,) a rate that a tax has in all epochs or in none."""
    known = [values[rate][0] for rate in each if rate is not None]
    return np.array(known) if known else None


def _costs(histories: Histories) -> tuple[CostTerm, ...]:
    study, values, terms = histories.study, histories.block.values, []
    for part in parts(histories):
        share, paid = reimbursed(study, values, part), part.paid
        kind, name = (*map(str, keys_of_path(part.path)[1:]), "")[:2]
        terms.append(
            CostTerm(
                path=part.path,
                label=labelled(getattr(paid, "label", None), name or kind),
                items=name if kind == "cost_per_citizen" else None,
                quantity=part.quantity[:, 0],
                price=np.broadcast_to(part.price[:, 0], study.timeline.steps + 1),
                paid_by=column(study, paid.paid_by),
                reimbursed=None if share is None else share[:, 0],
                reimbursed_by=None if share is None else column(study, paid.reimbursed_by),
            )
        )
    return tuple(terms)


def _one_offs(histories: Histories) -> tuple[OneOffTerm, ...]:
    terms = []
    for written in one_offs(histories.compiled):
        each = written.each(histories.study, histories.block.values)[:, 0]
        flows = [histories.flows(future)[0][:, written.columns] for future in FUTURES]
        terms.append(
            OneOffTerm(
                path=written.amount.path,
                label=written.label,
                amount=np.concatenate([[0.0], each]),
                moves=np.stack(flows).sum(axis=2),
                paid_by=written.parties.paid_by,
                received_by=written.parties.received_by,
            )
        )
    return tuple(terms)


def _displaced(histories: Histories, accounts: tuple[Account, ...]) -> Displaced | None:
    values, known = histories.block.values, displacing(histories.study, histories.compiled.accounts)
    if known is None:
        return None
    return Displaced(
        places=tuple(known.jobs.tolist()),
        account=len(accounts) - 1,
        share=float(values[known.share][0]),
        local=float(values[known.local_share][0]),
        elsewhere=known.elsewhere,
    )
