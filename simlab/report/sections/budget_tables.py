"""The budget page: the form that a Danish budget proposal uses (`result.budget_figures`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from simlab.report.parts import Cell, KeyFigure, Row, Section, Table, unbroken
from simlab.report.scale import Scale
from simlab.report.sections.budget_quarters import person_year, price_of_a_year, quarters
from simlab.report.sections.budget_years import by_year, scale_of, span
from simlab.report.sections.person_time import followed
from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage, BudgetYear, LineYear, PageLine, Posts, Prices
from simlab.result.figures import Spread
from simlab.words import Words, phrases
from simlab.words.first_sentence import under_assumption

T = TypeVar("T")
OF_LINES = 5  # totals that stand below the lines
BETWEEN = "\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}"  # expenditure / income, on one line


def budget(answer: Answer, words: Words) -> Section | None:
    """Lines, years, what can be budgeted, posts, and the people by quarter."""
    found = answer.budget
    if not found or not found.lines:
        return None
    own, *other = found.prices
    tables = [by_line(found, own, answer, words), by_year(found, own, answer, words)]
    tables += [in_other_prices(found, name, answer, words) for name in other]
    tables += quarters(found, words)
    return Section(
        anchor="budget",
        heading=words("As a budget"),
        text=(
            words(
                "What {payer} pays with the plan, less what it pays without it. Expenditure is "
                "positive and income is negative: a saving has a minus, and income above 0 is "
                "income that is lost, such as reimbursement of benefits that are no longer paid.",
                payer=phrases.perspective_name(found.payer, words),
            ),
            _prices(found, own, bool(other), answer, words),
            *under_assumption(answer, words),
        ),
        figures=_figures(found, own, words),
        tables=tuple(tables),
        fine=(
            words(
                "Inside the service ceiling counts what staff and other services cost; benefits, "
                "the employment effort and tax are outside it. Where a line goes is the study's "
                "reading, and how sure it is stands below it."
            ),
            *((followed(answer, words),) if found.quarters else ()),
            *person_year(found, words),
        ),
    )


def _prices(found: BudgetPage, own: Prices, other: bool, answer: Answer, words: Words) -> str:
    """In whose kr. the page is, and what turns them into the other prices."""
    level, index = answer.price_level, found.index
    if own == "current":
        which = words("Amounts are in running prices.")
    elif level is None:
        which = words("Amounts are in the prices of the study.")
    else:
        which = words("Amounts are in fixed prices, kr. of {year}.", year=words.year(level))
    if index is None:
        more = words("Without an index of prices they are not turned into other prices.")
    else:
        name, known = words.text(index.label), words.year(index.known_until)
        if not other:
            more = words(
                "Running prices are the same: {index} is not known after {year}, and prices stand "
                "still from then on.",
                index=name,
                year=known,
            )
        elif index.known_until < found.years[-1] and index.grows_per_year is not None:
            more = words(
                "Running prices follow {index}, which is known until {year} and grows by {growth} "
                "a year after it, one estimate for all futures.",
                index=name,
                year=known,
                growth=words.percent(index.grows_per_year, 1),
            )
        elif index.known_until < found.years[-1]:
            more = words(
                "Running prices follow {index}, which is known until {year} and held after it.",
                index=name,
                year=known,
            )
        else:
            more = words("Running prices follow {index}.", index=name)
    return f"{which} {more}"


def _figures(found: BudgetPage, own: Prices, words: Words) -> tuple[KeyFigure, ...]:
    together, years = found.prices[own].together, span(found.budget_years, words)
    assured, percent = together.assured, words.percent(found.certainty)

    def spread(label: str, of: Spread) -> KeyFigure:
        mean = phrases.money(of.mean, of, words)
        return KeyFigure(label, mean, (phrases.range_of_money(of, words),))

    return (
        KeyFigure(
            words(
                "Saving that can be budgeted with {percent} certainty, {years}",
                percent=percent,
                years=years,
            ),
            phrases.found_money(assured.value, assured.standard_error, words),
            tuple(filter(None, (phrases.error_of_money(assured.standard_error, words),))),
        ),
        spread(words("Saving on average, {years}", years=years), together.saving),
        spread(words("Cost of the plan, {years}", years=years), together.cost),
        *price_of_a_year(found, words),
    )


# ── lines ──


def by_line(found: BudgetPage, prices: Prices, answer: Answer, words: Words) -> Table:
    """Every line under its committee, then expenditure, income, net, and posts."""
    money, header = found.prices[prices], _years(found, words)
    scale = scale_of(found, words)

    def cells(years: tuple[LineYear, ...]) -> Iterator[Cell]:
        columns = [
            (sum(year.expenditure for year in each), sum(year.income for year in each))
            for each in _columns(found, years)
        ]
        apart = any(i for _, i in columns) and any(e for e, _ in columns)
        for e, i in columns:
            beside = f"{scale.number(e)}{BETWEEN}{scale.number(i)}"
            yield Cell(scale.number(e + i), beside if apart else "")

    rows: list[Row] = []
    named = any(line.committee for line in found.lines)
    for committee, numbers in _by_committee(found).items():
        if named:
            rows.append((_committee(found, committee, words), "", *([""] * len(header))))
        for k in numbers:
            line = found.lines[k]
            of = line.function
            function = words("function {number}", number=of) if of else ""
            name = Cell(line_name(line, words), function)
            rows.append((name, ceiling(line, words), *cells(money.lines[k])))
    for label, *amounts in _totals(found, prices, scale, words)[:OF_LINES]:
        rows.append((label, "", *amounts))
    rows += _posts(found, words)
    return Table(
        caption=words("Lines of the budget, {prices}", prices=price_name(prices, answer, words)),
        unit=words(
            "{unit}, mean over the futures: net, and below it expenditure / income",
            unit=scale.unit,
        ),
        header=(words("Line"), words("Service ceiling"), *header),
        rows=rows,
        numbers=range(2, 2 + len(header)),
        width="wide",
    )


def line_name(line: PageLine | Posts, words: Words) -> str:
    """The label of a line; a programme and its caseworkers have names without one."""
    known = {"plan.caseload": words("Caseworkers"), "plan.enrolment": words("The programme")}
    plain = known.get(line.name) if "da" not in line.label else None
    return plain or words.text(line.label)


def _by_committee(found: BudgetPage) -> dict[str | None, list[int]]:
    """The lines of each committee in the order of the study's; those without one last."""
    here: dict[str | None, list[int]] = {name: [] for name in (*found.committees, None)}
    for k, line in enumerate(found.lines):
        here[line.committee].append(k)
    return {committee: lines for committee, lines in here.items() if lines}


