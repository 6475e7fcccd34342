"""Hostile arguments of the public Python: each is refused in a sentence, or right."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import simlab
from fuzz import hostile, studies


@cache
def calls() -> tuple[Callable[[Any], object], ...]:
    """The functions, each with one argument left open."""
    study = studies.loads(studies.sound_texts()[0]).replace({"draws": 2})
    histories = simlab.simulate(study, 32, engine="citizens", lives=2)
    cash = simlab.cash_flow(histories)
    payback = simlab.payback(cash)
    compared = simlab.compare({"a": study, "b": study.replace({"seed": 5})}, 2, any_baseline=True)
    return (
        lambda x: simlab.simulate(study, x), lambda x: simlab.simulate(study, 1, engine=x),
        lambda x: simlab.simulate(study, 1, first=x), lambda x: simlab.simulate(study, 1, lives=x),
        lambda x: simlab.simulate(study, 1, time_limit=x), simlab.simulate, simlab.cash_flow,
        simlab.payback, lambda x: simlab.payback(cash, x), payback.chance_within,
        payback.quantile, cash.seen_by, cash.totals, cash.discount, histories.people,
        lambda x: histories.lives.spells(x, "plan"), lambda x: histories.lives.spells(0, x),
        simlab.compare, lambda x: simlab.compare({"a": study, "b": study}, x), compared.against,
        lambda x: compared.against("b", x), compared.shared, compared.same_lives, simlab.loads,
        study.replace, study.label, lambda x: study.replace({"years": x}),
        lambda x: study.replace({x: 1}), lambda x: simlab.charts.payback_curve(payback, start=x),
        lambda x: simlab.load(studies.shipped_configs() / "template.toml", x),
    )  # fmt: skip


def by_arguments(dice: random.Random, scratch: Path) -> str:
    """One call with one hostile argument."""
    del scratch
    call, given = dice.choice(calls()), hostile.value(dice)
    if isinstance(given, int) and given > 10**6 and dice.random() < 0.5:
        given = 10**6
    try:
        call(given)
    except (TypeError, ValueError) as refusal:  # StudyError is a ValueError
        return hostile.refused(refusal)
    return "answered"
