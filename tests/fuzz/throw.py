"""Throw hostile input at simlab, and count what becomes of it.

    python tests/fuzz/throw.py --inputs 100000 --seed 1

Each input must end in an answer or in a refusal that a person can read, within `LONGEST` seconds
of the processor and `MEMORY` bytes; anything else is a finding, is printed with its number, and
makes the exit code 1. An input is made from the seed, its kind and its number alone, so a finding
is made again by ``--seed S --kind K --only N``. docs/hostile-input.md says what was found so far.
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
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path[:0] = [str(folder) for folder in Path(__file__).resolve().parents[1:3]]

from fuzz import arguments, calls, folders, pages, studies  # noqa: E402

LONGEST = 20.0  # seconds of the processor for one input
HUNG = 300.0  # seconds on the clock after which the program ends and says where it was
MEMORY = 6 * 2**30  # bytes of address space

Kind = Callable[[random.Random, Path], str]
KINDS: dict[str, tuple[Kind, int]] = {  # and how many of 10,000 inputs
    "bytes": (studies.by_bytes, 2_200),
    "tree": (studies.by_tree, 1_800),
    "layers": (studies.by_layers, 300),
    "arguments": (arguments.by_arguments, 200),
    "folder": (folders.by_folder, 400),
    "block": (folders.by_block, 100),
    "text": (calls.by_text, 3_473),
    "batch": (calls.by_batch, 1_496),
    "command": (calls.by_command, 30),
    "page": (pages.by_page, 1),
}


def kind_of(number: int) -> str:
    """Which kind an input is, where nothing is said: the same for each seed."""
    place = number * 6_197 % 10_000  # coprime to 10,000: each kind is spread out
    for name, (_, share) in KINDS.items():
        if place < share:
            return name
        place -= share
    raise AssertionError("the shares sum to 10,000")


def one(kind: str, seed: int, number: int, scratch: Path) -> tuple[str, str]:
    """(what became of it, the finding if it is one)."""
    dice = random.Random(f"{kind} {seed} {number}")
    began = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            became = KINDS[kind][0](dice, scratch)
    except Exception:
        return "finding", traceback.format_exc(limit=-6)
    seconds = time.process_time() - began
    if seconds > LONGEST:
        return "finding", f"took {seconds:.0f} s of the processor"
    return became, ""


def thrown(
    numbers: Sequence[int], seed: int, kinds: Sequence[str], scratch: Path
) -> tuple[Counter[str], list[str]]:
    """How often each kind ended how, and the findings."""
    counts: Counter[str] = Counter()
    findings = []
    for number in numbers:
        kind = kinds[number % len(kinds)] if kinds else kind_of(number)
        if number % 64 == 0 or len(numbers) == 1:
            faulthandler.dump_traceback_later(HUNG, exit=True)
        became, finding = one(kind, seed, number, scratch)
        counts[f"{kind} {became}"] += 1
        if finding:
            findings.append(f"finding {number} ({kind}):\n{finding}")
            print(findings[-1], flush=True)
        if sum(counts.values()) % 5_000 == 0:
            print(f"{sum(counts.values()):,} inputs, {len(findings)} findings", flush=True)
    faulthandler.cancel_dump_traceback_later()
    return counts, findings


def warm(scratch: Path) -> None:
    """Have the engines compiled, which takes half a minute once, before anything is timed."""
    for number in range(12):
        folders.by_folder(random.Random(f"warm {number}"), scratch)
        folders.by_block(random.Random(f"warm {number}"), scratch)


def bound_memory() -> None:
    """More memory than `MEMORY` is a MemoryError, and that a finding; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    parser.add_argument("--kind", choices=list(KINDS), action="append", default=[])
    asked = parser.parse_args()
    bound_memory()
    numbers = range(asked.first, asked.first + asked.inputs)
    if asked.only is not None:
        numbers = range(asked.only, asked.only + 1)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="simlab-fuzz-") as scratch:
        warm(Path(scratch))
        counts, findings = thrown(numbers, asked.seed, asked.kind, Path(scratch))
    print(f"{sum(counts.values()):,} inputs in {time.perf_counter() - began:,.0f} s:")
    for name, count in sorted(counts.items()):
        print(f"  {name:<20} {count:,}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
