"""A result made by hand: Hjørring's 124.7 million kr. over 2015–2018, on synthetic flows.

Nothing is simulated. A draw is an effect (nothing with chance 0.15), an overrun, a business cycle
and some noise; savings ramp up over 24 months and fade after 2018. ``sample()`` is an ``Answer``
of the same shape as a run's, quick to make and the same every time.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from simlab.observe.hundred_lives import Hundred
from simlab.observe.published import Claim, Median, Needed, Quantiles
from simlab.result.answer import (
    Answer,
    Assumption,
    People,
    PersonTime,
    PerspectiveFigures,
    Totals,
    YearOfPayer,
)  # fmt: skip
from simlab.result.figures import Layers, Spread, VarianceShare, figures
from simlab.result.warnings import StudyWarning
from simlab.risk.payback import Payback, from_balance
from simlab.risk.sensitivity import (
    Direction,
    Driver,
    Drivers,
    End,
    NotExplained,
    Others,
    Share,
    Together,
)  # fmt: skip
from simlab.study.grammar import Role
from simlab.study.message import Message, Text

DRAWS, YEARS, START = 2_000, 10, 2015
STEPS = 12 * YEARS
BUDGET = {2015: 19.3e6, 2016: 30.1e6, 2017: 37.0e6, 2018: 38.3e6}
CABI = "Cabi, case: Hjørring (https://www.cabiweb.dk/hjoerring)"


def sample(**changes: Any) -> Answer:
    """The answer, with the fields in ``changes`` replaced."""
    saving, quiet, cost = flows()
    payback = {
        "municipality": from_balance(saving, cost, 12, "municipality"),
        "public": from_balance(saving * 1.6, cost, 12, "public"),
    }
    without = {
        "municipality": from_balance(quiet, cost, 12, "municipality"),
        "public": from_balance(quiet * 1.6, cost, 12, "public"),
    }
    found = Answer(
        title={
            "en": "Hjørring: DKK 125m in the employment effort",
            "da": "Hjørring: 125 mio. kr. i beskæftigelsesindsatsen",
        },
        draws=DRAWS,
        seed=1,
        engine="counts",
        horizon_years=YEARS,
        step="month",
        perspective="municipality",
        prices="fixed",
        price_level=None,
        perspectives={name: perspective(payback[name], without[name]) for name in payback},
        years=years(saving, cost),
        person_time=PERSON_MONTHS,
        outcomes={},
        claims=PUBLISHED,
        warnings=WARNINGS,
        notes=(NOTE,),
        dates=dates(),
        payback=payback,
        without_chance=without,
        people=people(),
        assumptions=ASSUMPTIONS,
        discount={name: np.ones(STEPS + 1) for name in payback},
        labels=LABELS,
        lives=hundred(),
    )
    return replace(found, **changes)


def with_opening(answer: Answer, **parts: Any) -> Answer:
    """The answer with parts of its opening perspective replaced."""
    return with_perspective(answer, answer.perspective, **parts)


def with_perspective(answer: Answer, name: str, **parts: Any) -> Answer:
    of = replace(answer.perspectives[name], **parts)
    return replace(answer, perspectives=answer.perspectives | {name: of})


def with_payback(answer: Answer, **parts: Any) -> Answer:
    """The answer with parts of its opening payback replaced."""
    return with_opening(answer, payback=replace(answer.opening.payback, **parts))


def flows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Saving, saving without chance, and plan cost: each (draws, steps + 1), kr. a month."""
    rng = np.random.default_rng(1)
    month = np.arange(STEPS + 1)
    works = rng.random(DRAWS) > 0.15
    effect = np.where(works, rng.lognormal(0.0, 0.45, DRAWS), 0.0)
    ramp = np.clip(month / 24, 0, 1) * np.where(month > 48, 0.5 ** ((month - 48) / 36), 1.0)
    cycle = np.cumsum(rng.normal(0, 0.02, (DRAWS, STEPS + 1)), axis=1)
    quiet = 3.3e6 * effect[:, None] * ramp * np.exp(cycle)
    noise = rng.normal(0, 0.25e6, (DRAWS, STEPS + 1)) * works[:, None]
    cost = np.zeros((DRAWS, STEPS + 1))
    for year, budget in BUDGET.items():
        first = 12 * (year - START) + 1
        cost[:, first : first + 12] = budget / 12
    return quiet + noise * (month > 0), quiet, cost * rng.triangular(0.95, 1.0, 1.2, (DRAWS, 1))


