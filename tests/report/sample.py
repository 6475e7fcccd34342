"""A result made by hand: Hjørring's 124.7 million kr. over 2015–2018, on synthetic flows.

Nothing is simulated. A draw is an effect (nothing with chance 0.15), an overrun, a business cycle
and some noise; savings ramp up over 24 months and fade after 2018. ``sample()`` is a ``Result`` of
the same shape as a run's, quick to make and the same every time.
"""

from __future__ import annotations

import calendar
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from simlab.risk.estimate import estimate
from simlab.risk.lives import Hundred
from simlab.risk.payback import Payback, from_balance
from simlab.risk.result import Assumption, People, Result
from simlab.risk.warnings import StudyWarning
from simlab.study.told import Text, Told

DRAWS, YEARS, START = 2_000, 10, 2015
STEPS = 12 * YEARS
BUDGET = {2015: 19.3e6, 2016: 30.1e6, 2017: 37.0e6, 2018: 38.3e6}
CABI = "Cabi, case: Hjørring (https://www.cabiweb.dk/hjoerring)"


def sample(**changes: Any) -> Result:
    """The result, with the fields in ``changes`` replaced."""
    saving, quiet, cost = flows()
    payback = {
        "municipality": from_balance(saving, cost, 12, "municipality"),
        "public": from_balance(saving * 1.6, cost, 12, "public"),
    }
    without = {
        "municipality": from_balance(quiet, cost, 12, "municipality"),
        "public": from_balance(quiet * 1.6, cost, 12, "public"),
    }
    found = Result(
        title={
            "en": "Hjørring: DKK 125m in the employment effort",
            "da": "Hjørring: 125 mio. kr. i beskæftigelsesindsatsen",
        },
        perspective="municipality",
        summary={
            "title": "Hjørring: DKK 125m in the employment effort",
            "draws": DRAWS,
            "seed": 1,
            "engine": "counts",
            "horizon_years": YEARS,
            "start": f"{START}-01",
            "step": "month",
            "perspective": "municipality",
            "perspectives": {name: perspective(payback[name], without[name]) for name in payback},
            "years": years(saving, cost),
            "people": PERSON_MONTHS,
            "outcomes": {},
            "published": PUBLISHED,
            "warnings": [warning.plain() for warning in WARNINGS],
            "notes": [NOTE],
        },
        dates=dates(),
        payback=payback,
        without_chance=without,
        people=people(),
        assumptions=ASSUMPTIONS,
        notes=(NOTE,),
        warnings=WARNINGS,
        labels=LABELS,
        lives=hundred(),
        discount={name: np.ones(STEPS + 1) for name in payback},
    )
    return replace(found, **changes)


def changed(result: Result, **parts: object) -> Result:
    """The result with parts of its summary replaced; None takes a part away."""
    summary = deepcopy(result.summary) | parts
    return replace(result, summary={k: v for k, v in summary.items() if v is not None})


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


