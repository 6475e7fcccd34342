"""The battery PractRand on the streams as a run addresses them.

    python -m benchmarks.randomness                          # 1 GiB of each arrangement
    python -m benchmarks.randomness --gib 4 --only citizen   # those with "citizen" in their names

A run never reads one long stream. It opens a stream for every draw, or for every citizen of a draw,
takes a few numbers and leaves. A battery sees one sequence, so what could be wrong between streams
is laid out as a sequence: the first k numbers of stream 0, of stream 1, and so on (an *arrangement*
below). Numbers that are related across streams are then related across places, which is what
batteries look for. One arrangement must fail: its addresses are not mixed, and where it passes, the
battery sees nothing.

PractRand (Doty-Humphrey, public domain) is in neither Debian nor PyPI. It is built from source,
https://pracrand.sourceforge.net, in half a minute, and its program RNG_test put on the PATH:

    g++ -std=c++20 -O3 -w -I include -o RNG_test tools/RNG_test.cpp \\
        src/*.cpp src/RNGs/*.cpp src/RNGs/other/*.cpp -pthread

It prints a table in Markdown; docs/randomness.md holds the last one.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simlab.engine.chance import GOLDEN, next_u64, open_stream, stream_key, uniform

Words = NDArray[np.uint64]
Addresses = tuple[Words, NDArray[np.int64]]  # key and draw of each stream

BATTERY = "RNG_test"
NUMBERS = 1 << 20  # in one portion
RESULT = re.compile(
    r"^  (\S+) +(?:R= *\S+ +)?(?:p *~?= *(?P<from_one>1-)? *(?P<p>[\d.e+-]+)"
    r'|"(?P<verdict>pass|fail)") +(?P<word>\S.*?) *$'
)


# ---- the streams, by their places ---------------------------------------------------------------

LIVES = stream_key(1, "lives", "job-ready", "together")
ROLES = [stream_key(1, "lives", "job-ready", role) for role in ("together", "baseline", "plan")]


def of_one_key(places: NDArray[np.int64]) -> Addresses:
    return np.full(places.size, LIVES, np.uint64), places


def of_three_roles(places: NDArray[np.int64]) -> Addresses:
    return np.array(ROLES, np.uint64)[places % 3], places // 3


def of_names(places: NDArray[np.int64]) -> Addresses:
    keys = [stream_key(1, "lives", f"segment {place}", "together") for place in places.tolist()]
    return np.array(keys, np.uint64), np.zeros_like(places)


def of_seeds(places: NDArray[np.int64]) -> Addresses:
    keys = [stream_key(place, "lives", "job-ready", "together") for place in places.tolist()]
    return np.array(keys, np.uint64), np.zeros_like(places)


def of_citizens(places: NDArray[np.int64]) -> Addresses:
    return keys_of_draws(np.full(places.size, 7)), places


def of_arrivals(places: NDArray[np.int64]) -> Addresses:
    """16 citizens arrive in each step; a citizen's number is step · 2^32 + order."""
    return keys_of_draws(np.full(places.size, 7)), (places >> 4 << 32) | (places & 15)


def of_one_citizen(places: NDArray[np.int64]) -> Addresses:
    return keys_of_draws(places), np.full(places.size, 12)


@njit
def keys_of_draws(draws: NDArray[np.int64]) -> Words:
    """The keys under which each draw numbers its citizens."""
    keys = np.empty(draws.size, np.uint64)
    state = np.empty(4, np.uint64)
    for i in range(draws.size):
        open_stream(LIVES, draws[i], state)
        keys[i] = next_u64(state)
    return keys


# ---- the numbers --------------------------------------------------------------------------------


@njit
def first_numbers(keys: Words, draws: NDArray[np.int64], out: Words) -> None:
    """The first numbers of each stream into out : (streams, numbers)."""
    state = np.empty(4, np.uint64)
    for i in range(out.shape[0]):
        open_stream(keys[i], draws[i], state)
        for j in range(out.shape[1]):
            out[i, j] = next_u64(state)


