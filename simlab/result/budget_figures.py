"""The budget page: lines by year, what can be budgeted, and what follow-up is measured against.

    saving[year]  = −Σ net of the lines that the plan changes      (what the plan costs apart)
    net[year]     =  Σ net of all lines                            (above 0: more is spent)
    can be budgeted with 80 % certainty: the 20 % quantile of the saving

A person-year off support costs the ratio of two means, E[cost] / E[years], with the error of
that ratio. It has no mean draw by draw: where the plan gives no years at all no sum buys one, and
such draws count as beyond every price in its quantiles.
"""

from __future__ import annotations

import numpy as np

from simlab.finance.budget_years import running_prices
from simlab.finance.prices import level, ratio
from simlab.result.budget_page import (
    BudgetPage,
    BudgetYear,
    CostPerPersonYear,
    IndexLevels,
    InPrices,
    LineYear,
    Measured,
    PageLine,
    Posts,
    Prices,
    Quarter,
    Quarters,
    StateLabel,
)
from simlab.result.draws import Draws
from simlab.result.figures import Known, Spread
from simlab.risk.design import Design
from simlab.risk.estimate import T_975, chance, estimate, estimate_quantile, finite, ratio_of_means
from simlab.risk.payback import ZERO, quantile, quantiles
from simlab.study.budget_lines import BudgetLine, budget_lines, staff_years
from simlab.study.message import labelled
from simlab.study.study import Study

CERTAINTY = 0.8
ESTIMATE_YEARS = 3  # overslagsår: the years after the budget year that a budget is made for
MONTHS = 12.0


def budget(draws: Draws) -> BudgetPage | None:
    """The budget page of all draws; None for a study without a budget."""
    study = draws.study
    if study.form.budget is None:
        return None
    draws.design.equal("a budget")
    lines, money = budget_lines(study.form), draws.lines
    here = [k for k in range(len(lines)) if np.abs(money[:, :, k]).max(initial=0.0) > ZERO]
    used, money = [lines[k] for k in here], money[:, :, here]
    years = study.timeline.calendar_years
    return BudgetPage(
        payer=study.payers[0],
        certainty=CERTAINTY,
        years=years,
        budget_years=years[: 1 + ESTIMATE_YEARS],
        index=_index(study),
        committees={
            name: label.by_language() for name, label in study.form.budget.committees.items()
        },
        lines=tuple(_about(line) for line in used),
        prices={
            name: _in_prices(draws, used, money * by_year[None, :, None, None], by_year)
            for name, by_year in _prices(study).items()
        },
        staff=_staff(draws, used, money),
        cost_per_person_year=cost_per_person_year(draws),
        quarters=_quarters(draws),
    )


def _prices(study: Study) -> dict[Prices, np.ndarray]:
    """What a krone of the study is in each year, in its own prices first; the other prices only
    where an index tells them apart."""
    running, ones = running_prices(study), np.ones(len(study.timeline.calendar_years))
    own: Prices = study.form.prices
    other: Prices = "fixed" if own == "current" else "current"
    if running is None or all(factor == 1.0 for factor in running):
        return {own: ones}
    factors = np.array(running)
    return {own: ones, other: factors if other == "current" else 1.0 / factors}


def _index(study: Study) -> IndexLevels | None:
    """The index between fixed and running prices."""
    form = study.form.budget
    if form is None or form.index is None or running_prices(study) is None:
        return None
    name = form.index
    index = study.form.index[name]
    return IndexLevels(
        name=name,
        label=labelled(index.label, name),
        levels={
            year: level(index, index.last) * ratio(index, index.last, year).central()
            if year > index.last
            else level(index, year)
            for year in study.timeline.calendar_years
        },
        known_until=index.last,
        grows_per_year=None if index.grows_per_year is None else index.grows_per_year.mean(),
    )


def _about(line: BudgetLine) -> PageLine:
    account = line.account
    return PageLine(
        name=line.name,
        label=line.label,
        of=line.sources,
        plan_cost=line.plan_cost,
        committee=line.committee,
        function=account.function if account else None,
        ceiling=line.ceiling,
        ceiling_stated=line.stated,
        tag=line.tag,
        source=account.source.by_language() if account and account.source else None,
        note=account.note.by_language() if account and account.note else None,
    )


# ── money ──


def _in_prices(
    draws: Draws, lines: list[BudgetLine], money: np.ndarray, by_year: np.ndarray
) -> InPrices:
    """Lines, years, and the budgeted years together, of money : (draws, years, lines, 2)."""
    study, design = draws.study, draws.design
    stated = study.form.budget.saving if study.form.budget else {}
    years, first = study.timeline.calendar_years, slice(0, 1 + ESTIMATE_YEARS)
    budgeted = [
        stated[str(year)].mean() * factor if str(year) in stated else None
        for year, factor in zip(years, by_year, strict=True)
    ]
    whole = [amount for amount in budgeted[first] if amount is not None]
    together = sum(whole) if len(whole) == len(years[first]) else None
    return InPrices(
        lines=tuple(_line(money[:, :, k]) for k in range(len(lines))),
        years=tuple(_year(lines, money[:, y], budgeted[y], design) for y in range(len(years))),
        together=_year(lines, money[:, first].sum(axis=1), together, design),
    )


def _line(money: np.ndarray) -> tuple[LineYear, ...]:
    """A row a year, of money : (draws, years, 2)."""
    return tuple(
        LineYear(
            expenditure=float(money[:, y, 0].mean()),
            income=float(money[:, y, 1].mean()),
            net=Spread.of(money[:, y].sum(axis=1)),
        )
        for y in range(money.shape[1])
    )


