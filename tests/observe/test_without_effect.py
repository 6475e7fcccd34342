"""What an answer hangs on: two effects, of which one carries all that is saved.

Benefit costs the municipality money, and nothing else does. So without the effect on benefit no
money ever comes back, whatever the other effect does, and without the other nothing changes.
"""

from __future__ import annotations

import numpy as np
import pytest

from simlab.observe.without_effect import DRAWS, nothing_at, without_effect
from simlab.result.plain import plain_answer
from simlab.runs.run import run
from simlab.study.study import Study, loads
from simlab.words import Words
from simlab.words.first_sentence import first_sentence

CARRIES, IDLE = "plan.effect.talks.hazard_ratio", "plan.effect.walks.hazard_ratio"
STUDY = """
start = "2020-01"
years = 5
states = ["benefit", "job", "resting", "walking"]
payers = ["municipality"]
[citizens.benefit]
number = 300
[citizens.resting]
number = 300
[rate_per_month]
benefit.job = 0.05
resting.walking = 0.05
[payments.benefit.amount]
benefit = 10_000
[plan.cost.talks]
per_year = 1_600_000
until = 2020-12-31
[[plan.effect]]
name = "talks"
label = "Talks"
moves = ["benefit -> job"]
hazard_ratio = { p10 = 0.9, p90 = 2.0, tag = "A", source = "nobody" }
[[plan.effect]]
name = "walks"
label = "Walks"
moves = ["resting -> walking"]
hazard_ratio = { p10 = 0.9, p90 = 2.0, tag = "A", source = "nobody" }
"""
FIGURES = 'tag = "A", source = "nobody"'


def study(text: str = STUDY) -> Study:
    return loads(text)


@pytest.mark.parametrize("engine", ["expected", "counts"])
def test_without_the_effect_that_carries_all_nothing_comes_back(engine):
    bare = without_effect(study(), CARRIES, engine, 64)
    assert bare is not None
    assert bare.never().value == 1.0
    assert (bare.balance[:, -1] == -bare.cost[:, -1]).all()


@pytest.mark.parametrize("engine", ["expected", "citizens"])
def test_without_the_effect_that_saves_nothing_each_draw_is_as_it_was(engine):
    bare = without_effect(study(), IDLE, engine, 64)
    whole = run(study(), draws=64, engine=engine).answer.payback["municipality"]
    assert bare is not None
    np.testing.assert_array_equal(bare.years, whole.years)
    assert 0.0 < bare.never().value < 1.0


def test_points_do_nothing_at_zero():
    text = STUDY.replace(
        "hazard_ratio = { p10 = 0.9, p90 = 2.0,",
        "at_months = 12\npercentage_points = { p10 = 0.0, p90 = 0.2,",
        1,
    )
    bare = without_effect(study(text), "plan.effect.talks.percentage_points", "expected", 16)
    assert bare is not None
    assert bare.never().value == 1.0


def test_no_more_draws_than_needed():
    bare = without_effect(study(), CARRIES, "expected", 10_000)
    assert bare is not None
    assert bare.draws == DRAWS


def test_only_the_strength_of_an_effect_can_be_nothing():
    assert nothing_at(study(), CARRIES) == 1.0
    assert nothing_at(study(), "citizens.benefit.number") is None
    assert without_effect(study(), "citizens.benefit.number", "expected", 16) is None


SHARE = """
[[shares]]
name = "at_work"
definition = "any job"
states = ["job"]
at_months = 12
moves = ["benefit -> job"]
{size} = {{ p10 = 0.3, p90 = 0.4, tag = "A", source = "nobody" }}
risk_ratio = {{ p10 = 1.0, p90 = 1.4, tag = "A", source = "nobody" }}
"""


def test_a_ratio_of_shares_is_nothing_beside_the_share_without_the_plan():
    text = STUDY.replace(
        'hazard_ratio = { p10 = 0.9, p90 = 2.0, tag = "A", source = "nobody" }',
        'share = "at_work"',
        1,
    )
    path = "shares.at_work.risk_ratio"
    without = study(text + SHARE.format(size="without_plan"))
    bare = without_effect(without, path, "expected", 32)
    assert bare is not None
    np.testing.assert_allclose(bare.balance[:, -1], -bare.cost[:, -1], atol=1.0)
    assert nothing_at(study(text + SHARE.format(size="with_plan")), path) is None


# ── in the answer of a run ──


@pytest.fixture(scope="module")
def answer():
    return run(study(), draws=256, engine="expected").answer


