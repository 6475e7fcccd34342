"""What a comparison of plans found, as a reader would say it to a council.

Chances are counts of 20 futures that sum to 20 (the method of largest remainders), so that nobody
has to ask where the rest has gone. Plans keep the order in which they were named: no ranking.
"""

from __future__ import annotations

import numpy as np

from simlab.result.comparison import Against, Comparison
from simlab.risk.payback import ZERO
from simlab.words.frequency import futures
from simlab.words.words import ENGLISH, Words, half_of_range, rounded

CERTAIN = 1e-9


def of_twenty_in_all(chances: list[float]) -> list[int]:
    """Whole numbers that sum to 20, each as near to 20 times its chance as that allows.

    >>> of_twenty_in_all([0.62, 0.14, 0.0, 0.24])
    [12, 3, 0, 5]
    """
    exact = 20.0 * np.array(chances)
    whole = np.floor(exact + CERTAIN).astype(int)
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: 20 - int(whole.sum())]:
        whole[i] += 1
    return [int(n) for n in whole]


def quoted(name: str, words: Words = ENGLISH) -> str:
    """A plan's name in quotation marks, so that it reads as a name in the middle of a sentence."""
    return words("“{name}”", name=name)


def sooner(against: Against, horizon: float, words: Words = ENGLISH) -> str:
    """As in "Of 20 futures, “today” is back sooner in 12 and “bolder” in 3; in 5 neither …"."""
    first, years = quoted(against.first, words), words.years(horizon)
    both = {"first": first, "other": quoted(against.other, words)}
    if against.same_in_every_future:
        return words("{other} and {first} are the same in every future.", **both)
    shares = [float(when.mean()) for when in against.outcomes.values()]
    if shares[3] == 1.0:
        return words(
            "In no future is the money back within {years}, neither with {first} nor with {other}.",
            years=years,
            **both,
        )
    texts = (
        words("{first} is back sooner in {n}", first=first, n="{n}"),
        words("{other} in {n}", other=both["other"], n="{n}"),
        words("both at the same time in {n}", n="{n}"),
        words("neither within {years} in {n}", years=years, n="{n}"),
    )
    parts = []
    for text, n, share in zip(texts, of_twenty_in_all(shares), shares, strict=True):
        if n > 0 or text in texts[:2]:
            parts.append(text.replace("{n}", _count(n, share, words)))
        elif share > 0.0:
            parts.append(text.replace("{n}", words("fewer than 1")))
    return words("Of 20 futures: {parts}.", parts=", ".join(parts))


def sooner_or_later(against: Against, words: Words = ENGLISH) -> str:
    """As in "“bolder” sooner in 3, later in 12", where the first plan has been named."""
    chances = [float(when.mean()) for when in against.outcomes.values()]
    later, before, *_ = of_twenty_in_all(chances)
    return words(
        "{other} sooner in {n}, later in {m}",
        other=quoted(against.other, words),
        n=_count(before, chances[1], words),
        m=_count(later, chances[0], words),
    )


def all_sooner_or_later(
    comparison: Comparison, words: Words = ENGLISH, perspective: str | None = None
) -> str:
    """Every other plan against the first, in one sentence."""
    lines = [sooner_or_later(against, words) for against in _all(comparison, perspective)]
    return words(
        "Of 20 futures, the money is back against {first}: {parts}.",
        first=quoted(comparison.first.name, words),
        parts="; ".join(lines),
    )


def _count(n: int, share: float, words: Words) -> str:
    if n == 0:
        return words("none") if share == 0.0 else words("fewer than 1")
    return words.number(n)


def worth(against: Against, words: Words = ENGLISH) -> str:
    """As in "“bolder” is worth DKK 3.1 million more than “today” on average (80% range: …)"."""
    gain = against.gained
    uncertain = half_of_range(gain.p10, gain.p90)
    text = {
        "first": quoted(against.first, words),
        "other": quoted(against.other, words),
        "money": words.money(abs(gain.mean), uncertain=uncertain),
        "low": gained(gain.p10, against, words),
        "high": gained(gain.p90, against, words),
        "percent": words.percent(0.8),
        "futures": futures(float(against.worth["other"].mean()), words),
    }
    if against.worth["equal"].all():
        return words("{other} and {first} are worth the same in every future.", **text)
    if rounded(gain.mean, uncertain) == 0.0:
        return words(
            "{other} and {first} are worth about the same on average ({percent} range of the "
            "difference: {low} to {high}); {other} is worth more in {futures}.",
            **text,
        )
    if gain.mean >= 0.0:
        return words(
            "{other} is worth {money} more than {first} on average ({percent} range of the "
            "difference: {low} to {high}); it is worth more in {futures}.",
            **text,
        )
    return words(
        "{other} is worth {money} less than {first} on average ({percent} range of the "
        "difference: {low} to {high}); it is worth more in {futures}.",
        **text,
    )


def gained(kr: float, against: Against, words: Words = ENGLISH) -> str:
    """A difference of money as far as the range of the gain bears it; +DKK 3.1 million would read
    oddly, so a sign is only there where it is below 0."""
    uncertain = half_of_range(against.gained.p10, against.gained.p90)
    return words.money(0.0 if abs(kr) <= ZERO else kr, uncertain=uncertain)


def _all(comparison: Comparison, perspective: str | None) -> list[Against]:
    """Every other plan against the first; in the first study's own perspective if none is named."""
    return [comparison.against(plan.name, perspective) for plan in comparison.others]


def headline(comparison: Comparison, words: Words = ENGLISH, perspective: str | None = None) -> str:
    """Two plans: who is back sooner. More: how far apart their chances of payback lie."""
    horizon, others = comparison.study.timeline.years, _all(comparison, perspective)
    if len(others) == 1:
        return sooner(others[0], horizon, words)
    chances = {
        plan.name: 1.0 - plan.payback(perspective or comparison.perspective).never().value
        for plan in comparison.plans
    }
    low, high = min(chances, key=chances.__getitem__), max(chances, key=chances.__getitem__)
    return words(
        "Back within {years}: from {least} ({low}) to {most} ({high}) of futures",
        years=words.years(horizon),
        least=words.percent(chances[low]),
        most=words.percent(chances[high]),
        low=low,
        high=high,
    )


def difference_headline(
    comparison: Comparison, words: Words = ENGLISH, perspective: str | None = None
) -> str:
    """What the difference is worth: of one other plan in full, of several from least to most."""
    first, others = quoted(comparison.first.name, words), _all(comparison, perspective)
    if len(others) == 1:
        return worth(others[0], words)
    others.sort(key=lambda against: against.gained.mean)
    low, high = (gained(end.gained.mean, end, words) for end in (others[0], others[-1]))
    return words(
        "Net gain against {first}: from {low} to {high} on average",
        first=first,
        low=low,
        high=high,
    )
