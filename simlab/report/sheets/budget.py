"""The budget: every line by year in fixed and running prices, and the people by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simlab.report import phrases
from simlab.report.sections.budget import ceiling, line_name, price_name
from simlab.report.sections.budget_years import span, year_name
from simlab.report.sheets.sheet import EMPTY, Sheet, Value, number, text
from simlab.risk.result import Result
from simlab.words import Words

Row = dict[str, Any]


def budget(result: Result, words: Words) -> tuple[Sheet, ...]:
    """The sheet of money and posts, and the sheet of people; none without a budget."""
    found = result.summary.get("budget")
    if not found:
        return ()
    money = Sheet(
        words("Budget"),
        (
            (words("Prices"), 22),
            (words("Committee"), 26),
            (words("Line"), 40),
            (words("Function"), 16),
            (words("Service ceiling"), 16),
            (words("How sure"), 22),
            (words("Figure"), 40),
            *((_heading(found, k, words), 16) for k in range(len(found["years"]))),
            (words("{years} together", years=span(found["budget_years"], words)), 18),
        ),
        (*_money(found, result, words), *_posts(found, words), *_person_year(found, words)),
    )
    return (money, *_quarters(found, words))


def _heading(found: Row, k: int, words: Words) -> str:
    name = year_name(k, len(found["budget_years"]), words)
    year = words.year(found["years"][k])
    return f"{year}, {name}" if name else year


def _money(found: Row, result: Result, words: Words) -> Iterator[tuple[Value, ...]]:
    """Five rows a line, then the totals, in each of the prices."""
    spreads = (("mean", words("mean")), ("p10", words.percent(0.1)), ("p90", words.percent(0.9)))
    first = len(found["budget_years"])
    for prices, money in found["prices"].items():
        shown = text(price_name(prices, result, words))
        for line, rows in zip(found["lines"], money["lines"], strict=True):
            about = (shown, *_about(found, line, words))
            for key, label in (
                ("expenditure", words("Expenditure, DKK")),
                ("income", words("Income, DKK")),
            ):
                each = [row[key] for row in rows]
                yield (
                    *about,
                    text(label),
                    *_numbers(each, "money"),
                    number(sum(each[:first]), "money"),
                )
            for part, label in spreads:
                each = [row["net"][part] for row in rows]
                together = number(sum(each[:first]), "money") if part == "mean" else EMPTY
                told = text(f"{words('Net, DKK')}: {label}")
                yield *about, told, *_numbers(each, "money"), together
        for label, path, how in _totals(found, words):
            each = [_at(row, path) for row in (*money["years"], money["together"])]
            about = (shown, EMPTY, text(words("All lines")), EMPTY, EMPTY, EMPTY)
            yield *about, text(label), *_numbers(each, how)


def _about(found: Row, line: Row, words: Words) -> tuple[Value, ...]:
    committee, where = line["committee"], ceiling(line, words)
    return (
        text(words.text(found["committees"][committee])) if committee else EMPTY,
        text(line_name(line, words)),
        text(line["function"] or ""),
        text(where.text),
        text(where.beside),
    )


def _totals(found: Row, words: Words) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Label, place in a year's figures, and format."""
    yield words("Expenditure, DKK"), ("expenditure",), "money"
    yield words("Income, DKK"), ("income",), "money"
    for key, label in (
        ("net", words("Net, DKK")),
        ("inside", words("Net inside the service ceiling, DKK")),
        ("outside", words("Net outside the service ceiling, DKK")),
        ("cost", words("Cost of the plan, DKK")),
        ("saving", words("Saving, DKK")),
    ):
        yield f"{label}: {words('mean')}", (key, "mean"), "money"
        yield f"{label}: {words.percent(0.1)}", (key, "p10"), "money"
        yield f"{label}: {words.percent(0.9)}", (key, "p90"), "money"
        yield f"{label}: {words('standard error')}", (key, "standard_error"), "money"
    yield words("Budgeted saving, DKK"), ("budgeted",), "money"
    less = words("Chance of saving less")
    yield less, ("chance_of_less", "value"), "share"
    yield f"{less}: {words('standard error')}", ("chance_of_less", "standard_error"), "share"
    percent = words.percent(found["certainty"])
    for key, label in (
        ("certain", words("Saving with {percent} certainty, DKK", percent=percent)),
        ("net_certain", words("Net not exceeded with {percent} certainty, DKK", percent=percent)),
    ):
        yield label, (key, "value"), "money"
        yield f"{label}: {words('standard error')}", (key, "standard_error"), "money"


def _at(row: Row, path: tuple[str, ...]) -> float | None:
    found: Any = row
    for key in path:
        found = found[key]
    return found if found is None else float(found)


def _numbers(amounts: list[float | None] | list[float], how: str) -> tuple[Value, ...]:
    return tuple(number(x, how) for x in amounts)


def _posts(found: Row, words: Words) -> Iterator[tuple[Value, ...]]:
    for one in found["staff"]:
        about = (EMPTY, EMPTY, text(line_name(one, words)), EMPTY, EMPTY,
                 text(phrases.tag_name(one["tag"], words)))  # fmt: skip
        yield *about, text(words("Full-time posts")), *_numbers(one["years"], "count")


def _person_year(found: Row, words: Words) -> Iterator[tuple[Value, ...]]:
    """What a person-year off support costs: in the column of the first year."""
    of = found["cost_per_person_year"]
    if of is None:
        return
    label = words("Cost of an extra {person}-year off support, DKK")
    cost, net = of["cost"] or {}, of["net"] or {}
    less = words("Cost of an extra {person}-year off support less what is saved, DKK")
    for told, x, how in (
        (words("{person}-years off support: mean"), of["years"]["mean"], "count"),
        (f"{label}: {words('mean')}", cost.get("value"), "money"),
        (f"{label}: {words('standard error')}", cost.get("standard_error"), "money"),
        (f"{label}: {words.percent(0.1)}", of["p10"], "money"),
        (f"{label}: {words.percent(0.9)}", of["p90"], "money"),
        (f"{less}: {words('mean')}", net.get("value"), "money"),
        (f"{less}: {words('standard error')}", net.get("standard_error"), "money"),
        (words("Chance that there is none"), of["none"]["value"], "share"),
    ):
        yield *(EMPTY,) * 6, text(told), number(x, how)


def _quarters(found: Row, words: Words) -> tuple[Sheet, ...]:
    """People without the plan by quarter, to the horizon; in all, then by state."""
    of = found["quarters"]
    if not of:
        return ()
    names = [words("On support in all"), *(words.text(s["label"]) for s in of["states"])]
    tails = (words("mean"), words.percent(0.1), words.percent(0.9))
    return (
        Sheet(
            words("By quarter, without the plan"),
            (
                (words("Year"), 10),
                (words("Quarter"), 10),
                *((f"{name}: {tail}", 16) for name in names for tail in tails),
            ),
            tuple(
                (
                    (float(row["year"]), "whole"),
                    number(row["quarter"], "whole"),
                    *(
                        number(one[key], "count")
                        for one in (row["all"], *row["states"])
                        for key in ("mean", "p10", "p90")
                    ),
                )
                for row in of["rows"]
            ),
        ),
    )
