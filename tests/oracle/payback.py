"""Payback of one balance, by the definition, in loops that anyone can check by hand.

balance[t] is the cumulative saving less the cumulative cost at the end of step t = 0 … T. It is
zero within 0.005 kr., so "negative" means below −0.005.

    payback time      the first t from which the balance stays ≥ 0 to the horizon: the last
                      break-even; 0 if it is never negative, inf if it ends negative
    first break-even  the first t at which a balance that has been negative is ≥ 0 again; 0 if it
                      is never negative, inf if it never comes back
    relapse           the balance is negative at some time after the first break-even
    peak exposure     the deepest balance as a positive number, and the first t at which it occurs;
                      (0, None) if the balance is never negative
    quantile          the smallest time with F ≥ q, None when F(T) < q
"""

import math

TOLERANCE_KR = 0.005


def is_negative(amount: float) -> bool:
    return amount < -TOLERANCE_KR


def payback(balance: list[float]) -> float:
    for t in range(len(balance)):
        stays = True
        for later in balance[t:]:
            if is_negative(later):
                stays = False
        if stays:
            return t
    return math.inf


def first_break_even(balance: list[float]) -> float:
    has_been_negative = False
    for t, amount in enumerate(balance):
        if is_negative(amount):
            has_been_negative = True
        elif has_been_negative:
            return t
    return math.inf if has_been_negative else 0


def relapse(balance: list[float]) -> bool:
    first = first_break_even(balance)
    if first == math.inf:
        return False
    return any(is_negative(later) for later in balance[int(first) :])


def peak_exposure(balance: list[float]) -> tuple[float, int | None]:
    deepest, when = 0.0, None
    for t, amount in enumerate(balance):
        if is_negative(amount) and -amount > deepest:
            deepest, when = -amount, t
    return deepest, when


def quantile(paybacks: list[float], q: float) -> float | None:
    for t in sorted(paybacks):
        if t < math.inf and sum(other <= t for other in paybacks) / len(paybacks) >= q:
            return t
    return None
