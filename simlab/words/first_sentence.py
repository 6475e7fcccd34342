"""The sentence that a run is told by first: the finding, with what it hangs on.

Where one figure that nobody has measured carries most of the spread, a chance of payback is a
chance under that assumption, and is told with what it would be without it.
"""

from __future__ import annotations

from simlab.result.answer import Answer, Hinge
from simlab.risk.payback import Payback
from simlab.study.key_path import dotted, keys_of_path
from simlab.words.finding import finding, named
from simlab.words.frequency import futures, of_them
from simlab.words.phrases import start_of
from simlab.words.quantity_name import quantity_name
from simlab.words.words import Words


def first_sentence(answer: Answer, words: Words) -> str:
    """As in "In 11 of 20 futures the DKK 128 million are back by the end of 2019 if the effect
    “Sick-listed” is as assumed; if it is nothing, in 19 of 20 they never are within ten years."."""
    payback, start = answer.payback[answer.perspective], start_of(answer)
    sentence = finding(payback, start, words)
    if answer.hinge is None:
        return sentence
    if answer.if_nothing is None:
        return f"{sentence} {_at_the_ends(answer.hinge, answer, words)}"
    return _if_nothing(payback, answer.if_nothing, answer, words) or sentence


def effect_name(answer: Answer, path: str, words: Words) -> str:
    """The effect whose strength stands at a key path; by its label where there are several."""
    key = _effect(path)
    effects = {_effect(one.path) for one in answer.assumptions if _is_of_effect(one.path)}
    if len(effects) == 1:
        return words("the effect")
    label = answer.labels.get(key)
    name = str(keys_of_path(key)[-1]).replace("_", " ") if label is None else words.text(label)
    return words("the effect “{name}”", name=name)


def under_assumption(answer: Answer, words: Words) -> tuple[str, ...]:
    """What figures hold under that are told without the others beside them."""
    if answer.hinge is None or answer.if_nothing is None:
        return ()
    name = effect_name(answer, answer.hinge.path, words)
    return (words("All of this holds if {effect} is as assumed.", effect=name),)


def _effect(path: str) -> str:
    keys = keys_of_path(path)
    return dotted(*keys[: 2 if keys[0] == "shares" else 3])


def _is_of_effect(path: str) -> bool:
    return path.startswith(("plan.effect.", "shares."))


def _if_nothing(payback: Payback, nothing: Payback, answer: Answer, words: Words) -> str | None:
    """Both paybacks in one sentence; None where nothing is to be paid back, or not by a moment,
    or where both are the same."""
    assert answer.hinge is not None
    said = named(payback, start_of(answer), words)
    if said is None:
        return None
    moment, gaps = said
    gaps |= {"effect": effect_name(answer, answer.hinge.path, words)}
    never, lost = payback.never().value, nothing.never().value
    if never > 0.5:
        return words(
            "In {futures} the {money} are not back within {years} if {effect} is as assumed, which "
            "nobody has measured; if it is nothing, in {others}.",
            **gaps | {"futures": futures(never, words)},
            others=of_them(lost, words),
        )
    if lost > 0.5:
        return words(
            "In {futures} the {money} are back {by} if {effect} is as assumed, which nobody has "
            "measured; if it is nothing, in {others} they never are within {years}.",
            **gaps,
            others=of_them(lost, words),
        )
    own, others = (of_them(one.chance_within(moment).value, words) for one in (payback, nothing))
    if own == others:
        return None
    return words(
        "In {futures} the {money} are back {by} if {effect} is as assumed, which nobody has "
        "measured; if it is nothing, in {others} by then, and in {ever} within {years}.",
        **gaps,
        others=others,
        ever=of_them(1.0 - lost, words),
    )


def _at_the_ends(hinge: Hinge, answer: Answer, words: Words) -> str:
    """What follows where a figure is low and where it is high: in how many futures the money never
    comes back, or how soon it does where that is the same."""
    low, high = hinge.direction.low, hinge.direction.high
    name = quantity_name(hinge.path, answer.labels, words)
    often = [of_them(end.never, words) for end in (low, high)]
    if often[0] == often[1] and low.median_years is not None and high.median_years is not None:
        return words(
            "That hangs on a figure that nobody has measured, {name}: where it is low, half of the "
            "futures have the money back within {low}; where it is high, within {high}.",
            name=name,
            low=words.years(low.median_years),
            high=words.years(high.median_years),
        )
    return words(
        "That hangs on a figure that nobody has measured, {name}: where it is low, they never are "
        "in {low}; where it is high, in {high}.",
        name=name,
        low=futures(low.never, words),
        high=often[1],
    )
