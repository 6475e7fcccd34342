"""Results known from outside, derived again in the plainest way.

Jobs
    Five labour-market states by month, 1,700 citizens who start activity-ready, ten years, and a
    plan that multiplies the hazards from activity-ready to job and to education by 1.5.

Payback in closed form
    100 citizens on benefit, 10,000 kr. a month saved for each citizen-month off benefit (an exit
    is for ever), a monthly chance of exit of 0.03 without the plan and p₁ ~ Beta(40, 960) with it,
    1.5 million kr. invested at t = 0, nothing discounted, counted at the end of the month. The
    expected saving in month t is 100 · 10,000 · (0.97^t − (1 − p₁)^t). Its sign is that of
    p₁ − 0.03 in every month, so the balance is paid back by month t exactly when p₁ is at least
    the p₁ that brings the balance of month t to zero.

HIV, one drug or two
    Chancellor et al. (1997), Modelling the cost effectiveness of lamivudine/zidovudine combination
    therapy in HIV infection, PharmacoEconomics 12(1), 54–66; worked as exercise 2.5 in Briggs,
    Claxton & Sculpher (2006), Decision Modelling for Health Economic Evaluation, Oxford.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta

from oracle.lives import PLAN, Cell, Chain, Count, intensities_of
from oracle.payback import TOLERANCE_KR

# ---- jobs ---------------------------------------------------------------------------------------

JOBS_STATES = ("job-ready", "activity-ready", "job", "education", "early pension")
JOBS_CHANCES = (
    (0.90, 0.03, 0.05, 0.019, 0.001),
    (0.02, 0.95, 0.012, 0.008, 0.010),
    (0.015, 0.005, 0.975, 0.005, 0.0),
    (0.01, 0.01, 0.03, 0.95, 0.0),
    (0.0, 0.0, 0.0, 0.0, 1.0),
)
JOBS_COST_PER_MONTH = dict(zip(JOBS_STATES, (12000, 12500, -3000, 6500, 15000), strict=True))


def jobs_chain(citizens: int = 1700, hazard_ratio: float = 1.5) -> Chain:
    """The chances as intensities, with the plan's hazard ratio on the two moves it helps."""
    usual = {}
    for state, row in zip(JOBS_STATES, JOBS_CHANCES, strict=True):
        leaving = {j: p for j, p in zip(JOBS_STATES, row, strict=True) if j != state and p > 0}
        usual[state] = intensities_of(leaving)

    def intensity(
        state: str, clock: Count, away: Count, step: int, future: str
    ) -> dict[str, float]:
        moves = dict(usual[state])
        if future == PLAN and state == "activity-ready":
            moves["job"] *= hazard_ratio
            moves["education"] *= hazard_ratio
        return moves

    return Chain(JOBS_STATES, intensity, start=[("activity-ready", 0)] * citizens)


def jobs_cost(cell: Cell, step: int, future: str) -> float:
    return JOBS_COST_PER_MONTH[cell.state]


# ---- payback in closed form ---------------------------------------------------------------------

CITIZENS = 100
SAVED_PER_MONTH = 10_000.0
INVESTED = 1_500_000.0
EXIT_WITHOUT = 0.03
EXIT_WITH = beta(40, 960)
HORIZON = 600


def expected_balance(exit_with: float, months: int) -> np.ndarray:
    """The balance without chance at t = 0 … months, added up month by month."""
    balance = np.empty(months + 1)
    balance[0] = -INVESTED
    for t in range(1, months + 1):
        off_benefit = CITIZENS * ((1 - EXIT_WITHOUT) ** t - (1 - exit_with) ** t)
        balance[t] = balance[t - 1] + SAVED_PER_MONTH * off_benefit
    return balance


def exit_chance_that_breaks_even(month: int) -> float:
    """The p₁ whose balance is zero in this month; above it the plan is paid back by then."""

    def balance(exit_with: float) -> float:
        return expected_balance(exit_with, month)[month]

    return brentq(balance, EXIT_WITHOUT, 1.0, xtol=1e-15, rtol=1e-14)


def chance_of_payback_within(month: int) -> float:
    """P(payback ≤ month) without chance: P(p₁ ≥ threshold). Precise to about 1e-12."""
    return float(EXIT_WITH.sf(exit_chance_that_breaks_even(month)))


