"""Hostile calls: options, batch files, and whole command lines."""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
from pathlib import Path
from typing import Any

import click

import simlab.folders.run_folder
from fuzz import hostile, studies, trees
from simlab.batch.items import items, wanted
from simlab.cli import group
from simlab.cli.ending import ended
from simlab.cli.options import StudyOptions
from simlab.folders.results import write_answers
from simlab.risk.target import TargetError, read_target
from simlab.runs.files import folder_of
from simlab.runs.run import Run
from simlab.study import typed
from simlab.study.errors import StudyError
from simlab.study.toml import parse_toml
from simlab.study.writing import _table

TARGETS = (
    "payback<=5y ±0.5pp", "never ±1pp", "npv ±2%", "npv +-1.5m", "payback ≤ 60m +/- 1pp",
    "npv ±250_000", "npv ±250k", "payback<=2,5y ±0,5pp", "npv ±1,5m", "npv ±250.000",
)  # fmt: skip
SETTINGS = (
    "plan.effect.0.hazard_ratio=1.3", "years=5", "title=Other", "draws=64", "states.2=x",
    "citizens.benefit.number={p10 = 1, p90 = 2}", "plan.cost.talks={2020 = 5}",
    "chance_per_month.benefit.job=0.1", "plan.effect.talks.hazard_ratio=0.9", "plan.scale=0,5",
    'plan.effect."2".hazard_ratio=1,5', "plan.effect.'a.b'.coverage=0.5", "years=1.000",
    'citizens."none".number=2', "plan.cost.talks=1,250,000",
)  # fmt: skip
GRIDS = (
    "plan.effect.0.hazard_ratio=1.0:2.0:11",
    "years=5,10",
    "seed=1:9:9",
    "title=a,b,c",
    "plan.scale=0,5;1;1,5",
    "plan.scale=0,5:1,5:3",
    "plan.scale=0,5",
    'plan.effect."2".x=1,2',
)
TIMES = ("90m", "24h", "2d", "1,5h", "none", "1.500s", "0.25d")
BATCH = """
studies = ["study.toml", "folder/*.toml"]
draws = 100
set = { "years" = 4 }
grid = { "plan.effect.0.hazard_ratio" = "1.0:2.0:3", "seed" = [1, 2] }
"""
PATTERNS = (
    "**/*.toml", "**/" * 30 + "*.toml", "../*", "/*", "*", "[", "[!", "\0", "?" * 300, "",
    "~/*.toml", "{a,b}.toml", "*/" * 40 + "*", "a" * 5_000, "C:\\*.toml", "..", ".", "study.toml/x",
)  # fmt: skip
COMMANDS = (
    ["check", "study.toml"], ["run", "study.toml", "-o", "out", "--draws", "2"],
    ["replay", "out", "--draw", "0"], ["verify", "study.toml"], ["compare", "study.toml"],
    ["new", "mine.toml"], ["schema"], ["municipalities", "out"], ["batch", "study.toml"], [],
    ["check", "study.toml", "--set", "years=3"], ["run", "study.toml", "--until", "never ±1pp"],
)  # fmt: skip
ENDS = (0, 1, 2)


def by_text(dice: random.Random, scratch: Path) -> str:
    """One option's text: a target, a setting laid over a sound study, or the name of a study."""
    del scratch
    try:
        match dice.randrange(5):
            case 4:
                assert typed.duration(hostile.text(dice, dice.choice(TIMES))) > 0
            case 0:
                read_target(hostile.text(dice, dice.choice(TARGETS)), dice.choice((0.5, 5, 100)))
            case 1:
                typed.value(hostile.text(dice, dice.choice(SETTINGS)))
            case 2:
                text = hostile.text(dice, dice.choice(SETTINGS))
                found = StudyOptions(settings=(text,)).values
                sound = studies.sound_texts()[dice.randrange(2)]
                studies.loads(sound).replace(found)
            case _:
                place = Path("studies") / f"{hostile.text(dice, 'mine')[:99]}.toml"
                inside(folder_of(place, place.stem), Path("results"))
    except (TargetError, StudyError, typed.NumberError, click.UsageError) as refusal:
        return hostile.refused(refusal)
    return "answered"


def inside(folder: Path, home: Path) -> None:
    """The folder of results lies below its home, one level down."""
    place = Path(str(folder).replace("\0", "")).resolve()
    assert place.parent == home.resolve(), f"{folder} is not in {home}"


