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
from types import ModuleType

from simlab.engine.invariants import UnboundedDraw, UnsoundDraw
from simlab.engine.time_limit import TIME_LIMIT, seconds_of
from simlab.result.certified import Certified, Check
from simlab.study.identity import study_hash
from simlab.study.study import Study
from simlab.verify import (
    accounting,
    bands,
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
    shares,
    starts,
    steps,
    stronger,
    untouched,
)
from simlab.verify.case import Case
from simlab.verify.check import Examination
from simlab.verify.comparison import Pairs

FAMILIES = {
    "people": (conservation, starts),
    "chances": (chances, intensities, effects, shares),
    "plan": (untouched, stronger),
    "money": (payments, accounting, perspectives),
    "risk": (payback_figures,),
    "clocks": (clocks, bands),
    "evidence": (evidence,),
    "engines": (engines, costs),
    "steps": (steps,),
}


def examinations(module: ModuleType) -> list[Examination]:
    """What a module examines, in the order in which it is written there."""
    named = (x if isinstance(x, tuple) else (x,) for x in vars(module).values())
    return [each for several in named for each in several if isinstance(each, Examination)]


EXAMINATIONS = tuple(
    each for modules in FAMILIES.values() for module in modules for each in examinations(module)
)
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
    case, checks = Case(study, seconds_of(time_limit)), list[Check]()
    case.refuse_without("expected")  # with which all else is compared
    for check in run_checks(case):
        checks.append(check)
        if progress:
            progress(len(checks), len(EXAMINATIONS))
    return Certificate(study, case.draws, tuple(checks))


def run_checks(case: Case) -> Iterator[Check]:
    """The checks of every family, one after the other, as far as the engines can go on.

    StudyError if the study itself cannot be compiled, and UnboundedDraw if its own money is beyond
    all bounds: then there is nothing to look at.
    """
    assert case.compiled
    try:
        for examination in EXAMINATIONS:
            yield examination.attempted(case)
    except UnboundedDraw:
        raise
    except UnsoundDraw as unsound:
        where = {"draw": unsound.draw, "what": unsound.what}
        yield conservation.occupancy.check(Pairs("failed", "people", where=where))


def verified_hash(study: Study) -> str:
    """The hash of what is verified: the study, however many draws are run on which engine."""
    return study_hash(study.replace(HOW_TO_RUN))
