"""Money: people times amounts, nothing made and nothing lost on the way to the payers.

    all amounts 1 → person-time;  all 0 → 0
    Σ over payers = gross payments that nobody receives:  reimbursement, transfers and tax cancel
    Σ over budget lines = the plan's cost
    a shorter horizon never holds more of what is never negative

The gross payments are computed once more from the study, amount by amount, without reimbursement
and without tax.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from simlab.engine.simulate import Histories, draws_first, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.finance.changed_amounts import changed_amounts
from simlab.finance.displacement import job_places, with_the_displaced
from simlab.finance.pay import pay
from simlab.finance.people_paid_for import paid_for
from simlab.finance.plan_cost import plan_cost
from simlab.finance.prices import Factor, of_version
from simlab.finance.unit_amounts import money_lines
from simlab.model.accounts import Account
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.study.grammar import Payment
from simlab.study.message import Message
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.verify import ledger
from simlab.verify.case import Case
from simlab.verify.check import check, made_of
from simlab.verify.comparison import Pairs, Where, exact

SHORT_DRAWS = 16


def counted(case: Case, heads: np.ndarray) -> np.ndarray:
    """(draws, steps, accounts) the people that the payments of each step are for."""
    return np.stack([ledger.counted(case.compiled, draw)[1:] for draw in heads])


@check("money.person_time", Message("If everything costs 1, the sum is the time people spend"))
def person_time(case: Case) -> Iterator[Pairs]:
    for engine, histories in case.histories.items():
        paid = _all_alike(case, histories, 1.0)[:, 1:]
        there = counted(case, histories.heads("plan").astype(float)).sum(axis=2)
        yield exact(paid, there, "people", Where("draw", "step", engine=engine))


@check("money.nothing", Message("If everything costs 0, nothing is paid"))
def nothing(case: Case) -> Iterator[Pairs]:
    for engine, histories in case.histories.items():
        paid, people = _all_alike(case, histories, 0.0), histories.heads("plan")
        yield exact(paid, 0.0, "kr.", Where(engine=engine), rounding=0.0, of=people)


def _all_alike(case: Case, histories: Histories, amount: float) -> np.ndarray:
    """(draws, steps + 1) what is paid in the plan if every account costs the same."""
    accounts = case.compiled.accounts
    first = money_lines(case.study, with_the_displaced(case.study, accounts)).first
    unit = np.full((len(first) - 1, len(accounts), 1, case.draws), amount)
    paid = np.zeros((case.study.timeline.steps + 1, 1, case.draws))
    everywhere = np.arange(len(accounts))
    pay(paid_for(histories, "plan"), everywhere, np.arange(1), unit, first, 0, paid)
    return paid[:, 0].T


@check("money.payers", Message("What all payers pay sums to the total"))
def payers(case: Case) -> Iterator[Pairs]:
    """Payers sum to the gross payments that no payer receives, in each step of both futures."""
    gross = gross_amounts(case)
    for histories, future in case.futures():
        paid = case.cash[histories.engine].paid_in(future)
        size = float(np.abs(paid).sum(axis=2).max(initial=0.0))
        total = _total(case, histories.heads(future), gross)
        total = total + _moves(case, histories.flows(future))
        if future == "plan":
            total += _displaced(case, histories, gross) + _changed(histories)
        where = Where("draw", "step", engine=histories.engine, future=future)
        yield exact(paid.sum(axis=2), total, "kr.", where, scale=size)


def gross_amounts(case: Case) -> np.ndarray:
    """(steps, accounts, draws) what one citizen costs all payers together in a step."""
    study, form = case.study, case.study.form
    accounts = with_the_displaced(study, case.compiled.accounts)
    total = np.zeros((study.timeline.steps, len(accounts), case.draws))
    for payment in form.payments.values():
        if payment.received_by is None:
            for key in payment.amount:
                for a, account in enumerate(accounts):
                    if account.state in study.names.expand(key):
                        total[:, a] += _gross(case, payment, key, account)
    return total


def _gross(case: Case, payment: Payment, key: str, account: Account) -> np.ndarray:
    """(steps, draws) one amount of a payment for someone in an account, before reimbursement."""
    study, values = case.study, case.block.values
    varying, unit = payment.amount[key], payment.band_unit
    times = np.full(case.draws, units_per(study.form.step, unit))
    if payment.share is not None:
        times = times * values[payment.share]
    if payment.per == "hour":
        times = times * values[study.form.hours_per_month[account.state]]
    known: dict[tuple[int, Factor], np.ndarray] = {}
    rows = []
    for t in range(1, study.timeline.steps + 1):
        version = varying.version(study.timeline.start_of(t))
        price = of_version(study, payment.indexed, varying, version, t)
        if (version, price) not in known:
            bands = varying.versions[version][1]
            each = np.stack([values[band.value] for band in bands.bands], axis=1)
            shares = account.weights(study, bands, unit)
            known[version, price] = price.of(values) * (each @ shares) * times
        rows.append(known[version, price])
    return np.array(rows)


def _total(case: Case, heads: np.ndarray, gross: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) people times gross amounts."""
    people = counted(case, heads.astype(float))
    paid = np.einsum("dta,tad->dt", people, gross[:, : people.shape[2]])
    return np.concatenate([np.zeros((len(paid), 1)), paid], axis=1)


