"""Who pays an amount and who receives it: names of payers become columns, once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simlab.study.study import Study


@dataclass(frozen=True, slots=True)
class Parties:
    """Columns of the payers; who receives is None where it is none of them."""

    paid_by: int
    received_by: int | None

    def transfer(self, due: np.ndarray, out: np.ndarray) -> None:
        """Add an amount that is due to what payers pay, out : (…, payers, draws)."""
        out[..., self.paid_by, :] += due
        if self.received_by is not None:
            out[..., self.received_by, :] -= due


def parties(study: Study, paid_by: str | None, received_by: str | None = None) -> Parties:
    """Who pays, the first payer where nobody is named, and who receives."""
    return Parties(column(study, paid_by), optional_column(study, received_by))


def column(study: Study, payer: str | None) -> int:
    """The column of a payer; the first where none is named."""
    return study.payers.index(payer) if payer else 0


def optional_column(study: Study, payer: str | None) -> int | None:
    """The column of a payer; None where none is named."""
    return None if payer is None else study.payers.index(payer)
