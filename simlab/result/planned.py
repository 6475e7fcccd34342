"""What the plan is: for whom, with how many posts and places, and what is set aside for it.

Every figure is at its mean. What is set aside is what the plan would cost if each post were filled
at once; what it can be expected to cost is found with the rest of the money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.finance.budget_years import by_year
from simlab.finance.cash_flow import cash_flow
from simlab.model.caseload import planned_posts
from simlab.model.dated import by_date
from simlab.model.enrolment import places
from simlab.model.parameters import Values
from simlab.observe.trend import without_chance
from simlab.result.budget_page import Label
from simlab.study.message import labelled
from simlab.study.moves import evidence
from simlab.study.quantity import Quantity
from simlab.study.study import Study

SOME = 0.5  # kr. a year, below which nothing is set aside


@dataclass(frozen=True, slots=True)
class GroupAtStart:
    """Those of one group who are there as the study begins."""

    label: Label
    people: float


@dataclass(frozen=True, slots=True)
class Caseworkers:
    """Posts, at most in any year, and people a post at the start: without the plan and with it.

    price  : kr. a post and year    vacancy_months : that a new post stands empty, on average
    """

    posts: float
    extra: float
    cases: float
    cases_with_plan: float
    price: float | None
    vacancy_months: float


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan in figures.

    set_aside : calendar year → kr., in prices of the study
    tax_rate  : the first payer's own, where it has one
    places    : that the programme has at a time, where it has a number of them
    hangs_on_effects : whether nothing is saved where its effects are nothing
    """

    groups: tuple[GroupAtStart, ...]
    set_aside: dict[int, float]
    caseworkers: Caseworkers | None
    places: float | None
    tax_rate: float | None
    hangs_on_effects: bool

    @property
    def people(self) -> float:
        """All who are there at the start."""
        return sum(group.people for group in self.groups)

    @property
    def years(self) -> tuple[int, ...]:
        """Those in which money is set aside, from the first to the last."""
        spent = [year for year, money in self.set_aside.items() if abs(money) >= SOME]
        return tuple(range(spent[0], spent[-1] + 1)) if spent else ()


def planned(study: Study) -> Planned:
    """What the plan of a study is."""
    values, form = Values.at_means(study), study.form.plan
    return Planned(
        groups=tuple(_groups(study, values)),
        set_aside=_set_aside(study),
        caseworkers=_caseworkers(study, values),
        places=_places(study, values),
        tax_rate=_tax_rate(study, values),
        hangs_on_effects=bool(form.effect) and not form.amount and not evidence(form),
    )


def _groups(study: Study, values: Values) -> list[GroupAtStart]:
    found = []
    for name, group in study.form.citizens.items():
        number = 0.0 if group.number is None else float(values[group.number][0])
        if number > 0.0:
            found.append(GroupAtStart(labelled(group.label, name), number))
    return found


def _set_aside(study: Study) -> dict[int, float]:
    """What the plan costs in each calendar year, each of its posts filled at once."""
    caseload = study.form.plan.caseload
    if caseload is not None and caseload.vacancy_months is not None:
        study = study.replace({caseload.vacancy_months.path: 0.0})
    spent = cash_flow(without_chance(study, Quantity.mean)).spent
    own = np.asarray(spent)[:, 0]
    return dict(zip(study.timeline.calendar_years, by_year(study, own)[:, 0].tolist(), strict=True))


def _caseworkers(study: Study, values: Values) -> Caseworkers | None:
    form = study.form.plan.caseload
    if form is None:
        return None
    workers, extra = (posts[0] for posts in planned_posts(study, values))
    states = [study.names.states.index(state) for state in study.names.expand_all(form.states)]
    people = without_chance(study, Quantity.mean).people("baseline")[0, 0, states].sum()
    opened = int(np.argmax(extra > 0.0))
    most, at_start = float(extra.max(initial=0.0)), float(workers[opened])
    price = form.cost_per_worker_per_year
    return Caseworkers(
        posts=at_start,
        extra=most,
        cases=float(people) / at_start,
        cases_with_plan=float(people) / (at_start + most),
        price=None if price is None else float(by_date(study, values, price)[0, opened]),
        vacancy_months=form.vacancy_months.mean() if form.vacancy_months is not None else 0.0,
    )


def _places(study: Study, values: Values) -> float | None:
    enrolment = study.form.plan.enrolment
    if enrolment is None or enrolment.places is None:
        return None
    return float(places(study, values).max(initial=0.0))


def _tax_rate(study: Study, values: Values) -> float | None:
    first = study.payers[0]
    for tax in study.form.taxes.values():
        if tax.received_by == first:
            return float(by_date(study, values, tax.rate)[0, 0])
    return None