def _committee(found: BudgetPage, name: str | None, words: Words) -> str:
    return words.text(found.committees[name]) if name else words("No committee named")


def ceiling(line: PageLine, words: Words) -> Cell:
    """Inside or outside, and how sure."""
    where = words("inside") if line.ceiling == "inside" else words("outside")
    sure = phrases.tag_name(line.tag, words) if line.ceiling_stated else words("by default")
    return Cell(where, unbroken(sure))


def _columns(found: BudgetPage, years: Sequence[T]) -> list[Sequence[T]]:
    """The years of each column: the budgeted ones one by one, then the later ones together."""
    first = len(found.budget_years)
    each: list[Sequence[T]] = [[year] for year in years[:first]]
    return each + ([years[first:]] if years[first:] else [])


def _years(found: BudgetPage, words: Words) -> list[str]:
    return [span(years, words) for years in _columns(found, found.years)]


def _totals(found: BudgetPage, prices: Prices, scale: Scale, words: Words) -> list[list[str]]:
    """Expenditure, income and net of all lines, and the net inside the ceiling and outside."""

    def row(label: str, amount: Callable[[BudgetYear], float]) -> list[str]:
        columns = _columns(found, found.prices[prices].years)
        return [label, *(scale.number(sum(map(amount, years))) for years in columns)]

    return [
        row(words("Expenditure in all"), lambda year: year.expenditure),
        row(words("Income in all"), lambda year: year.income),
        row(words("Net"), lambda year: year.net.mean),
        row(words("of it inside the service ceiling"), lambda year: year.inside.mean),
        row(words("of it outside the service ceiling"), lambda year: year.outside.mean),
        row(words("Cost of the plan"), lambda year: year.cost.mean),
        row(words("Saving"), lambda year: year.saving.mean),
    ]


def _posts(found: BudgetPage, words: Words) -> Iterator[Row]:
    """Full-time posts a line; of later years the most."""
    for posts in found.staff:
        beside = sure = phrases.tag_name(posts.tag, words)
        if posts.cost_per_post:
            money = words.money(posts.cost_per_post)
            beside = words("{money} a post and year ({tag})", money=money, tag=sure)
        name = words("Full-time posts: {line}", line=line_name(posts, words))
        most = (words.number(max(years), 1) for years in _columns(found, posts.years))
        yield Cell(name, beside), "", *most


# ── the other prices ──


def price_name(prices: Prices, answer: Answer, words: Words) -> str:
    if prices == "current":
        return words("running prices")
    level = answer.price_level
    if level is None:
        return words("prices of the study")
    return words("fixed prices of {year}", year=words.year(level))


def in_other_prices(found: BudgetPage, prices: Prices, answer: Answer, words: Words) -> Table:
    """Expenditure, income, net and saving in the prices that the study does not compute in."""
    scale, percent = scale_of(found, words), words.percent(found.certainty)
    label = words("Saving that can be budgeted with {percent} certainty", percent=percent)
    assured = [  # which does not add up over years
        scale.number(years[0].assured.value) if k < len(found.budget_years) else ""
        for k, years in enumerate(_columns(found, found.prices[prices].years))
    ]
    return Table(
        caption=words("The budget in {prices}", prices=price_name(prices, answer, words)),
        unit=words("{unit}, mean over the futures", unit=scale.unit),
        header=("", *_years(found, words)),
        rows=[*_totals(found, prices, scale, words), (label, *assured)],
    )