def test_an_answer_names_what_it_hangs_on_and_what_is_left_without_it(answer):
    assert answer.hinge.path == CARRIES
    assert answer.hinge.share.share > 0.9
    assert answer.hinge.if_nothing.figures.payback.never == 1.0
    assert answer.hinge.if_nothing.draws == answer.if_nothing.draws == 256
    assert all(chance.chance == 0.0 for chance in _within(answer).values())


def _within(answer):
    return answer.hinge.if_nothing.figures.payback.within


def test_the_summary_has_it(answer):
    hinge = plain_answer(answer)["hinge"]
    assert hinge["path"] == CARRIES
    assert hinge["if_nothing"]["figures"]["payback"]["never"] == 1.0


def test_the_first_sentence_says_it(answer):
    text = first_sentence(answer, Words("en"))
    assert text.endswith(
        "if the effect “Talks” is as assumed, which nobody has measured; if it is nothing, in all "
        "they never are within five years."
    )
    assert "hvis effekten »Talks« er som antaget (den er ikke målt)" in first_sentence(
        answer, Words("da")
    )


def test_an_effect_that_was_measured_is_no_hinge():
    text = STUDY.replace(FIGURES, 'tag = "S", source = "a trial"')
    assert run(study(text), draws=256, engine="expected").answer.hinge is None


def test_where_two_share_the_spread_it_hangs_on_neither():
    text = STUDY.replace("benefit = 10_000", "benefit = 10_000\nresting = 10_000")
    assert run(study(text), draws=256, engine="expected").answer.hinge is None


def test_a_figure_that_is_no_effect_is_told_at_its_ends():
    text = STUDY.replace(
        "hazard_ratio = { p10 = 0.9, p90 = 2.0, ", "hazard_ratio = { value = 2.0, "
    )
    text = text.replace("benefit = 10_000", 'benefit = { p10 = 2_000, p90 = 20_000, tag = "A" }')
    found = run(study(text), draws=256, engine="expected").answer
    assert found.hinge is not None
    assert found.hinge.if_nothing is found.if_nothing is None
    assert first_sentence(found, Words("en")).endswith(
        "That hangs on a figure that nobody has measured, amount: benefit: where it is low, they "
        "never are in 7 of 20 futures; where it is high, in none."
    )
    low, high = found.hinge.direction.low.never, found.hinge.direction.high.never
    assert low > 0.3
    assert high == 0.0


MEASURED = STUDY.replace(
    'hazard_ratio = { p10 = 0.9, p90 = 2.0, tag = "A", source = "nobody" }', "hazard_ratio = 3.0", 1
)


def test_a_figure_that_only_moves_the_date_is_told_by_the_dates_at_its_ends():
    delay = 'delay_months = { dist = "uniform", min = 0, max = 18, tag = "A", source = "nobody" }'
    text = MEASURED.replace("hazard_ratio = 3.0", f"hazard_ratio = 3.0\n{delay}")
    found = run(study(text.replace("1_600_000", "800_000")), draws=256, engine="expected").answer
    assert found.hinge is not None
    low, high = found.hinge.direction.low, found.hinge.direction.high
    assert low.never == high.never == 0.0
    assert low.median_years < high.median_years - 0.5
    assert first_sentence(found, Words("en")).endswith(
        f"where it is low, half of the futures have the money back within {low.median:.1f} years; "
        f"where it is high, within {high.median:.1f} years."
    )


def test_an_effect_beside_one_of_a_share_has_a_name_and_later_is_not_never():
    known = SHARE.format(size="without_plan").replace("p10 = 1.0, p90 = 1.4", "value = 1.8")
    known = known.replace("{ p10 = 0.3, p90 = 0.4, ", "{ value = 0.3, ")
    text = MEASURED.replace("hazard_ratio = 3.0", 'share = "at_work"') + known
    text = text.replace("benefit = 10_000", "benefit = 10_000\nresting = 20_000")
    text = text.replace("per_year = 1_600_000\nuntil = 2020-12-31", "at_start = 30_000_000")
    text = text.replace("p10 = 0.9", "p10 = 1.1")
    found = run(study(text), draws=256, engine="expected").answer
    assert found.hinge is not None
    assert found.hinge.path == IDLE
    assert first_sentence(found, Words("en")).endswith(
        "if the effect “Walks” is as assumed, which nobody has measured; if it is nothing, in none "
        "by then, and in all within five years."
    )
    cheap = run(study(text.replace("30_000_000", "9_000_000")), draws=256, engine="expected").answer
    assert cheap.hinge is not None
    assert first_sentence(cheap, Words("en")) == (
        "In all simulated futures the DKK 9.00 million are back by the end of 2020."
    )
