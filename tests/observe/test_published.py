"""Published figures: percentile, verdict, what is reached, and what would have to be true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from observe.test_observables import STUDY

from simlab.engine.simulate import simulate
from simlab.finance.cash_flow import cash_flow
from simlab.observe.published import (
    FOLLOWED_DRAWS,
    Claim,
    Median,
    Needed,
    Observed,
    Quantiles,
    claims,
    observed,
    percentile,
    verdict,
)
from simlab.observe.stronger import stronger
from simlab.observe.threshold import with_needed
from simlab.result.warnings import of_kind
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.study import loads


def with_figures(*figures: str):
    return loads(STUDY + "".join(f"\n[[published]]\n{one}\n" for one in figures))


def row_of(figure: str, found: list[float], without: list[float] | None = None) -> Claim:
    study = with_figures(figure)
    nothing = np.full((len(found), 1), np.nan)
    seen = nothing if without is None else np.array(without)[:, None]
    return claims(study, Observed(np.array(found, dtype=float)[:, None], seen, seen))[0]


PEOPLE = 'text = "t"\nkind = "account"\nmeasure = "people"\nstates = ["job"]\nat = "2020-12"\n'


@pytest.mark.parametrize(
    ("value", "share"), [(0.5, 0.0), (1.0, 0.125), (2.5, 0.5), (4.0, 0.875), (9.0, 1.0)]
)
def test_a_percentile_counts_the_draws_below_and_half_of_those_that_are_equal(value, share):
    assert percentile(np.array([1.0, 2.0, 3.0, 4.0]), value) == share


def test_a_payback_that_never_comes_lies_above_every_date():
    assert percentile(np.array([2.0, np.inf, np.inf, np.inf]), 5.0) == 0.25


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "far below"), (0.009, "far below"), (0.05, "below"), (0.1, "within"),
        (0.5, "within"), (0.9, "within"), (0.95, "above"), (0.991, "far above"),
        (1.0, "far above"),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_percentile(share, said):
    assert verdict(share) == said


def test_a_claim_of_more_is_reached_by_as_many_and_a_claim_of_fewer_by_as_few():
    draws = [-30.0, -10.0, 0.0, 10.0, 30.0]
    assert row_of(PEOPLE + "value = 10", draws).chance_reached == 0.4
    assert row_of(PEOPLE + "value = -10", draws).chance_reached == 0.4
    assert row_of(PEOPLE + "value = -20", draws).chance_reached == 0.2


def test_people_are_followed_in_the_first_draws_alone_and_everybody_else_s_figures_in_all():
    of_some = 'text = "t"\nkind = "account"\nmeasure = "share"\nof = ["working"]\n' + (
        'states = ["job"]\nat_months = 6\nvalue = 0.5'
    )
    study = with_figures(PEOPLE + "value = 10", of_some)
    parts = [
        observed(cash_flow(simulate(study, 8, engine="expected", first=first))).found
        for first in (FOLLOWED_DRAWS - 3, FOLLOWED_DRAWS + 64)
    ]
    assert np.isfinite(parts[0][:, 0]).all()
    assert np.isfinite(parts[1][:, 0]).all()
    assert np.isfinite(parts[0][:3, 1]).all()
    assert np.isnan(parts[0][3:, 1]).all()
    assert np.isnan(parts[1][:, 1]).all()
    nothing = np.full((16, 2), np.nan)
    seen = Observed(np.concatenate(parts), nothing, nothing)
    assert [row.draws for row in claims(study, seen)] == [16, 3]
    assert claims(study, seen)[1].found.median == pytest.approx(parts[0][0, 1])


def test_a_level_is_a_claim_of_more_or_less_than_there_is_without_the_plan():
    level = PEOPLE + 'future = "plan"\n'
    draws, baseline = [80.0, 100.0, 120.0, 140.0], [110.0] * 4
    assert row_of(level + "value = 120", draws, baseline).chance_reached == 0.5
    assert row_of(level + "value = 100", draws, baseline).chance_reached == 0.5
    assert row_of(level + "value = 90", draws, baseline).chance_reached == 0.25
    only = row_of(PEOPLE + 'future = "baseline"\nvalue = 100', draws, baseline)
    assert only.chance_reached is None


def test_who_has_ever_been_there_is_a_claim_of_more_also_where_as_many_come_without_the_plan():
    ever = PEOPLE + 'future = "plan"\never = true\n'
    draws, baseline = [80.0, 100.0, 120.0, 140.0], [110.0] * 4
    assert row_of(ever + "value = 100", draws, baseline).chance_reached == 0.75
    money = 'text = "t"\nkind = "account"\nmeasure = "saving"\ncounted = "per_exit"\nvalue = 100'
    assert row_of(money, draws, baseline).chance_reached == 0.75


def test_a_count_that_fell_is_a_claim_of_a_fall_also_where_it_falls_without_the_plan():
    fall = 'text = "t"\nkind = "account"\nmeasure = "change"\nstates = ["job"]\nat = "2020-12"\n'
    row = row_of(fall + "value = -0.5", [-0.8, -0.6, -0.5, -0.4], [-0.7] * 4)
    assert row.chance_reached == 0.75
    fewer = PEOPLE + 'against = "2020-01"\nvalue = -10'
    assert row_of(fewer, [-30.0, -10.0, 0.0, 10.0], [-20.0] * 4).chance_reached == 0.5


def test_a_date_of_payback_is_in_years_from_the_start_to_the_end_of_its_month():
    back = 'text = "t"\nkind = "expectation"\nmeasure = "payback"\n'
    row = row_of(back + 'by = "2021-06"', [1.0, 1.5, 2.0, np.inf])
    assert row.value == 1.5
    assert row.chance_reached == 0.5
    assert row.found == Quantiles(1.5, 1.0, None)
    assert row_of(back + "value = 2", [1.0, 3.0]).chance_reached == 0.5


def test_a_figure_with_an_interval_and_no_sample_has_the_error_of_the_interval():
    effect = 'text = "t"\nkind = "effect"\ndesign = "matched"\n'
    share = effect + 'measure = "share"\nstates = ["job"]\nat_months = 12\nfuture = "difference"\n'
    row = row_of(share + "value = 0.1\nci95 = [0.0, 0.2]", [0.05] * 20_000)
    half = 1.2815515655446004 * 0.2 / (2 * 1.959963984540054)
    assert row.found.p10 == pytest.approx(0.05 - half, abs=0.002)
    assert row.found.p90 == pytest.approx(0.05 + half, abs=0.002)
    measured = row_of(share + "value = 0.1\nci95 = [0.0, 0.2]\nsample = 50", [0.05] * 100)
    assert measured.found.p10 == measured.found.p90 == 0.05


def test_a_claim_that_effects_twice_as_strong_would_reach_needs_them_twice_as_strong():
    figure = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1.0'
    study = with_figures(figure)
    result = run(study.replace({"plan.effect.0.hazard_ratio": 1.8**2}), draws=16, engine="expected")
    reach = result.answer.claims[0].found.median
    asked = study.replace({"published.0.value": reach})
    seen = run(asked, draws=16, engine="expected").answer.claims[0]
    assert seen.chance_reached == 0.0
    multiple = seen.needed.multiple
    assert multiple == pytest.approx(2.0, rel=0.02)
    assert seen.needed.hazard_ratio == pytest.approx((1.8, 1.8**multiple))
    wanted, had = seen.needed.person_years, seen.needed.person_years_found
    assert wanted / had == pytest.approx(reach / seen.found.median)


def test_person_years_off_support_are_the_sum_over_what_a_year_on_support_costs():
    """A plan without taxes and other payments: 120,000 kr. a person-year, whatever the effect."""
    figure = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 36_000_000'
    row = run(with_figures(figure), draws=16, engine="expected").answer.claims[0]
    assert row.needed.person_years == pytest.approx(36e6 / 120_000 / 3)


AMOUNT = """
[[plan.amount]]
states = ["job"]
change = -250
"""
SAVED = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = {}'


def without_effects(more: str):
    return loads(STUDY.partition("[[plan.effect]]")[0] + more)


def wanted(study) -> Needed:
    return run(study, draws=16, engine="expected").answer.claims[0].needed


def test_amounts_that_the_plan_changes_are_made_stronger_too_and_it_is_said_what_rests_on_them():
    claim = "\n[[published]]\n" + SAVED
    saved = wanted(without_effects(AMOUNT + claim.format("1e12")))
    assert (saved.multiple, saved.reason) == (None, "beyond")
    once = run(without_effects(AMOUNT + claim.format(1)), draws=16, engine="expected")
    found = once.answer.claims[0].found.median
    thrice = wanted(without_effects(AMOUNT + claim.format(3 * found)))
    assert thrice.multiple == pytest.approx(3.0)
    assert thrice.scaled == ("amount",)
    assert thrice.hazard_ratio is None
    assert thrice.without_amounts == Median(0.0)
    moved = loads(STUDY + claim.format("1e12"))
    assert wanted(moved).scaled == ("hazard_ratio",)
    assert wanted(moved).without_amounts is None
    both = wanted(loads(STUDY + AMOUNT + claim.format("1e12")))
    alone = run(moved, draws=16, engine="expected").answer.claims[0].found
    assert both.scaled == ("hazard_ratio", "amount")
    assert both.without_amounts.median == pytest.approx(alone.median)


def test_a_year_off_support_is_worth_as_much_whatever_amounts_the_plan_changes():
    """An amount for everybody, of whom there are as many in both futures."""
    amount = (
        '[[plan.amount]]\nstates = ["benefit", "job", "pension"]\nchange = -250\n[[published]]\n'
    )
    text = run(loads(STUDY + amount + SAVED.format(36e6)), draws=16, engine="expected")
    row = text.answer.claims[0]
    missing = (36e6 - row.found.median) / 120_000 / 3
    needed_ = row.needed
    assert needed_.person_years - needed_.person_years_found == pytest.approx(missing)


def test_chances_of_the_plans_own_are_not_made_stronger_and_it_says_so():
    own = "[[plan.effect]]\n[plan.effect.rate_per_month.benefit]\njob = 0.06\npension = 0.01\n"
    text = wanted(without_effects(own + "[[published]]\n" + SAVED.format("1e12")))
    assert text.scaled == ()
    assert text.own_chances
    assert (text.multiple, text.reason) == (None, "nothing")


def needed(study, median: float | None) -> Needed:
    """What a study's claim needs, as a run with another median would tell it."""
    (claim,) = run(study, draws=16, engine="expected").answer.claims
    (text,) = with_needed(study, [replace(claim, found=replace(claim.found, median=median))])
    return text.needed


