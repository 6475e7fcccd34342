"""A certificate: every check of a study, with what it was run on.

    certificate = verify(study)
    certificate.passed, certificate.checks

A check holds what was compared, both figures, the tolerance, the smallest error that would have
been seen, and the outcome. A result shows the certificate of its study, whatever the number of
draws of either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simlab.engine.invariants import UnboundedDraw, UnsoundDraw
from simlab.engine.time_limit import TIME_LIMIT, seconds_of
from simlab.result.certified import Certified, Check
from simlab.study.errors import StudyError
from simlab.study.identity import study_hash
from simlab.study.study import Study
from simlab.verify import (
    accounting,
    chances,
    clocks,
    conservation,
    costs,
    effects,
    engines,
    evidence,
    intensities,
    payback_figures,
    payments,
    perspectives,
    starts,
    steps,
    untouched,
)  # fmt: skip
from simlab.verify.case import Case
from simlab.verify.check import broken, unmade

FAMILIES = (
    conservation, starts, chances, intensities, effects, untouched, payments, accounting,
    perspectives, payback_figures, clocks, evidence, engines, costs, steps,
)  # fmt: skip
KEYS = tuple(
    key for family in FAMILIES for keys in family.checks()
    for key in ((keys,) if isinstance(keys, str) else keys)
)  # fmt: skip
HOW_TO_RUN = {"draws": 1, "engine": "auto"}  # what a run says of itself, not of the study
Progress = Callable[[int, int], None]  # checks done, checks in all


@dataclass(frozen=True)
class Certificate:
    """The checks of one study."""

    study: Study
    draws: int
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return not any(check.failed for check in self.checks)

    @property
    def certified(self) -> Certified:
        """What a result holds of it."""
        return Certified(self.passed, verified_hash(self.study), self.draws, self.checks)

    def __repr__(self) -> str:
        ends = [check.outcome for check in self.checks]
        return (
            f"Certificate({self.study.name}: {ends.count('passed')} checks passed, "
            f"{sum(check.failed for check in self.checks)} failed, "
            f"{ends.count('unmade')} could not be made, "
            f"{ends.count('absent')} had nothing to compare)"
        )


def verify(
    study: Study, progress: Progress | None = None, time_limit: str | float = TIME_LIMIT
) -> Certificate:
    """Run every check on a study, with each engine that leads its draws within the time limit."""
    case, found = Case(study, seconds_of(time_limit)), []
    case.refuse_without("expected")  # with which all else is compared
    for check in run_checks(case):
        found.append(check)
        if progress:
            progress(len(found), len(KEYS))
    return Certificate(study, case.draws, tuple(found))


def run_checks(case: Case) -> Iterator[Check]:
    """The checks of every family, one after the other, as far as the engines can go on.

    StudyError if the study itself cannot be compiled, and UnboundedDraw if its own money is beyond
    all bounds: then there is nothing to look at.
    """
    assert case.compiled
    try:
        for family in FAMILIES:
            for keys, law in family.checks().items():
                yield from _looked_at(case, law, (keys,) if isinstance(keys, str) else keys)
    except UnboundedDraw:
        raise
    except UnsoundDraw as unsound:
        where = {"draw": unsound.draw, "what": unsound.what}
        yield Check("people.occupancy", "exact", "failed", "people", where=where)


def _looked_at(case: Case, law: Callable[[Case], Any], keys: tuple[str, ...]) -> list[Check]:
    """What a law gives. Where it cannot be looked at, that costs its own checks and no others."""
    try:
        found = law(case)
        return [found] if isinstance(found, Check) else list(found)
    except UnboundedDraw as error:
        assert case.cash  # raises again where it is the study's own money, and not a variant's
        return [unmade(key, error) for key in keys]
    except (UnsoundDraw, MemoryError):
        raise
    except StudyError as error:
        return [unmade(key, error) for key in keys]
    except Exception as error:
        return [broken(key, error) for key in keys]


def verified_hash(study: Study) -> str:
    """The hash of what is verified: the study, however many draws are run on which engine."""
    return study_hash(study.replace(HOW_TO_RUN))
