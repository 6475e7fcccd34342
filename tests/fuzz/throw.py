"""Throw hostile input at simlab, and count what becomes of it.

    python tests/fuzz/throw.py --inputs 100000 --seed 1

Each input must end in an answer or in a refusal that a person can read (``StudyError``,
``FolderError``), within `LONGEST` seconds; anything else is a finding, is printed with its number,
and makes the exit code 1. An input is made from the seed and its number alone, so a finding is made
again by ``--seed S --only N``. What a study is after it was accepted is tried too: it is read back
in words, written, read again, compiled, and two draws of it are simulated if that is a small thing.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fuzz import hostile, trees
from simlab.engine.simulate import simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.model import compile_study
from simlab.report.reading_back import reading_back
from simlab.risk.tally import tally
from simlab.runs.folder import FolderError
from simlab.study.errors import StudyError
from simlab.study.reading import Tree, merge, parse_toml, shipped_configs
from simlab.study.study import Study, checked, load, loads
from simlab.study.writing import resolved_toml

LONGEST = 20.0  # seconds for one input
LARGE = 200_000  # cells times steps from which an accepted study is not simulated here
REFUSALS = (StudyError, FolderError)
KINDS = ("bytes", "tree")


@cache
def sound_texts() -> tuple[str, ...]:
    from study.test_broken_studies import SOUND

    configs = shipped_configs()
    names = ("template.toml", "reference/closed-form.toml", "reference/hiv.toml")
    return (SOUND, *((configs / name).read_text(encoding="utf-8") for name in names))


def attempt(kind: str, dice: random.Random) -> str:
    """What becomes of one input: refused or answered; anything else raises."""
    sound = sound_texts()
    text = dice.choice(sound)
    try:
        if kind == "bytes":
            content = hostile.torn(dice, text.encode(), dice.choice(sound).encode())
            study = of_bytes(content)
        else:
            study = of_tree(trees.tree(dice, parse_toml(text, "study")))
        live(study)
    except REFUSALS as refusal:
        told = str(refusal)
        if not told.strip() or len(told) > 1_000_000:
            raise AssertionError(f"a refusal of {len(told)} characters") from refusal
        return "refused"
    return "answered"


def of_bytes(content: bytes) -> Study:
    """Through a file, as a user's study comes."""
    path = scratch() / "study.toml"
    path.write_bytes(content)
    return load(path)


@cache
def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="simlab-fuzz-"))


def of_tree(tables: dict[str, Any]) -> Study:
    tree = Tree(main="study")
    merge(tree, tables, "study")
    return checked(tree, "study")


def live(study: Study) -> None:
    """What a user would do with a study that was accepted."""
    compiled = compile_study(study)
    size = len(compiled.chain) * len(compiled.cohorts) * study.timeline.steps
    again = loads(resolved_toml(study))
    assert resolved_toml(again) == resolved_toml(study), "a study is not what it is written as"
    if size > LARGE:
        return
    reading_back(study)
    block = compiled.block(0, 2)
    for engine in ("expected", "counts"):
        tally(cash_flow(simulate_block(compiled, block, engine)))


def one(kind: str, seed: int, number: int) -> tuple[str, str]:
    """(what became of it, the finding if it is one)."""
    dice = random.Random(f"{kind} {seed} {number}")
    began = time.perf_counter()
    faulthandler.dump_traceback_later(3 * LONGEST, exit=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            became = attempt(kind, dice)
    except Exception:
        return "finding", traceback.format_exc(limit=-6)
    finally:
        faulthandler.cancel_dump_traceback_later()
    seconds = time.perf_counter() - began
    if seconds > LONGEST:
        return "finding", f"took {seconds:.0f} s"
    return became, ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    parser.add_argument("--kind", choices=KINDS, action="append")
    asked = parser.parse_args()
    kinds = asked.kind or KINDS
    numbers = range(asked.inputs) if asked.only is None else [asked.only]
    counts: Counter[str] = Counter()
    began = time.perf_counter()
    for number in numbers:
        kind = kinds[number % len(kinds)]
        became, finding = one(kind, asked.seed, number)
        counts[f"{kind} {became}"] += 1
        if finding:
            print(f"finding {number} ({kind}):\n{finding}", flush=True)
    print(f"{sum(counts.values()):,} inputs in {time.perf_counter() - began:.0f} s:")
    for name, count in sorted(counts.items()):
        print(f"  {name:<20} {count:,}")
    return 1 if any("finding" in name for name in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
