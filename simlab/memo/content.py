"""What the memo says: the answer in short, the plan, the curve, the money, and reservations.

Every sentence follows from the answer and from the study's rules: what rates are known, what is
closed and what stands in for a figure that was not found are the study's own warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from simlab.memo.money import money
from simlab.memo.plan import about_the_plan
from simlab.memo.reckoned_with import reckoned_with
from simlab.memo.reservations import reservations
from simlab.report.key_figures import asked
from simlab.report.parts import Picture, Section
from simlab.report.pictures import shown
from simlab.report.sections.short import hangs
from simlab.result.answer import Answer
from simlab.study.grammar import Memo as About
from simlab.words import Words, futures, phrases


@dataclass(frozen=True, slots=True)
class Memo:
    """Finished text: to whom, what it is about, and what it says, page by page.

    when : the day that stands on it
    """

    to: str
    when: date | None
    title: str
    pages: tuple[tuple[Section, ...], tuple[Section, ...]]


def memo(
    answer: Answer,
    words: Words,
    *,
    about: About,
    when: date | None = None,
    drawn: Mapping[str, Picture] | None = None,
) -> Memo:
    """The memo of an answer.

    about : whom it is to, and the municipality     when : the day that stands on it
    drawn : the charts by name
    """
    first = (
        Section("in-short", words("In short"), text=in_short(answer, words)),
        Section("plan", words("The plan"), text=about_the_plan(answer, about, words)),
        _when(answer, drawn or {}, words),
    )
    second = (
        money(answer, words),
        reckoned_with(answer, words),
        Section("reservations", words("Reservations"), points=reservations(answer, words)),
        _follow_up(words),
    )
    return Memo(
        _addressed(about, when, words),
        when,
        words.text(answer.title).strip(),
        (first, tuple(section for section in second if section is not None)),
    )


def _addressed(about: About, when: date | None, words: Words) -> str:
    """Memo to the employment committee, 30 November 2026"""
    to = words.say(about.to) if about.to is not None else ""
    line = words("Memo to {committee}", committee=to) if to else words("Memo")
    return f"{line}, {words.day(when)}" if when is not None else line


def in_short(answer: Answer, words: Words) -> tuple[str, ...]:
    """How likely, how often not, what it hangs on, and what is lost where nothing works."""
    of, horizon = answer.opening.payback, words.years(answer.horizon_years)
    said = []
    for years in asked(of)[:1]:
        said.append(
            words(
                "The chance that the money is back within {years} is {chance}.",
                years=words.years(years),
                chance=phrases.chance(of.within[years].chance, words),
            )
        )
    said.append(
        words(
            "In {futures} it is not back within {years}.",
            futures=futures(of.never, words),
            years=horizon,
        )
    )
    hinge = hangs(answer, words)
    if hinge is not None:
        said.append(
            words(
                "The answer hangs most on one figure, {figure}. {ends}",
                figure=hinge.value[:1].lower() + hinge.value[1:],
                ends=" ".join(hinge.beside),
            )
        )
    if answer.planned is not None and answer.planned.hangs_on_effects:
        cost = answer.opening.total.plan_cost
        if cost >= 1.0:
            said.append(
                words(
                    "If the plan does nothing at all, {money} are spent and nothing is saved.",
                    money=words.money(cost, 3),
                )
            )
    return tuple(said)


def _when(answer: Answer, drawn: Mapping[str, Picture], words: Words) -> Section:
    """The curve, what is gained, and what has to be carried on the way."""
    of = answer.opening
    value, peak = of.net_present_value, of.peak_exposure
    gained = words(
        "Net gain after {years}: {mean} on average; in 8 of 10 futures {low} to {high}.",
        years=words.years(answer.horizon_years),
        mean=phrases.money(value.mean, value, words),
        low=phrases.money(value.p10, value, words),
        high=phrases.money(value.p90, value, words),
    )
    carried = words(
        "On the way more is spent than saved: in 1 of 10 futures above {money}.",
        money=phrases.exposure(peak.p90, peak, words),
    )
    return Section(
        "when",
        words("When is the money back?"),
        text=(gained, *((carried,) if peak.p90 > 0 else ())),
        pictures=shown(drawn, "payback-curve"),
    )


def _follow_up(words: Words) -> Section:
    return Section(
        "follow-up",
        words("Follow-up"),
        text=(
            words(
                "Counts are made each quarter, and held against what was to be expected without "
                "the plan and with it."
            ),
            words("Appendix: the report (report.pdf) and the workbook (workbook.xlsx)."),
        ),
    )
