"""A program broken on purpose, in each of many ways, fails the check that is there for it.

Each sabotage replaces one function by one that is wrong as a careless change might make it; the
study is small. `named` is the check that must fail, and nothing may fail beside it but `related`:
what the same mistake must break as well. Mutants (`tests/mutants.py`) change a few characters in
what a function says, on a study that has a little of everything.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import mutants
import numpy as np
import pytest

import simlab
from simlab.engine import cohort as cohorts
from simlab.engine import simulate
from simlab.engine.invariants import UnsoundDraw
from simlab.finance import cash_flow
from simlab.model import clocks, compiled, hazards, parameters, rows
from simlab.result.plain import plain_answer
from simlab.runs.run import run
from simlab.verify import case, chances, costs
from simlab.verify.certificate import verify

STUDY = """
start = "2026-01"
years = 2
states = ["benefit", "activation", "job", "pension"]
payers = ["municipality", "state", "citizen"]
[clocks.support]
states = ["benefit", "activation"]
resets = { after_months = 3 }
[citizens.benefit]
number = { p10 = 60, p90 = 90 }
months_on_clock = { "1" = 0.5, "7" = 0.5 }
arrivals_per_month = { p10 = 25, p90 = 30 }
[rate_per_month.benefit]
job = { p10 = 0.05, p90 = 0.1 }
activation = 0.1
[share_within.benefit]
pension = { share = 0.2, years = 2 }
[rate_per_month.activation]
benefit = 0.2
job = 0.1
[rate_per_month.job]
benefit = { by = "support.away", "1-3" = 0.1, "4+" = 0.04 }
[payments.benefit]
reimbursement = "ladder"
amount = { benefit = 12_000, activation = 13_000 }
[payments.pension]
amount.pension = 19_000
[reimbursement.ladder]
share = { "1-2" = 0.8, "3-6" = 0.4, "7+" = 0.2 }
[perspectives.municipality]
weights = { municipality = 1 }
discount_per_year = 0.03
[plan.cost]
talks = { 2026 = 500_000 }
more = { per_year = 100_000 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.5, p90 = 2.5 }
"""


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 64)
    monkeypatch.setattr(costs, "MOST", 1024)


def failures() -> set[str]:
    return {check.key for check in verify(simlab.loads(STUDY)).checks if check.failed}


def test_the_study_itself_passes_every_check():
    certificate = verify(simlab.loads(STUDY))
    assert certificate.passed
    ends = [check.outcome for check in certificate.checks]
    # Nothing is correlated, there is one group of people, rates cannot sum to certainty, and there
    # is no trial, share at a date, programme, trend, budget or outcome.
    assert ends.count("absent") == 10


class Sabotage(NamedTuple):
    """Where something is replaced, by what is made of what was there, and what then fails."""

    place: object
    name: str
    wrong: object  # the right function → the wrong one
    named: str
    related: frozenset[str] = frozenset()


def a_lost_citizen(right):
    """Someone is no longer counted from the fifth step on."""

    def wrong(compiled, block, cohort, out):
        found = right(compiled, block, cohort, out)
        heads = out.heads[0]
        draws, accounts = np.arange(heads.shape[2]), heads[5:].min(axis=0).argmax(axis=0)
        heads[5:, accounts, draws] -= 1
        return found

    return wrong


def rows_above_certainty(right):
    """The chances of a row sum to 1 + 1e-6."""

    def wrong(cells, futures, d, course):
        found = right(cells, futures, d, course)
        course.p[:, : course.matrix_of.max() + 1] *= 1.0 + 1e-6  # beyond them nothing is written
        return found

    return wrong


def a_hole_in_the_row(right):
    """The last cumulated chance of a row is 1 − 1e-5."""

    def wrong(cells, futures, d, course):
        found = right(cells, futures, d, course)
        course.cdf[np.isinf(course.cdf)] = 1.0 - 1e-5
        return found

    return wrong


def discounting_by_the_wrong_exponent(right):
    return lambda curve, timeline: right(curve, timeline) ** 2


def a_payer_with_the_wrong_sign(right):
    def wrong(study, values, accounts):
        found = right(study, values, accounts)
        for unit in found.by_lag.values():
            unit[:, :, 1] *= -1.0
        return found

    return wrong


def futures_of_other_people(right):
    """Each future is right by itself, and they have nothing to do with each other."""

    def wrong(compiled, block, cohort, out):
        keys, (one, other) = cohorts.keys, (type(out)(*map(np.zeros_like, out)) for _ in range(2))
        right(compiled, block, cohort, one)
        cohorts.keys = lambda study, one, streams, roles: keys(
            study, one, tuple(f"other {s}" if s == "lives" else s for s in streams), roles
        )
        try:
            found = right(compiled, block, cohort, other)
        finally:
            cohorts.keys = keys
        for future, led in enumerate((one, other)):
            out.heads[future] += led.heads[future]
            out.flows[future] += led.flows[future]
        return found

    return wrong


def a_seed_that_is_not_read(right):
    return lambda seed, names: right(1, names)


def half_the_spread(right):
    def wrong(distributions):
        return right([replace(one, spread=0.5 * one.spread) for one in distributions])

    return wrong


def a_clock_that_begins_at_2(right):
    def wrong(self, position):
        clock, away, recent = right(self, position)
        return (min(clock + 1, self.top), away, recent) if clock == 1 else (clock, away, recent)

    return wrong


def an_effect_in_the_baseline(right):
    def wrong(self, base, on_rate, on_chance):
        return right(self, base, self.on_rate, on_chance)

    return wrong


def arrivals_that_come_twice(right):
    def wrong(*arguments):
        found = right(*arguments)
        return found._replace(arrivals=2.0 * found.arrivals)

    return wrong


def shares_divided_by_time(right):
    """20 % within two years taken as 20 % / 24 a month."""

    def wrong(kind, length, value):
        return value / length if kind == "share" else right(kind, length, value)

    return wrong


def draws_numbered_within_their_block(right):
    def wrong(compiled, block, cohort, out):
        values = replace(block.values, start=0, stop=block.values.draws)
        return right(compiled, replace(block, values=values), cohort, out)

    return wrong


def expected_people_in_the_wrong_place(right):
    def wrong(compiled, one, out, *how):
        found = right(compiled, one, out, *how)
        for heads in out.heads:
            heads[3:, 0] -= 1e-3
            heads[3:, 1] += 1e-3
        return found

    return wrong


def an_effect_upside_down(right):
    def wrong(compiled, one, out, *how):
        if not one.same_hazards:
            plan = one.laws[1]._replace(factor=1.0 / one.laws[1].factor)
            one = case.with_hazards(one, one.laws[0], plan)
        return right(compiled, one, out, *how)

    return wrong


def a_clock_that_decides_where_a_move_leads(right):
    def wrong(*arguments):
        cells = right(*arguments)
        to = cells.to.copy()
        first = cells.first[5]  # of a cell within a state with clocks
        to[first : first + 2] = to[first : first + 2][::-1]
        return cells._replace(to=to)

    return wrong


SABOTAGES = [
    Sabotage(
        simulate, "run_counts", a_lost_citizen, "people.occupancy",
        frozenset({"people.flow_balance", "plan.no_effect", "engines.people_counts",
                   "engines.saving_counts", "engines.distribution"}),
    ),
    Sabotage(
        chances, "accumulate", rows_above_certainty, "chances.rows_sum",
        frozenset({"chances.once_more"}),
    ),
    Sabotage(chances, "accumulate", a_hole_in_the_row, "chances.cumulative"),
    Sabotage(cash_flow, "factors", discounting_by_the_wrong_exponent, "money.discount"),
    Sabotage(
        cash_flow, "unit_amounts", a_payer_with_the_wrong_sign, "money.payers",
        frozenset({"money.payments"}),
    ),
    Sabotage(
        simulate, "run_counts", futures_of_other_people, "engines.coupling_counts",
        frozenset({"plan.no_effect", "engines.variance_counts", "engines.distribution"}),
    ),
    Sabotage(parameters, "keys_of", a_seed_that_is_not_read, "evidence.seed"),
    Sabotage(
        parameters, "side_by_side", half_the_spread, "evidence.quantiles",
        frozenset({"evidence.means"}),
    ),
    Sabotage(clocks.ClockRule, "enter", a_clock_that_begins_at_2, "clocks.ladder"),
    Sabotage(
        hazards.HazardBuilder, "_hazards", an_effect_in_the_baseline, "plan.baseline_alone",
        frozenset({"chances.effects", "risk.layers"}),  # nothing is saved: rounding alone varies
    ),
    Sabotage(
        hazards, "people", arrivals_that_come_twice, "people.newcomers",
        frozenset({"people.arrivals"}),
    ),
    Sabotage(
        rows, "as_intensity", shares_divided_by_time, "evidence.round_trip",
        frozenset({"chances.evidence"}),
    ),
    Sabotage(simulate, "run_counts", draws_numbered_within_their_block, "engines.blocks"),
    Sabotage(
        simulate, "run_expected", expected_people_in_the_wrong_place, "engines.plain",
        frozenset({"people.flow_balance"}),
    ),
    Sabotage(
        simulate, "run_expected", an_effect_upside_down, "plan.stronger",
        frozenset({"engines.plain", "engines.people_counts", "engines.people_citizens",
                   "plan.swapped", "clocks.equal_bands"}),
    ),
    Sabotage(
        compiled, "flat", a_clock_that_decides_where_a_move_leads, "clocks.equal_bands",
        frozenset({"people.flow_balance"}),
    ),
]  # fmt: skip


# ---- mutants ------------------------------------------------------------------------------------

QUICK = {
    "a ramp halved", "arrivals a step late", "an index inverted", "the last budget year in full",
    "a cycle that is not mean-one", "CVaR of a tenth", "displacement with the wrong sign",
}  # fmt: skip


@pytest.fixture(scope="module")
def told_rightly():
    return told()


def told() -> dict:
    """All that a run of the mutants' study tells."""
    return plain_answer(run(simlab.loads(mutants.STUDY), draws=64, engine="counts").answer)


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(m, id=m.called, marks=[] if m.called in QUICK else pytest.mark.long)
     for m in mutants.MUTANTS],
)  # fmt: skip
def test_a_mutant_tells_something_else_and_its_check_fails(mutant, monkeypatch, told_rightly):
    monkeypatch.setattr(case, "MOST_DRAWS", 32)
    monkeypatch.setattr(costs, "MOST", 256)
    mutants.put(mutant, monkeypatch)
    assert told() != told_rightly
    checks = verify(simlab.loads(mutants.STUDY)).checks
    failed = {check.key for check in checks if check.outcome == "failed"}
    assert failed >= {mutant.named} if mutant.named else not failed
    assert not [check for check in checks if check.outcome == "broken"]