def test_a_claim_that_the_runs_median_misses_needs_more_than_the_plan_as_it_is():
    study = with_figures(SAVED.format(1))
    there = run(study, draws=16, engine="expected").answer.claims[0].found
    claimed = study.replace({"published.0.value": 0.98 * there.median})
    missed = needed(claimed, 0.9 * there.median)
    assert missed.multiple > 1.02, "without chance the plan as it is reaches it"
    farther = study.replace({"published.0.value": 1.08 * there.median})
    same = needed(farther, there.median)
    assert missed.multiple == pytest.approx(same.multiple, rel=0.01)


def test_a_payback_that_is_never_for_the_run_and_is_not_without_chance_has_a_reason():
    back = with_figures('text = "t"\nkind = "expectation"\nmeasure = "payback"\nvalue = 3')
    there = run(back, draws=16, engine="expected").answer.claims[0].found
    assert there.median < 3
    text = needed(back, None)
    assert (text.multiple, text.reason) == (None, "chance")


def test_what_would_have_to_be_true_takes_few_simulations(monkeypatch):
    from simlab.observe import threshold as page

    tried, simulate = [], page.simulate_block
    monkeypatch.setattr(page, "simulate_block", lambda *of: tried.append(1) or simulate(*of))
    claims = [SAVED.format(f"{kr}e6") for kr in (4, 5, 6, 7, 8, 9, 1_000)]
    found = with_needed(study := with_figures(*claims), figures_of(study))
    assert found[-1].needed.reason == "beyond"
    assert len(tried) <= page.TRIES