def spread(values: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(values, [0.1, 0.9])
    return {"mean": float(values.mean()), "p10": float(low), "p90": float(high)}


def years_or_none(payback: Payback, q: float) -> float | None:
    found = payback.quantile(q)
    return found if np.isfinite(found) else None


def risk(payback: Payback) -> dict[str, Any]:
    """The figures of one payback, as ``summary.json`` has them."""
    value = payback.balance[:, -1]
    lowest = np.maximum(-payback.balance.min(axis=1), 0.0)
    deepest = int(np.median(payback.balance.argmin(axis=1)))
    return {
        "payback": {
            "median_years": years_or_none(payback, 0.5),
            "p10_years": years_or_none(payback, 0.1),
            "p90_years": years_or_none(payback, 0.9),
            "never": payback.never().value,
            "within": {
                str(y): {
                    "chance": payback.chance_within(y).value,
                    "standard_error": payback.chance_within(y).standard_error,
                }
                for y in range(1, YEARS + 1)
            },
            "first_median_years": years_or_none(payback, 0.5),
            "relapse": float(payback.relapsed.mean()),
            "losing_at_horizon": False,
        },
        "net_present_value": {
            **spread(value),
            "cvar5": float(np.sort(value)[: len(value) // 20].mean()),
        },
        "benefit_cost_ratio": float(1 + value.mean() / payback.cost[:, -1].mean()),
        "peak_exposure": {
            "median": float(np.median(lowest)),
            "p90": float(np.quantile(lowest, 0.9)),
            "month": dates()[deepest].strftime("%Y-%m"),
        },
    }


def perspective(payback: Payback, without: Payback) -> dict[str, Any]:
    value = estimate(payback.balance[:, -1])
    return {
        **risk(payback),
        "balance_per_year_at_horizon": spread(payback.balance[:, -1] - payback.balance[:, -13]),
        "variance_share": {
            "parameters": 0.91,
            "business_cycle": 0.06,
            "chance": 0.03,
            "standard_error": {"parameters": 0.01, "business_cycle": 0.008, "chance": 0.002},
        },
        "standard_errors": {
            "never": payback.never().standard_error,
            "median_years": 0.02,
            "net_present_value.mean": value.standard_error,
        },
        "total": {"baseline": 1_911.0e6, "plan": 1_702.0e6, "plan_cost": 131.2e6},
        "without_chance": risk(without),
        "explained_by": EXPLAINED,
        "not_explained": {
            "other_figures": {"number": 2, **explained(0.03, 0.01)},
            "together_and_chance": explained(0.12, 0.02),
        },
    }


def years(saving: np.ndarray, cost: np.ndarray) -> list[dict[str, Any]]:
    """Twelve months a row, for the municipality and for the state."""
    rows = []
    for payer, share, pays in (("municipality", 1.0, 1.0), ("state", 0.6, 0.0)):
        balance = np.cumsum(share * saving - pays * cost, axis=1)
        for y in range(YEARS):
            months = slice(12 * y + 1, 12 * y + 13)
            row: dict[str, Any] = {"year": START + y, "payer": payer}
            for name, values in (
                ("cost", pays * cost[:, months].sum(1)),
                ("saving", share * saving[:, months].sum(1)),
                ("balance", balance[:, 12 * (y + 1)]),
            ):
                of = spread(values)
                row |= {name: of["mean"], f"{name}_p10": of["p10"], f"{name}_p90": of["p90"]}
            rows.append(row)
    return rows


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
        return np.stack([0.9 * mean, mean, 1.1 * mean])

    return People(states, labels, future(0.9), future(1.3))


def hundred() -> Hundred:
    """A hundred who leave cash benefit for a job one after the other; the plan is ahead for ten."""
    month = np.arange(STEPS + 1)[None, :]
    baseline = np.where(month >= np.arange(100)[:, None] + 12, 2, 1)
    plan = np.where(month >= np.maximum(np.arange(100)[:, None] - 6, 0) + 12, 2, 1)
    kinds = ("support", "support", "job", "education", "pension")
    changed_lives = (np.arange(100) % 10 == 5)[:, None]
    return Hundred(
        people().states, kinds, baseline, np.where(changed_lives, plan, baseline), fresh=True
    )


def explained(share: float, error: float) -> dict[str, dict[str, float]]:
    """A row's shares: of the payback, and a little less of the money."""
    return {
        "payback": {"share": share, "standard_error": error},
        "net_present_value": {"share": 0.9 * share, "standard_error": error},
    }


def end(value: float, years: float | None, never: float, worth: float) -> dict[str, float | None]:
    """What is found where a parameter is low, or high."""
    return {
        "value": value, "median_years": years, "never": never, "net_present_value": worth,
    }  # fmt: skip


EXPLAINED = [
    {
        "paths": ["plan.effect.0.hazard_ratio"],
        **explained(0.71, 0.01),
        "direction": {
            "path": "plan.effect.0.hazard_ratio", "higher_is": "sooner",
            "low": end(1.0, None, 0.97, -9e7), "high": end(1.8, 3.1, 0.0, 3e8),
        },
    },
    {
        "paths": ["chance_per_month.activity_ready.job", "citizens.activity_ready.number"],
        **explained(0.14, 0.01),
        "direction": {
            "path": "citizens.activity_ready.number", "higher_is": "sooner",
            "low": end(800.0, 6.2, 0.2, 1e7), "high": end(1400.0, 4.4, 0.1, 9e7),
        },
    },
    {
        "paths": ["plan.cost.overrun"],
        **explained(0.003, 0.01),
        "direction": {
            "path": "plan.cost.overrun", "higher_is": "later",
            "low": end(0.97, 5.1, 0.2, 1e7), "high": end(1.1, 5.2, 0.2, 9e6),
        },
    },
]  # fmt: skip

LABELS = {
    "states.activity_ready": {
        "en": "Cash benefit, activity-ready", "da": "Aktivitetsparat kontanthjælp",
    },
    "states.job": {"en": "Ordinary job", "da": "Ordinært job"},
    "plan.effect.0": {"en": "Talks", "da": "Samtaler"},
}  # fmt: skip


def of_three(baseline: float, plan: float) -> dict[str, dict[str, float]]:
    def around(x: float, by: float = 0.1) -> dict[str, float]:
        return {"mean": x, "p10": x - by * abs(x), "p90": x + by * abs(x)}

    return {
        "baseline": around(baseline),
        "plan": around(plan),
        "difference": around(plan - baseline, 0.6),
    }


PERSON_MONTHS = {
    name: {"label": {"en": name}, **of_three(*months)}
    for name, months in {
        "job": (28_400, 35_700),
        "education": (11_300, 14_200),
        "support": (164_300, 154_100),
    }.items()
}

LIFE_YEARS = {
    "life_years": {
        "label": {"en": "life years", "da": "leveår"},
        **of_three(7.991, 8.937),
        "cost_per_extra": 6275.9,
    }
}


def published(text: dict[str, str], value: float, **more: Any) -> dict[str, Any]:
    """A row of ``summary["published"]``."""
    return {
        "text": text,
        "kind": "expectation",
        "design": None,
        "measure": "people",
        "future": "difference",
        "unit": "people",
        "per_year": False,
        "signed": True,
        "value": value,
        "ci95": None,
        "sample": None,
        "source": CABI,
        "tag": "case document",
        "note": None,
        "without": None,
        "direction": 1,
        "needed": None,
    } | more


PUBLISHED = [
    published(
        {"en": "7.3 million kr. saved in 2016", "da": "7,3 mio. kr. sparet i 2016"},
        7_300_000,
        measure="saving",
        unit="kr",
        found={"median": 24_100_000.0, "p10": 0.0, "p90": 44_500_000.0},
        percentile=0.17,
        verdict="within",
        chance_reached=0.83,
    ),
    published(
        {"en": "1,700 more people in job or education", "da": "1.700 flere i job og uddannelse"},
        1_700,
        found={"median": 311.4, "p10": 0.0, "p90": 602.0},
        percentile=0.9985,
        verdict="far above",
        chance_reached=0.0015,
        needed={
            "scaled": ["hazard_ratio"], "own_chances": False, "reason": None,
            "without_amounts": None,
            "multiple": 4.2, "hazard_ratio": [1.5, 5.49], "person_years": None,
            "person_years_found": None, "on_support": None,
        },
    ),
    published(
        {"en": "320 million saved", "da": "320 mio. kr. sparet"},
        320_000_000,
        kind="account",
        design={"en": "before and after", "da": "før og efter"},
        measure="saving",
        unit="kr",
        found={"median": 130_000_000.0, "p10": 9e6, "p90": 290_000_000.0},
        without=None,
        percentile=0.95,
        verdict="above",
        chance_reached=0.05,
        source=None,
        needed={
            "scaled": ["hazard_ratio", "percentage_points", "amount"], "own_chances": True,
            "reason": "beyond", "without_amounts": {"median": 90_000_000.0},
            "multiple": None, "hazard_ratio": None, "person_years": 466.2,
            "person_years_found": 223.1, "on_support": 5_505.0,
        },
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
        ci95=[0.53, 0.66],
        sample=[243, 239],
        found={"median": 0.55, "p10": 0.48, "p90": 0.62},
        without={"median": 0.46, "p10": 0.41, "p90": 0.52},
        percentile=0.79,
        verdict="within",
        chance_reached=0.21,
    ),
    published(
        {"en": "Paid back by 2020", "da": "Tjent hjem i 2020"},
        6.0,
        measure="payback",
        unit="years",
        found={"median": 4.5, "p10": 3.25, "p90": None},
        percentile=0.61,
        verdict="within",
        direction=-1,
        chance_reached=0.61,
        source="Council minutes, 2014",
    ),
]  # fmt: skip

WARNINGS = (
    StudyWarning(
        "unproven",
        ("plan.effect.0.hazard_ratio",),
        Told(
            "Unproven: nobody has measured the effect of {named}; a sceptical assumption stands in "
            "its place.",
            named=(Told("“{name}”", name=Text("Talks", "Samtaler")),),
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
