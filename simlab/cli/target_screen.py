"""Whether a figure became as sure as it was asked to be (``--until``), in a sentence."""

from __future__ import annotations

from math import isnan

from simlab.cli.terminal import plain
from simlab.risk.stopping import Look
from simlab.words import Words, phrases


def target_reached(look: Look, words: Words) -> str:
    """The figure with its interval, and honestly whether that is what was asked for."""
    gaps = {"target": look.target.text, "draws": words.number(look.draws)}
    if isnan(look.half_width):
        return plain(
            words("Asked for {target}: not met, for {draws} draws are too few to know.", **gaps)
        )
    if look.target.figure == "npv":
        gaps["value"] = words.money(look.value, uncertain=look.half_width)
        gaps["half"] = f"± {words.money(look.half_width, 2)}"
    else:
        gaps["value"], gaps["half"] = words.percent(look.value, 2), _around(look, words)
    if look.met:
        return plain(words("Asked for {target}: met after {draws} draws, {value} {half}.", **gaps))
    return plain(
        words(
            "Asked for {target}: not met after {draws} draws, the most that were allowed: "
            "{value} {half}.",
            **gaps,
        )
    )


def _around(look: Look, words: Words) -> str:
    """The ± of a chance; where it would reach below 0 or above 1, its interval."""
    if look.half_width > min(look.value, 1.0 - look.value):
        low, high = (words.percent(end, 2) for end in look.interval)
        return f"({phrases.between(low, high, words)})"
    return words("± {n} percentage points", n=words.number(100 * look.half_width, 2))