def test_the_study_of_the_mutants_passes_and_has_something_of_nearly_every_check():
    certificate = verify(simlab.loads(mutants.STUDY))
    assert certificate.passed
    empty = {check.key for check in certificate.checks if check.outcome == "absent"}
    # nothing is correlated; and cells differ in more than time, since some are in a programme
    assert empty == {
        "clocks.equal_bands", "evidence.correlations", "evidence.correlated_quantiles",
    }  # fmt: skip


def test_every_mutant_finds_its_place(monkeypatch):
    for mutant in mutants.MUTANTS:
        with monkeypatch.context() as patched:
            mutants.put(mutant, patched)


def test_the_docs_name_every_mutant_and_the_check_that_sees_it():
    page = (Path(__file__).parents[2] / "docs" / "certificate.md").read_text(encoding="utf-8")
    told_in_docs = re.findall(r"^\| ([^|`]+?) \| `([a-z_.]+)` \| (?:`([a-z_.]+)`|nothing) \|$",
                              page, re.M)  # fmt: skip
    named = [(m.called, m.where.partition(":")[0], m.named or "") for m in mutants.MUTANTS]
    assert told_in_docs == named
    caught = sum(m.named is not None for m in mutants.MUTANTS)
    assert f"{caught} of {len(mutants.MUTANTS)} mutants" in page


