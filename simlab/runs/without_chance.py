"""The study with some values replaced, of which a run wants the payback without chance.

A permanent plan is stopped after some years, and clocks with a window forget at the bound that the
run's own cells do not keep, as far as its cells can be held. Each is a task beside the blocks of a
run, and is replaced and compiled there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from simlab.engine.simulate import blocks, simulate_block
from simlab.finance.cash_flow import cash_flow
from simlab.model.clocks import windows_of
from simlab.model.compiled import Compiled, compile_study
from simlab.result.draw_table import DrawTable, Gathering
from simlab.result.draws import Balances, balances
from simlab.result.figures import PaybackFigures, figures
from simlab.runs.options import BLOCK
from simlab.study.errors import StudyError
from simlab.study.key_path import dotted
from simlab.study.study import Study
from simlab.study.values import Varying

STOPPED_DRAWS = 1_000
CLOCK_DRAWS = 256
BOUNDS = {"forgotten": True, "never_forgotten": False}  # a bound → what its clocks forget


def is_permanent(study: Study) -> bool:
    """Whether the plan goes on, at a cost, to the horizon and beyond."""
    plan = study.form.plan
    if plan.until is not None:
        return False
    lines = (
        _goes_on(line.until or plan.cost.until, line.per_year) for line in plan.cost.lines.values()
    )
    citizens = (_goes_on(cost.until, cost.amount) for cost in plan.cost_per_citizen.values())
    treated = (_goes_on(e.until, e.cost_per_treated_per_month) for e in plan.effect)
    enrolled, posts = plan.enrolment, plan.caseload
    taken_in = enrolled is not None and (
        _goes_on(enrolled.until, enrolled.cost_per_enrolled_per_month)
        and not any(_over(size) for size in (enrolled.places, enrolled.intake_per_month))
    )
    workers = posts is not None and (
        _goes_on(posts.until, posts.cost_per_worker_per_year) and not _over(posts.extra_workers)
    )
    return any(lines) or any(citizens) or any(treated) or taken_in or workers


def _goes_on(until: date | None, price: Varying | None) -> bool:
    """Whether a part of the plan is paid for at a price, for good."""
    return until is None and price is not None and not _over(price)


def _over(size: Varying | None) -> bool:
    """Whether its last date ends it: from then on it is 0."""
    if size is None:
        return False
    last = [q for _, q in size.versions[-1][1].quantities()]
    return all(not q.is_uncertain and q.mean() == 0.0 for q in last)


@dataclass(frozen=True, eq=False)
class Variant:
    """A study with some values replaced, and how many draws tell enough.

    kind   : what the variant is one of, if_stopped or clock_bounds
    values : key path → value
    """

    kind: str
    name: str
    of: Study
    values: Mapping[str, Any]
    draws: int

    @cached_property
    def compiled(self) -> Compiled | None:
        """The variant; None where it has too many cells."""
        study = self.of.replace(self.values)
        try:
            return compile_study(study)
        except StudyError:
            return None


def variants(study: Study, draws: int) -> list[Variant]:
    """All variants that a run of so many draws also looks at."""
    return [*_stops(study, draws), *_ends_of_windows(study, draws)]


def _stops(study: Study, draws: int) -> list[Variant]:
    """A permanent plan stopped after n years, and not before its effect was measured: a plan that
    is stopped by then would be made stronger, for the share at a date that was found of it."""
    if not is_permanent(study):
        return []
    timeline, stops = study.timeline, []
    measured = max((share.last_step(timeline) for share in study.form.shares), default=0)
    for years in range(2, int(timeline.years), 2):
        if years * timeline.steps_per_year < measured:
            continue
        after = timeline.end_of(round(years * timeline.steps_per_year))
        values = {"plan.until": date.fromordinal(after.toordinal() - 1)}
        stops.append(Variant("if_stopped", str(years), study, values, min(draws, STOPPED_DRAWS)))
    return stops


def _ends_of_windows(study: Study, draws: int) -> list[Variant]:
    """Clocks with a window that forget earlier absences on every return, or that never do, unless
    that is what the study's own cells hold.

    The exact history of a window does not fit a cell; the truth lies between the two.
    """
    windows = windows_of(study)
    if not windows:
        return []
    own = own_bound(study)
    return [
        Variant(
            "clock_bounds",
            name,
            study,
            {dotted("clocks", clock, "forgets"): forgets for clock in windows},
            min(draws, CLOCK_DRAWS),
        )
        for name, forgets in BOUNDS.items()
        if name != own
    ]


def own_bound(study: Study) -> str | None:
    """The bound of its windows that a study's own cells hold; None where one of them holds the one
    and one the other."""
    kept = {study.form.clocks[clock].forgets is not False for clock in windows_of(study)}
    return next((name for name, forgets in BOUNDS.items() if kept == {forgets}), None)


def payback_without_chance(variant: Variant, *, whole: bool = True) -> PaybackFigures | None:
    """The payback figures of a variant in its own perspective, of the people of its run; None where
    it has too many cells."""
    compiled = variant.compiled
    if compiled is None:
        return None
    gathered = Gathering(variant.draws)
    for span in blocks(variant.draws, BLOCK):
        numbers = compiled.block(*span, whole=whole)
        cash = cash_flow(simulate_block(compiled, numbers, "expected"))
        gathered.put(DrawTable(balances(cash), span[0]))
    return payback_figures(Balances(compiled.study, gathered.whole()))


def payback_figures(balances: Balances) -> PaybackFigures:
    """In the study's own perspective."""
    study = balances.study
    return figures(balances.payback(study.perspective), study.timeline.dates).payback
