"""The report: one file that can be mailed, printed and read on a phone.

It fetches nothing and runs no script but our own, which the content security policy names by its
hash. Every word of a study is text: Jinja2 escapes all of them, and the only markup let through is
our own charts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from simlab.charts.style import minus
from simlab.report.parts import Section
from simlab.report.pictures import pictures
from simlab.report.sections import sections
from simlab.result.answer import Answer
from simlab.result.figures import Spread
from simlab.words import Words, phrases
from simlab.words.first_sentence import first_sentence

HERE = Path(__file__).parent


def write_report(
    answer: Answer,
    path: Path,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    drawn: Mapping[str, str] | None = None,
) -> None:
    """Write the report to ``path``; ``provenance`` is what the run recorded about itself, and
    ``drawn`` the charts by name if they have been drawn already."""
    text = report(answer, words, provenance, drawn)
    path.write_text(text, encoding="utf-8", newline="\n")


def report(
    answer: Answer,
    words: Words,
    provenance: Mapping[str, Any] | None = None,
    drawn: Mapping[str, str] | None = None,
) -> str:
    """The report as a page of HTML."""
    shown = pictures(answer, words, drawn)
    return page(answer, sections(answer, shown, provenance or {}, words), words)


def page(answer: Answer, parts: list[Section], words: Words) -> str:
    """The sections under the finding."""
    text = first_sentence(answer, words)
    return rendered(words.text(answer.title), text, about(answer, words), parts, words)


def rendered(title: str, finding: str, beside: str, parts: list[Section], words: Words) -> str:
    """A page of HTML: its title, what was found, one sentence more, and the sections."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["minus"] = minus
    moves = any(section.explorer for section in parts)
    script = (HERE / "explore.js").read_text(encoding="utf-8") if moves else ""
    return environment.get_template("report.html.jinja").render(
        language=words.lang,
        title=title,
        finding=finding,
        about=beside,
        contents=words("Contents"),
        sections=parts,
        footer=words("Computed by simlab, a Monte Carlo simulator of municipal investments."),
        script=Markup(script),
        script_hash=Markup(hash_of(script)),
        css=Markup((HERE / "report.css").read_text(encoding="utf-8")),
    )


def hash_of(script: str) -> str:
    """How a content security policy names a script that may run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def about(answer: Answer, words: Words) -> str:
    """What was computed, in a few sentences below the finding."""
    said = [_computed(answer, words), _costs(answer, words)]
    if answer.claims:
        said.append(
            words(
                "What was published about it stands under “{heading}”.",
                heading=words("Claimed and found"),
            )
        )
    return " ".join(one for one in said if one)


def _computed(answer: Answer, words: Words) -> str:
    start = phrases.start_of(answer)
    said = {
        "draws": words.number(answer.draws),
        "years": words.years(answer.horizon_years),
        "whom": phrases.perspective_name(answer.perspective, words, answer.opening.label),
    }
    if start is None:
        return words(
            "{draws} simulated futures of {years}, each of them without the plan and with it, "
            "counting only the money of {whom}.",
            **said,
        )
    return words(
        "{draws} simulated futures of the {years} from {month}, each of them without the plan and "
        "with it, counting only the money of {whom}.",
        **said,
        month=words.date(start),
    )


def _costs(answer: Answer, words: Words) -> str:
    """What the plan costs, which is uncertain where a budget may be overrun."""
    spent = Spread.of(answer.payback[answer.perspective].cost[:, -1])
    if spent.mean < 1.0:
        return ""
    if spent.p90 - spent.p10 < 0.005 * spent.mean:
        return words("The plan costs {money}.", money=words.money(spent.mean, 3))
    said = {
        "money": words.money(spent.mean, 3),
        "low": words.money(spent.p10, 3),
        "high": words.money(spent.p90, 3),
    }
    if any(one.path == "plan.cost.overrun" for one in answer.assumptions):
        return words(
            "The plan costs {money} on average, overruns of its budget included, and between {low} "
            "and {high} in 8 of 10 futures.",
            **said,
        )
    return words(
        "The plan costs {money} on average, and between {low} and {high} in 8 of 10 futures.",
        **said,
    )