# ---- functions that are wrong as a whole --------------------------------------------------------


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda s: s.wrong.__name__)
def test_a_program_broken_on_purpose_fails_the_check_that_is_there_for_it(sabotage, monkeypatch):
    right = getattr(sabotage.place, sabotage.name)
    monkeypatch.setattr(sabotage.place, sabotage.name, sabotage.wrong(right))
    found = failures()
    assert sabotage.named in found
    assert found <= sabotage.related | {sabotage.named}


def test_a_citizen_lost_among_few_stops_the_run_with_the_draw_and_its_figures(monkeypatch):
    right = simulate.run_counts
    monkeypatch.setattr(simulate, "run_counts", a_lost_citizen(right))
    study = simlab.loads(STUDY.replace("arrivals_per_month = { p10 = 25, p90 = 30 }", ""))
    with pytest.raises(UnsoundDraw, match="draw 7 is unsound: people were lost") as stop:
        simlab.simulate(study, 4, engine="counts", first=7)
    assert set(stop.value.parameters) == set(study.uncertain)
    failed = [check for check in verify(study).checks if check.failed]
    assert [check.key for check in failed] == ["people.occupancy"]
    assert failed[0].where["draw"] == 0


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_an_intensity_that_is_not_a_number_stops_the_run(engine, monkeypatch):
    right = hazards.table

    def wrong(behaviour, rows, values):
        base, scaled = right(behaviour, rows, values)
        base[2:3] = np.nan  # the third draw, where there is one
        return base, scaled

    monkeypatch.setattr(hazards, "table", wrong)
    with pytest.raises(UnsoundDraw, match="draw 2 is unsound"):
        simlab.simulate(simlab.loads(STUDY), 4, engine=engine)
