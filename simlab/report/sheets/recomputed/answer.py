"""The central world on one page: whose account, when the money is back, and whether it agrees.

payback = the last step with a balance below −0.005 kr., and one more; never if that is the end
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from simlab.observe.payback import payback
from simlab.report.sheets.recomputed.frame import CHOICE, WEIGHTS, Frame
from simlab.report.sheets.recomputed.steps import LEAD, Steps
from simlab.report.sheets.sheet import (
    Chart,
    Choice,
    Column,
    Live,
    Row,
    Series,
    Sheet,
    Typed,
    cell,
    cells,
    quoted,
    tails,
)
from simlab.risk.payback import ZERO, last_break_even
from simlab.study.futures import FUTURES
from simlab.words.phrases import payback_time

Rows = list[Row]
PERSPECTIVES = WEIGHTS + 2  # the row of the first perspective's weights
PAYBACK = 5  # rows


def payback_found(frame: Frame, steps: Steps) -> Sheet:
    """Controls, weights, payback, the years with a row of differences, and every payer's sums."""
    words = frame.words
    rows = _controls(frame) + _weights(frame)
    years = _years(frame)
    table = _table(frame, steps, years)
    begin = len(rows) + 1 + PAYBACK + len(table) + 1  # where the sums of the payers stand
    payers = _payers(frame, steps, begin)
    rows += _payback(frame, steps, cells((begin + 1, 3, begin + len(payers) - 1, 3)))
    rows += [*table, (), *payers]
    columns = [Column(words("The central world, computed by live formulas"), 62)]
    columns += [Column("", 19)] * max(len(years), len(frame.payers) + 2)
    return Sheet(
        frame.name("answer"),
        columns,
        rows,
        charts=(_chart(frame, steps, len(rows) + 2),),
        choices=(Choice(CHOICE, 1, _of_perspectives(frame, 0)),),
    )


def _of_perspectives(frame: Frame, column: int) -> str:
    """A column of the rows of the perspectives' weights."""
    return cells((PERSPECTIVES, column, PERSPECTIVES + len(frame.perspectives) - 1, column))


def _why(frame: Frame) -> str:
    return frame.words(
        "The central world leads the model once, with every uncertain figure at its mean, without "
        "chance in single lives, and with the business cycle at its mean. The mean over all "
        "simulated futures is another figure: what {people} do does not follow the figures in a "
        "straight line, and the mean of a product is not the product of the means."
    )


def _controls(frame: Frame) -> Rows:
    """As the rows of `frame` say."""
    words, displaced = frame.words, frame.world.displaced
    number = Live(f"=MATCH({cell(CHOICE, 1)},{_of_perspectives(frame, 0)},0)", 1.0)
    blue = words(
        "Blue figures may be changed; black ones follow. The plan's effect on people is in the "
        "expected people, and does not follow."
    )
    weight = words("Weight of the people at a step's start, against those at its end")
    share = words("Displacement: share of jobs that others would have had")
    local = words("Displacement: share of these who live here")
    return [
        (_why(frame),),
        (blue,),
        (words("In whose account (choose)"), (frame.whom(frame.perspectives[0]), "choice")),
        (words("Number of the account"), (number, "whole")),
        (weight, (frame.world.at_start, "share_in")),
        (share, (displaced.share if displaced else None, "share_in")),
        (local, (displaced.local if displaced else None, "share_in")),
    ]


def _weights(frame: Frame) -> Rows:
    """The weights in force, then those of every perspective, with paybacks beside them."""
    words, world, chosen = frame.words, frame.world, cell(CHOICE + 1, 1)
    known, payers = world.study.perspectives, world.cash.payers

    def weight(name: str, payer: str) -> float:
        return float(known[name].weights.get(payer, 0.0))

    own = frame.perspectives[0]
    in_force = (
        Live(f"=INDEX({_of_perspectives(frame, k)},{chosen},1)", weight(own, payer))
        for k, payer in enumerate(payers, start=1)
    )
    titles = (
        *frame.payers,
        words("Payback in the simulator's central world, years"),
        words("Median payback over all simulated futures, years"),
    )
    rows: Rows = [
        ("", *((title, "strong_right") for title in titles)),
        ((words("Weights in this account"), "strong"), *((live, "years") for live in in_force)),
        (),
    ]
    for name in frame.perspectives:
        single = float(payback(world.cash, name).years[0])
        median = frame.answer.payback[name].quantile(0.5)
        weights = ((weight(name, payer), "years_in") for payer in payers)
        rows.append((frame.whom(name), *weights, _time(single, frame), _time(median, frame)))
    return [*rows, ()]


def _time(years: float, frame: Frame) -> Typed:
    return (float(years), "years") if isfinite(years) else (_never(frame), "text")


def _never(frame: Frame) -> str:
    return payback_time(None, frame.world.study.timeline.years, frame.words)


