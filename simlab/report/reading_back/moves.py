"""How people move without a plan: the evidence as written, and what it gives."""

from __future__ import annotations

import numpy as np

from simlab.model.behaviour import table
from simlab.model.model import Compiled
from simlab.model.parameters import Values
from simlab.report.reading_back.lines import per
from simlab.risk.trend import trends
from simlab.study.study import Study
from simlab.words import Words


def medians(study: Study) -> Values:
    """One draw in which every uncertain figure is at its median."""
    return Values(0, 1, {path: np.array([q.median()]) for path, q in study.uncertain.items()})


def moves(compiled: Compiled, words: Words) -> list[str]:
    """Every row of evidence as written, and the chances per step that it gives at its medians."""
    study, b = compiled.study, compiled.behaviour
    base, _ = table(b, compiled.baseline_rows, medians(study))
    step = per(study.form.step, words)
    lines = [words("Moves (evidence, and the chance {per} it gives at the medians)", per=step)]
    for state in compiled.baseline_rows:
        for entry in compiled.baseline_rows[state]:
            if entry.to == state:
                continue
            for key, quantity in entry.value.quantities():
                name, said = f"{state} -> {entry.to}{key}", words.told(quantity.told())
                lines.append(f"  {name:<44} {entry.path.split('.')[0]}: {said}")
        classes = [k for k, one in enumerate(b.classes) if one.state == state]
        if not classes:  # nobody ever gets there
            continue
        found = []
        for k in classes:
            a = base[0, 0, b.span(k)]
            total = a.sum()
            leave = -np.expm1(-total)
            p = a / total * leave if total > 0 else a
            found.append(tuple(f"{x:.4f}" for x in p))
        ends = [b.rates[r][1] for r in b.span(classes[0])]
        for chances in dict.fromkeys(found):
            parts = [
                f"{to} {words.number(float(x), 4)}"
                for to, x in zip(ends, chances, strict=True)
                if float(x) > 0
            ]
            if parts:
                lines.append(f"      {step}: {', '.join(parts)}")
    return lines


def trends_beside(study: Study, words: Words) -> list[str]:
    """The trend of the baseline beside each stated one."""
    lines = []
    for trend in trends(study):
        source = trend.stated.source
        told = words(
            "{states}: the baseline goes from {first} to {last} people in {years} years, "
            "{implied} a year; stated {stated} a year ({source})",
            states=", ".join(trend.stated.states),
            first=words.number(trend.first), last=words.number(trend.last),
            years=words.plain(trend.years),
            implied=_signed(trend.implied, words), stated=_signed(trend.stated.per_year, words),
            source=words.told(source) if source else words("no source"),
        )  # fmt: skip
        lines.append(f"  {told}")
    return [words("Trends without the plan (at the medians)"), *lines] if lines else []


def _signed(share: float, words: Words) -> str:
    return ("+" if share >= 0 else "") + words.percent(share, 1)