def balances_of_real_citizens(
    rng: np.random.Generator, exit_with: np.ndarray, months: int
) -> np.ndarray:
    """Balance (draws, months + 1) of a hundred real citizens in coupled futures.

    `exit_with` (draws,) is p₁. In each month a citizen who is on benefit in both futures leaves in
    both with the smaller of the two chances, and in one alone with what the larger has more; one
    who is on benefit in one future alone leaves by that future's own chance.
    """
    draws = len(exit_with)
    plan_is_quicker = exit_with > EXIT_WITHOUT
    leaves_both = np.minimum(exit_with, EXIT_WITHOUT)
    leaves_any = np.maximum(exit_with, EXIT_WITHOUT)
    together = np.full(draws, CITIZENS)  # on benefit in both futures
    baseline_only = np.zeros(draws, dtype=np.int64)  # on benefit in the baseline alone
    plan_only = np.zeros(draws, dtype=np.int64)
    balance = np.full((draws, months + 1), -INVESTED)
    for month in range(1, months + 1):
        baseline_only -= rng.binomial(baseline_only, EXIT_WITHOUT)
        plan_only -= rng.binomial(plan_only, exit_with)
        leaving = rng.binomial(together, leaves_any)
        parting = leaving - rng.binomial(leaving, leaves_both / leaves_any)
        together -= leaving
        baseline_only += np.where(plan_is_quicker, parting, 0)
        plan_only += np.where(plan_is_quicker, 0, parting)
        saved = SAVED_PER_MONTH * (baseline_only - plan_only)
        balance[:, month] = balance[:, month - 1] + saved
    return balance


def paybacks_of_real_citizens(rng: np.random.Generator, draws: int, months: int) -> np.ndarray:
    """Payback month of each draw (draws,) float64, inf when never: parameters and chance."""
    exit_with = EXIT_WITH.rvs(size=draws, random_state=rng)
    negative = balances_of_real_citizens(rng, exit_with, months) < -TOLERANCE_KR
    last_negative = months - np.argmax(negative[:, ::-1], axis=1)
    time = np.where(negative.any(axis=1), last_negative + 1.0, 0.0)
    time[negative[:, -1]] = np.inf
    return time


# {month: (P(payback ≤ month), its standard error)} with chance, at a horizon of 120 months, by
# 2,000,000 draws of `paybacks_of_real_citizens`; never is 0.0922.
CHANCE_OF_PAYBACK_WITH_CHANCE = {
    12: (0.02626, 0.00011),
    24: (0.56218, 0.00035),
    36: (0.77689, 0.00029),
    60: (0.87394, 0.00023),
    120: (0.90780, 0.00020),
}


# ---- HIV ----------------------------------------------------------------------------------------

HIV_STATES = ("A", "B", "C", "D")
HIV_YEARS = 20
HIV_MOVES = np.array(
    [[1251, 350, 116, 17], [0, 731, 512, 15], [0, 0, 1312, 437], [0, 0, 0, 1]], dtype=float
)
HIV_CARE = np.array([2756.0, 3052.0, 9007.0, 0.0])
HIV_FIRST_DRUG, HIV_SECOND_DRUG = 2278.0, 2086.5
HIV_ALIVE = np.array([1.0, 1.0, 1.0, 0.0])
HIV_RELATIVE_RISK = 0.509
HIV_DISCOUNT = 1.06


class Arm(NamedTuple):
    """Discounted cost and undiscounted life years of one citizen."""

    cost: float
    life_years: float


def hiv_chances(relative_risk: float) -> np.ndarray:
    """(4, 4) yearly chances: those of getting worse times the relative risk, staying the rest."""
    chances = HIV_MOVES / HIV_MOVES.sum(axis=1, keepdims=True)
    worse = np.triu(chances, k=1) * relative_risk
    return worse + np.diag(1 - worse.sum(axis=1))


def hiv_arm(years_of_combination: int) -> Arm:
    """Everybody starts in A; what a year costs follows where people are at its end."""
    people = np.array([1.0, 0.0, 0.0, 0.0])
    cost = life_years = 0.0
    for year in range(1, HIV_YEARS + 1):
        combined = year <= years_of_combination
        people = people @ hiv_chances(HIV_RELATIVE_RISK if combined else 1.0)
        drugs = HIV_FIRST_DRUG + (HIV_SECOND_DRUG if combined else 0.0)
        cost += people @ (HIV_CARE + drugs * HIV_ALIVE) / HIV_DISCOUNT**year
        life_years += people @ HIV_ALIVE
    return Arm(float(cost), float(life_years))


def hiv() -> tuple[Arm, Arm, float]:
    """(mono, combination, incremental cost per life year)."""
    mono, combination = hiv_arm(0), hiv_arm(2)
    extra_cost = combination.cost - mono.cost
    return mono, combination, extra_cost / (combination.life_years - mono.life_years)
