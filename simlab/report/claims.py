"""What was claimed, and what is found, in words: for the report, the screen and the backtest.

Nothing is computed here but the choice of words.
"""

from __future__ import annotations

from collections.abc import Sequence

from simlab.observe.published import Claim, Needed, Quantiles
from simlab.words import Words, half_of_range, phrases

PLAUSIBLE = 0.1  # a claim can be reached if at least one in ten futures reaches it


def in_words(x: float | None, claim: Claim, words: Words) -> str:
    """A figure in the unit of its claim; None is a payback that never comes."""
    unit = claim.unit
    if not phrases.is_figure(x):
        return words("never") if unit == "years" else words("unknown")
    if unit == "kr":
        money = words.money(x)
        return words("{amount} a year", amount=money) if claim.per_year else money
    n = bare(x, claim, words)
    match unit:
        case "points":
            return words("{n} percentage points", n=n)
        case "years":
            return words.plural("{n} year", "{n} years", abs(x), n=n)
        case "months":
            return words.plural("{n} month", "{n} months", abs(x), n=n)
        case "person_years":
            return words.plural("{n} person-year", "{n} person-years", abs(x), n=n)
    return n


def bare(x: float, claim: Claim, words: Words) -> str:
    """The figure without its unit; what is a difference or a change always tells its sign."""
    size = abs(x)
    match claim.unit:
        case "share" | "change":
            text, shown = words.percent(size, 1), round(100 * size, 1)
        case "points":
            text, shown = words.number(100 * size, 1), round(100 * size, 1)
        case "ratio":
            return words.number(x, 2)
        case _:
            decimals = 0 if float(x).is_integer() or size >= 100 else 1
            text, shown = words.number(size, decimals), round(size, decimals)
    if x < 0 and shown:
        return f"−{text}"
    return f"+{text}" if claim.signed and claim.unit != "years" and shown else text


def found(x: float | None, claim: Claim, words: Words, *, among: Quantiles | None = None) -> str:
    """A simulated figure: money as far as its range bears it, for the rest is noise."""
    among = among or claim.found
    low, high = among.p10, among.p90
    if claim.unit == "kr" and x is not None and low is not None and high is not None:
        return words.money(x, uncertain=half_of_range(low, high))
    return in_words(x, claim, words)


def range_of(claim: Claim, words: Words, *, among: Quantiles | None = None) -> str:
    """The 80 % range, with its unit once where it is a word."""
    among = among or claim.found
    low, high = among.p10, among.p90
    first, last = (found(x, claim, words, among=among) for x in (low, high))
    if first == last:
        return first
    if claim.unit in ("points", "months", "person_years") and low is not None:
        first = bare(low, claim, words)
    return phrases.between(first, last, words)


def middle(claim: Claim, words: Words) -> str:
    """What is found in the middle: two figures where it is not known which of them was counted."""
    level = found(claim.found.median, claim, words)
    if claim.scored or claim.effect is None or claim.measure == "change":
        return level
    effect = found(claim.effect.median, claim, words, among=claim.effect)
    return words("{level} or {effect}", level=level, effect=effect)


def ranges(claim: Claim, words: Words) -> str:
    """The 80 % range; of a level the plan's own effect beside it, with its range."""
    effect, level = claim.effect, range_of(claim, words)
    if effect is None or claim.counted is None or claim.measure == "change":
        return level
    own = range_of(claim, words, among=effect)
    if not claim.scored:
        return words("all of it {range}; the plan's own effect {own}", range=level, own=own)
    return words(
        "{range}; the plan's own effect {n}, {own}",
        range=level,
        n=found(effect.median, claim, words, among=effect),
        own=own,
    )


def kind(claim: Claim, words: Words) -> str:
    """What sort of figure was published: an effect by its design, an account, an expectation; and
    how its money or its people were counted."""
    known = {
        "effect": words("effect"),
        "account": words("account"),
        "expectation": words("expectation"),
    }
    design = words.text(claim.design) if claim.design else ""
    called = f"{known[claim.kind]}: {design}" if design else known[claim.kind]
    return "; ".join(filter(None, (called, how_counted(claim, words))))


def how_counted(claim: Claim, words: Words) -> str:
    """What its money is set against; nothing where that is not said of it."""
    match claim.counted:
        case "per_exit":
            return words("counted per exit: all who left, with or without the plan")
        case "year_before":
            return words("counted against the numbers at the start, trend included")
        case "forecast":
            return words("counted against the forecast without the plan")
        case "unknown" if claim.unit == "people":
            return words("all who came, or more than without the plan: it was not said which")
        case "unknown" if claim.measure == "change":
            return words("of whom, and of their number or of a share, it was not said")
        case "unknown":
            return words("per exit, all who left, or the plan's own effect: it was not said which")
        case None:
            return ""


def measured(claim: Claim, words: Words) -> str:
    """The published figure's own uncertainty: its interval, and how many people it is of."""
    parts, percent = [], words.percent(0.95)
    if claim.ci95:
        low, high = (in_words(x, claim, words) for x in claim.ci95)
        parts.append(
            words("{percent} interval: {low} to {high}", percent=percent, low=low, high=high)
        )
    if claim.sample:
        first, *other = (words.number(n) for n in dict.fromkeys(claim.sample))
        people = words("{a} and {b}", a=first, b=other[0]) if other else first
        parts.append(words("{n} people", n=people))
    return "; ".join(parts)