def by_batch(dice: random.Random, scratch: Path) -> str:
    """A batch file, and grids beside it."""
    folder = scratch / "batch"
    (folder / "folder").mkdir(parents=True, exist_ok=True)
    for name in ("study.toml", "folder/x.toml", "folder/....toml"):
        (folder / name).write_text(studies.sound_texts()[0], encoding="utf-8")
    path = folder / "batch.toml"
    if dice.random() < 0.5:
        path.write_bytes(hostile.torn(dice, BATCH.encode(), studies.sound_texts()[0].encode()))
    else:
        path.write_text(_batch_of(dice), encoding="utf-8")
    grids = [hostile.text(dice, dice.choice(GRIDS)) for _ in range(dice.choice((0, 0, 1, 2)))]
    try:
        for item in items(wanted([path], {}, grids))[:200]:
            inside(folder / "out" / item.name, folder / "out")
    except StudyError as refusal:
        return hostile.refused(refusal)
    return "answered"


def _batch_of(dice: random.Random) -> str:
    tables: dict[str, Any] = parse_toml(BATCH, "batch")
    for _ in range(dice.choice((1, 1, 2))):
        if dice.random() < 0.4:
            tables["studies"] = [dice.choice(PATTERNS) for _ in range(dice.randrange(1, 4))]
            continue
        holder, key = trees.somewhere(dice, tables)
        holder[key] = hostile.value(dice)
    tables.setdefault("studies", ["*.toml"])
    with contextlib.suppress(Exception):  # what TOML cannot hold is not an input
        lines: list[str] = []
        _table(tables, (), lines)
        return "\n".join(lines)
    return BATCH


def by_command(dice: random.Random, scratch: Path) -> str:
    """A whole command line: exit code 0, 1 or 2, and never a traceback."""
    here = scratch / "command"
    here.mkdir(exist_ok=True)
    (here / "study.toml").write_text(studies.sound_texts()[0], encoding="utf-8")
    line = list(dice.choice(COMMANDS))
    for _ in range(dice.choice((0, 1, 1, 2))):
        at = dice.randrange(len(line) + 1)
        match dice.randrange(4):
            case 0 if at < len(line):
                line[at] = argument(dice, line[at])
            case 1 if at < len(line):
                del line[at]
            case 2:
                line[at:at] = [dice.choice(OPTIONS), argument(dice, "2")]
            case _:
                line.insert(at, argument(dice, dice.choice(OPTIONS)))
    if costly(line):
        line.append("--no-such-option")
    code, text = called(line, here)
    assert code in ENDS and "Traceback" not in text, f"{line}: exit code {code}\n{text[-2000:]}"
    return ("answered", "failed", "refused")[code]


OPTIONS = (
    "--draws", "--seed", "--engine", "--set", "--perspective", "-o", "--threads", "--block",
    "--until", "--resume", "--fresh", "--lang", "--json", "--quiet", "--draw", "--citizen",
    "--help", "--version", "--", "-", "--grid",
)  # fmt: skip


def argument(dice: random.Random, sound: str) -> str:
    """What a shell can hand over: no NUL, and below the folder of the test."""
    found = hostile.text(dice, sound).replace("\0", "").replace("/", "_").replace("\\", "_")
    return found[: dice.choice((3, 40, 5_000))].replace("..", "_").lstrip("~")


def costly(line: list[str]) -> bool:
    """Commands that would take long if nothing in the line stops them."""
    return bool({"verify", "compare", "bench", "backtest", "demo", "batch"} & set(line))


def figures_alone(finished: Run, folder: Path, about: dict[str, Any], language: str) -> None:
    """In place of all files of a run, those that are quick to write; `pages` has the others."""
    del language
    write_answers(finished, folder, about)


def called(line: list[str], here: Path) -> tuple[int, str]:
    """(exit code, all that was printed) of a command line in a folder."""
    text, before, given = io.StringIO(), Path.cwd(), sys.argv
    os.chdir(here)
    sys.argv = ["simlab", *line]
    whole, simlab.folders.run_folder.write_results = (
        simlab.folders.run_folder.write_results,
        figures_alone,
    )
    try:
        with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            code = ended(group)
    finally:
        os.chdir(before)
        sys.argv = given
        simlab.folders.run_folder.write_results = whole
    return code, text.getvalue()
