"""Values, tokens and bytes that have broken other programs."""

from __future__ import annotations

import random
from typing import Any

NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 2, 0.5, -0.0, 1e-300, 1e300, -1e300, 1e15, 2**63, -(2**63), 10**40, 5000, 1201,
    float("nan"), float("inf"), float("-inf"), 0.1, 0.999999999999, 1.0000001, True, False,
)  # fmt: skip
TEXTS = (
    "", " ", "job", "benefit", "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<script>x</script>",
    "{x}", "{0.__class__}", "%s%n", "../../etc/passwd", "C:\\x", "\u202egnirts", "\x00", "\x1b[2J",
    "ø" * 300, "a" * 70_000, "2020-01", "2020-13", "0000-01", "9999-12", "2020-W01", "1-3", "13+",
    "3-1", "job -> benefit", "* -> *", "->", "a -> a", "nan", "None", "💥", "\ud800".encode(
        "utf-8", "surrogatepass").decode("utf-8", "replace"),
)  # fmt: skip
WORDS = (
    "[", "]", "{", "}", "=", '"', "'''", '"""', "\\", "#", "\n", "\r", "\t", ",", ".", "-",
    "nan", "inf", "1e999", "0x7fffffffffffffff", "true", "[[", "]]", "[a.b.c]", "= {", "p10",
    "p90", "extends", '["../../../x.toml"]', "1979-05-27T07:32:00Z", "1_000_000_000_000",
)  # fmt: skip
NO_TEXT = (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80")
LONGEST_REFUSAL = 500_000  # characters
TOKENS = (*(word.encode() for word in WORDS), *NO_TEXT)


def value(dice: random.Random, depth: int = 0) -> Any:
    """Any value that a TOML file can hold."""
    kind = dice.random()
    if kind < 0.45:
        return dice.choice(NUMBERS)
    if kind < 0.7:
        return dice.choice(TEXTS)
    if kind < 0.85 and depth < 4:
        return quantity(dice, depth)
    if kind < 0.93 and depth < 4:
        return [value(dice, depth + 1) for _ in range(dice.randrange(4))]
    if kind < 0.94:
        return nested(dice)
    return {dice.choice(TEXTS): value(dice, depth + 1) for _ in range(dice.randrange(3))}


def quantity(dice: random.Random, depth: int = 0) -> dict[str, Any]:
    """A table that looks like an uncertain value, or like one by date or by time on a clock."""
    keys = dice.choice((
        ("p10", "p90"), ("min", "mode", "max"), ("mean", "sd"), ("ci95", "estimate"),
        ("events", "exposure"), ("successes", "trials"), ("none", "else"), ("p50", "p99"),
        ("dist", "a", "b"), ("2020-01", "2021-01"), ("1-3", "4+"), ("value", "source"),
        ("en", "da"), ("half_life_months",), ("by", "1", "2+"), ("low", "high"),
    ))  # fmt: skip
    return {key: value(dice, depth + 1) for key in keys}


def nested(dice: random.Random) -> Any:
    """Tables in tables in tables."""
    found: Any = 1
    for _ in range(dice.choice((10, 30, 300))):
        found = {"a": found} if dice.random() < 0.5 else [found]
    return found


def torn(dice: random.Random, content: bytes, other: bytes) -> bytes:
    """The content with a few bytes changed, lost, doubled, moved, or put in from elsewhere."""
    found = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 4, 12))):
        at = dice.randrange(len(found) + 1)
        span = dice.choice((1, 2, 5, 20, 100))
        match dice.randrange(7):
            case 0 if at < len(found):
                found[at] ^= 1 << dice.randrange(8)
            case 1:
                del found[at : at + span]
            case 2:
                found[at:at] = found[at : at + span]
            case 3:
                found[at:at] = dice.choice(TOKENS)
            case 4:
                start = dice.randrange(len(other) + 1)
                found[at : at + span] = other[start : start + span]
            case 5:
                del found[at:]
            case _:
                found[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(found)


def refused(refusal: Exception) -> str:
    """A refusal must say something, and be short enough to be read."""
    text = str(refusal)
    if not text.strip() or len(text) > LONGEST_REFUSAL:
        raise AssertionError(f"a refusal of {len(text):,} characters") from refusal
    return "refused"


def text(dice: random.Random, sound: str) -> str:
    """A short text such as an option's value, torn or put together from what is hostile."""
    match dice.randrange(4):
        case 0:
            return str(dice.choice((*TEXTS, *NUMBERS)))
        case 1:
            return "".join(dice.choice((*WORDS, *TEXTS[:16], sound)) for _ in range(4))
        case _:
            return torn(dice, sound.encode(), b"1.0:2.0:11").decode("utf-8", "replace")