def dates() -> tuple[date, ...]:
    """The start, then the last day of each month."""
    ends = [
        date(START + m // 12, m % 12 + 1, calendar.monthrange(START + m // 12, m % 12 + 1)[1])
        for m in range(STEPS)
    ]
    return (date(START, 1, 1), *ends)


def perspective(payback: Payback, without: Payback) -> PerspectiveFigures:
    found = figures(payback, dates())
    return PerspectiveFigures(
        **found.parts,
        label=None,
        variance_share=VarianceShare(0.91, 0.06, 0.03, Layers(0.01, 0.008, 0.002)),
        total=Totals(1_911.0e6, 1_702.0e6, 131.2e6),
        without_chance=figures(without, dates()),
        drivers=Drivers(
            EXPLAINED,
            NotExplained(Others(2, *explained(0.03, 0.01)), Together(*explained(0.12, 0.02))),
        ),
    )


def years(saving: np.ndarray, cost: np.ndarray) -> tuple[YearOfPayer, ...]:
    """Twelve months a row, for the municipality and for the state."""
    rows = []
    for payer, share, pays in (("municipality", 1.0, 1.0), ("state", 0.6, 0.0)):
        balance = np.cumsum(share * saving - pays * cost, axis=1)
        for y in range(YEARS):
            months = slice(12 * y + 1, 12 * y + 13)
            columns = (
                pays * cost[:, months].sum(1),
                share * saving[:, months].sum(1),
                balance[:, 12 * (y + 1)],
            )
            rows.append(YearOfPayer(START + y, payer, *map(Spread.of, columns)))
    return tuple(rows)


def people() -> People:
    """A stock of 1,700 that moves slowly out of cash benefit, a little faster with the plan."""
    states = ("job_ready", "activity_ready", "job", "education", "early_pension")
    labels = (
        {"en": "cash benefit, job-ready", "da": "jobparat kontanthjælp"},
        {"en": "cash benefit, activity-ready", "da": "aktivitetsparat kontanthjælp"},
        {"en": "ordinary job", "da": "ordinært job"},
        {"en": "education", "da": "uddannelse"},
        {"en": "early pension", "da": "førtidspension"},
    )
    month = np.arange(STEPS + 1)

    def future(speed: float) -> np.ndarray:
        left = np.exp(-speed * month / 120)
        mean = 1_700 * np.stack(
            [0.25 * left, 0.75 * left, 0.5 * (1 - left), 0.2 * (1 - left), 0.3 * (1 - left)], 1
        )
        return np.stack([0.9 * mean, mean, 1.1 * mean, mean])

    return People(states, labels, future(0.9), future(1.3))


def hundred() -> Hundred:
    """A hundred who leave cash benefit for a job one after the other; the plan is ahead for ten."""
    month = np.arange(STEPS + 1)[None, :]
    baseline = np.where(month >= np.arange(100)[:, None] + 12, 2, 1)
    plan = np.where(month >= np.maximum(np.arange(100)[:, None] - 6, 0) + 12, 2, 1)
    kinds = ("support", "support", "work", "education", "pension")
    changed_lives = (np.arange(100) % 10 == 5)[:, None]
    return Hundred(
        people().states, kinds, baseline, np.where(changed_lives, plan, baseline), fresh=True
    )


def explained(share: float, error: float) -> tuple[Share, Share]:
    """A row's shares: of the payback, and a little less of the money."""
    return Share(share, error), Share(0.9 * share, error)


EXPLAINED = (
    Driver(
        ("plan.effect.0.hazard_ratio",),
        *explained(0.71, 0.01),
        Direction("plan.effect.0.hazard_ratio", "sooner", End(1.0, None, 0.97, -9e7),
                  End(1.8, 3.1, 0.0, 3e8)),
    ),
    Driver(
        ("chance_per_month.activity_ready.job", "citizens.activity_ready.number"),
        *explained(0.14, 0.01),
        Direction("citizens.activity_ready.number", "sooner", End(800.0, 6.2, 0.2, 1e7),
                  End(1400.0, 4.4, 0.1, 9e7)),
    ),
    Driver(
        ("plan.cost.overrun",),
        *explained(0.003, 0.01),
        Direction("plan.cost.overrun", "later", End(0.97, 5.1, 0.2, 1e7), End(1.1, 5.2, 0.2, 9e6)),
    ),
)  # fmt: skip

LABELS = {
    "states.activity_ready": {
        "en": "Cash benefit, activity-ready", "da": "Aktivitetsparat kontanthjælp",
    },
    "states.job": {"en": "Ordinary job", "da": "Ordinært job"},
    "plan.effect.0": {"en": "Talks", "da": "Samtaler"},
}  # fmt: skip


def of_three(baseline: float, plan: float) -> tuple[Spread, Spread, Spread]:
    def around(x: float, by: float = 0.1) -> Spread:
        return Spread(x, x - by * abs(x), x + by * abs(x))

    return around(baseline), around(plan), around(plan - baseline, 0.6)


ROLES: dict[str, Role] = {"job": "work", "education": "education", "support": "support"}
PERSON_MONTHS = {
    name: PersonTime({"en": name}, *of_three(*months), role=ROLES.get(name))
    for name, months in {
        "job": (28_400, 35_700),
        "education": (11_300, 14_200),
        "support": (164_300, 154_100),
    }.items()
}

LIFE_YEARS = {
    "life_years": PersonTime({"en": "life years", "da": "leveår"}, *of_three(7.991, 8.937))
}


def published(text: dict[str, str], value: float, **more: Any) -> Claim:
    """A claim, of which most is usual."""
    usual = {
        "kind": "expectation",
        "design": None,
        "measure": "people",
        "future": "difference",
        "unit": "people",
        "counted": None,
        "per_year": False,
        "signed": True,
        "promised": None,
        "leakage": None,
        "ci95": None,
        "sample": None,
        "source": CABI,
        "tag": "case document",
        "note": None,
        "draws": DRAWS,
        "without": None,
        "effect": None,
        "scored": True,
        "calibrated": False,
        "direction": 1,
    }
    return Claim(text=text, value=value, **(usual | more))


PUBLISHED = (
    published(
        {"en": "7.3 million kr. saved in 2016", "da": "7,3 mio. kr. sparet i 2016"},
        7_300_000,
        measure="saving",
        unit="kr",
        found=Quantiles(24_100_000.0, 0.0, 44_500_000.0),
        percentile=0.17,
        verdict="within",
        chance_reached=0.83,
    ),
    published(
        {"en": "1,700 more people in job or education", "da": "1.700 flere i job og uddannelse"},
        1_700,
        found=Quantiles(311.4, 0.0, 602.0),
        percentile=0.9985,
        verdict="far above",
        chance_reached=0.0015,
        needed=Needed(
            scaled=("hazard_ratio",), own_chances=False, multiple=4.2, reason=None,
            hazard_ratio=(1.5, 5.49), without_amounts=None, person_years=None,
            person_years_found=None, on_support=None,
        ),
    ),
    published(
        {"en": "320 million saved", "da": "320 mio. kr. sparet"},
        320_000_000,
        kind="account",
        design={"en": "before and after", "da": "før og efter"},
        measure="saving",
        unit="kr",
        counted="year_before",
        found=Quantiles(130_000_000.0, 9e6, 290_000_000.0),
        without=Quantiles(60_000_000.0, -30e6, 180_000_000.0),
        effect=Quantiles(69_000_000.0, 2e6, 122_000_000.0),
        percentile=0.95,
        verdict="above",
        chance_reached=0.05,
        source=None,
        needed=Needed(
            scaled=("hazard_ratio", "percentage_points", "amount"), own_chances=True,
            multiple=None, reason="beyond", hazard_ratio=None,
            without_amounts=Median(90_000_000.0), person_years=466.2, person_years_found=223.1,
            on_support=5_505.0,
        ),
    ),
    published(
        {"en": "735,000 kr. saved in the first year", "da": "735.000 kr. sparet det første år"},
        735_000,
        kind="account",
        measure="saving",
        future="plan",
        signed=False,
        unit="kr",
        counted="unknown",
        found=Quantiles(1_320_000.0, 0.8e6, 2_100_000.0),
        without=Quantiles(1_250_000.0, 0.8e6, 2_000_000.0),
        effect=Quantiles(71_000.0, -0.2e6, 0.3e6),
        scored=False,
        percentile=None,
        verdict=None,
        chance_reached=None,
    ),
    published(
        {"en": "Ever in a job after 18 months", "da": "Nogensinde i job efter 18 måneder"},
        0.599,
        kind="effect",
        design={"en": "randomised trial", "da": "lodtrækningsforsøg"},
        measure="share",
        future="plan",
        signed=False,
        unit="share",
        ci95=(0.53, 0.66),
        sample=(243, 239),
        found=Quantiles(0.55, 0.48, 0.62),
        without=Quantiles(0.46, 0.41, 0.52),
        percentile=0.79,
        verdict="within",
        chance_reached=0.21,
    ),
    published(
        {"en": "Paid back by 2020", "da": "Tjent hjem i 2020"},
        6.0,
        measure="payback",
        unit="years",
        found=Quantiles(4.5, 3.25, None),
        percentile=0.61,
        verdict="within",
        direction=-1,
        chance_reached=0.61,
        source="Council minutes, 2014",
    ),
)  # fmt: skip

WARNINGS = (
    StudyWarning(
        "unproven",
        ("plan.effect.0.hazard_ratio",),
        Message(
            "Unproven: nobody has measured the effect of {named}; a sceptical assumption stands in "
            "its place.",
            named=(Message("“{name}”", name=Text("Talks", "Samtaler")),),
        ),
    ),
)

NOTE = "The 5 % quantile rests on 100 draws; run at least 4,000."

ASSUMPTIONS = (
    Assumption("citizens.activity_ready.number", "lognormal, 80 % between 800 and 1,400",
               None, "assumption", True, "the case gives no number of participants"),
    Assumption("citizens.activity_ready.arrivals", "gamma, 80 % between 8 and 16 a month",
               None, "assumption", True),
    Assumption("chance_per_month.activity_ready.job",
               "beta, 80 % between 0.004 and 0.012", "DREAM register, 2014", "derived", True),
    Assumption("chance_per_month.activity_ready.education", "0.002", None, None, False),
    Assumption("plan.cost.caseworkers", "10.1, 8.8, 8.8, 8.8 million kr. in 2015–2018", CABI,
               "case document", False),
    Assumption("plan.cost.overrun", "PERT 0.95, 1.0, 1.2", None, "assumption", True),
    Assumption("plan.effect.0.hazard_ratio",
               "mixture: 1 with chance 0.15, else lognormal, median 1.50, "
               "80 % between 1.22 and 1.84",
               "Meta-analysis of intensive case work <2019>", "published", True),
    Assumption("amounts.cash_benefit.municipality", "12,400 kr. a month", None,
               "commonly known", False),
)  # fmt: skip

PROVENANCE = {
    "simlab": "0.1.0",
    "python": "3.12.3",
    "numpy": "2.1.0",
    "seed": 1,
    "draws": DRAWS,
    "engine": "counts",
    "study_hash": "sha256:5f1c0c4a8f9b3ad0",
    "versions": {"scipy": "1.14.1", "numba": "0.60.0"},
    "started": "2025-01-06T09:12:44+01:00",
    "seconds": 41.7,
    "command": "simlab run configs/programmes/hjoerring.toml --draws 2000",
}
