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

from dataclasses import dataclass

import numpy as np

from simlab.engine.invariants import refuse_beyond_bounds
from simlab.engine.simulate import Histories
from simlab.finance.changed_amounts import changed_amount, changes
from simlab.finance.displacement import displacing, more_people, with_the_displaced
from simlab.finance.one_off import one_off_due, one_offs
from simlab.finance.plan_cost import charges
from simlab.finance.prices import level
from simlab.finance.unit_amounts import entries, money_lines
from simlab.kernel.summation import sum_in_order
from simlab.model.caseload import posts
from simlab.study.budget_lines import budget_lines
from simlab.study.memo import once_a_study
from simlab.study.study import Study

EXPENDITURE, INCOME = 0, 1


def by_line(histories: Histories) -> np.ndarray:
    """(draws, years, lines, 2) kr. of the study, expenditure and income, plan less baseline."""
    study = histories.study
    line_of = {path: k for k, line in enumerate(budget_lines(study.form)) for path in line.sources}
    shape = (2, len(set(line_of.values())), len(study.timeline.calendar_years), histories.draws)
    out = np.zeros(shape)
    with np.errstate(over="ignore", invalid="ignore"):
        _for_people(histories, line_of, out)
        _for_moves(histories, line_of, out)
        _changes(histories, line_of, out)
        _costs(histories, line_of, out)
        lines = out.transpose(3, 2, 1, 0)
        refuse_beyond_bounds(histories.block, "a budget line", lines)
    return lines


def filled_posts(histories: Histories) -> np.ndarray:
    """(draws, years) the plan's caseworkers on average over a year; nothing where it has none."""
    study = histories.study
    if study.form.plan.caseload is None:
        return np.zeros((histories.draws, 0))
    _, extra = posts(study, histories.block.values)
    started = np.concatenate([np.zeros((len(extra), 1)), extra], axis=1)
    return _by_year(study, started).T / study.timeline.steps_per_year


def running_prices(study: Study) -> tuple[float, ...] | None:
    """For each year the running kr. of a fixed one; None where the study has no index for it."""
    budget, base = study.form.budget, study.form.price_level
    if budget is None or budget.index is None or base is None:
        return None
    index = study.form.index[budget.index]
    return tuple(level(index, year) / level(index, base) for year in study.timeline.calendar_years)


def _by_year(study: Study, flow: np.ndarray) -> np.ndarray:
    """(years, draws) of flow : (draws, steps + 1)."""
    return np.add.reduceat(flow, _first_steps(study), axis=1).T


@once_a_study
def _first_steps(study: Study) -> np.ndarray:
    """The first step of every calendar year; the start is in the first."""
    years = [study.timeline.year_of(t) for t in range(study.timeline.steps + 1)]
    return np.array([t for t, year in enumerate(years) if t == 0 or year != years[t - 1]])


