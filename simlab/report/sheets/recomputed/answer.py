"""The central world on one page: whose account, when the money is back, and whether it agrees.

payback = the last step with a balance below −0.005 kr., and one more; never if that is the end
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from simlab.report.sheets.recomputed.frame import CHOICE, WEIGHTS, Frame
from simlab.report.sheets.recomputed.steps import LEAD, Steps
from simlab.report.sheets.sheet import (
    Chart,
    Choice,
    Live,
    Series,
    Sheet,
    Value,
    cell,
    cells,
    number,
    quoted,
    text,
)
from simlab.risk.payback import ZERO, last_break_even
from simlab.risk.seen import payback
from simlab.words.phrases import payback_time, perspective_name

Rows = list[tuple[Value, ...]]
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
    columns = [(words("The central world, computed by live formulas"), 62.0)]
    columns += [("", 19.0)] * max(len(years), len(frame.payers) + 2)
    n = len(frame.perspectives)
    among = cells((PERSPECTIVES, 0, PERSPECTIVES + n - 1, 0))
    return Sheet(
        frame.name("answer"),
        tuple(columns),
        tuple(rows),
        charts=(_chart(frame, steps, len(rows) + 2),),
        choices=(Choice(CHOICE, 1, among),),
    )


def _why(frame: Frame) -> str:
    return frame.words(
        "The central world leads the model once, with every uncertain figure at its mean, without "
        "chance in single lives, and with the business cycle at its mean. The mean over all "
        "simulated futures is another figure: what {people} do does not follow the figures in a "
        "straight line, and the mean of a product is not the product of the means."
    )


def _controls(frame: Frame) -> Rows:
    """As the rows of `frame` say."""
    words, world = frame.words, frame.world
    own, n = perspective_name(frame.perspectives[0], words), len(frame.perspectives)
    names = cells((PERSPECTIVES, 0, PERSPECTIVES + n - 1, 0))
    displaced = world.displaced
    blue = words("Blue figures may be changed; black ones follow. The plan's effect on people is "
                 "in the expected people, and does not follow.")  # fmt: skip
    return [
        (text(_why(frame)),),
        (text(blue),),
        (text(words("In whose account (choose)")), (own, "choice")),
        (text(words("Number of the account")),
         (Live(f"=MATCH({cell(CHOICE, 1)},{names},0)", 1.0), "whole")),
        (text(words("Weight of the people at a step's start, against those at its end")),
         (world.at_start, "share_in")),
        (text(words("Displacement: share of jobs that others would have had")),
         (displaced.share if displaced else None, "share_in")),
        (text(words("Displacement: share of these who live here")),
         (displaced.local if displaced else None, "share_in")),
    ]  # fmt: skip


def _weights(frame: Frame) -> Rows:
    """The weights in force, then those of every perspective, with paybacks beside them."""
    words, world, chosen = frame.words, frame.world, cell(CHOICE + 1, 1)
    n, known = len(frame.perspectives), world.study.perspectives
    payers = world.cash.payers

    def weight(name: str, payer: str) -> float:
        return float(known[name].weights.get(payer, 0.0))

    own = frame.perspectives[0]
    in_force: list[Value] = []
    for k, payer in enumerate(payers):
        column = cells((PERSPECTIVES, 1 + k, PERSPECTIVES + n - 1, 1 + k))
        live = Live(f"=INDEX({column},{chosen},1)", weight(own, payer))
        in_force.append((live, "years"))
    titles = (*frame.payers, words("Payback in the simulator's central world, years"),
              words("Median payback over all simulated futures, years"))  # fmt: skip
    rows: Rows = [
        (text(""), *((said, "strong_right") for said in titles)),
        ((words("Weights in this account"), "strong"), *in_force),
        (),
    ]
    for name in frame.perspectives:
        single = float(payback(world.cash, name).years[0])
        median = frame.answer.payback[name].quantile(0.5)
        rows.append(
            (
                text(perspective_name(name, words)),
                *((weight(name, payer), "years_in") for payer in payers),
                number(single, "years") if isfinite(single) else text(_never(frame)),
                number(median, "years") if isfinite(median) else text(_never(frame)),
            )
        )
    return [*rows, ()]


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
    found = last_break_even(np.cumsum(saving, axis=1) - np.cumsum(cost, axis=1))[0]
    value = found / timeline.steps_per_year if isfinite(found) else _never(frame)
    differences = steps.reference(steps.column("difference"))
    agree, differ = (
        words("agrees with the simulator to the øre"),
        words("differs: a figure was changed"),
    )
    check = (
        f"=IF(SUMPRODUCT(ABS({differences}))+SUMPRODUCT(ABS({sums}))<{ZERO},"
        f"{quoted(agree)},{quoted(differ)})"
    )
    column = 1 + len(frame.payers)
    chosen = cell(CHOICE + 1, 1)
    medians = cells(
        (PERSPECTIVES, column + 1, PERSPECTIVES + len(frame.perspectives) - 1, column + 1)
    )
    median = frame.answer.payback[frame.perspectives[0]].quantile(0.5)
    known: float | str = float(median) if isfinite(median) else _never(frame)
    return [
        ((words("Payback time in the central world, years"), "strong"),
         (Live(f"=IF({last}<-{ZERO},{never},{years})", value), "years")),
        (text(words("Median payback time over all simulated futures, years")),
         (Live(f"=INDEX({medians},{chosen},1)", known), "years")),
        (text(words("Balance at the horizon, DKK")),
         (Live(f"={last}", float((saving - cost).sum())), "money")),
        ((words("Check"), "strong"), (Live(check, agree), "line")),
        (),
    ]  # fmt: skip


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
        live = (Live(f"=SUMIF({year},{y},{column})", x)
                for (y, _), x in zip(years, in_year, strict=True))  # fmt: skip
        rows.append((text(label), *((one, "money") for one in live)))
    for what, label in (
        ("balance", words("Balance at the end of the year, DKK")),
        ("simulator", words("The same in the simulator's central world, DKK")),
        ("difference", words("Difference, DKK")),
        ("mean", words("Mean over all simulated futures, DKK")),
        ("p10", words("{percent} quantile", percent=words.percent(0.1))),
        ("p90", words("{percent} quantile", percent=words.percent(0.9))),
    ):
        how, values = "exact" if what == "difference" else "money", steps.seen[what]
        place = steps.column(what)
        live = (Live(f"={cell(t + 1, place, steps.name)}", float(values[t])) for _, t in years)
        rows.append((text(label), *((one, how) for one in live)))
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
    for part, money in enumerate((cash.baseline, cash.plan, cash.cost)):
        for payer, name in enumerate(frame.payers):
            label = (
                words("{payer}: paid without the plan, DKK", payer=name),
                words("{payer}: paid with the plan, DKK", payer=name),
                words("{payer}: paid for the plan itself, DKK", payer=name),
            )[part]
            row, value = begin + len(rows), float(money[0, :, payer].sum())
            column = steps.reference(LEAD + part * k + payer)
            rows.append(
                (
                    text(label),
                    (Live(f"=SUM({column})", value), "exact"),
                    (value, "exact"),
                    (Live(f"=ROUND({cell(row, 1)}-{cell(row, 2)},2)", 0.0), "exact"),
                )
            )
    return rows


def _chart(frame: Frame, steps: Steps, row: int) -> Chart:
    words = frame.words
    looks = (
        ("balance", words("central world"), "#111111", False),
        ("mean", words("mean over all simulated futures"), "#1F4E9E", False),
        ("p10", words("{percent} quantile", percent=words.percent(0.1)), "#B35900", True),
        ("p90", words("{percent} quantile", percent=words.percent(0.9)), "#2F7D4F", True),
    )
    return Chart(
        "line",
        words("Balance of the central world among the simulated futures"),
        words("DKK"),
        tuple(
            Series(said, steps.range(1), steps.range(steps.column(what)), color, dashed, steps.name)
            for what, said, color, dashed in looks
        ),
        at=(row, 0),
        is_dated=True,
    )
