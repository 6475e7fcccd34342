"""How the amounts of a table are written: all in one unit, and with as many decimals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simlab.report.parts import Cell
from simlab.result.figures import Spread
from simlab.words import Words, phrases


@dataclass(frozen=True, slots=True)
class Scale:
    """What amounts are divided by, their decimals, and the name of what is left."""

    words: Words
    divisor: float = 1.0
    decimals: int = 0
    unit: str = ""

    @classmethod
    def of_money(cls, amounts: Iterable[float], words: Words) -> Scale:
        """Kroner, thousands or millions of them, in which the largest amount is easy to read."""
        divisor, unit, decimals = phrases.unit_of_money(amounts, words)
        return cls(words, divisor, decimals, unit)

    @classmethod
    def of_people(cls, amounts: Iterable[float], words: Words, divisor: float = 1.0) -> Scale:
        """Decimals that leave about three significant digits of the largest amount."""
        largest = max(map(abs, amounts), default=0.0) / divisor
        return cls(words, divisor, 0 if largest >= 100 else 1 if largest >= 10 else 2)

    def number(self, amount: float) -> str:
        return self.words.number(amount / self.divisor, self.decimals)

    def spread(self, of: Spread) -> Cell:
        """The mean, and below it the 80 % range if there is one."""
        low, high = self.number(of.p10), self.number(of.p90)
        beside = phrases.between(low, high, self.words) if low != high else ""
        return Cell(self.number(of.mean), beside)

    @property
    def ranges(self) -> str:
        """What the figures of a table of spreads are."""
        words, percent = self.words, self.words.percent(0.8)
        if not self.unit:
            return words("mean over the futures, {percent} range below", percent=percent)
        return words(
            "{unit}, mean over the futures, {percent} range below", unit=self.unit, percent=percent
        )
