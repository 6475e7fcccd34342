"""The tables of a study as they are written, merged of all its files, with the file of every key.

Every key remembers the file that it came from, so that a mistake is reported where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simlab.study.errors import Problem
from simlab.study.key_path import LISTS_WITH_NAMES, KeyPath, dotted


@dataclass
class Tree:
    """Merged tables, with the file of every key."""

    tables: dict[str, Any] = field(default_factory=dict)
    files: dict[KeyPath, str] = field(default_factory=dict)
    main: str = "study"
    read: int = 0  # how many files

    def file_of(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.files:
                return self.files[path[:length]]
        return self.main

    def forget(self, path: KeyPath, old: Any) -> None:
        """Forget which files the value ``old``, which is replaced, came from.

        Only what lies in it is looked at: among all files it would take the square of a study.
        """
        self.files.pop(path, None)
        if isinstance(old, dict | list):
            for key, below in old.items() if isinstance(old, dict) else enumerate(old):
                self.forget((*path, key), below)

    def at(self, path: KeyPath) -> Any:
        """What stands at a place."""
        node: Any = self.tables
        for key in path:
            node = node[key]
        return node

    def problem(
        self,
        path: KeyPath,
        message: str,
        part: KeyPath = (),
        *,
        late: bool = False,
        below: str = "",
    ) -> Problem:
        """A mistake at a place, or ``below`` the value that stands there."""
        printed = ".".join(filter(None, (self.printed(path), below)))
        return Problem(self.file_of(path), printed, message, part or about(path), late)

    def printed(self, path: KeyPath) -> str:
        """The key path of a place: entries of lists by their names, where these are their own."""
        keys: list[str | int] = []
        node: Any = self.tables
        for key in path:
            named = isinstance(node, list) and tuple(keys) in LISTS_WITH_NAMES
            names = [own_name(entry) for entry in node] if named else []
            own = names[int(key)] if isinstance(key, int) and key < len(names) else None
            keys.append(own if own is not None and names.count(own) == 1 else key)
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                node = None
        return dotted(*keys)

    def take_out(self, path: KeyPath) -> None:
        """Leave out a key, or an entry of a list, which the later ones then move up to."""
        *above, last = path
        node = self.at(tuple(above))
        self.forget(path, node.pop(last))
        if isinstance(node, list):
            self.files = {_moved_up(of, path): name for of, name in self.files.items()}


def about(path: KeyPath) -> KeyPath:
    """What tells of a study and is no part of it: an entry that a key path lies in, or ().

    Published figures, stated trends, correlations, and what sets money out as a budget.
    """
    match path:
        case ("published" | "stated_trend" | "correlation", int(), *_):
            return path[:2]
        case ("budget", "saving", _, *_):
            return path[:3]
        case ("budget", "lines", _, "of", int(), *_) | ("budget", "lines", _, "staff", _, *_):
            return path[:5]
        case ("budget", "lines", _, *_):
            return path[:3]
    return ()


def _moved_up(path: KeyPath, gone: KeyPath) -> KeyPath:
    """The key path of what lies in a list from which the entry at ``gone`` was taken."""
    *above, last = gone
    at = len(above)
    own = path[at] if len(path) > at and path[:at] == tuple(above) else None
    if isinstance(own, int) and isinstance(last, int) and own > last:
        return (*above, own - 1, *path[at + 1 :])
    return path


def own_name(entry: Any) -> str | None:
    """The name by which an entry of a list is called, if it has one."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else None
