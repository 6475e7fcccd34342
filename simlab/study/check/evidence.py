"""What is known of the moves: each once, in rows that leave somebody where they are."""

from __future__ import annotations

from typing import Any

from simlab.study.check.checker import Checker, evidence_tables
from simlab.study.grammar import Evidence, Share
from simlab.study.key_path import KeyPath, keys_of_path
from simlab.study.moves import COUNT_OPTIONS, Entry, Rows, overlay, surely_leaving
from simlab.study.moves import evidence as rows_of
from simlab.study.time import PER_YEAR
from simlab.study.values import Varying

LONGEST_MONTHS = 1_200


def evidence(c: Checker) -> None:
    for prefix, tables in evidence_tables(c.form):
        for table in tables.given:
            for origin, row in getattr(tables, table).items():
                path: KeyPath = (*prefix, table, origin)
                c.state(path, origin)
                (_counts if table.startswith("count") else _row)(c, path, origin, row)
        _each_once(c, prefix, tables)
    _certain_rows(c)


def _row(c: Checker, path: KeyPath, origin: str, row: dict[str, Varying | Share]) -> None:
    for to, value in row.items():
        at: KeyPath = (*path, to)
        c.state(at, to)
        if to == origin:
            c.add(at, "staying is what is left; it is never typed")
        if isinstance(value, Varying):
            c.by_clock(at, value, origin)
        else:
            _share_length(c, at, value)


def _share_length(c: Checker, path: KeyPath, share: Share) -> None:
    """A share is of one time, and no longer than anybody has followed people."""
    if len(share.within) != 1:
        c.add(path, "needs the one time that it is within: weeks, months or years")
    for within in share.within:
        most = LONGEST_MONTHS / 12 * PER_YEAR[within.unit]
        if within.length > most:
            c.add((*path, f"{within.unit}s"), f"{within}; allowed: {most:,.6g} at most")


def _counts(c: Checker, path: KeyPath, origin: str, row: dict[str, Any]) -> None:
    counts = {to: count for to, count in row.items() if to not in COUNT_OPTIONS}
    for to, count in counts.items():
        c.state((*path, to), to)
        if not _is_number(count) or not 0 <= count < 1e15:
            c.add((*path, to), f"found {count!r}; a count is a number from 0")
    prior = row.get("prior", 0.5)
    if not _is_number(prior) or not 0 <= prior < 1e6:
        c.add((*path, "prior"), f"found {prior!r}; a prior is a number from 0")
    if sum(filter(_is_number, counts.values())) <= 0:
        c.add(path, "the counts sum to 0")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _each_once(c: Checker, prefix: KeyPath, tables: Evidence) -> None:
    """Each move once; one unit of chances a row."""
    for origin, entries in (_readable(tables) or {}).items():
        known: dict[str, Entry] = {}
        for entry in entries:
            if entry.to in known:
                table, other = (keys_of_path(e.path)[0] for e in (entry, known[entry.to]))
                text = f'"{origin} -> {entry.to}" stands in {other} too'
                c.add((*prefix, table, origin, entry.to), text)
            known[entry.to] = entry
        if not entries:
            continue
        kinds = {e.kind for e in entries}
        units = {e.unit for e in entries if e.kind in ("chance", "count")}
        at: KeyPath = (*prefix, keys_of_path(entries[0].path)[0], origin)
        if len(units) > 1:
            c.add(at, "mixes chances per " + " and per ".join(sorted(units)))
        if "count" in kinds and len(kinds) > 1:
            c.add(at, "a row of counts holds no other evidence")


def _certain_rows(c: Checker) -> None:
    """Certain chances sum to 1 at most, and to less beside other evidence, at every date and in
    every band, in the rows that the plan and each effect make of the baseline's too."""
    below: Rows = {}
    for prefix, tables in evidence_tables(c.form):
        own = _readable(tables)
        if own is None:
            return
        rows = overlay(below, own)
        below = rows if len(prefix) < 2 else below  # effects stand side by side
        for origin in own:
            total, kinds = surely_leaving(rows[origin]), {e.kind for e in rows[origin]}
            if total > 1 + 1e-9 or (total > 1 - 1e-9 and len(kinds) > 1):
                table = keys_of_path(own[origin][0].path)[0]
                c.add((*prefix, table, origin), f"the chances of leaving sum to {total:.12g}")


def _readable(tables: Evidence) -> dict[str, list[Entry]] | None:
    """The rows of evidence; None beside a count that is no number, which is told already."""
    try:
        return rows_of(tables)
    except (TypeError, ValueError):
        return None
