"""The lines of a budget: what the first payer pays and receives, and where it is entered.

Whatever a study pays is a **source**, known by its key path. A line of ``[budget.lines]`` holds
the sources that it names; a source that no line names is a line of its own. So the lines hold all
of the payer's money, each krone once.
"""

from __future__ import annotations

from dataclasses import dataclass

from simlab.study.grammar import AccountLine, Paid, StudyFile
from simlab.study.key_path import KeyPath, dotted, entry_path, keys_of_path
from simlab.study.message import Text, labelled, spelled
from simlab.study.quantity import TAGS
from simlab.study.time import is_year


@dataclass(frozen=True, slots=True)
class Source:
    """What a study pays.

    path : its key path    label : its own, where it has one
    plan_cost : whether it is what the plan costs, or what the plan changes
    own : whether the first payer pays or receives any of it
    """

    path: str
    label: Text | None
    plan_cost: bool
    own: bool


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line with its sources; one that the study does not write is named by its key path.

    ``ceiling`` is "inside" or "outside", ``stated`` whether the study
    says so or the default does. ``account`` is the line as the study writes it, if it does."""

    name: str
    label: dict[str, str]
    sources: tuple[str, ...]
    plan_cost: bool
    committee: str | None
    ceiling: str
    stated: bool
    tag: str | None
    account: AccountLine | None


def sources(form: StudyFile) -> dict[str, Source]:
    """All that a study pays by key path, in the order in which it is read."""
    first = form.payers[0]
    found: list[tuple[str, Text | None, bool, set[str | None]]] = []
    for name, payment in form.payments.items():
        ladder = form.reimbursement.get(payment.reimbursement or "")
        parties = {payment.paid_by or first, payment.received_by}
        parties |= {ladder.paid_by} if ladder else set()
        found.append((dotted("payments", name), payment.label, False, parties))
    for name, tax in form.taxes.items():
        parties = {tax.paid_by, tax.received_by, tax.rest_to}
        found.append((dotted("taxes", name), tax.label, False, parties))
    for name, one_off in form.one_off.items():
        parties = {one_off.paid_by or first, one_off.received_by}
        found.append((dotted("one_off", name), one_off.label, False, parties))
    plan = form.plan
    for number, changed in enumerate(plan.amount):
        parties = {changed.payer or first, changed.received_by}
        found.append((entry_path("amount", number, changed.name), changed.label, False, parties))
    for name, line in plan.cost.lines.items():
        found.append((dotted("plan", "cost", name), line.label, True, _payers(line, first)))
    for name, cost in plan.cost_per_citizen.items():
        path = dotted("plan", "cost_per_citizen", name)
        found.append((path, cost.label, True, _payers(cost, first)))
    for number, effect in enumerate(plan.effect):
        if effect.cost_per_treated_per_month is not None:
            path = entry_path("effect", number, effect.name)
            found.append((path, effect.label, True, _payers(effect, first)))
    if plan.enrolment is not None and plan.enrolment.cost_per_enrolled_per_month is not None:
        enrolment = plan.enrolment
        found.append(("plan.enrolment", enrolment.label, True, _payers(enrolment, first)))
    if plan.caseload is not None and plan.caseload.cost_per_worker_per_year is not None:
        found.append(("plan.caseload", None, True, _payers(plan.caseload, first)))
    return {path: Source(path, label, cost, first in by) for path, label, cost, by in found}


def _payers(paid: Paid, first: str) -> set[str | None]:
    return {paid.paid_by or first, paid.reimbursed_by if paid.reimbursed is not None else None}


def budget_lines(form: StudyFile) -> tuple[BudgetLine, ...]:
    """The lines of a study's budget: those that it writes, then what they leave; none without
    a ``[budget]``. Lines that name nothing which the first payer pays are left out."""
    budget = form.budget
    if budget is None:
        return ()
    left = {path: one for path, one in sources(form).items() if one.own}
    found = []
    for name, account in budget.lines.items():
        held = [left.pop(path) for path in account.of if path in left]
        if held:
            label = account.label or held[0].label
            found.append(_line(name, label, held, account, budget.committee))
    found += [_line(path, one.label, [one], None, budget.committee) for path, one in left.items()]
    return tuple(found)


def _line(
    name: str,
    label: Text | None,
    held: list[Source],
    account: AccountLine | None,
    committee: str | None,
) -> BudgetLine:
    cost = held[0].plan_cost
    stated = account.ceiling if account else None
    tag = account.tag if account else None
    spoken = _spoken((name,) if account else keys_of_path(name))
    return BudgetLine(
        name=name,
        label=labelled(label, spoken),
        sources=tuple(one.path for one in held),
        plan_cost=cost,
        committee=(account.committee if account else None) or committee,
        ceiling=stated or ("inside" if cost else "outside"),
        stated=stated is not None,
        tag=TAGS.get(tag, tag) if tag else None,
        account=account,
    )


def _spoken(keys: KeyPath) -> str:
    """A name, or the keys of a path, as a person reads it: plan.cost.talks is "Talks"."""
    last = " ".join(map(str, keys)) if isinstance(keys[-1], int) else keys[-1]
    return spelled(last).capitalize()


def staff_years(account: AccountLine) -> dict[int, float]:
    """Full-time posts by year, as a line states them."""
    return {int(year): posts.mean() for year, posts in account.staff.items() if is_year(year)}