@njit
def first_uniforms(keys: Words, draws: NDArray[np.int64], out: Words) -> None:
    """As `first_numbers`, but the 52 bits that a uniform has, in the place of the lowest."""
    state = np.empty(4, np.uint64)
    for i in range(out.shape[0]):
        open_stream(keys[i], draws[i], state)
        for j in range(out.shape[1]):
            out[i, j] = np.uint64(uniform(state) * 2.0**52)


@njit
def unmixed(keys: Words, draws: NDArray[np.int64], out: Words) -> None:
    """What must fail: streams that differ by multiples of a step, without the mixer."""
    state = np.empty(4, np.uint64)
    for i in range(out.shape[0]):
        open_stream(keys[i], 0, state)
        for word in range(4):
            state[word] += np.uint64(draws[i]) * np.uint64(GOLDEN)
        for j in range(out.shape[1]):
            out[i, j] = next_u64(state)


@njit
def go_on(state: Words, out: Words) -> None:
    for i in range(out.size):
        out[i] = next_u64(state)


def whole(numbers: Words) -> NDArray[np.unsignedinteger]:
    return numbers


def low(numbers: Words) -> NDArray[np.unsignedinteger]:
    return numbers.astype(np.uint32)


def high(numbers: Words) -> NDArray[np.unsignedinteger]:
    return (numbers >> np.uint64(32)).astype(np.uint32)


