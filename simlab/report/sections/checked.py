"""What was checked: the laws and cross-checks that were run on this very study."""

from __future__ import annotations

from simlab.report import certificate_words
from simlab.report.parts import Cell, Section, Table
from simlab.result.answer import Answer
from simlab.words import Words


def checked(answer: Answer, words: Words) -> Section:
    """The certificate of the study where it has been verified, else what every run checks."""
    certificate = answer.certificate
    if not certificate:
        return _not_verified(words)
    lines = certificate_words.lines(certificate, words)
    missing = [line for line in lines if line.where]
    halved = certificate_words.shown(certificate, words)
    return Section(
        anchor="checked",
        heading=words("What was checked"),
        text=(
            words(
                "These laws and cross-checks were run on this study itself. Each compares two "
                "figures that must agree, found in two ways."
            ),
            certificate_words.verdict(certificate, words),
            *((halved,) if halved else ()),
        ),
        warnings=tuple(f"{line.name}: {line.where}" for line in missing),
        tables=(
            Table(
                caption=words("Certificate of this study"),
                header=(
                    words("Law or cross-check"),
                    words("Found"),
                    words("Should be"),
                    words("May differ by"),
                    words("Verdict"),
                ),
                rows=[
                    (
                        Cell(line.name, line.without),
                        line.found,
                        line.expected,
                        line.tolerance,
                        line.outcome,
                    )
                    for line in lines
                    if line.found or line.where
                ],
                numbers=range(1, 4),
            ),
        ),
        fine=(
            words(
                "A correct program fails any of the statistical checks by accident in one "
                "certificate in a million. certificate.json says for each check the smallest "
                "error that it would have seen."
            ),
        ),
    )


def _not_verified(words: Words) -> Section:
    return Section(
        anchor="checked",
        heading=words("What was checked"),
        text=(
            words(
                "Every draw of this run was checked while it was made: no chance is outside 0 and "
                "1, no figure is missing, and nobody is lost."
            ),
            words(
                "The laws and cross-checks have not been run on this study. {command} runs them, "
                "and the next run into the same folder shows their certificate here.",
                command="simlab verify",
            ),
        ),
    )
