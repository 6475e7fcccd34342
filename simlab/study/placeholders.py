"""Figures that stand in for ones that were not found: wide ranges, tagged ``placeholder``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simlab.study.key_path import keys_of_path
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.time import looks_like_date, read_date


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A figure that was not found, and the date from which it is read; None: from the start."""

    figure: Quantity
    since: date | None


def placeholders(study: Study) -> tuple[Placeholder, ...]:
    """Those that are read within the horizon: from a date before its end, and not replaced by a
    later one at its start. Those of an index are told where prices are read beyond its years."""
    dated = {path: _undated(path) for path in study.quantities}
    found = []
    for path, figure in study.quantities.items():
        if figure.tag != "placeholder" or keys_of_path(path)[0] == "index":
            continue
        rest, since = dated[path]
        later = [day for other, day in dated.values() if other == rest and day is not None]
        if since is None or (
            since < study.timeline.end
            and not any(since < day <= study.timeline.start for day in later)
        ):
            found.append(Placeholder(figure, since))
    return tuple(found)


def _undated(path: str) -> tuple[tuple[str | int, ...], date | None]:
    """A key path without its date, and the date."""
    keys = keys_of_path(path)
    days = [read_date(str(key)) for key in keys if looks_like_date(str(key))]
    rest = tuple(key for key in keys if not looks_like_date(str(key)))
    return rest, max(days, default=None)