def _payback(frame: Frame, steps: Steps, sums: str) -> Rows:
    words, timeline = frame.words, frame.world.study.timeline
    balance = steps.reference(steps.column("balance"))
    step = steps.reference(0)
    last = cell(len(frame.world.dates), steps.column("balance"), steps.name)
    years = f"SUMPRODUCT(MAX(({balance}<-{ZERO})*({step}+1)))/{timeline.steps_per_year!r}"
    never = quoted(_never(frame))
    saving, cost = frame.world.cash.seen_by(frame.perspectives[0])
    back = last_break_even(np.cumsum(saving, axis=1) - np.cumsum(cost, axis=1))[0]
    value = back / timeline.steps_per_year if isfinite(back) else _never(frame)
    differences = steps.reference(steps.column("difference"))
    agree = words("agrees with the simulator to the øre")
    differ = words("differs: a figure was changed")
    check = (
        f"=IF(SUMPRODUCT(ABS({differences}))+SUMPRODUCT(ABS({sums}))<{ZERO},"
        f"{quoted(agree)},{quoted(differ)})"
    )
    medians = _of_perspectives(frame, len(frame.payers) + 2)
    median = frame.answer.payback[frame.perspectives[0]].quantile(0.5)
    known: float | str = float(median) if isfinite(median) else _never(frame)
    in_all = Live(f"=INDEX({medians},{cell(CHOICE + 1, 1)},1)", known)
    central = Live(f"=IF({last}<-{ZERO},{never},{years})", value)
    balance_at_end = Live(f"={last}", float((saving - cost).sum()))
    return [
        ((words("Payback time in the central world, years"), "strong"), (central, "years")),
        (words("Median payback time over all simulated futures, years"), (in_all, "years")),
        (words("Balance at the horizon, DKK"), (balance_at_end, "money")),
        ((words("Check"), "strong"), (Live(check, agree), "line")),
        (),
    ]


def _years(frame: Frame) -> list[tuple[int, int]]:
    """Each calendar year and its last step."""
    timeline = frame.world.study.timeline
    return list({timeline.year_of(t): t for t in range(len(frame.world.dates))}.items())


def _table(frame: Frame, steps: Steps, years: list[tuple[int, int]]) -> Rows:
    """A column a year; the row of differences is zero until somebody changes a figure."""
    words, year, timeline = frame.words, steps.reference(2), frame.world.study.timeline
    of_step = np.array([timeline.year_of(t) for t in range(len(frame.world.dates))])
    rows: Rows = [
        ((words("By calendar year"), "strong"), *((float(y), "strong_year") for y, _ in years))
    ]
    flows = (("saving", words("Saving, DKK")), ("cost", words("Cost of the plan, DKK")))
    for what, label in flows:
        column, money = steps.reference(steps.column(what)), steps.seen[what]
        in_year = [float(money[of_step == y].sum()) for y, _ in years]
        live = (
            Live(f"=SUMIF({year},{y},{column})", x)
            for (y, _), x in zip(years, in_year, strict=True)
        )
        rows.append((label, *((kr, "money") for kr in live)))
    _, low, high = tails(words)
    for what, label in (
        ("balance", words("Balance at the end of the year, DKK")),
        ("simulator", words("The same in the simulator's central world, DKK")),
        ("difference", words("Difference, DKK")),
        ("mean", words("Mean over all simulated futures, DKK")),
        ("p10", low),
        ("p90", high),
    ):
        kind, values = "exact" if what == "difference" else "money", steps.seen[what]
        place = steps.column(what)
        live = (Live(f"={cell(t + 1, place, steps.name)}", float(values[t])) for _, t in years)
        rows.append((label, *((kr, kind) for kr in live)))
    return rows


def _payers(frame: Frame, steps: Steps, begin: int) -> Rows:
    """What every payer pays in all, undiscounted: recomputed, simulated, and the difference."""
    words, cash, k = frame.words, frame.world.cash, len(frame.payers)
    rows: Rows = [
        (
            (words("Over the whole horizon, undiscounted"), "strong"),
            (words("Recomputed, DKK"), "strong_right"),
            (words("Simulator, DKK"), "strong_right"),
            (words("Difference, DKK"), "strong_right"),
        )
    ]
    for part, money in enumerate((*map(cash.paid_in, FUTURES), cash.cost)):
        for payer, name in enumerate(frame.payers):
            label = (
                words("{payer}: paid without the plan, DKK", payer=name),
                words("{payer}: paid with the plan, DKK", payer=name),
                words("{payer}: paid for the plan itself, DKK", payer=name),
            )[part]
            row, value = begin + len(rows), float(money[0, :, payer].sum())
            column = steps.reference(LEAD + part * k + payer)
            difference = Live(f"=ROUND({cell(row, 1)}-{cell(row, 2)},2)", 0.0)
            kroner = (Live(f"=SUM({column})", value), value, difference)
            rows.append((label, *((kr, "exact") for kr in kroner)))
    return rows


def _chart(frame: Frame, steps: Steps, row: int) -> Chart:
    words, dates = frame.words, steps.range(1)
    _, low, high = tails(words)
    looks = (
        ("balance", words("central world"), "#111111", False),
        ("mean", words("mean over all simulated futures"), "#1F4E9E", False),
        ("p10", low, "#B35900", True),
        ("p90", high, "#2F7D4F", True),
    )
    return Chart(
        "line",
        words("Balance of the central world among the simulated futures"),
        words("DKK"),
        tuple(
            Series(title, dates, steps.range(steps.column(what)), color, dashed, steps.name)
            for what, title, color, dashed in looks
        ),
        at=(row, 0),
        is_dated=True,
    )
