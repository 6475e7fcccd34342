"""What the plan is, in a few sentences: people, posts, places, years, money and tax rate."""

from __future__ import annotations

from simlab.report.sections.budget_years import span
from simlab.result.answer import Answer
from simlab.result.planned import Planned
from simlab.study.grammar import Memo as About
from simlab.words import Words, phrases


def about_the_plan(answer: Answer, about: About, words: Words) -> tuple[str, ...]:
    """Three paragraphs: whom it is for, what it is, and the money; only what the study says."""
    planned = answer.planned
    if planned is None:
        return ()
    paragraphs = (
        (_where(planned, about, answer, words), _who(planned, words)),
        (*_caseworkers(planned, words), *_places(planned, words)),
        (_set_aside(planned, answer, words), _price_level(answer, words)),
    )
    said = (" ".join(one for one in sentences if one) for sentences in paragraphs)
    return tuple(one for one in said if one)


def _where(planned: Planned, about: About, answer: Answer, words: Words) -> str:
    """The municipality, its inhabitants and its tax rate."""
    gaps = {
        "name": about.municipality or words("The municipality"),
        "n": words.number(about.inhabitants or 0),
        "percent": words.percent(planned.tax_rate or 0.0, 1),
    }
    if about.inhabitants is not None and planned.tax_rate is not None:
        return words("{name} has {n} inhabitants and a tax rate of {percent}.", **gaps)
    if planned.tax_rate is not None:
        return words("{name} has a tax rate of {percent}.", **gaps)
    if about.inhabitants is not None:
        return words("{name} has {n} inhabitants.", **gaps)
    return ""


def _who(planned: Planned, words: Words) -> str:
    """All together, and the groups where there are several."""
    if not planned.groups:
        return ""
    people = words.number(round(planned.people))
    named = [
        words("{group} {n}", group=words.text(group.label), n=words.number(round(group.people)))
        for group in planned.groups
    ]
    if len(named) == 1:
        return words(
            "The plan is for {n} {people} at the start: {groups}.",
            n=people,
            groups=words.text(planned.groups[0].label),
        )
    return words(
        "The plan is for {n} {people} at the start: {groups}.", n=people, groups=", ".join(named)
    )


def _caseworkers(planned: Planned, words: Words) -> list[str]:
    """Posts, cases a post, and the price of a post."""
    staff = planned.caseworkers
    if staff is None or staff.extra <= 0.0:
        return []
    n = words.plain(round(staff.extra, 1))
    said = words.plural(
        "It opens {n} more post for caseworkers.",
        "It opens {n} more posts for caseworkers.",
        staff.extra,
        n=n,
    )
    if planned.years:
        said = words.plural(
            "It opens {n} more post for caseworkers in {years}.",
            "It opens {n} more posts for caseworkers in {years}.",
            staff.extra,
            n=n,
            years=span(planned.years, words),
        )
    lines = [
        said,
        words(
            "With those who are there at the start, cases per caseworker fall from {before} to "
            "{after}.",
            before=words.number(staff.cases),
            after=words.number(staff.cases_with_plan),
        ),
    ]
    if staff.price is not None:
        lines.append(words("A post costs {money} a year.", money=words.money(staff.price, 2)))
    return lines


def _places(planned: Planned, words: Words) -> list[str]:
    if planned.places is None:
        return []
    return [
        words.plural(
            "The programme has {n} place at a time.",
            "The programme has {n} places at a time.",
            planned.places,
            n=words.plain(round(planned.places, 1)),
        )
    ]


def _set_aside(planned: Planned, answer: Answer, words: Words) -> str:
    """A year and in all, and what can be expected to be spent."""
    years = planned.years
    if not years:
        return words(
            "The plan costs {payer} nothing.",
            payer=phrases.perspective_name(answer.perspective, words, answer.opening.label),
        )
    each = [planned.set_aside[year] for year in years]
    gaps = {
        "years": span(years, words),
        "all": words.money(sum(each), 3),
        "mean": words.money(sum(each) / len(each), 2),
    }
    if len(each) == 1:
        said = words("{all} are set aside for {years}.", **gaps)
    elif max(each) - min(each) <= 0.05 * max(each):
        said = words("{mean} a year are set aside for {years}, {all} in all.", **gaps)
    else:
        said = words("{all} are set aside for {years}.", **gaps)
    staff = planned.caseworkers
    if staff is None or staff.vacancy_months <= 0:
        return said
    expected = words(
        "Spending is expected to be {money}, as new posts stand empty for {months} months on "
        "average.",
        money=words.money(answer.opening.total.plan_cost, 3),
        months=words.number(staff.vacancy_months, 1),
    )
    return f"{said} {expected}"


def _price_level(answer: Answer, words: Words) -> str:
    if answer.prices == "current" or answer.price_level is None:
        return ""
    return words("All amounts are in prices of {year}.", year=words.year(answer.price_level))
