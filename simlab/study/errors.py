"""Mistakes in a study, told to a person: file, key path, what was found, what is allowed.

All mistakes of a study are collected and reported at once; nothing is run.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from simlab.study.key_path import KeyPath
from simlab.study.unseen import code_of, visible

MOST_TOLD = 200  # mistakes
LONGEST = 1_000  # characters of what is told of one
LONGEST_COMPARED = 60  # characters of a name that is looked for among known ones
MOST_COMPARED = 300  # known names
ENDS = ("end", "ends", "ending", "end_date", "last", "stop", "stops", "to", "till", "slut")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``file`` is the file that holds it, as the user wrote it.

    part : what a variant of a right study can leave out of it, if that is all that is wrong (see
    ``variant.py``)    late : it lies after the horizon
    """

    file: str
    path: str
    message: str
    part: KeyPath = field(default=(), compare=False)
    late: bool = field(default=False, compare=False)


class SimlabError(Exception):
    """What ends a command, told to a person; each kind of it says with which exit code."""

    exit_code = 2  # a wrong study or call; 1: refused by the machine

    def on_screen(self) -> str:
        return f"simlab: {self}"


class StudyError(SimlabError, ValueError):
    """A study that cannot be run; ``problems`` holds every mistake found."""

    def __init__(self, problems: Iterable[Problem]):
        listed = list(problems) if isinstance(problems, Iterable) else [problems]
        if not all(isinstance(one, Problem) for one in listed):
            raise TypeError("StudyError: problems must each be a Problem")
        self.problems = tuple(dict.fromkeys(listed))
        super().__init__(str(self))

    def __str__(self) -> str:
        lines: list[str] = []
        shown = self.problems[:MOST_TOLD]
        for file in dict.fromkeys(p.file for p in shown):
            lines.append(file)
            here = [p for p in shown if p.file == file]
            width = min(max(len(p.path) for p in here), 48)
            lines += [f"  {_cut(p.path):<{width}}   {_cut(p.message)}" for p in here]
        lines += ["and more"] * (len(self.problems) > len(shown))
        return visible("\n".join(lines))

    def on_screen(self) -> str:
        return str(self)  # which begins with the file


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def refuse(problems: Iterable[Problem]) -> None:
    """StudyError where there is any."""
    if found := tuple(problems):
        raise StudyError(found)


def one_problem(file: str, path: str, message: str) -> StudyError:
    return StudyError([Problem(file, path, message)])


def nearest(name: str, known: Iterable[str]) -> str:
    """'; did you mean "job"?', or what is known where nothing is near."""
    known = list(known)
    if str(name) in ENDS and "until" in known:
        return '; did you mean "until"?'
    few = known[:MOST_COMPARED] if len(str(name)) <= LONGEST_COMPARED else []
    for one in few:
        if letters := _of_another_script(str(name), one):
            return f'; did you mean "{one}"? This is written with {letters}'
    close = difflib.get_close_matches(str(name), few, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    if not known:
        return ""
    shown = ", ".join(sorted(known)[:12]) + (", …" if len(known) > 12 else "")
    return f"; known: {shown}"


def _of_another_script(name: str, known: str) -> str:
    """The letters of a name that are all it differs by, and look like those of another script."""
    pairs = [(one, two) for one, two in zip(name, known, strict=False) if one != two]
    if len(name) != len(known) or not all(_of_two_scripts(one, two) for one, two in pairs):
        return ""
    strange = dict.fromkeys(one for one, _ in pairs)
    return ", ".join(f"{code_of(c)} ({unicodedata.name(c, '?').lower()})" for c in strange)


def _of_two_scripts(one: str, two: str) -> bool:
    """Whether two letters are of two of LATIN, GREEK, CYRILLIC, …"""
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in (one, two)}
    return one.isalpha() and two.isalpha() and len(scripts) == 2
