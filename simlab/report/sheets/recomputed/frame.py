"""What all sheets of the central world share: their names, and where its controls stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from simlab.finance.central_world import Recomputable
from simlab.model.accounts import Account
from simlab.model.enrolment import ENROLLED, EVER
from simlab.report.sheets.sheet import cell
from simlab.result.answer import Answer
from simlab.words import Words
from simlab.words.phrases import perspective_name

# Rows of the answer's controls, below its header.
CHOICE, CHOSEN, WEIGHT, SHARE, LOCAL = 3, 4, 5, 6, 7
WEIGHTS = 9  # the row of the weights in force, a column a payer


@dataclass(frozen=True)
class Frame:
    """The result, its central world, and the words."""

    answer: Answer
    world: Recomputable
    words: Words

    @cached_property
    def payers(self) -> list[str]:
        """The names of the payers, as a reader sees them."""
        return [self.whom(payer) for payer in self.world.cash.payers]

    def whom(self, name: str) -> str:
        """A payer, or whom an account is of."""
        return perspective_name(name, self.words)

    @cached_property
    def perspectives(self) -> list[str]:
        """Perspectives by key, the one that the report opens with first."""
        own = self.answer.perspective
        return [own, *(name for name in self.world.rates if name != own)]

    @cached_property
    def step(self) -> str:
        """What a step is called."""
        words = self.words
        names = {"week": words("week"), "month": words("month"), "year": words("year")}
        return names[self.world.study.form.step]

    def name(self, what: str) -> str:
        """The name of a sheet."""
        return self._names[what]

    @cached_property
    def _names(self) -> dict[str, str]:
        words = self.words
        return {
            "answer": words("Recomputed"),
            "steps": words("Recomputed by step"),
            "cost": words("Plan cost by step"),
            "units": words("Unit amounts"),
            "amounts": words("Amounts"),
            "people": words("Expected people"),
            "balance": words("Balance by step"),
        }

    def control(self, row: int, column: int = 1) -> str:
        """A cell of the answer."""
        return cell(row, column, self.name("answer"))

    def account(self, number: int) -> str:
        """An account as a reader sees it."""
        return self._accounts[number]

    @cached_property
    def _accounts(self) -> list[str]:
        return [self._account(number) for number in range(len(self.world.accounts))]

    def _account(self, number: int) -> str:
        world, words = self.world, self.words
        one = world.accounts[number]
        said = [words.text(world.study.label(one.state))]
        if number >= world.people:
            return words("{state}, displaced from a job", state=said[0])
        alike = [other for other in world.accounts[: world.people] if other.state == one.state]
        if len({other.readings for other in alike}) > 1:
            said += [self._reading(away, value) for _, away, value in one.readings]
        if any(other.status for other in alike):
            said.append(self._status(one))
        return ", ".join(said)

    def _reading(self, away: bool, value: int) -> str:
        n = self.words.number(value)
        if away:
            return self.words("from {step} {n} away", step=self.step, n=n)
        return self.words("from {step} {n}", step=self.step, n=n)

    def _status(self, one: Account) -> str:
        if one.status & ENROLLED:
            return self.words("in the programme")
        if one.status & EVER:
            return self.words("has been in the programme")
        return self.words("not in the programme")
