"""Synthetic futures that look like a municipality's plan, and ones at the edges."""

from __future__ import annotations

from datetime import date

import numpy as np

from simlab.result.answer import Answer, People, PerspectiveFigures, Totals
from simlab.result.figures import Layers, VarianceShare, figures
from simlab.risk.payback import Payback, from_balance
from simlab.risk.sensitivity import Drivers

START = date(2015, 1, 1)


def hjoerring(draws: int = 10_000, noise: float = 1.5, cost: float = 1.0) -> Payback:
    """DKK 124.7 million over 2015–2018; some 70 % are back by the end of 2021, some never."""
    rng = np.random.default_rng(1)
    months = np.arange(121)
    spent = np.zeros((draws, 121))
    for year, million in enumerate((19.3, 30.1, 37.0, 38.3)):
        spent[:, 1 + 12 * year : 13 + 12 * year] = cost * million * 1e6 / 12
    effect = np.exp(rng.normal(0.0, 0.40, draws))[:, None]
    ramp = np.clip(months / 24, 0, 1) * 0.5 ** (np.clip(months - 48, 0, None) / 36)
    lives = rng.normal(0.0, noise * 1e6, (draws, 121))
    saving = 2.5e6 * effect * ramp + lives
    saving[:, 0] = 0.0
    return from_balance(saving, spent, 12.0, "municipality")


def of_years(
    years: list[float], horizon: int = 10, steps_per_year: float = 12.0, cost: float = 100e6
) -> Payback:
    """One draw per payback time: the plan costs ``cost`` at once, and it is back then and there."""
    width = round(horizon * steps_per_year) + 1
    spent, saving = np.zeros((len(years), width)), np.zeros((len(years), width))
    spent[:, 0] = cost
    for draw, year in enumerate(years):
        if np.isfinite(year):
            saving[draw, round(year * steps_per_year)] = cost + 1.0
    return from_balance(saving, spent, steps_per_year, "municipality")


def citizens(states: int = 4, steps: int = 120) -> People:
    """People in ``states`` states, where the plan moves 80 from the first to the second."""
    t = np.arange(steps + 1)[:, None]
    mean = np.linspace(900, 250, states) * (1 + 0.0005 * t)
    moved = np.zeros((steps + 1, states))
    moved[:, :2] = np.clip(t / (steps / 2), 0, 1) * np.array([-80, 80])[:states]

    def ranged(middle: np.ndarray) -> np.ndarray:
        spread = 0.12 * middle * np.sqrt(t / steps)
        return np.stack([middle - spread, middle, middle + spread, middle])

    known = ("Cash benefit, activity-ready", "Ordinary job", "Education", "Early pension")
    names = [known[i] if i < len(known) else f"State {i + 1}" for i in range(states)]
    return People(
        states=tuple(f"state_{i}" for i in range(states)),
        labels=tuple({"en": name} for name in names),
        baseline=ranged(mean),
        plan=ranged(mean + moved),
    )


def result(payback: Payback, without_chance: Payback | None = None) -> Answer:
    """The least answer that charts can be drawn of."""
    days = tuple(date(2015 + m // 12, m % 12 + 1, 1) for m in range(payback.balance.shape[1]))
    found = figures(payback, days)
    unknown = Layers(None, None, None)
    of = PerspectiveFigures(
        *found.parts,
        label=None,
        variance_share=VarianceShare(None, None, None, unknown),
        total=Totals(0.0, 0.0, 0.0),
        without_chance=found,
        drivers=Drivers((), None),
    )
    return Answer(
        title={"en": "DKK 125m in the employment effort"},
        draws=payback.draws,
        seed=1,
        engine="counts",
        horizon_years=payback.horizon_years,
        step="month",
        perspective="municipality",
        prices="fixed",
        price_level=None,
        perspectives={"municipality": of},
        years=(),
        person_time={},
        outcomes={},
        claims=(),
        warnings=(),
        notes=(),
        dates=days,
        payback={"municipality": payback},
        without_chance={"municipality": without_chance} if without_chance else {},
        people=citizens(),
        assumptions=(),
    )