def reversed_bits(numbers: Words) -> NDArray[np.unsignedinteger]:
    """PractRand looks closer at low bits, so the high ones get their turn."""
    found = numbers.byteswap()
    for shift, mask in ((4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
        kept, by = np.uint64(mask), np.uint64(shift)
        found = (found >> by) & kept | (found & kept) << by
    return found


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Streams in the order of their places, `first` numbers of each, `side_by_side` at a time."""

    streams: Callable[[NDArray[np.int64]], Addresses]
    first: int
    side_by_side: int = 1  # streams that take turns, a number each
    numbers: Callable[[Words, NDArray[np.int64], Words], None] = first_numbers
    bits: Callable[[Words], NDArray[np.unsignedinteger]] = whole

    def portions(self) -> Iterator[bytes]:
        streams = NUMBERS // self.first
        out = np.empty((streams, self.first), np.uint64)
        place = 0
        while True:
            self.numbers(*self.streams(np.arange(place, place + streams)), out)
            turns = out.reshape(-1, self.side_by_side, self.first).swapaxes(1, 2)
            yield np.ascontiguousarray(self.bits(turns)).tobytes()
            place += streams


@dataclass(frozen=True, slots=True)
class OneStream:
    bits: Callable[[Words], NDArray[np.unsignedinteger]] = whole

    def portions(self) -> Iterator[bytes]:
        state, out = np.empty(4, np.uint64), np.empty(NUMBERS, np.uint64)
        open_stream(LIVES, 0, state)
        while True:
            go_on(state, out)
            yield self.bits(out).tobytes()


MUST_FAIL = "first 8 of each draw, addresses not mixed (must fail)"
ARRANGEMENTS: dict[str, Arrangement | OneStream] = {
    MUST_FAIL: Arrangement(of_one_key, 8, numbers=unmixed),
    "one stream": OneStream(),
    "one stream, bits reversed": OneStream(reversed_bits),
    "first 1 of each draw": Arrangement(of_one_key, 1),
    "first 2 of each draw": Arrangement(of_one_key, 2),
    "first 8 of each draw": Arrangement(of_one_key, 8),
    "first 64 of each draw": Arrangement(of_one_key, 64),
    "first 64 of each draw, 256 draws side by side": Arrangement(of_one_key, 64, 256),
    "first 8 of each draw, low halves": Arrangement(of_one_key, 8, bits=low),
    "first 8 of each draw, high halves": Arrangement(of_one_key, 8, bits=high),
    "first 1 of each draw, bits reversed": Arrangement(of_one_key, 1, bits=reversed_bits),
    "first 8 of each draw, uniforms, low 32 of 52 bits": Arrangement(
        of_one_key, 8, numbers=first_uniforms, bits=low
    ),
    "first 1 of each draw, three roles in turn": Arrangement(of_three_roles, 1),
    "first 1 of each citizen of a draw": Arrangement(of_citizens, 1),
    "first 8 of each citizen of a draw": Arrangement(of_citizens, 8),
    "first 8 of each citizen of a draw, 64 side by side": Arrangement(of_citizens, 8, 64),
    "first 8 of each citizen, 16 arriving a step": Arrangement(of_arrivals, 8),
    "first 1 of a citizen in each draw": Arrangement(of_one_citizen, 1),
    "first 8 of a citizen in each draw": Arrangement(of_one_citizen, 8),
    "first 64 of each segment's name": Arrangement(of_names, 64),
    "first 64 of each seed": Arrangement(of_seeds, 64),
}


# ---- the battery --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    results: int
    extreme: float  # the smallest of all p and 1 - p
    words: dict[str, int]  # what PractRand calls the results that stand out
    seconds: float

    def row(self, name: str, gib: float) -> str:
        words = ", ".join(f"{count} {word}" for word, count in self.words.items()) or "none"
        return f"| {name} | {gib:g} | {self.results} | {self.extreme:.1g} | {words} |"


def judge(arrangement: Arrangement | OneStream, gib: float) -> Verdict:
    """Pipe the arrangement into the battery until it has enough."""
    width = 8 * arrangement.bits(np.zeros(1, np.uint64)).itemsize
    length = f"{round(gib * 1024)}MB"
    command = [
        BATTERY,
        f"stdin{width}",
        "-a",
        "-tlmin",
        length,
        "-tlmax",
        length,
        "-singlethreaded",
    ]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as printed:
        battery = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=printed)
        assert battery.stdin is not None
        with suppress(OSError), battery.stdin as pipe:  # at its length it closes its end
            for portion in arrangement.portions():
                pipe.write(portion)
        battery.wait()
        printed.seek(0)
        text = printed.read().decode("ascii", "replace")
    return read(text, time.perf_counter() - started)


def read(text: str, seconds: float) -> Verdict:
    """The results of the last length that PractRand printed."""
    found = [m for line in text.splitlines() if (m := RESULT.match(line))]
    if not found:
        raise RuntimeError(f"{BATTERY} printed no result:\n{text}")
    tails = []
    for match in found:
        p = float(match["p"]) if match["p"] else float(match["verdict"] == "pass")
        tails.append(p if match["from_one"] else min(p, 1 - p))
    # Beyond "normal" and "normalish"; a failure has more or fewer exclamation marks.
    words = Counter(m["word"].rstrip(" !") for m in found if not m["word"].startswith("normal"))
    return Verdict(len(found), min(tails), dict(words), seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gib", type=float, default=1.0, help="GiB of each arrangement")
    parser.add_argument("--only", default="", help="arrangements whose name holds this text")
    asked = parser.parse_args()
    if shutil.which(BATTERY) is None:
        sys.exit(f"PractRand's {BATTERY} is not on the PATH.\n\n{__doc__}")
    version = subprocess.run([BATTERY, "-version"], capture_output=True, encoding="ascii").stdout
    print(version.partition("\n")[0])
    print("\n| numbers | GiB | results | most extreme p | what stands out |")
    print("| --- | ---: | ---: | ---: | --- |")
    seen = 0
    for name, arrangement in ARRANGEMENTS.items():
        if asked.only in name:
            verdict = judge(arrangement, asked.gib)
            print(verdict.row(name, asked.gib), flush=True)
            print(f"{name}: {verdict.seconds:.0f} s", file=sys.stderr)
            failed = any("FAIL" in word for word in verdict.words)
            if failed != (name == MUST_FAIL):
                sys.exit(f"{name}: {'fails' if failed else 'passes, so the battery is blind'}")
            seen += verdict.results
    print(f"\n{seen} results")


if __name__ == "__main__":
    main()