def _year(
    lines: list[BudgetLine], money: np.ndarray, budgeted: float | None, design: Design
) -> BudgetYear:
    """The figures of a year, or of several, of money : (draws, lines, 2)."""
    by_line = money.sum(axis=2)
    cost = [k for k, line in enumerate(lines) if line.plan_cost]
    changed = [k for k, line in enumerate(lines) if not line.plan_cost]
    inside = [k for k, line in enumerate(lines) if line.ceiling == "inside"]
    outside = [k for k, line in enumerate(lines) if line.ceiling == "outside"]
    net, saving = by_line.sum(axis=1), -by_line[:, changed].sum(axis=1)
    amount = float(saving.mean()) if budgeted is None else budgeted
    return BudgetYear(
        expenditure=float(money[:, :, 0].sum(axis=1).mean()),
        income=float(money[:, :, 1].sum(axis=1).mean()),
        net=_measured(net, design),
        inside=_measured(by_line[:, inside].sum(axis=1), design),
        outside=_measured(by_line[:, outside].sum(axis=1), design),
        cost=_measured(by_line[:, cost].sum(axis=1), design),
        saving=_measured(saving, design),
        budgeted=amount,
        budgeted_stated=budgeted is not None,
        chance_of_less=Known.of(chance(saving < amount - ZERO, design)),
        assured=Known.of(estimate_quantile(saving, 1.0 - CERTAINTY, design)),
        net_assured=Known.of(estimate_quantile(net, CERTAINTY, design)),
    )


def _measured(values: np.ndarray, design: Design) -> Measured:
    spread = Spread.of(values)
    error = finite(estimate(values, design).standard_error)
    return Measured(spread.mean, spread.p10, spread.p90, error)


# ── posts ──


def _staff(draws: Draws, lines: list[BudgetLine], money: np.ndarray) -> tuple[Posts, ...]:
    """Full-time posts by line and year: stated, or from what a post costs, or the caseload's."""
    years, staff = draws.study.timeline.calendar_years, []
    for k, line in enumerate(lines):
        account, posts = line.account, None
        if account is not None and account.staff:
            stated = staff_years(account)
            scale = draws.study.form.plan.scale
            posts = [scale * stated.get(year, 0.0) for year in years]
        elif account is not None and account.cost_per_post is not None:
            spent = money[:, :, k, 0].mean(axis=0)
            posts = (spent / account.cost_per_post.mean()).tolist()
        elif "plan.caseload" in line.sources:
            posts = draws.posts.mean(axis=0).tolist()
        if posts is not None:
            per_post = account.cost_per_post if account and not account.staff else None
            staff.append(
                Posts(
                    name=line.name,
                    label=line.label,
                    years=tuple(posts),
                    cost_per_post=per_post.mean() if per_post else None,
                    tag=per_post.tag if per_post else line.tag,
                )
            )
    return tuple(staff)


# ── people ──


def cost_per_person_year(draws: Draws) -> CostPerPersonYear | None:
    """What the plan costs for a person-year off support; None without states of support."""
    study, support = draws.study, draws.study.names.with_role("support")
    if study.form.budget is None or not support:
        return None
    columns = [study.names.states.index(state) for state in support]
    fewer = (draws.months("baseline") - draws.months("plan"))[:, columns].sum(axis=1) / MONTHS
    cost = draws.year_cost[:, :, 0].sum(axis=1)
    if abs(cost.mean()) <= ZERO:
        return None
    design, none = draws.design, fewer <= ZERO
    mean = estimate(fewer, design)
    error = mean.standard_error if np.isfinite(mean.standard_error) else 0.0
    sure = mean.value - T_975 * error > ZERO
    each = np.where(none, np.inf, cost / np.where(none, 1.0, fewer))
    return CostPerPersonYear(
        years=_measured(fewer, design),
        none=Known.of(chance(none, design)),
        cost=Known.of(ratio_of_means(cost, fewer, design)) if sure else None,
        p10=finite(quantile(each, 0.1)),
        p90=finite(quantile(each, 0.9)),
    )


def _quarters(draws: Draws) -> Quarters | None:
    """People on support without the plan, on average over each quarter, by state and in all.

    Steps belong to the quarter that they begin in, and count the people at their end.
    """
    study = draws.study
    states = study.names.with_role("support")
    if study.form.budget is None or not states:
        return None
    heads = draws.people("baseline")[:, 1:, [study.names.states.index(s) for s in states]]
    here = [k for k in range(len(states)) if heads[:, :, k].any()]
    states, heads = tuple(states[k] for k in here), heads[:, :, here]
    begins = study.timeline.dates[:-1]
    quarters = [(day.year, (day.month + 2) // 3) for day in begins]
    first = [t for t, quarter in enumerate(quarters) if t == 0 or quarter != quarters[t - 1]]
    counts = np.diff([*first, len(quarters)])
    people = np.add.reduceat(heads, first, axis=1, dtype=np.float64) / counts[None, :, None]
    all_and_each = np.concatenate([people.sum(axis=2, keepdims=True), people], axis=2)
    low, high = quantiles(all_and_each.reshape(len(all_and_each), -1), (0.1, 0.9)).reshape(
        2, len(first), len(states) + 1
    )
    mean = all_and_each.mean(axis=0)
    whole_years = study.form.step == "year"

    def spread(q: int, k: int) -> Spread:
        return Spread(float(mean[q, k]), float(low[q, k]), float(high[q, k]))

    return Quarters(
        states=tuple(StateLabel(state, study.label(state)) for state in states),
        rows=tuple(
            Quarter(
                year=quarters[t][0],
                quarter=None if whole_years else quarters[t][1],
                all=spread(q, 0),
                states=tuple(spread(q, k) for k in range(1, len(states) + 1)),
            )
            for q, t in enumerate(first)
        ),
    )
