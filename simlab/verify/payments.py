"""Money: people times amounts, nothing made and nothing lost on the way to the payers.

    all amounts 1 → person-time;  all 0 → 0
    Σ over payers = gross payments that nobody receives:  reimbursement, transfers and tax cancel
    Σ over budget lines = the plan's cost
    a shorter horizon never holds more of what is never negative

The gross payments are computed once more from the study, amount by amount, without reimbursement
and without tax.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simlab.engine.simulate import Histories, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.finance.changed_amounts import changed_amounts
from simlab.finance.counted import counted as counted_by_the_study
from simlab.finance.displacement import job_places, with_the_displaced
from simlab.finance.pay import pay
from simlab.finance.plan_cost import plan_cost
from simlab.finance.prices import of_version
from simlab.finance.unit_amounts import money_lines
from simlab.model.accounts import Account
from simlab.model.compiled import compile_study
from simlab.model.parameters import sample
from simlab.result.certified import Check
from simlab.study.grammar import Payment
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.verify import ledger
from simlab.verify.case import Case, Checks, made_of
from simlab.verify.check import absent, exact, worst_of

SHORT_DRAWS = 16


def checks() -> Checks:
    """Every check of money."""
    return {
        "money.person_time": person_time,
        "money.nothing": nothing,
        "money.payers": payers,
        "money.budget": budget,
        "money.horizon": horizon,
    }


def counted(case: Case, heads: np.ndarray) -> np.ndarray:
    """(draws, steps, accounts) the people that the payments of each step are for."""
    return np.stack([ledger.counted(case.compiled, one)[1:] for one in heads])


def person_time(case: Case) -> Check:
    """With all amounts 1 what is paid is the time that people spend: the same sum."""
    found = []
    for engine, one in case.histories.items():
        paid = _all_alike(case, one, 1.0)
        there = counted(case, one.heads_plan.astype(float)).sum(axis=2)
        found.append(
            exact("money.person_time", paid[:, 1:], there, "people", axes=("draw", "step"),
                  engine=engine)
        )  # fmt: skip
    return worst_of(found)


def nothing(case: Case) -> Check:
    """With all amounts 0 nothing is paid."""
    found = [
        exact("money.nothing", _all_alike(case, one, 0.0), 0.0, "kr.", rounding=0.0,
              of=one.heads_plan, engine=engine)
        for engine, one in case.histories.items()
    ]  # fmt: skip
    return worst_of(found)


def _all_alike(case: Case, histories: Histories, amount: float) -> np.ndarray:
    """(draws, steps + 1) what is paid in the plan if every account costs the same."""
    accounts = case.compiled.accounts
    first = money_lines(case.study, with_the_displaced(case.study, accounts)).first
    unit = np.full((len(first) - 1, len(accounts), 1, case.draws), amount)
    paid = np.zeros((case.draws, 1, case.study.timeline.steps + 1))
    pay(counted_by_the_study(case.compiled, histories.heads_plan), unit, first, 0, paid)
    return paid[:, 0]


def payers(case: Case) -> Check:
    """Payers sum to the gross payments that no payer receives, in each step of both futures."""
    gross = gross_amounts(case)
    found = []
    for engine, cash in case.cash.items():
        one = case.histories[engine]
        without = _total(case, one.heads_baseline, gross) + _moves(case, one.flows_baseline)
        planned = _total(case, one.heads_plan, gross) + _moves(case, one.flows_plan)
        planned += _displaced(case, one, gross) + _changed(one)
        for future, paid, total in (
            ("baseline", cash.baseline, without),
            ("plan", cash.plan, planned),
        ):
            found.append(
                exact("money.payers", paid.sum(axis=2), total, "kr.", axes=("draw", "step"),
                      scale=float(np.abs(paid).sum(axis=2).max(initial=0.0)), engine=engine,
                      future=future)
            )  # fmt: skip
    return worst_of(found)


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
    found: dict[tuple[int, float], np.ndarray] = {}
    rows = []
    for t in range(1, study.timeline.steps + 1):
        version = varying.version(study.timeline.start_of(t))
        price = of_version(study, payment.indexed, varying, version, t)
        if (version, price) not in found:
            bands = varying.versions[version][1]
            each = np.stack([values[band.value] for band in bands.bands], axis=1)
            shares = account.weights(study, bands, unit)
            found[version, price] = price * (each @ shares) * times
        rows.append(found[version, price])
    return np.array(rows)


def _total(case: Case, heads: np.ndarray, gross: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) people times gross amounts."""
    people = counted(case, heads.astype(float))
    paid = np.einsum("dta,tad->dt", people, gross[:, : people.shape[2]])
    return np.concatenate([np.zeros((len(paid), 1)), paid], axis=1)


