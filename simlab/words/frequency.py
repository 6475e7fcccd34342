"""Chances as natural frequencies: "in 14 of 20 futures", not "with a probability of 0.7".

People draw far better conclusions from counts of cases than from probabilities (Gigerenzer &
Hoffrage 1995, Psychological Review 102, 684–704). Twenty is fine enough for a vote and coarse
enough for no false precision. A count must not turn a rare thing into an impossible one: 0 and 20
are kept for chances below 0.5 % and above 99.5 %, and the phrases say "fewer than 1 of 20"
wherever a count would round to nothing.
"""

from __future__ import annotations

from simlab.words.words import ENGLISH, Words


def of_twenty(chance: float) -> int:
    """Of 20 futures, in how many? 1 … 19 unless the chance is below 0.5 % or above 99.5 %.

    Halves round to even, so that a chance and its complement always sum to 20.

    >>> of_twenty(0.7), of_twenty(0.01), of_twenty(0.001), of_twenty(0.99)
    (14, 1, 0, 19)
    """
    if chance < 0.005:
        return 0
    if chance > 0.995:
        return 20
    return min(max(round(20 * chance), 1), 19)


def futures(chance: float, words: Words = ENGLISH) -> str:
    """The chance as a phrase that follows "in": "14 of 20 futures"."""
    if chance <= 0.0:
        return words("no simulated future")
    if chance < 0.025:
        return words("fewer than 1 of 20 futures")
    if chance >= 1.0:
        return words("all simulated futures")
    if chance > 0.995:
        return words("almost all futures")
    if chance > 0.975:
        return words("more than 19 of 20 futures")
    return words("{n} of 20 futures", n=of_twenty(chance))


def of_them(chance: float, words: Words = ENGLISH) -> str:
    """The same phrase where futures have been named already: "2 of 20"."""
    if chance <= 0.0:
        return words("none")
    if chance < 0.025:
        return words("fewer than 1 of 20")
    if chance >= 1.0:
        return words("all")
    if chance > 0.995:
        return words("almost all")
    if chance > 0.975:
        return words("more than 19 of 20")
    return words("{n} of 20", n=of_twenty(chance))
