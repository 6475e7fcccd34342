"""How sure the figures of a study are, counted by what is known of them, and which count."""

from __future__ import annotations

from simlab.reading_back.lines import below
from simlab.result.in_use import unused
from simlab.study.quantity import GUESSED
from simlab.study.study import Study
from simlab.words import Words, phrases


def sureness(study: Study, words: Words) -> list[str]:
    """How many figures there are of each kind, and those that nothing is known of."""
    kinds: dict[str, int] = {}
    missing = []
    for path, quantity in study.quantities.items():
        if quantity.tag is not None:
            kind = phrases.tag_name(quantity.tag, words)
        else:
            kind = words("sourced") if quantity.source else words("no source")
        kinds[kind] = kinds.get(kind, 0) + 1
        if not quantity.source and quantity.tag not in GUESSED:
            missing.append(path)
    lines = [f"{count:4d} {kind}" for kind, count in sorted(kinds.items())]
    lines += below(words("without a source and not marked as an assumption:"), missing)
    idle = words("not used by this study, so that changing them changes nothing:")
    return below(words("How sure the figures are"), [*lines, *below(idle, unused(study))])
