"""The money of the memo: what is set aside, and each line of the budget, by year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simlab.report.parts import Cell, Row, Section, Table
from simlab.report.scale import Scale
from simlab.report.sections.budget_tables import line_name
from simlab.report.sections.budget_years import span
from simlab.result.answer import Answer
from simlab.result.budget_page import BudgetPage, InPrices
from simlab.words import Words, phrases

SMALL = 0.05e6  # kr.: a line that never reaches it stands with the others
MANY = 6  # lines that are told one by one


def money(answer: Answer, words: Words) -> Section | None:
    """The budget of the years that a budget is made for; None for a study without one."""
    page = answer.budget
    if page is None or not page.lines:
        return None
    table = of_budget(answer, page, words)
    together = page.prices[next(iter(page.prices))].together
    said = words(
        "Saving to budget with {percent} certainty, {years}: {money}.",
        percent=words.percent(page.certainty),
        years=span(page.budget_years, words),
        money=phrases.found_money(together.assured.value, together.assured.standard_error, words),
    )
    return Section("money", words("Money in the budget"), tables=(table,), text=(said,))


def of_budget(answer: Answer, page: BudgetPage, words: Words) -> Table:
    """A row a line, those that weigh least together; net, its range, and posts."""
    here = page.prices[next(iter(page.prices))]
    count = len(page.budget_years)
    amounts = [abs(year.net.mean) for year in here.years[:count]]
    scale = Scale.of_money([*amounts, *(_set_aside(answer, page) or ())], words)
    rows: list[Row] = []
    aside = _set_aside(answer, page)
    if aside:
        rows.append((words("Set aside"), *_cells((*aside, sum(aside)), scale)))
    rows += _lines(page, here, scale, words)
    net = [*(year.net for year in here.years[:count]), here.together.net]
    rows.append((words("Net"), *(scale.number(of.mean) for of in net)))
    rows.append(
        (
            words("{percent} range", percent=words.percent(0.8)),
            *(phrases.between(scale.number(of.p10), scale.number(of.p90), words) for of in net),
        )
    )
    for posts in page.staff:
        name = words("Full-time posts: {line}", line=line_name(posts, words))
        rows.append((name, *(words.number(of, 1) for of in posts.years[:count]), ""))
    years = [words.year(year) for year in page.budget_years]
    return Table(
        caption=words("Money by year"),
        unit=words("{unit}, + more spent, − less spent", unit=scale.unit),
        header=("", *years, words("In all")),
        rows=rows,
        width="labels",
    )


def _set_aside(answer: Answer, page: BudgetPage) -> tuple[float, ...]:
    if answer.planned is None or not answer.planned.years:
        return ()
    return tuple(answer.planned.set_aside.get(year, 0.0) for year in page.budget_years)


def _lines(page: BudgetPage, here: InPrices, scale: Scale, words: Words) -> list[Row]:
    """The heaviest lines by name, whether inside the ceiling or outside; the rest together."""
    count = len(page.budget_years)
    nets = [[year.net.mean for year in years[:count]] for years in here.lines]
    weight = [sum(map(abs, net)) for net in nets]
    order = sorted(range(len(nets)), key=lambda k: (not page.lines[k].plan_cost, -weight[k]))
    told = [k for k in order if max(map(abs, nets[k])) >= SMALL][:MANY]
    rows: list[Row] = []
    for k in told:
        line = page.lines[k]
        where = (
            words("inside the service ceiling")
            if line.ceiling == "inside"
            else words("outside the service ceiling")
        )
        name = Cell(line_name(line, words), where)
        rows.append((name, *_cells((*nets[k], sum(nets[k])), scale)))
    rest = [net for k, net in enumerate(nets) if k not in told]
    if rest:
        other = [sum(column) for column in zip(*rest, strict=True)]
        if max(map(abs, other)) * 10**scale.decimals >= 0.5 * scale.divisor:
            rows.append((words("Other lines"), *_cells((*other, sum(other)), scale)))
    return rows


def _cells(amounts: Iterable[float], scale: Scale) -> Sequence[str]:
    return [scale.number(amount) for amount in amounts]
