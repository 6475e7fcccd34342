"""The answer in the terminal: the finding, and a figure a line."""

from __future__ import annotations

from simlab.cli.terminal import aligned, plain, wrapped
from simlab.report import claims
from simlab.report.key_figures import opening_figures
from simlab.report.sections.short import hangs
from simlab.result.answer import Answer
from simlab.words import Words
from simlab.words.first_sentence import first_sentence


def screen_summary(answer: Answer, words: Words) -> str:
    """About twelve lines of text, without a line break at the end."""
    sentence = first_sentence(answer, words)
    figures = opening_figures(answer, words)
    lines = [plain(words.text(answer.title)), "", *wrapped(sentence), ""]
    lines += aligned((figure.label, (figure.value, *figure.beside)) for figure in figures)
    lines += [*_hangs(answer, words), *_published(answer, words)]
    messages = (*(warning.message for warning in answer.warnings), *answer.notes)
    lines += [f"  ! {plain(words.say(message))}" for message in messages]
    return "\n".join([*lines, plain(_run(answer, words))])


def _hangs(answer: Answer, words: Words) -> list[str]:
    """What the answer hangs on most."""
    most = hangs(answer, words)
    if most is None:
        return []
    text = f"{most.label} {most.value}. {' '.join(most.beside)}"
    return ["", *wrapped(text)]


def _published(answer: Answer, words: Words) -> list[str]:
    """What was claimed and what is found, a line each."""
    found = answer.claims
    lines = ["", plain(words("Claimed and found"))] if found else []
    for claim in found:
        middle, around = claims.middle(claim, words), claims.ranges(claim, words)
        if around != middle:
            middle = words("{found} ({range})", found=middle, range=around)
        text = words(
            "{text}: {value}; found {found}, {verdict}",
            text=words.text(claim.text),
            value=claims.in_words(claim.value, claim, words),
            found=middle,
            verdict=claims.verdict(claim, words),
        )
        lines.append(f"  {plain(text)}")
    return lines + [plain(text) for text in [claims.how_many_can_be_reached(found, words)] if text]


def _run(answer: Answer, words: Words) -> str:
    return words(
        "{draws} futures, seed {seed}, engine {engine}; +/- is the Monte Carlo error.",
        draws=words.number(answer.draws),
        seed=answer.seed,
        engine=answer.engine,
    )
