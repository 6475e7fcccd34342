"""Taxes: a rate of a base, of which equalisation leaves a share.

    due  = rate · base
    lost = level · average rate · base    or    (1 − retained) · due

The base is the income of all payments that are taxed, or of those that a tax names. A tax that is
deducted is taken from the base of the others, and so comes before them.
"""

from __future__ import annotations

from dataclasses import dataclass

from simlab.finance.parties import column, optional_column
from simlab.study.grammar import Tax
from simlab.study.key_path import dotted
from simlab.study.memo import once_a_study
from simlab.study.message import labelled
from simlab.study.quantity import Quantity
from simlab.study.study import Study
from simlab.study.values import Varying

ALL = ""  # the income of all payments that are taxed


@dataclass(frozen=True, slots=True)
class TaxRates:
    """What a tax takes of a base in a step, and what equalisation takes of that."""

    rate: Quantity
    level: Quantity | None
    average_rate: Quantity | None
    retained: Quantity | None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A tax by whom and to whom.

    of      : its base, ``ALL`` or its own name
    rest_to : who gets what is equalised away, ``lag`` steps later; without one nothing is
    """

    name: str
    path: str
    label: dict[str, str]
    of: str
    deducted: bool
    paid_by: int
    received_by: int
    rest_to: int | None
    lag: int
    rate: Varying
    level: Varying | None
    average_rate: Varying | None
    retained: Varying | None

    def rates(self, study: Study, step: int) -> TaxRates:
        """The tax as it stands in a step."""
        day = study.timeline.start_of(step)

        def flat(varying: Varying) -> Quantity:
            return varying.at(day).bands[0].value

        rest = (self.level, self.average_rate, self.retained)
        return TaxRates(flat(self.rate), *(None if v is None else flat(v) for v in rest))


@once_a_study
def taxes(study: Study) -> tuple[TaxLine, ...]:
    """Every tax, those that are deducted from the base of the others first."""
    written = sorted(study.form.taxes.items(), key=lambda item: not item[1].deducted)
    return tuple(_line(study, name, tax) for name, tax in written)


def _line(study: Study, name: str, tax: Tax) -> TaxLine:
    level = average_rate = retained = None
    if tax.rest_to is not None and tax.equalisation is not None and tax.average_rate is not None:
        level, average_rate = tax.equalised[tax.equalisation], tax.average_rate
    elif tax.rest_to is not None:
        retained = tax.retained
    return TaxLine(
        name=name,
        path=dotted("taxes", name),
        label=labelled(tax.label, name),
        of=name if tax.of else ALL,
        deducted=tax.deducted,
        paid_by=column(study, tax.paid_by),
        received_by=column(study, tax.received_by),
        rest_to=optional_column(study, tax.rest_to),
        lag=round(tax.equalised_after_years * study.timeline.steps_per_year),
        rate=tax.rate,
        level=level,
        average_rate=average_rate,
        retained=retained,
    )


def bases_of(study: Study, payment: str) -> tuple[str, ...]:
    """The bases that a taxed payment is in."""
    own = (name for name, tax in study.form.taxes.items() if payment in tax.of)
    return (ALL, *own)