def figures_of(study) -> list[Claim]:
    return list(run(study, draws=16, engine="expected").answer.claims)


def test_a_claim_needs_the_same_in_a_study_that_ends_with_it_as_in_a_longer_one():
    claim = 'text = "t"\nkind = "account"\nmeasure = "share"\nstates = ["job"]\nat_months = 9\n'
    longer = with_figures(claim + "value = 0.55")
    shorter = longer.replace({"years": 0.75})
    assert shorter.timeline.steps == 9
    both = [
        observed(cash_flow(simulate(one, 4, engine="expected"))).found for one in (longer, shorter)
    ]
    assert np.array_equal(both[0], both[1])


def test_what_no_effect_gives_has_no_multiple_and_what_is_reached_needs_nothing():
    huge = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1e12'
    small = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1.0'
    found = run(with_figures(huge, small), draws=16, engine="expected").answer.claims
    assert found[0].needed.multiple is None
    assert found[1].needed is None
    assert found[1].chance_reached == 1.0


def test_effects_are_made_stronger_on_the_scale_on_which_they_add():
    from simlab.model.parameters import sample

    study = loads(
        STUDY.replace("hazard_ratio = 1.8", "hazard_ratio = { p10 = 1.1, p90 = 2.0 }")
        + '[[plan.effect]]\nmoves = ["benefit -> pension"]\npercentage_points = 0.02\n'
        "at_months = 12\n"
    )
    values = sample(study, 0, 32)
    twice = stronger(study, values, 2.0)
    path = "plan.effect.0.hazard_ratio"
    assert np.array_equal(twice.sampled[path], values.sampled[path] ** 2)
    assert np.all(twice.sampled["plan.effect.1.percentage_points"] == 0.04)


