"""Figures that stand in for ones that were not found."""

from __future__ import annotations

from simlab.study.key_path import keys_of_path
from simlab.study.message import Text
from simlab.study.study import Study
from simlab.study.time import looks_like_date, read_date


def placeholders(study: Study) -> dict[Text, tuple[str, ...]]:
    """Those that are read within the horizon: what is said of them, and their key paths.

    A study marks them with a note that begins with "placeholder".
    """
    found: dict[Text, list[str]] = {}
    for path, quantity in study.quantities.items():
        note = quantity.note or Text("")
        dates = [str(key) for key in keys_of_path(path) if looks_like_date(str(key))]
        if note.en.startswith("placeholder") and all(
            read_date(d) < study.timeline.end for d in dates
        ):
            found.setdefault(note, []).append(path)
    return {note: tuple(paths) for note, paths in found.items()}
