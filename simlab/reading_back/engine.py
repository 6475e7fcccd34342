"""The engine that a run will take, why it is the one, and what the run needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simlab.engine.work import EXACT, FEWEST, Engine, choose_engine, seconds_a_draw
from simlab.reading_back.lines import below
from simlab.study.study import Study
from simlab.study.time import lasting
from simlab.words import ENGLISH, Words


def engine(study: Study, words: Words) -> list[str]:
    """The engine, and why it is the one."""
    known = {
        "counts": words(
            "whole people per cell, exact with chance; its cost hardly grows with the number of "
            "people"
        ),
        "citizens": words(
            "one citizen at a time, exact with chance; its cost grows with the number of people, "
            "not with the cells"
        ),
        "expected": words("means given the draw; the chance of single lives is left out"),
    }
    chosen = choose_engine(study)
    return below(words("Engine"), [f"{chosen}: {known[chosen]}", *_why(chosen, study, words)])


def _why(chosen: Engine, study: Study, words: Words) -> list[str]:
    if study.engine != "auto":
        return [words("the study asks for it")]
    if chosen == "expected":
        return [
            words(
                "the study leaves it open: with fewer than {n} people it is written per head, "
                "which whole people cannot carry",
                n=words.plain(FEWEST),
            )
        ]
    seconds = seconds_a_draw(study)
    return [
        words(
            "the study leaves it open: {other}, as exact, would cost {n} times as much a draw",
            other=other,
            n=_times(seconds[other] / seconds[chosen], words),
        )
        for other in EXACT
        if other != chosen
    ]


def time_of_run(
    chosen: str, seconds: Mapping[Any, float], threads: int, words: Words = ENGLISH
) -> str:
    """counts: about 21 s on 2 threads; citizens would take about 38 s, expected about 9 s"""
    others = [(name, _about(time, words)) for name, time in seconds.items() if name != chosen]
    (first, time), *rest = others
    compared = [words("{engine} would take {time}", engine=first, time=time)]
    compared += [f"{name} {time}" for name, time in rest]
    on = words.plural("{n} thread", "{n} threads", threads)
    own = _about(seconds[chosen], words)
    text = words("{engine}: {time} on {threads}", engine=chosen, time=own, threads=on)
    return f"{text}; {', '.join(compared)}"


def _about(seconds: float, words: Words) -> str:
    return words("about {time}", time=words.say(lasting(max(seconds, 1.0))))


def _times(ratio: float, words: Words) -> str:
    """A forecast to two digits: 1.8, 850,000,000."""
    text = float(f"{ratio:.2g}")
    return words.number(text, 1 if text < 10 else 0)