def _moves(case: Case, flows: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) the payment-off amounts that nobody receives."""
    study, values = case.study, case.block.values
    total = np.zeros(flows.shape[:2])
    for payment in study.form.one_off.values():
        if payment.received_by is not None:
            continue
        moves = {m for p in payment.moves for m in study.names.matching(p, study.moves)}
        made = flows[:, :, [f for f, m in enumerate(case.compiled.flows) if m in moves]]
        for t in range(1, flows.shape[1]):
            version = payment.amount.version(study.timeline.start_of(t))
            each = values[payment.amount.versions[version][1].bands[0].value]
            price = of_version(study, payment.indexed, payment.amount, version, t)
            total[:, t] += made[:, t].sum(axis=1) * each * price.of(values)
    return total


def _displaced(case: Case, histories: Histories, gross: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) what those displaced from jobs cost instead of the jobs."""
    study, values = case.study, case.block.values
    displacement, jobs = study.form.plan.displacement, job_places(study, case.compiled.accounts)
    if displacement is None or not len(jobs):
        return np.zeros(histories.heads("plan").shape[:2])
    extra = histories.heads("plan").astype(float) - histories.heads("baseline")
    each = np.zeros_like(gross[:, : extra.shape[2]])
    each[:, jobs] = gross[:, -1:] - gross[:, jobs]
    share = values[displacement.share]
    return _total(case, extra, each) * share[:, None]


def _changed(histories: Histories) -> np.ndarray:
    """(draws, steps + 1) what the plan changes in amounts, transfers apart."""
    _, width, _, draws = histories.out.heads.shape
    paid = np.zeros((width, len(histories.study.payers), draws))
    everywhere = np.arange(len(histories.compiled.accounts))
    changed_amounts(histories, paid_for(histories, "plan"), everywhere, paid)
    return np.asarray(paid.sum(axis=1)).T


@check("money.budget", Message("Budget lines sum to what the plan costs"))
def budget(case: Case) -> Iterator[Pairs]:
    """Budget lines one by one, and what else the plan costs, sum to the plan's cost."""
    cash, lines = case.cash["expected"], case.study.form.plan.cost.lines
    if cash.cost.any():
        bare = _with_lines(case.study, [])
        besides = _cost_of(case, bare)
        each = [_cost_of(case, _with_lines(case.study, [name])) - besides for name in lines]
        total = sum(each, start=besides)
        yield made_of(case, bare, exact(cash.cost, total, "kr.", Where("draw", "step", "payer")))


def _with_lines(study: Study, names: list[str]) -> Study:
    """The study with these of its budget lines alone."""
    cost, lines = study.tree.tables["plan"].get("cost", {}), study.form.plan.cost.lines
    left = {key: value for key, value in cost.items() if key in names or key not in lines}
    return study.replace({"plan.cost": left})


def _cost_of(case: Case, study: Study) -> np.ndarray:
    """(draws, steps + 1, payers) what the plan of a variant would cost the same people."""
    histories = case.histories["expected"]
    varied = replace(histories, compiled=replace(histories.compiled, study=study))
    cost = np.zeros_like(case.cash["expected"].spent)
    plan_cost(varied, cost)
    return draws_first(cost)


@check("money.horizon", Message("A shorter horizon never holds more"))
def horizon(case: Case) -> Iterator[Pairs]:
    """Half the horizon holds the same people, and so never more of what is never negative."""
    timeline, draws = case.study.timeline, min(SHORT_DRAWS, case.draws)
    steps = timeline.steps // 2
    if steps < 1:
        return
    study = case.study.replace({"years": steps / timeline.steps_per_year})
    compiled = compile_study(study)
    worlds = sample(case.study, 0, draws)  # also where what it was correlated with is gone
    short = simulate_block(compiled, compiled.block_of(worlds), "counts")
    there = short.people("plan").sum(axis=(1, 2))
    people = case.histories["counts"].people("plan")[:draws, : steps + 1].sum(axis=(1, 2))
    cost = cash_flow(short).cost.sum(axis=(1, 2))
    whole = case.cash["counts"].cost[:draws].sum(axis=(1, 2))
    where = Where("draw", engine="counts")
    same = exact(there, people, "people", where, rounding=0.0)
    more = exact(cost, np.minimum(cost, whole), "kr.", where)
    for pairs in (same, more):
        yield made_of(case, study, pairs)
