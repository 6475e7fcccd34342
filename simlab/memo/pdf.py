"""The memo on paper: two pages, in the largest type that they hold."""

from __future__ import annotations

from pathlib import Path

from simlab.memo.content import Memo
from simlab.report.pdf import as_read, pages_of, typeset
from simlab.words import Words

TEMPLATE = Path(__file__).parent / "memo.typ"
PAGES = 2
SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5)  # pt


def write_memo(memo: Memo, path: Path, words: Words) -> None:
    """Write the memo to ``path`` as PDF."""
    path.write_bytes(pdf(memo, words))


def pdf(memo: Memo, words: Words) -> bytes:
    """The memo as PDF; of more pages only where the smallest type needs them."""
    content = {
        "language": words.lang,
        "title": memo.title,
        "to": memo.to,
        "page": words("page {n} of {of}", n="{n}", of="{of}"),
        "pages": [
            [
                as_read(section) | {"lead": page_number == number == 0}
                for number, section in enumerate(page)
            ]
            for page_number, page in enumerate(memo.pages)
        ],
        "footer": words("Computed by simlab, a Monte Carlo simulator of municipal investments."),
    }
    for size in SIZES:
        if pages_of(TEMPLATE, content, size=str(size)) <= PAGES:
            break
    return typeset(TEMPLATE, content, size=str(size))
