"""The first payer's money set out as a budget: by line and calendar year, plan less baseline.

    line[year] = Σ_t Σ_a more[a, t] · unit[e(t), a]        t in the year, more = plan − baseline

Expenditure is positive and income is negative, as Danish municipal accounts have it, so that a
line's net is their sum and a saving is negative. Money is linear in people: the differences of
heads are summed over each run of steps in which neither the year nor an amount changes, and
multiplied once. Those displaced from jobs are in the lines of what is paid for them (see
``displacement``): of the extra people in a job the displaced part is in the account of those
without one.

The lines sum to what the payer pays more with the plan, its cost included, in every draw and year.
"""

from __future__ import annotations

import numpy as np

from simlab.engine.invariants import refuse_beyond_bounds
from simlab.engine.simulate import Histories, draws_first
from simlab.finance.changed_amounts import changed_amount, changes
from simlab.finance.displacement import displacing, with_the_displaced
from simlab.finance.one_off import one_off_due, one_offs
from simlab.finance.pay import EXPENDITURE, INCOME, Entries, Runs, add_lines
from simlab.finance.people_paid_for import paid_for
from simlab.finance.plan_cost import charges
from simlab.finance.prices import ratio
from simlab.finance.unit_amounts import money
from simlab.kernel.summation import sum_in_order, sum_over_runs
from simlab.model.accounts import Account
from simlab.model.caseload import posts
from simlab.study.budget_lines import budget_lines
from simlab.study.futures import FUTURES
from simlab.study.memo import once_a_study
from simlab.study.study import Study


def by_line(histories: Histories) -> np.ndarray:
    """(draws, years, lines, 2) kr. of the study, expenditure and income, plan less baseline."""
    study = histories.study
    line_of, years = _line_of(study), len(study.timeline.calendar_years)
    out = np.zeros((years, len(set(line_of.values())), 2, histories.draws))
    with np.errstate(over="ignore", invalid="ignore"):
        if histories.futures > 1:
            _for_people(histories, out)
            _for_moves(histories, out)
        _changes(histories, out)
        _costs(histories, out)
        lines = draws_first(out)
        refuse_beyond_bounds(histories.block, "a budget line", lines)
    return lines


@once_a_study
def _line_of(study: Study) -> dict[str, int]:
    """Source → the number of its line."""
    return {path: k for k, line in enumerate(budget_lines(study.form)) for path in line.sources}


def filled_posts(histories: Histories) -> np.ndarray:
    """(draws, years) the plan's caseworkers on average over a year; nothing where it has none."""
    study = histories.study
    if study.form.plan.caseload is None:
        return np.zeros((histories.draws, 0))
    _, extra = posts(study, histories.block.values)
    started = np.concatenate([np.zeros((1, len(extra))), extra.T])
    return by_year(study, started).T / study.timeline.steps_per_year


def running_prices(study: Study) -> tuple[float, ...] | None:
    """For each year the running kr. of a fixed one; None where the study has no index for it.

    A budget is set with one estimate of prices: where the index grows by a figure, with its mean.
    """
    budget, base = study.form.budget, study.form.price_level
    if budget is None or budget.index is None or base is None:
        return None
    index = study.form.index[budget.index]
    years = study.timeline.calendar_years
    return tuple(ratio(index, base, year).central() for year in years)


def by_year(study: Study, flow: np.ndarray) -> np.ndarray:
    """(years, …) sums over calendar years of flow : (steps + 1, …); the start is in the first."""
    return sum_over_runs(flow, _years(study))


@once_a_study
def _years(study: Study) -> np.ndarray:
    """(years + 1,) the first step of every calendar year, and the step after the last."""
    years = [study.timeline.year_of(t) for t in range(study.timeline.steps + 1)]
    firsts = [t for t, year in enumerate(years) if t == 0 or year != years[t - 1]]
    return np.array([*firsts, len(years)])


# ── people in states ──


