"""What a run found, as charts, report and workbook read it.

``Result.summary`` is the content of ``summary.json``; the arrays beside it are what the pictures
need. Nothing here is computed: see ``summary.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from simlab.finance.recomputable import Recomputable
from simlab.risk.lives import Hundred
from simlab.risk.payback import Payback
from simlab.risk.warnings import StudyWarning
from simlab.study.told import Value

Text = dict[str, str]  # language → text; "en" is always there


@dataclass(frozen=True, slots=True)
class Assumption:
    """One figure of the study: where it stands, what it says, and where it comes from."""

    path: str  # chance_per_month.activity_ready.job
    reads: Value  # lognormal, median 1.50, 80 % between 1.22 and 1.84
    source: Value | None
    tag: str | None  # published, derived, case document, commonly known, assumption
    uncertain: bool
    note: Value | None = None
    used: bool = True  # whether the answer follows it

    @property
    def varies(self) -> bool:
        """Whether the answer varies with it."""
        return self.uncertain and self.used

    @property
    def is_guessed(self) -> bool:
        """Whether it is an assumption: marked so, or without mark and source."""
        return self.tag == "assumption" or (self.tag is None and self.source is None)


@dataclass(frozen=True, slots=True)
class People:
    """Expected people per state with the spread over the draws.

    baseline, plan : (3, steps + 1, states) 10 % quantile, mean and 90 % quantile of head counts
    """

    states: tuple[str, ...]
    labels: tuple[Text, ...]
    baseline: np.ndarray
    plan: np.ndarray


@dataclass(frozen=True, slots=True)
class Result:
    """A run's findings; ``perspective`` is the one the report opens with."""

    title: Text
    perspective: str
    summary: dict[str, Any]
    dates: tuple[date, ...]  # (steps + 1,) the end of each step; dates[0] is the start
    payback: dict[str, Payback]  # by perspective, all layers of uncertainty
    without_chance: dict[str, Payback]  # parameters and business cycle only
    people: People
    assumptions: tuple[Assumption, ...]
    notes: tuple[Value, ...]  # what this run found that a reader should see
    warnings: tuple[StudyWarning, ...] = ()  # what a reader of the study is warned of
    unit: tuple[Text, Text] | None = None  # one and many of what is followed, if not citizens
    discount: dict[str, np.ndarray] = field(default_factory=dict)
    # perspective → (steps + 1,) the factors with which its balance is discounted
    labels: dict[str, Text] = field(default_factory=dict)  # key path of a part → what it is called
    lives: Hundred | None = None  # single citizens in both futures
    central: Recomputable | None = None  # every figure at its mean, for who reckons it again
