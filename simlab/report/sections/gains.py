"""Who gains? The same plan in the accounts of all who pay and save."""

from __future__ import annotations

from simlab.report.parts import Section, Table, capital
from simlab.report.scale import Scale
from simlab.report.side_by_side import compared
from simlab.result.answer import Answer, YearOfPayer
from simlab.result.figures import Spread
from simlab.words import Words, phrases


def gains(answer: Answer, words: Words) -> Section | None:
    """A row a payer, and the perspectives side by side; None where there is only one payer."""
    last = _last_year(answer)
    others = _perspectives(answer, words)
    if len(last) < 2 and not others:
        return None
    return Section(
        anchor="gains",
        heading=words("Who gains?"),
        text=(
            words(
                "The same futures, counted for each who pays and saves. A plan can lose money for "
                "one and gain for all, or the other way round."
            ),
        ),
        tables=((*(_by_payer(last, answer, words)), *others)),
    )


def _last_year(answer: Answer) -> list[YearOfPayer]:
    """What each payer has gained at the horizon; payers whom the plan does not touch left out."""
    rows = answer.years
    horizon = max((row.year for row in rows), default=None)

    def gained(of: Spread) -> bool:
        return max(abs(of.mean), abs(of.p10), abs(of.p90)) >= 1

    return [row for row in rows if row.year == horizon and gained(row.balance)]


def _by_payer(last: list[YearOfPayer], answer: Answer, words: Words) -> tuple[Table, ...]:
    if len(last) < 2:
        return ()
    ends = [end for row in last for end in (row.balance.p10, row.balance.p90)]
    scale = Scale.of_money(ends, words)
    return (
        Table(
            caption=words(
                "Net gain by payer, {years}, not discounted",
                years=words.years(answer.horizon_years),
            ),
            unit=scale.ranges,
            header=(words("Payer"), words("Net gain")),
            rows=[
                (capital(phrases.perspective_name(row.payer, words)), scale.spread(row.balance))
                for row in last
            ],
            width="narrow",
        ),
    )


def _discounted(names: list[str], answer: Answer, words: Words) -> str:
    """Whose net gain is a present value."""
    whom = [
        phrases.perspective_name(name, words, answer.perspectives[name].label)
        for name in names
        if phrases.is_discounted(answer, name)
    ]
    return words("net gain in present value: {whom}", whom=", ".join(whom)) if whom else ""


def _perspectives(answer: Answer, words: Words) -> tuple[Table, ...]:
    """The perspectives side by side, the opening one first."""
    found = answer.perspectives
    order = sorted(found, key=lambda name: name != answer.perspective)
    if len(order) < 2:
        return ()
    named = [phrases.perspective_name(name, words, found[name].label) for name in order]
    return (
        Table(
            caption=words("Perspectives side by side"),
            unit=_discounted(order, answer, words),
            header=(words("Figure"), *map(capital, named)),
            rows=compared([found[name] for name in order], answer.horizon_years, words),
            width="labels",
        ),
    )