def _moves(case: Case, flows: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) the one-off amounts that nobody receives."""
    study, values = case.study, case.block.values
    total = np.zeros(flows.shape[:2])
    for one in study.form.one_off.values():
        if one.received_by is not None:
            continue
        moves = {m for p in one.moves for m in study.names.matching(p, study.moves)}
        made = flows[:, :, [f for f, m in enumerate(case.compiled.flows) if m in moves]]
        for t in range(1, flows.shape[1]):
            version = one.amount.version(study.timeline.start_of(t))
            each = values[one.amount.versions[version][1].bands[0].value]
            price = of_version(study, one.indexed, one.amount, version, t)
            total[:, t] += made[:, t].sum(axis=1) * each * price
    return total


def _displaced(case: Case, histories: Histories, gross: np.ndarray) -> np.ndarray:
    """(draws, steps + 1) what those displaced from jobs cost instead of the jobs."""
    study, values = case.study, case.block.values
    displacement, jobs = study.form.plan.displacement, job_places(study, case.compiled.accounts)
    if displacement is None or not len(jobs):
        return np.zeros(histories.heads_plan.shape[:2])
    extra = histories.heads_plan.astype(float) - histories.heads_baseline
    each = np.zeros_like(gross[:, : extra.shape[2]])
    each[:, jobs] = gross[:, -1:] - gross[:, jobs]
    share = values[displacement.share]
    return _total(case, extra, each) * share[:, None]


def _changed(histories: Histories) -> np.ndarray:
    """(draws, steps + 1) what the plan changes in amounts, transfers apart."""
    draws, width, _ = histories.heads_plan.shape
    paid = np.zeros((draws, len(histories.study.form.payers), width)).transpose(0, 2, 1)
    changed_amounts(histories, paid)
    return np.asarray(paid.sum(axis=2))


def budget(case: Case) -> Check:
    """Budget lines one by one, and what else the plan costs, sum to the plan's cost."""
    cash, lines = case.cash["expected"], case.study.form.plan.cost.lines
    if not cash.cost.any():
        return absent("money.budget")
    bare = _with_lines(case.study, [])
    besides = _cost_of(case, bare)
    each = [_cost_of(case, _with_lines(case.study, [name])) - besides for name in lines]
    total = sum(each, start=besides)
    one = exact("money.budget", cash.cost, total, "kr.", axes=("draw", "step", "payer"))
    return made_of(case, bare, one)


def _with_lines(study: Study, names: list[str]) -> Study:
    """The study with these of its budget lines alone."""
    cost, lines = study.tree.tables["plan"].get("cost", {}), study.form.plan.cost.lines
    kept = {key: one for key, one in cost.items() if key in names or key not in lines}
    return study.replace({"plan.cost": kept})


def _cost_of(case: Case, study: Study) -> np.ndarray:
    """(draws, steps + 1, payers) what the plan of a variant would cost the same people."""
    histories = case.histories["expected"]
    varied = replace(histories, compiled=replace(histories.compiled, study=study))
    cost = np.zeros_like(case.cash["expected"].cost)
    plan_cost(varied, cost)
    return cost


def horizon(case: Case) -> Check:
    """Half the horizon holds the same people, and so never more of what is never negative."""
    draws = min(SHORT_DRAWS, case.draws)
    timeline = case.study.timeline
    steps = timeline.steps // 2
    if steps < 1:
        return absent("money.horizon")
    study = case.study.replace({"years": steps / timeline.steps_per_year})
    compiled = compile_study(study)
    worlds = sample(case.study, 0, draws)  # also where what it was correlated with is gone
    long = case.histories["counts"].people("plan")[:draws]
    short = simulate_block(compiled, compiled.block_of(worlds), "counts")
    cost = cash_flow(short).cost.sum(axis=(1, 2))
    whole = case.cash["counts"].cost[:draws].sum(axis=(1, 2))
    more = exact(
        "money.horizon", cost, np.minimum(cost, whole), "kr.", axes=("draw",), engine="counts"
    )
    same = exact(
        "money.horizon", short.people("plan").sum(axis=(1, 2)),
        long[:, : steps + 1].sum(axis=(1, 2)), "people", rounding=0.0, axes=("draw",),
        engine="counts",
    )  # fmt: skip
    return made_of(case, study, worst_of([same, more]))
