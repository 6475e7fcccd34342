"""The same plan in the accounts of others."""

from __future__ import annotations

from simlab.report import phrases
from simlab.report.compared import compared
from simlab.report.parts import Section, Table
from simlab.risk.result import Result
from simlab.words import Words


def perspectives(result: Result, words: Words) -> Section | None:
    """The perspectives side by side, the opening one first; None where there is only one."""
    found = result.summary["perspectives"]
    order = sorted(found, key=lambda name: name != result.perspective)
    if len(order) < 2:
        return None
    named = [phrases.perspective_name(name, words, found[name].get("label")) for name in order]
    return Section(
        anchor="perspectives",
        heading=words("In the accounts of others"),
        text=(
            words(
                "The same futures, counted for those who pay and save. A plan can lose money for "
                "one and gain for all, or the other way round."
            ),
        ),
        tables=(
            Table(
                caption=words("Perspectives side by side"),
                header=(words("Figure"), *(name[:1].upper() + name[1:] for name in named)),
                rows=compared(
                    [found[name] for name in order], result.summary["horizon_years"], words
                ),
                numbers=range(1, len(order) + 1),
                width="labels",
            ),
        ),
    )
