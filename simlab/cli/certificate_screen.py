"""The certificate as a table on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simlab.cli.terminal import plain
from simlab.report import certificate_words
from simlab.result.certified import Certified
from simlab.words import Words

if TYPE_CHECKING:
    from rich.table import Table

WIDE = 116  # columns of a terminal from which there is room for tolerances
COLOURS = {
    "passed": "green",
    "failed": "bold red",
    "broken": "bold red",
    "unmade": "yellow",
    "absent": "dim",
}


def table(certificate: Certified, words: Words, width: int) -> Table:
    """A row a check, a section a family; what failed says where, and what was not made why.

    On a narrow screen without the tolerances, which `certificate.json` has.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", safe_box=True)
    shown.add_column(words("Law or cross-check"), ratio=3)
    heads = (words("Found"), words("Should be"), words("May differ by"), words("Would see"))
    for head in heads if width >= WIDE else heads[:2]:
        shown.add_column(head, justify="right", no_wrap=True)
    shown.add_column(words("Verdict"))
    family, families = "", certificate_words.families(words)
    for check, line in zip(
        certificate.checks, certificate_words.lines(certificate, words), strict=True
    ):
        if check.key.partition(".")[0] != family:
            if family:
                shown.add_section()
            family = check.key.partition(".")[0]
            shown.add_row(Text(plain(families[family]), style="bold"))
        colour = COLOURS[check.outcome]
        figures = [line.found, line.expected, line.tolerance, line.visible]
        texts = map(plain, (line.name, *figures[: len(shown.columns) - 2]))
        shown.add_row(*map(Text, texts), Text(plain(line.outcome), style=colour))
        if line.where:
            shown.add_row(Text("  " + plain(line.where), style=colour))
        if line.without:
            shown.add_row(Text("  " + plain(line.without), style="dim"))
    return shown