def test_a_study_without_published_figures_observed_nothing():
    result = run(loads(STUDY), draws=16, engine="expected")
    assert result.answer.claims == ()
    assert result.total.published.shape == (16, 0)
    assert with_needed(loads(STUDY), []) == ()
    assert observed is not None


# ── how money was counted ──


def test_an_account_whose_rule_nobody_told_is_shown_twice_and_not_judged():
    unknown = 'text = "t"\nkind = "account"\nmeasure = "saving"\nvalue = 1e9\ncounted = "unknown"'
    exits, effect = unknown.replace("unknown", "per_exit"), unknown.replace("unknown", "forecast")
    asked = with_figures(unknown, exits, effect)
    both, left, made = run(asked, draws=16, engine="expected").answer.claims
    assert not both.scored
    assert (both.percentile, both.verdict, both.chance_reached, both.needed) == (None,) * 4
    assert (both.found, both.effect) == (left.found, made.found)
    assert left.effect == made.found
    assert left.scored and left.verdict == "far above" and left.needed.reason == "beyond"
    assert (both.future, left.future, made.future) == ("plan", "plan", "difference")
    assert made.effect is None


def test_a_change_of_which_nobody_told_whom_it_is_of_is_shown_and_not_judged():
    known = CHANGE + 'at = "2020-12"'
    told, untold = run(
        with_figures(known, f'{known}\ncounted = "unknown"'), draws=16, engine="expected"
    ).answer.claims
    assert told.scored and told.verdict is not None
    assert not untold.scored
    assert (untold.percentile, untold.verdict, untold.chance_reached, untold.needed) == (None,) * 4
    assert untold.found == told.found