# ── people in states ──


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of steps in which neither the year of payment nor an amount changes.

    first : (runs,) their first steps, 0 being step 1    last : the step after the last
    of : for each the epoch of its money, and the place of its year
    """

    first: np.ndarray
    last: int
    of: tuple[tuple[int, int], ...]


def _runs(study: Study, first: np.ndarray, lag: int) -> _Runs:
    """The runs of steps that are paid within the horizon, ``lag`` steps later."""
    timeline = study.timeline
    steps = np.arange(1, max(timeline.steps - lag, 0) + 1)
    epoch = np.searchsorted(first, steps, side="right") - 1
    year = np.searchsorted(_first_steps(study), steps + lag, side="right") - 1
    new = np.flatnonzero(np.diff(epoch, prepend=-1) | np.diff(year, prepend=-1))
    return _Runs(new, len(steps), tuple(zip(epoch[new].tolist(), year[new].tolist(), strict=True)))


def _for_people(histories: Histories, line_of: dict[str, int], out: np.ndarray) -> None:
    """Add what is paid for people, and taxed, to out : (2, lines, years, draws)."""
    study, values = histories.study, histories.block.values
    accounts = with_the_displaced(study, histories.compiled.accounts)
    money, more = money_lines(study, accounts), _more_people(histories, len(accounts))
    runs = {lag: _runs(study, money.first, lag) for lag in money.lags}
    heads = {lag: _in_runs(more, own) for lag, own in runs.items()}
    for entry in entries(study, values, accounts):
        line = line_of.get(entry.source)
        if entry.payer != 0 or line is None:
            continue
        epoch, account = _rows(entry.places, len(accounts))
        for run, (e, year) in enumerate(runs[entry.lag].of):
            here = np.flatnonzero(epoch == e)
            if not len(here):
                continue
            people = heads[entry.lag][run][account[here]]
            for side, sign, amount in (
                (EXPENDITURE, 1.0, entry.expenditure),
                (INCOME, -1.0, entry.income),
            ):
                if amount is not None:
                    out[side, line, year] += sign * sum_in_order(people * amount[here], 0)


def _rows(places: np.ndarray | slice, accounts: int) -> tuple[np.ndarray, np.ndarray]:
    """The epoch and the account of some rows of unit amounts."""
    if isinstance(places, slice):
        places = np.arange(places.start, places.stop)
    return np.divmod(places, accounts)


def _more_people(histories: Histories, width: int) -> np.ndarray:
    """(draws, steps, width) more people in each account with the plan than without, as a step's
    payments count them; the displaced are in the last account, where the study has any."""
    people, values = more_people(histories)[:, 1:], histories.block.values
    displaced = displacing(histories.study, histories.compiled.accounts)
    if displaced is None:
        return people
    jobs, part = displaced.jobs, values[displaced.share]
    if displaced.elsewhere is not None:
        part = part * values[displaced.local_share]
    moved = people[:, :, jobs] * part[:, None, None]
    more = np.zeros((*people.shape[:2], width))
    more[:, :, : people.shape[2]] = people
    more[:, :, jobs] -= moved
    more[:, :, -1] = sum_in_order(moved, 2)
    return more


def _in_runs(more: np.ndarray, runs: _Runs) -> np.ndarray:
    """(runs, accounts, draws) sums of more : (draws, steps, accounts) over runs of steps."""
    if not len(runs.first):
        return np.zeros((0, more.shape[2], len(more)))
    summed = np.add.reduceat(more[:, : runs.last], runs.first, axis=1)
    return np.ascontiguousarray(summed.transpose(1, 2, 0))


# ── moves, changed amounts, and what the plan costs ──


def _for_moves(histories: Histories, line_of: dict[str, int], out: np.ndarray) -> None:
    more = histories.flows_plan - histories.flows_baseline
    for written in one_offs(histories.compiled):
        line = line_of.get(written.path)
        if line is None:
            continue
        due = np.zeros((histories.draws, more.shape[1]))
        due[:, 1:] = one_off_due(histories, written, more)
        by_year = _by_year(histories.study, due)
        if written.parties.paid_by == 0:
            out[EXPENDITURE, line] += by_year
        if written.parties.received_by == 0:
            out[INCOME, line] -= by_year


def _changes(histories: Histories, line_of: dict[str, int], out: np.ndarray) -> None:
    study = histories.study
    for change in changes(study, histories.compiled.accounts):
        line = line_of.get(change.path)
        if line is None:
            continue
        shape = (histories.draws, len(study.payers), study.timeline.steps + 1)
        paid = np.zeros(shape).transpose(0, 2, 1)
        changed_amount(histories, change, paid)
        side = EXPENDITURE if change.parties.paid_by == 0 else INCOME
        out[side, line] += _by_year(study, paid[:, :, 0])


def _costs(histories: Histories, line_of: dict[str, int], out: np.ndarray) -> None:
    study = histories.study
    for part in charges(histories):
        line = line_of.get(part.path)
        if line is None:
            continue
        if part.payer == 0:
            out[EXPENDITURE, line] += _by_year(study, part.flow)
        if part.back is not None:
            if part.repaid_by == 0:
                out[EXPENDITURE, line] += _by_year(study, part.back)
            if part.payer == 0:
                out[INCOME, line] -= _by_year(study, part.back)
