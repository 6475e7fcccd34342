"""The budget page: the form that a Danish budget proposal uses (`result.budget_figures`)."""

from __future__ import annotations

from collections.abc import Callable

from simlab.report.parts import Cell, KeyFigure, Section, Table
from simlab.report.sections.budget_quarters import person_year, price_of_a_year, quarters
from simlab.report.sections.budget_years import by_year, span, unit_of_money
from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage, BudgetYear, LineYear, PageLine, Posts, Prices
from simlab.words import Words, phrases

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
        ),
        figures=_figures(found, own, words),
        tables=tuple(tables),
        fine=(
            words(
                "Inside the service ceiling counts what staff and other services cost; benefits, "
                "the employment effort and tax are outside it. Where a line goes is the study's "
                "reading, and how sure it is stands below it."
            ),
            *person_year(found, words),
        ),
    )


def _prices(found: BudgetPage, own: Prices, other: bool, answer: Answer, words: Words) -> str:
    """In whose kr. the page is, and what turns them into the other prices."""
    level, index = answer.price_level, found.index
    if own == "current":
        said = words("Amounts are in running prices.")
    elif level is None:
        said = words("Amounts are in the prices of the study.")
    else:
        said = words("Amounts are in fixed prices, kr. of {year}.", year=words.year(level))
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
        elif index.known_until < found.years[-1]:
            more = words(
                "Running prices follow {index}, which is known until {year} and held after it.",
                index=name,
                year=known,
            )
        else:
            more = words("Running prices follow {index}.", index=name)
    return f"{said} {more}"


def _figures(found: BudgetPage, own: Prices, words: Words) -> tuple[KeyFigure, ...]:
    together, years = found.prices[own].together, span(found.budget_years, words)
    assured = together.assured
    return (
        KeyFigure(
            words(
                "Saving that can be budgeted with {percent} certainty, {years}",
                percent=words.percent(found.certainty),
                years=years,
            ),
            phrases.found_money(assured.value, assured.standard_error, words),
            tuple(filter(None, (phrases.error_of_money(assured.standard_error, words),))),
        ),
        KeyFigure(
            words("Saving on average, {years}", years=years),
            phrases.money(together.saving.mean, together.saving, words),
            (phrases.range_of_money(together.saving, words),),
        ),
        KeyFigure(
            words("Cost of the plan, {years}", years=years),
            phrases.money(together.cost.mean, together.cost, words),
            (phrases.range_of_money(together.cost, words),),
        ),
        *price_of_a_year(found, words),
    )


# ── lines ──


def by_line(found: BudgetPage, prices: Prices, answer: Answer, words: Words) -> Table:
    """Every line under its committee, then expenditure, income, net, and posts."""
    money = found.prices[prices]
    first = len(found.budget_years)
    unit, name, decimals = unit_of_money(found, words)

    def told(amount: float) -> str:
        return words.number(amount / unit, decimals)

    def cells(rows: tuple[LineYear, ...]) -> tuple[Cell, ...]:
        split = [(row.expenditure, row.income) for row in rows]
        later = [(sum(e for e, _ in split[first:]), sum(i for _, i in split[first:]))]
        columns = split[:first] + (later if split[first:] else [])
        apart = any(i for _, i in split) and any(e for e, _ in split)
        return tuple(
            Cell(told(e + i), f"{told(e)}{BETWEEN}{told(i)}" if apart else "") for e, i in columns
        )

    rows: list[tuple[Cell, ...]] = []
    width = first + (len(found.years) > first)
    named = any(line.committee for line in found.lines)
    for committee, numbers in _by_committee(found).items():
        if named:
            rows.append(
                (Cell(_committee(found, committee, words)), *(Cell("") for _ in range(width + 1)))
            )
        for k in numbers:
            line = found.lines[k]
            function = line.function
            rows.append(
                (
                    Cell(
                        line_name(line, words),
                        words("function {number}", number=function) if function else "",
                    ),
                    ceiling(line, words),
                    *cells(money.lines[k]),
                )
            )
    rows += _totals(found, prices, told, words)
    rows += _posts(found, words)
    return Table(
        caption=words("Lines of the budget, {prices}", prices=price_name(prices, answer, words)),
        unit=words(
            "{unit}, mean over the futures: net, and below it expenditure / income", unit=name
        ),
        header=(words("Line"), words("Service ceiling"), *_years(found, words)),
        rows=tuple(rows),
        numbers=range(2, 2 + width),
        width="wide",
    )


