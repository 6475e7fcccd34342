"""Effects: one kind each, on moves that there are, for as long as somebody could have seen it."""

from __future__ import annotations

from simlab.study.check.checker import Checker
from simlab.study.check.evidence import LONGEST_MONTHS
from simlab.study.check.shares import more_means_more
from simlab.study.grammar import KINDS_OF_EFFECT, Effect
from simlab.study.key_path import KeyPath
from simlab.study.quantity import GUESSED, Quantity
from simlab.study.time import PER_YEAR

LONGEST_TRIAL = 10  # years, also where a study is shorter


def effect(c: Checker, path: KeyPath, effect: Effect) -> None:
    kinds = [kind for kind in KINDS_OF_EFFECT if getattr(effect, kind) is not None]
    kinds += [key for key in ("share",) if effect.share is not None]
    kinds += ["evidence of its own"] if effect.given else []
    if len(kinds) != 1:
        found = " and ".join(kinds) if kinds else "none"
        known = ", ".join((*KINDS_OF_EFFECT, "share"))
        c.add(path, f"needs one kind of effect, found {found}; kinds: {known}")
    _share(c, path, effect)
    _moves(c, path, effect, bool(kinds))
    _trial(c, path, effect)
    not_beyond(c, (*path, "delay_months"), effect.delay_months)
    not_beyond(c, (*path, "ramp_months"), effect.ramp_months)
    if effect.fades is not None:
        not_beyond(c, (*path, "fades", "half_life_months"), effect.fades.half_life_months)
        if effect.until is None and c.form.plan.until is None:
            c.add((*path, "fades"), "needs until: from when does the effect fade?")
    if effect.hazard_ratio_per_halving is not None and c.form.plan.caseload is None:
        c.add((*path, "hazard_ratio_per_halving"), "needs [plan.caseload]")
    c.segments(path, effect.segments)
    c.within((*path, "start"), effect.start, part=path, may_be_before=True)
    c.until(path, effect.until, "effect", effect.start)
    if effect.coverage_is == "fixed":
        if effect.coverage is None:
            c.add((*path, "coverage_is"), "needs coverage")
        if effect.places is not None:
            c.add((*path, "places"), "a fixed share of people has no places")
    c.by_date(path, effect, "cost_per_treated_per_month")
    _unproven(c, path, effect)
    _of_the_enrolled(c, path, effect)


def _moves(c: Checker, path: KeyPath, effect: Effect, known: bool) -> None:
    """Moves, or arrivals, or evidence that names its moves itself."""
    if effect.arrivals_ratio is not None:
        for index, group in enumerate(effect.arrivals):
            c.one_of((*path, "arrivals", index), "group of citizens", group, c.form.citizens)
        if not effect.arrivals:
            c.add((*path, "arrivals"), "is missing: whose arrivals?")
    elif effect.arrivals:
        c.add((*path, "arrivals"), "needs arrivals_ratio")
    if not effect.moves and not effect.given and effect.arrivals_ratio is None and known:
        c.add((*path, "moves"), 'is missing: which moves? moves = ["a -> b"]')
    if effect.moves and effect.given:
        c.add((*path, "moves"), "evidence of its own names its moves already")
    c.match((*path, "moves"), effect.moves)


def _trial(c: Checker, path: KeyPath, effect: Effect) -> None:
    """The time that a share was measured at."""
    trial = effect.risk_ratio is not None or effect.percentage_points is not None
    if trial and len(effect.at) != 1:
        c.add(path, "needs the time of the trial: at_months = 18")
    if effect.at and not trial:
        c.add((*path, f"at_{effect.at[0].unit}s"), "belongs to risk_ratio or percentage_points")
    years = c.timeline.years
    for at in effect.at:
        most = max(years, LONGEST_TRIAL) * PER_YEAR[at.unit]
        if at.length > most:
            text = f"{at}; allowed: the {years * PER_YEAR[at.unit]:,.4g} of the study"
            text += f", or {most:,.4g}, which is longer" if years < LONGEST_TRIAL else ""
            c.add((*path, f"at_{at.unit}s"), text)


def _share(c: Checker, path: KeyPath, effect: Effect) -> None:
    """The share at a date that gives its ratio, which says what the plan does."""
    if effect.share is None:
        if effect.inverse:
            c.add((*path, "inverse"), "belongs to share: write 1/h as a hazard_ratio")
        return
    shares = {share.name: share for share in c.form.shares}
    known = c.one_of((*path, "share"), "share", effect.share, shares)
    if known and not shares[effect.share].of_the_plan:
        c.add((*path, "share"), f'"{effect.share}" says nothing of the plan')
    if known:
        share = shares[effect.share]
        more_means_more(c, (*path, "moves"), effect.moves, share, inverse=effect.inverse)
    if effect.reach == "newcomers":
        c.add((*path, "reach"), "a share at a date is of those there at the start")


def _unproven(c: Checker, path: KeyPath, effect: Effect) -> None:
    """An effect that nobody measured cannot be published, derived or known.

    A value without a tag (``--set``) is a question, and may be asked of any effect.
    """
    for kind in KINDS_OF_EFFECT if effect.evidence == "unproven" else ():
        figure = getattr(effect, kind)
        if figure is not None and figure.tag not in (None, *GUESSED):
            found = f'tagged as "{figure.tag}"'
            c.add((*path, kind), f'is {found}; an unproven effect is an assumption: tag = "A"')


def _of_the_enrolled(c: Checker, path: KeyPath, effect: Effect) -> None:
    enrolled_alone(c, path, effect.while_)
    if effect.while_ == "everyone":
        return
    if effect.arrivals_ratio is not None:
        c.add((*path, "while"), "those who arrive are not enrolled yet")
    for key, other in (
        ("places", "places"),
        ("cost_per_treated_per_month", "cost_per_enrolled_per_month"),
    ):
        if getattr(effect, key) is not None:
            c.add((*path, key), f"those are the enrolled: write {other} under [plan.enrolment]")


def enrolled_alone(c: Checker, path: KeyPath, whom: str) -> None:
    """What is for the enrolled needs a programme."""
    if whom != "everyone" and c.form.plan.enrolment is None:
        text = f'"{whom}" needs [plan.enrolment]: who is enrolled, and in what?'
        c.add((*path, "while"), text, path)


def not_beyond(c: Checker, path: KeyPath, months: Quantity | None) -> None:
    """Lengths that no plan has are slips of the pen: a day for a month, a thousands dot."""
    if months is not None and months.median() > LONGEST_MONTHS:
        text = f"{months.median():,g} months, which is beyond the study's"
        c.add(path, f"{text} {c.timeline.years * 12:,g} and all plans; allowed: {LONGEST_MONTHS:,}")