@once_a_study
def _runs(study: Study, accounts: tuple[Account, ...], lag: int) -> Runs:
    """The runs of steps that are paid within the horizon, ``lag`` steps later."""
    first, timeline = money(study, accounts).first, study.timeline
    steps = np.arange(1, max(timeline.steps - lag, 0) + 1)
    epoch = np.searchsorted(first, steps, side="right") - 1
    year = np.searchsorted(_years(study), steps + lag, side="right") - 1
    new = np.flatnonzero(np.diff(epoch, prepend=-1) | np.diff(year, prepend=-1))
    of_epoch = np.searchsorted(epoch[new], np.arange(len(first)))
    return Runs(np.append(new, len(steps)) + 1, year[new], of_epoch)


@once_a_study
def _lines(study: Study, accounts: tuple[Account, ...], lag: int) -> tuple[Entries, np.ndarray]:
    """The first payer's entries, and the line of each."""
    known, line_of = money(study, accounts), _line_of(study)
    entries, line = known.by_lag[lag], np.array([line_of.get(path, -1) for path in known.sources])
    own = np.flatnonzero((entries.payer == 0) & (line[entries.source] >= 0))
    entries = Entries(*(column[own] for column in entries))
    return entries, line[entries.source]


def _for_people(histories: Histories, out: np.ndarray) -> None:
    """Add what is paid for people, and taxed, to out : (years, lines, 2, draws)."""
    study, accounts = histories.study, histories.compiled.accounts
    everybody = with_the_displaced(study, accounts)
    known = money(study, everybody)
    amounts = known.amounts(histories.block.values)
    for lag in known.by_lag:
        runs = _runs(study, everybody, lag)
        entries, lines = _lines(study, everybody, lag)
        add_lines(entries, lines, amounts, runs, _more_people(histories, runs), out)


def _more_people(histories: Histories, runs: Runs) -> np.ndarray:
    """(runs, accounts, draws) more people in each account with the plan than without, as a step's
    payments count them; the displaced are in the last account, where the study has any."""
    baseline, plan = (sum_over_runs(paid_for(histories, f), runs.first) for f in FUTURES)
    people, values = plan - baseline, histories.block.values
    displaced = displacing(histories.study, histories.compiled.accounts)
    if displaced is None:
        return people
    jobs, part = displaced.jobs, values[displaced.share]
    if displaced.elsewhere is not None:
        part = part * values[displaced.local_share]
    moved = people[:, jobs] * part
    people[:, jobs] -= moved
    return np.concatenate([people, sum_in_order(moved, 1)[:, None]], axis=1)


# ── moves, changed amounts, and what the plan costs ──


def _for_moves(histories: Histories, out: np.ndarray) -> None:
    flows = histories.out.flows
    more = np.subtract(flows[-1], flows[0], dtype=float)
    for written in one_offs(histories.compiled):
        line = _line_of(histories.study).get(written.path)
        if line is None:
            continue
        due = np.zeros((len(more), histories.draws))
        due[1:] = one_off_due(histories, written, more)
        in_year = by_year(histories.study, due)
        if written.parties.paid_by == 0:
            out[:, line, EXPENDITURE] += in_year
        if written.parties.received_by == 0:
            out[:, line, INCOME] -= in_year


def _changes(histories: Histories, out: np.ndarray) -> None:
    study = histories.study
    people, places = paid_for(histories, "plan"), np.arange(len(histories.compiled.accounts))
    for change in changes(study, histories.compiled.accounts):
        line = _line_of(study).get(change.path)
        if line is None:
            continue
        paid = np.zeros((study.timeline.steps + 1, len(study.payers), histories.draws))
        changed_amount(histories, change, people, places, paid)
        side = EXPENDITURE if change.parties.paid_by == 0 else INCOME
        out[:, line, side] += by_year(study, paid[:, 0])


def _costs(histories: Histories, out: np.ndarray) -> None:
    study = histories.study
    for part in charges(histories):
        line = _line_of(study).get(part.path)
        if line is None:
            continue
        if part.payer == 0:
            out[:, line, EXPENDITURE] += by_year(study, part.flow)
        if part.back is not None:
            if part.repaid_by == 0:
                out[:, line, EXPENDITURE] += by_year(study, part.back)
            if part.payer == 0:
                out[:, line, INCOME] -= by_year(study, part.back)