def test_an_account_needs_what_its_effect_needs_on_top_of_what_leaves_anyway():
    figure = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = {}\ncounted = "{}"'
    one = with_figures(figure.format(1, "per_exit"))
    (once,) = run(one, draws=16, engine="expected").answer.claims
    claimed = once.without.median + 2 * once.effect.median
    both = with_figures(
        figure.format(claimed, "per_exit"), figure.format(2 * once.effect.median, "forecast")
    )
    level, effect = run(both, draws=16, engine="expected").answer.claims
    assert level.needed.multiple == pytest.approx(effect.needed.multiple, rel=1e-6)
    assert effect.needed.person_years is not None
    assert level.needed.person_years is None, "most of it left without the plan"


# ── what is refused ─────────────────────────────────────────────────────────────────────────────

LATER = '[citizens.later]\nstate = "benefit"\narrivals_per_month = 1\n'
LATER += '[citizens.nobody]\nstate = "benefit"\nnumber = 0\n'
ARRIVING = "[citizens.pension]\narrivals_per_month = 1"
CHANGE = 'text = "t"\nkind = "account"\nmeasure = "change"\nvalue = 0.5\nstates = ["job"]\n'
SPAN = 'text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1\n'
SHARE = 'text = "t"\nkind = "account"\nmeasure = "share"\nvalue = 0.5\nstates = ["job"]\n'


