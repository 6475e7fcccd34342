"""A comparison of plans on paper: the same look as the report of one plan.

What is compared · when is the money back · what is the difference worth · what was changed · why
the comparison is fair · how to run it again. Every figure is of the same futures, plan against
first plan; nothing is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simlab import charts
from simlab.charts import style
from simlab.charts.files import svg
from simlab.report.comparison.back import back
from simlab.report.comparison.changed import changed
from simlab.report.comparison.fair import fair
from simlab.report.comparison.plans import plans
from simlab.report.comparison.worth import worth
from simlab.report.html import rendered
from simlab.report.parts import Picture
from simlab.report.pictures import inline
from simlab.report.sections.again import record
from simlab.result.comparison import Comparison
from simlab.words import Words, phrases
from simlab.words.plans_compared import headline

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def drawn(comparison: Comparison, words: Words) -> dict[str, Figure]:
    """The charts of a comparison: plans, difference."""
    start = comparison.study.timeline.start
    curves = charts.plans(comparison, words=words, start=start)
    return {
        "plans": style.figure_of(curves),
        "difference": style.figure_of(charts.plan_difference(comparison, words=words)),
    }


def title(comparison: Comparison, words: Words) -> str:
    names = ", ".join(plan.name for plan in comparison.plans)
    return words("Plans compared: {names}", names=names)


def write_comparison(
    comparison: Comparison,
    path: Path,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> None:
    """Write the report; ``pictures`` are the charts as SVG where they have been drawn already."""
    text = comparison_report(comparison, words, provenance, pictures)
    path.write_text(text, encoding="utf-8", newline="\n")


def comparison_report(
    comparison: Comparison,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """The report as a page of HTML."""
    if pictures is None:
        pictures = {name: svg(figure, name) for name, figure in drawn(comparison, words).items()}
    shown = {name: Picture(inline(element)) for name, element in pictures.items()}
    study = comparison.study
    run = {"engine": comparison.engine, "draws": comparison.draws, "seed": study.seed}
    parts = [
        plans(comparison, words),
        back(comparison, shown["plans"], words),
        worth(comparison, shown["difference"], words),
        changed(comparison, words),
        fair(comparison, words),
        record({**run, **(provenance or {})}, words),
    ]
    beside = words(
        "{draws} simulated futures over {years} from {month}, the same ones for each plan, in the "
        "account of {whom}.",
        draws=words.number(comparison.draws),
        years=words.years(study.timeline.years),
        month=words.date(study.timeline.start),
        whom=phrases.perspective_name(comparison.perspective, words),
    )
    return rendered(title(comparison, words), headline(comparison, words), beside, parts, words)