def verdict(claim: Claim, words: Words) -> str:
    """Where the published figure lies in the prediction, in words; what that proves."""
    if claim.calibrated:
        return words("proves nothing: the study was made to agree with it")
    if claim.verdict is None:
        return words("not judged: it is not known how it was counted")
    return {
        "far below": words("far below the prediction"),
        "below": words("below the prediction"),
        "within": words("as predicted"),
        "above": words("above the prediction"),
        "far above": words("far above the prediction"),
    }[claim.verdict]


def percentile(claim: Claim, words: Words) -> str:
    """Percentile 86; nothing where the figure is not judged."""
    if claim.percentile is None:
        return "–"
    return words("percentile {n}", n=words.number(100 * claim.percentile, 0))


def how_many_can_be_reached(claims: Sequence[Claim], words: Words) -> str:
    """Which share of the claims a programme can reach under plausible effects; nothing where no
    claim can be judged. What a study was made to agree with proves nothing, and does not count."""
    scored = [claim.chance_reached for claim in claims if not claim.calibrated]
    chances = [chance for chance in scored if chance is not None]
    if not chances:
        return ""
    return words(
        "Under the effects that this study holds plausible, {n} of {of} published figures can be "
        "reached: in at least one future in ten what is found is as much as was published.",
        n=sum(chance >= PLAUSIBLE for chance in chances),
        of=len(chances),
    )


def would_have_to_be_true(claim: Claim, words: Words) -> str:
    """For a claim that the median does not reach: how much stronger the plan would have to be."""
    needed = claim.needed
    if not needed or claim.calibrated:
        return ""
    beside = words(
        "{text}: published {value}, found {found} in the middle future.",
        text=words.text(claim.text),
        value=in_words(claim.value, claim, words),
        found=found(claim.found.median, claim, words),
    )
    parts = [
        beside,
        _multiple(needed, words),
        _own_chances(needed, words),
        _without_amounts(claim, words),
        _without(claim, words),
        _people(needed, words),
    ]
    return " ".join(filter(None, parts))


def reached(claim: Claim, words: Words) -> str:
    """Reached in 12.0% of futures."""
    return words(
        "Reached in {chance} of futures.", chance=phrases.chance(claim.chance_reached, words)
    )


def _multiple(needed: Needed, words: Words) -> str:
    """How much stronger what would have to be, and where that cannot be told, why."""
    gaps = {"what": _scaled(needed, words)}
    match needed.reason:
        case "nothing":
            return words("The plan has no ratio, percentage points or amount to make stronger.")
        case "chance":
            return words(
                "Without chance the plan as it is gives it: how much stronger it would have to be "
                "cannot be told."
            )
        case "beyond":
            return words(
                "Even if all of the plan's {what} were ten times as strong, whatever state they "
                "lead to, they would not give it.",
                **gaps,
            )
    assert needed.multiple is not None  # where there is none there is a reason
    if needed.hazard_ratio is None:
        gaps["n"] = words.number(needed.multiple, 1)
        return words(
            "To give it, all of the plan's {what} would have to be {n} times as large, whatever "
            "state they lead to.",
            **gaps,
        )
    gaps["now"], gaps["then"] = (_times(ratio, words) for ratio in needed.hazard_ratio)
    return words(
        "To give it, all of the plan's {what} would have to be stronger alike, whatever state they "
        "lead to: the strongest gives {now} times as many moves as without the plan, and would "
        "have to give {then} times as many.",
        **gaps,
    )


def _times(ratio: float, words: Words) -> str:
    """How many times as many; beyond a hundred it is only known to be absurd."""
    if ratio > 100:
        return words("over {n}", n=100)
    return words.number(ratio, 0 if ratio >= 10 else 2)


def _scaled(needed: Needed, words: Words) -> str:
    """What was made stronger: effects, and changed amounts."""
    effects, amounts = words("effects"), words("changed amounts")
    if "amount" not in needed.scaled:
        return effects
    if len(needed.scaled) == 1:
        return amounts
    return words("{a} and {b}", a=effects, b=amounts)


def _own_chances(needed: Needed, words: Words) -> str:
    """Chances of the plan's own have no strength that could be multiplied."""
    if not needed.own_chances:
        return ""
    return words("The plan's own chances, in the place of the baseline's, were left as they are.")


def _without_amounts(claim: Claim, words: Words) -> str:
    """A claim of money can rest on amounts that the plan changes, though nobody moves."""
    bare = None if claim.needed is None else claim.needed.without_amounts
    if bare is None:
        return ""
    text = found(bare.median, claim, words)
    return words("Without the changed amounts it would be {n}.", n=text)


def _without(claim: Claim, words: Words) -> str:
    """An account counts what would have happened anyway."""
    if claim.kind != "account" or not claim.without:
        return ""
    return words(
        "Without the plan the same account would show {n}.",
        n=found(claim.without.median, claim, words),
    )


def _people(needed: Needed, words: Words) -> str:
    wanted, given, of = needed.person_years, needed.person_years_found, needed.on_support
    if wanted is None or given is None or of is None:
        return ""
    return words(
        "So much money is {n} people off support all the time; the plan gives {found}, of the "
        "{of} of those followed who are on support without it.",
        n=few(wanted, words),
        found=few(given, words),
        of=words.number(of),
    )


def few(people: float, words: Words) -> str:
    """A number of people, with a decimal where there are few."""
    return words.number(people, 0 if people >= 20 else 1)