def line_name(line: PageLine | Posts, words: Words) -> str:
    """The label of a line; a programme and its caseworkers have names without one."""
    known = {"plan.caseload": words("Caseworkers"), "plan.enrolment": words("The programme")}
    plain = known.get(line.name) if "da" not in line.label else None
    return plain or words.text(line.label)


def _by_committee(found: BudgetPage) -> dict[str | None, list[int]]:
    """The lines of each committee in the order of the study's; those without one last."""
    order = [*found.committees, None]
    here = {c: [k for k, one in enumerate(found.lines) if one.committee == c] for c in order}
    return {committee: lines for committee, lines in here.items() if lines}


def _committee(found: BudgetPage, name: str | None, words: Words) -> str:
    return words.text(found.committees[name]) if name else words("No committee named")


def ceiling(line: PageLine, words: Words) -> Cell:
    """Inside or outside, and how sure."""
    where = words("inside") if line.ceiling == "inside" else words("outside")
    sure = phrases.tag_name(line.tag, words) if line.ceiling_stated else words("by default")
    return Cell(where, sure.replace(" ", "\N{NO-BREAK SPACE}"))


def _years(found: BudgetPage, words: Words) -> tuple[str, ...]:
    first, years = len(found.budget_years), found.years
    later = [span(years[first:], words)] if years[first:] else []
    return (*(words.year(year) for year in years[:first]), *later)


def _totals(
    found: BudgetPage, prices: Prices, told: Callable[[float], str], words: Words
) -> list[tuple[Cell, ...]]:
    """Expenditure, income and net of all lines, and the net inside the ceiling and outside."""
    first, years = len(found.budget_years), found.prices[prices].years

    def row(label: str, amount: Callable[[BudgetYear], float]) -> tuple[Cell, ...]:
        each = [amount(one) for one in years]
        later = [sum(each[first:])] if each[first:] else []
        return (Cell(label), Cell(""), *(Cell(told(x)) for x in (*each[:first], *later)))

    return [
        row(words("Expenditure in all"), lambda one: one.expenditure),
        row(words("Income in all"), lambda one: one.income),
        row(words("Net"), lambda one: one.net.mean),
        row(words("of it inside the service ceiling"), lambda one: one.inside.mean),
        row(words("of it outside the service ceiling"), lambda one: one.outside.mean),
    ]


def _posts(found: BudgetPage, words: Words) -> list[tuple[Cell, ...]]:
    """Full-time posts a line; of later years the most."""
    first, rows = len(found.budget_years), []
    for one in found.staff:
        later = [max(one.years[first:])] if one.years[first:] else []
        posts = (*one.years[:first], *later)
        sure = phrases.tag_name(one.tag, words)
        rows.append(
            (
                Cell(
                    words("Full-time posts: {line}", line=line_name(one, words)),
                    words("{money} a post and year ({tag})",
                          money=words.money(one.cost_per_post), tag=sure)
                    if one.cost_per_post else sure,
                ),
                Cell(""),
                *(Cell(words.number(x, 1)) for x in posts),
            )
        )  # fmt: skip
    return rows


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
    money, first = found.prices[prices].years, len(found.budget_years)
    unit, name, decimals = unit_of_money(found, words)

    def row(
        label: str, amount: Callable[[BudgetYear], float], *, adds_up: bool = True
    ) -> tuple[Cell, ...]:
        each = [amount(one) for one in money]
        later = [Cell(words.number(sum(each[first:]) / unit, decimals) if adds_up else "")]
        shown = [Cell(words.number(x / unit, decimals)) for x in each[:first]]
        return (Cell(label), *shown, *(later if each[first:] else []))

    assured = words("Saving that can be budgeted with {percent} certainty",
                    percent=words.percent(found.certainty))  # fmt: skip
    header = _years(found, words)
    return Table(
        caption=words("The budget in {prices}", prices=price_name(prices, answer, words)),
        unit=words("{unit}, mean over the futures", unit=name),
        header=("", *header),
        rows=(
            row(words("Expenditure in all"), lambda one: one.expenditure),
            row(words("Income in all"), lambda one: one.income),
            row(words("Net"), lambda one: one.net.mean),
            row(words("of it inside the service ceiling"), lambda one: one.inside.mean),
            row(words("of it outside the service ceiling"), lambda one: one.outside.mean),
            row(words("Cost of the plan"), lambda one: one.cost.mean),
            row(words("Saving"), lambda one: one.saving.mean),
            row(assured, lambda one: one.assured.value, adds_up=False),
        ),
        numbers=range(1, 1 + len(header)),
    )
