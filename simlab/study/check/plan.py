"""The plan: its programme, amounts, caseworkers, whom it displaces, and how it is varied."""

from __future__ import annotations

from simlab.study.check.checker import Checker, repeated
from simlab.study.check.cost import cost
from simlab.study.check.effect import effect, enrolled_alone, not_beyond
from simlab.study.grammar import AmountChange, Caseload, Displacement, Enrolment
from simlab.study.key_path import KeyPath
from simlab.study.moves import known_value, never_left
from simlab.study.quantity import Quantity
from simlab.study.time import after_months

HERE: KeyPath = ("plan",)


def plan(c: Checker) -> None:
    form = c.form.plan
    cost(c)
    if form.enrolment is not None:
        _enrolment(c, (*HERE, "enrolment"), form.enrolment)
    for index, written in enumerate(form.effect):
        effect(c, (*HERE, "effect", index), written)
    for index, changed in enumerate(form.amount):
        _changed_amount(c, (*HERE, "amount", index), changed)
    for name in repeated(changed.name for changed in form.amount):
        c.add((*HERE, "amount"), f'two changes are named "{name}"')
    for name in repeated(written.name for written in form.effect):
        c.add((*HERE, "effect"), f'two effects are named "{name}"')
    if form.caseload is not None:
        _caseload(c, (*HERE, "caseload"), form.caseload)
    if form.displacement is not None:
        _displacement(c, (*HERE, "displacement"), form.displacement)
    c.until(HERE, form.until)
    _varied(c)


def _enrolment(c: Checker, path: KeyPath, enrolment: Enrolment) -> None:
    c.segments(path, enrolment.segments)
    c.within((*path, "start"), enrolment.start, part=path, may_be_before=True)
    c.until(path, enrolment.until, "programme", enrolment.start)
    keys = ("intake_per_month", "places", "cost_per_enrolled_per_month")
    c.by_date(path, enrolment, *keys)
    _length(c, (*path, "months_in_programme"), enrolment.months_in_programme)
    c.states((*path, "states"), enrolment.states)
    c.states((*path, "ends_in"), enrolment.ends_in or [])
    ends = c.names.known(enrolment.ends_in or [])
    final = never_left(c.form, c.names, c.moves) if enrolment.ends_in is None else ()
    for state in c.names.known(enrolment.states):
        if state in ends:
            c.add((*path, "ends_in"), f'"{state}" is among states: it cannot begin and end it')
        if state in final:
            c.add((*path, "states"), f'nobody ever leaves "{state}"; write ends_in = [] if meant')


def _length(c: Checker, path: KeyPath, length: Quantity) -> None:
    """A programme lasts whole months, and in steps of a year whole years."""
    months = known_value(length)
    if months is None or months != round(months) or not months <= 1200:
        c.add(path, "must be a certain number of whole months, to 1200")
    elif c.form.step == "year" and months % 12:
        c.add(path, f'{_no_whole_years(months)}, or step = "month"')


def _no_whole_years(months: float) -> str:
    return f"{months:g} months are no whole steps of a year; allowed: 12, 24, 36, …"


def _changed_amount(c: Checker, path: KeyPath, changed: AmountChange) -> None:
    c.payers(path, changed, "payer", "received_by")
    c.within((*path, "start"), changed.start, part=path, may_be_before=True)
    c.until(path, changed.until, "change", changed.start)
    enrolled_alone(c, path, changed.while_)
    c.states((*path, "states"), changed.states)
    states = c.names.known(changed.states)
    if not changed.states:
        final = never_left(c.form, c.names, c.moves)
        states = tuple(state for state in c.names.states if state not in final)
        if not states:
            c.add((*path, "states"), "is missing: nobody leaves any state, so name those meant")
    all(c.by_clock((*path, "change"), changed.change, state) for state in states)


def _caseload(c: Checker, path: KeyPath, caseload: Caseload) -> None:
    c.states((*path, "states"), caseload.states)
    not_beyond(c, (*path, "vacancy_months"), caseload.vacancy_months)
    c.by_date(path, caseload, "workers", "extra_workers", "cost_per_worker_per_year")
    c.until(path, caseload.until)


def _displacement(c: Checker, path: KeyPath, displacement: Displacement) -> None:
    c.states((*path, "states"), displacement.states)
    if not c.state((*path, "to"), displacement.to):
        return
    c.payers(path, displacement, "elsewhere")
    if known_value(displacement.local_share) != 1 and displacement.elsewhere is None:
        text = "is missing: which payer stands for the municipalities of those displaced elsewhere?"
        c.add((*path, "elsewhere"), text)
    if displacement.to in c.names.known(displacement.states):
        c.add((*path, "to"), f'"{displacement.to}" is one of the jobs; nobody is displaced')


def _varied(c: Checker) -> None:
    """The keys that vary the plan as a whole."""
    form, timeline = c.form.plan, c.timeline
    later = (*HERE, "later_months")
    if after_months(timeline.start, min(form.later_months, 12_000)) >= timeline.end:
        last = timeline.end_of(timeline.steps - 1)
        text = f"the plan would begin after the horizon, which ends {last:%Y-%m}"
        c.add(later, text, HERE, late=True)
    elif c.form.step == "year" and form.later_months % 12:
        c.add(later, _no_whole_years(form.later_months))
    same = {"later_months": 0, "scale": 1.0, "effect_years": None}
    for key in same if form.given else ():
        if getattr(form, key) != same[key]:
            text = f"[plan.{form.given[0]}] holds for good and for all; write it as a"
            text += " [[plan.effect]], which can begin, end and cover a part"
            c.add((*HERE, key), text)
    programme = form.enrolment
    open_to_all = programme is not None and not (programme.places or programme.intake_per_month)
    if form.scale != 1.0 and open_to_all:
        text = "the programme enrols all who are eligible, so nothing says what a part of it is"
        c.add((*HERE, "scale"), f"{text}; write plan.enrolment.places or intake_per_month")
