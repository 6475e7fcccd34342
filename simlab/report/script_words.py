"""The words of the part of the page that follows its reader.

The script says what it computes in these: messages with their gaps left open, which it fills. They
are those of ``words/finding.py`` and ``key_figures.py``, word for word, and a few of its own.
"""

from __future__ import annotations

from simlab.words import Words

NAMES = "all amount by chance first futures last list money n number others percent some span years"
GAPS = {name: f"{{{name}}}" for name in NAMES.split()}


def labels(words: Words) -> dict[str, str]:
    """What stands beside the form's controls."""
    return {
        "horizon": words("Counted over"),
        "perspective": words("In the account of"),
        "rate": words("Discount rate a year"),
        "sure": words("How sure it has to be"),
        "reset": words("Back to the report"),
        "asleep": words("This part works only where the browser may run the page's script."),
        "intro": words(
            "Move what the answer depends on. The sentence, the curve and the figures follow: they "
            "are computed anew from the simulated futures, here in the page."
        ),
    }


def says(words: Words) -> dict[str, str]:
    """The script's messages in this language, their gaps left open."""
    return {
        # the finding, as words/finding.py has it
        "free": words("The plan costs nothing, so there is nothing to pay back.", **GAPS),
        "free_but": words(
            "The plan itself costs nothing, but in {futures} it has lost money after {years}.",
            **GAPS,
        ),
        "never": words("In no simulated future are the {money} back within {years}.", **GAPS),
        "mostly_not": words(
            "In {futures} the {money} are not back within {years}; in {some} they are back {by}.",
            **GAPS,
        ),
        "ahead": words(
            "In {futures} the savings stay ahead of the {money} from the start.", **GAPS
        ),
        "ahead_or_back": words(
            "In {futures} the savings stay ahead of the {money} from the start, "
            "and in every simulated future they have caught up {all}.",
            **GAPS,
        ),
        "ahead_or_never": words(
            "In {futures} the savings stay ahead of the {money} from the start; "
            "in {others} they never catch up within {years}.",
            **GAPS,
        ),
        "back": words("In {futures} the {money} are back {by}.", **GAPS),
        "back_always": words(
            "In {futures} the {money} are back {by}, and in every simulated future {all}.", **GAPS
        ),
        "back_or_never": words(
            "In {futures} the {money} are back {by}; in {others} they never are within {years}.",
            **GAPS,
        ),
        # the demand on certainty
        "sure": words("With {percent} certainty the money is back {by}.", **GAPS),
        "not_sure": words(
            "{percent} certainty is not reached within {years}: the money is back in {chance} of "
            "the futures.",
            **GAPS,
        ),
        # the figures, as key_figures.py has them
        "median": words("Payback time, median"),
        "sure_of": words("Back with {percent} certainty", **GAPS),
        "value": words("Net gain, mean"),
        "exposure": words("Peak exposure, median"),
        "ratio": words("Saved per krone spent"),
        "time": words("{n} years", **GAPS),
        "from_the_start": words("from the start"),
        "range": words("{percent} range: {span}", **GAPS),
        "span": words("{first} to {last}", **GAPS),
        "mostly_never": words("in more than 9 of 10 futures"),
        "points": words("± {n} percentage points", **GAPS),
        "above": words("in 1 of 10 futures above {money}", **GAPS),
        "benefit_cost": words("benefit–cost ratio"),
        "none": words("none"),
        "no_cost": words("no plan cost"),
        # numbers
        "percent": words("{number}%", **GAPS),
        "under": words("under {percent}", **GAPS),
        "over": words("over {percent}", **GAPS),
        "below_percent": words("below {percent}", **GAPS),
        "above_percent": words("above {percent}", **GAPS),
        "about_zero": words("about zero"),
        "kroner": words("DKK {amount}", **GAPS),
        "million": words("DKK {amount} million", **GAPS),
        "billion": words("DKK {amount} billion", **GAPS),
        # the curve
        "curve": words("The chance that the money is back: {list}.", **GAPS),
        "at": words("{by} {percent}", **GAPS),
        "not_back": words("not back {percent}", **GAPS),
        "bar_back": words("back\n{percent}", **GAPS),
        "bar_never": words("never within\n{years}\n{percent}", **GAPS),
        "demand": words("{percent} certainty", **GAPS),
        "axis": words("chance that the money is back"),
        # the rate
        "own_rate": words("{percent} as in the report", **GAPS),
    }
