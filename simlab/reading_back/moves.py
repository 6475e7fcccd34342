"""How people move without a plan: the evidence as written, and what it gives."""

from __future__ import annotations

import numpy as np

from simlab.finance.people_paid_for import at_start
from simlab.model.compiled import Compiled
from simlab.model.parameters import Values
from simlab.model.transition_tables import table
from simlab.observe.trend import trends
from simlab.reading_back.lines import below, clocks_of, length, per, sourced, stated, worded
from simlab.study.key_path import keys_of_path
from simlab.study.moves import Entry
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import units_per
from simlab.words import Words


def medians(study: Study) -> Values:
    """One draw in which every uncertain figure is at its median."""
    return Values.at(study, Quantity.median)


def moves(compiled: Compiled, words: Words) -> list[str]:
    """Every row of evidence as written, and the chances per step that it gives at its medians."""
    study, b = compiled.study, compiled.tables
    base, _ = table(b, compiled.baseline_rows, medians(study))
    step, lines = per(study.form.step, words), []
    for state in compiled.baseline_rows:
        for entry in compiled.baseline_rows[state]:
            if entry.to == state:
                continue
            for key, quantity in entry.value.quantities():
                name, figure = f"{state} -> {entry.to}{key}", worded(quantity, words)
                form = str(keys_of_path(entry.path)[0])
                if entry.kind == "share":
                    form += f" {length(entry.length, f'{entry.unit}s', words)}"
                lines.append(f"{name:<44} {form}: {figure}")
                if entry.kind == "mean":
                    lines.append(f"    {_paid(study, entry, quantity, words)}")
            clocks = sorted(clocks_of(entry.value))
            lines += [f"{f'{state} -> {entry.to}.by':<44} {clock}" for clock in clocks]
        classes = [k for k, each in enumerate(b.classes) if each.state == state]
        if not classes:  # nobody ever gets there
            continue
        rows = []
        for k in classes:
            a = base[0, 0, b.span(k)]
            total = a.sum()
            leave = -np.expm1(-total)
            p = a / total * leave if total > 0 else a
            rows.append(tuple(f"{x:.4f}" for x in p))
        ends = [b.rates[r][1] for r in b.span(classes[0])]
        for chances in dict.fromkeys(rows):
            parts = [
                f"{to} {words.number(float(x), 4)}"
                for to, x in zip(ends, chances, strict=True)
                if float(x) > 0
            ]
            if parts:
                lines.append(f"    {step}: {', '.join(parts)}")
    heading = words("Moves (evidence, and the chance {per} it gives at the medians)", per=step)
    return below(heading, [*lines, *counted(study, words)])


def counted(study: Study, words: Words) -> list[str]:
    """What rows of counts say beside their counts: the prior, and whether they are taken raw."""
    lines = []
    for form in ("count_per_week", "count_per_month", "count_per_year"):
        for state, row in getattr(study.form, form).items():
            options = {key: row[key] for key in ("prior", "point") if key in row}
            lines += [f"{form}.{state}.{key}: {value}" for key, value in options.items()]
    return lines


def moved_by(study: Study, words: Words) -> list[str]:
    """What moves chances beside the evidence: trends, the business cycle; and correlations."""
    form, lines = study.form, []
    for moves, trend in form.trend_per_year.items():
        figure = worded(trend, words)
        lines.append(words("trend of {moves}, a year: {trend}", moves=moves, trend=figure))
    if form.business_cycle is not None:
        lines.append(words("business cycle, the same in both futures"))
        lines += stated(form.business_cycle, words)
    for pair in form.correlation:
        (one, other), value = pair.between, words.plain(pair.value)
        text = words("correlation of {one} and {other}: {value}", one=one, other=other, value=value)
        lines.append(sourced(text, pair.source, words))
    return below(words("What moves chances and figures together"), lines)


def _paid(study: Study, entry: Entry, quantity: Quantity, words: Words) -> str:
    """How much of a mean duration is paid, were the move the only way out.

    Who leaves within a step is there for all of it or for none: with a an intensity per step,
    e^{−a} / (1 − e^{−a}) steps at whose ends she is still there, and one more at whose starts.
    """
    mean, own = quantity.median(), units_per(entry.unit, study.form.step)
    leave = -np.expm1(-1.0 / max(mean * own, 1e-12))
    steps = 1.0 / leave - 1.0 + at_start(study)
    return words(
        "as the only way out, in continuous time; paid for {n} of them, as people are counted",
        n=words.number(steps / own, 2),
    )


def trends_beside(study: Study, words: Words) -> list[str]:
    """The trend of the baseline beside each stated one."""
    lines = []
    for trend in trends(study):
        source = trend.stated.source
        text = words(
            "{states}: the baseline goes from {first} to {last} people in {years} years, "
            "{implied} a year; stated {stated} a year ({source})",
            states=", ".join(trend.stated.states),
            first=words.number(trend.first),
            last=words.number(trend.last),
            years=words.plain(trend.years),
            implied=_signed(trend.implied, words),
            stated=_signed(trend.stated.per_year, words),
            source=words.say(source) if source else words("no source"),
        )
        lines += [text, *stated(trend.stated, words, ("states", "per_year", "source"))]
    return below(words("Trends without the plan (at the medians)"), lines)


def _signed(share: float, words: Words) -> str:
    return ("+" if share >= 0 else "") + words.percent(share, 1)