@pytest.mark.parametrize(
    ("figure", "path", "message"),
    [
        (SHARE, "published.0.at", "is missing: when?"),
        (SHARE + 'at_months = 18\nat = "2020-12"', "published.0.at_months", "beside at"),
        (SHARE + "at_months = 40", "published.0.at_months", "after 36 months"),
        (SHARE + 'at = "2019-12"', "published.0.at", "before the start"),
        (SHARE + "at_months = 6\nper_year = true", "published.0.per_year", "says nothing of"),
        (SHARE + 'at_months = 6\nof = ["wokring"]', "published.0.of.0", 'did you mean "working"'),
        (SHARE + 'at_months = 6\nof = ["pension"]', "published.0.of.0", "nobody starts in"),
        (SHARE + 'at_months = 6\nof = ["later"]', "published.0.of.0",
         "nobody is there at the start"),
        (SHARE + f'at_months = 6\nof = ["pension"]\n{ARRIVING}', "published.0.of.0",
         "nobody is there at the start"),
        (SHARE + 'at_months = 6\nof = ["benefit", "nobody"]', "published.0.of.1",
         "nobody is there at the start"),
        (CHANGE + 'at = "2020-12"\nagainst = "2021-06"', "published.0.against",
         "earlier steps than the one it is read at"),
        (CHANGE + 'at = "2020-12"\nagainst = "2020-12"', "published.0.against", "2021-01-01"),
        (CHANGE + 'at_months = 6\nagainst = "2020-07"', "published.0.against", "2020-07-01"),
        (SPAN + 'since = "2021-06"\nuntil = "2020-12"', "published.0.since",
         "no step starts between it and the end, 2021-01-01"),
        (SPAN + 'since = "2020-12-02"\nuntil = "2020-12"', "published.0.since", "no step starts"),
        (SPAN + 'since = "2022-12-02"', "published.0.since", "no step starts"),
        (SPAN + 'since = "2020-08"\nat_months = 6', "published.0.since", "no step starts"),
        (SHARE.replace("0.5", "59.9") + "at_months = 6", "published.0.value", "0.6 is 60 %"),
        (SHARE + "at_months = 6\nci95 = [0.6, 0.7]", "published.0.ci95", "does not hold"),
        (SHARE + "at_months = 6\nsample = 0", "published.0.sample", "people in each arm"),
        (SHARE.replace('["job"]', '["jbo"]') + "at_months = 6", "published.0.states.0", "jbo"),
        (SHARE.replace("account", "effect") + "at_months = 6", "published.0.design", "is missing"),
        ('text = "t"\nkind = "account"\nmeasure = "people"\nvalue = 1\nat = "2020-12"',
         "published.0.states", "is missing"),
        (SPAN.replace("expectation", "account"), "published.0.counted", "what is it set against?"),
        (SPAN.replace("expectation", "effect") + 'counted = "forecast"', "published.0.counted",
         "measured against people without the plan"),
        (SHARE + 'at_months = 6\ncounted = "unknown"', "published.0.counted", "says nothing of"),
        (PEOPLE + 'value = 1\ncounted = "per_exit"', "published.0.counted", "people have a future"),
        (CHANGE + 'at = "2020-12"\ncounted = "per_exit"', "published.0.counted",
         "which is of money"),
        (PEOPLE + 'value = 1\ncounted = "unknown"\nfuture = "plan"', "published.0.counted",
         "is known where a future"),
        (SPAN + 'states = ["jbo"]', "published.0.states.0", "jbo"),
        ('text = "t"\nkind = "expectation"\nmeasure = "saving"', "published.0.value", "is missing"),
        ('text = "t"\nkind = "expectation"\nmeasure = "payback"', "published.0", "needs one of"),
        ('text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1\nperspective = "state"',
         "published.0.perspective", "unknown perspective"),
        ('text = "t"\nkind = "expectation"\nmeasure = "saving"\nvalue = 1\nfuture = "plan"',
         "published.0.future", "says nothing of"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_compared_is_refused(figure, path, message):
    with pytest.raises(StudyError) as refused:
        loads(f"{STUDY}\n{LATER}\n[[published]]\n{figure}\n")
    assert any(p.path == path and message in p.message for p in refused.value.problems), str(
        refused.value
    )


@pytest.mark.parametrize(
    "figure",
    [
        SHARE + 'at_months = 6\nof = ["benefit"]',
        CHANGE + 'at = "2020-12"\nagainst = "2020-11"',
        CHANGE + 'at_months = 7\nagainst = "2020-06"',
        SPAN + 'since = "2020-12"\nuntil = "2020-12"',
        SPAN + 'since = "2022-12"',
    ],
)
def test_a_figure_of_a_single_step_can_be_compared(figure):
    loaded = loads(f"{STUDY}\n{LATER}\n[[published]]\n{figure}\n")
    assert len(loaded.form.published) == 1


def test_an_unproven_effect_is_an_assumption_and_the_run_says_which():
    tagged = STUDY.replace(
        "hazard_ratio = 1.8",
        'name = "talks"\nhazard_ratio = { value = 1.8, tag = "A" }\nevidence = "unproven"',
    )
    with pytest.raises(StudyError, match="an unproven effect is an assumption"):
        loads(tagged.replace('tag = "A"', 'tag = "S", source = "a trial"'))
    assert loads(tagged).replace({"plan.effect.talks.hazard_ratio": 1.3}), "a question is free"
    (found,) = of_kind(loads(tagged), "unproven")
    assert "the effect of “talks”" in str(found.message)
    assert found.paths == ("plan.effect.talks.hazard_ratio",)
    assert found in run(loads(tagged), draws=16, engine="expected").answer.warnings
    assert list(of_kind(loads(STUDY), "unproven")) == []


def test_a_promise_and_what_was_published_later_are_told_beside_the_figure():
    row = row_of(PEOPLE + 'value = 10\npromised = 40\nleakage = "jobs of 2020"', [1.0, 2.0])
    assert (row.promised, row.leakage) == (40.0, {"en": "jobs of 2020"})


def test_a_promised_share_is_a_share():
    figure = 'text = "t"\nkind = "account"\nmeasure = "share"\nstates = ["job"]\nat_months = 6\n'
    with pytest.raises(StudyError, match=r"promised.*found 50"):
        with_figures(figure + "value = 0.5\npromised = 50")


def test_a_loss_is_no_claim_of_less_and_a_promise_tells_what_was_claimed():
    loss = 'text = "t"\nkind = "account"\nmeasure = "balance"\ncounted = "forecast"\nvalue = -5'
    assert row_of(loss, [-9.0, -2.0, 4.0]).direction == 1
    assert row_of(PEOPLE + "value = -10", [1.0]).direction == -1
    assert row_of(PEOPLE + "value = -10\npromised = 40", [1.0]).direction == 1
