"""Those whose jobs a plan's participants take, in money and in outcomes (`displacement`)."""

import numpy as np
import pytest

import simlab

RULES = """
    start = "2015-01"
    years = 3
    states = ["activity_ready", "job_ready", "job"]
    payers = ["municipality", "state", "citizen", "other_municipalities"]
    [clocks.support]
    states = ["activity_ready", "job_ready"]
    resets = { after_months = 12 }
    [citizens.activity_ready]
    number = 100
    [rate_per_month]
    activity_ready.job = 0.02
    job.job_ready = { by = "support.away", "1-3" = 0.09, "4+" = 0.03 }
    [payments.benefit]
    received_by = "citizen"
    taxed = true
    reimbursement = "ladder"
    amount = { activity_ready = 1000, job_ready = 900 }
    [payments.wage]
    paid_by = "citizen"
    taxed = true
    amount.job = -2000
    [reimbursement.ladder]
    share = { "1-3" = 0.8, "4+" = 0.3 }
    [taxes.municipal]
    rate = 0.25
    retained = 0.4
    rest_to = "state"
    equalised_after_years = 1
    [outcomes.years_in_job]
    amount.job = 1
    [outcomes.years_job_ready]
    amount.job_ready = 1
    """
EFFECT = '[[plan.effect]]\nmoves = ["activity_ready -> job"]\nhazard_ratio = 2\n'
SHARES = (
    '[plan.displacement]\nshare = {0}\nlocal_share = {1}\nelsewhere = "other_municipalities"\n'
    'states = ["job"]\nto = "job_ready"\n'
)
M, S, C, E = range(4)


def cash(plan, draws=1, engine="expected"):
    return simlab.cash_flow(simlab.simulate(simlab.loads(RULES + plan), draws, engine=engine))


def moved(share, local, **more):
    """(what displacement adds to the plan's payments, the extra jobs) by step."""
    without, with_it = cash(EFFECT, **more), cash(EFFECT + SHARES.format(share, local), **more)
    histories = with_it.histories
    jobs = histories.people("plan")[:, :, 2] - histories.people("baseline")[:, :, 2]
    assert (with_it.paid_in("baseline") == without.paid_in("baseline")).all()
    return (with_it.paid_in("plan") - without.paid_in("plan"))[0], jobs[0]


def test_a_displaced_citizen_costs_benefit_and_the_tax_of_the_job_by_hand():
    added, jobs = moved(0.3, 1.0)
    displaced = 0.3 * jobs
    lost_tax = 0.25 * (2000 - 900)
    benefit = 0.7 * 900  # at the last rung
    # equalisation gives 60 % of the lost tax back, a year later
    back = np.concatenate([np.zeros(12), 0.6 * lost_tax * displaced[:-12]])
    np.testing.assert_allclose(added[:, M], displaced * (benefit + lost_tax) - back, atol=1e-9)
    np.testing.assert_allclose(added[:, C], displaced * (2000 - 900 - lost_tax), atol=1e-9)
    np.testing.assert_allclose(added[:, E], 0.0, atol=1e-12)


def test_those_displaced_elsewhere_cost_another_municipality_the_same():
    here, _ = moved(0.3, 1.0)
    there, _ = moved(0.3, 0.0)
    np.testing.assert_allclose(there[:, E], here[:, M], atol=1e-9)
    np.testing.assert_allclose(there[:, M], 0.0, atol=1e-12)
    np.testing.assert_allclose(there[:, [S, C]], here[:, [S, C]], atol=1e-9)
    half, _ = moved(0.3, 0.5)
    np.testing.assert_allclose(half, (here + there) / 2, atol=1e-9)


def test_displacement_is_linear_in_its_share_and_one_for_one_leaves_no_more_in_jobs():
    third, whole = moved(0.25, 0.5)[0], moved(1.0, 0.5)[0]
    np.testing.assert_allclose(whole, 4 * third, atol=1e-9)
    found = cash(EFFECT + SHARES.format(1.0, 0.5)).outcomes["years_in_job"]
    np.testing.assert_allclose(found[:, 1], found[:, 0], rtol=1e-12)


def test_person_years_in_jobs_shrink_by_the_share():
    more = {
        share: np.diff(cash(EFFECT + SHARES.format(share, 0.5)).outcomes["years_in_job"])[0, 0]
        for share in (0, 0.3)
    }
    assert more[0.3] == pytest.approx(0.7 * more[0], rel=1e-12)
    ready = [
        cash(EFFECT + SHARES.format(share, 0.5)).outcomes["years_job_ready"][0, 1]
        for share in (0, 0.3)
    ]
    assert ready[1] - ready[0] == pytest.approx(0.3 * more[0], rel=1e-12)


def test_a_plan_without_effect_displaces_nobody():
    found = cash(SHARES.format(0.5, 0.5), draws=8, engine="counts")
    assert (found.saving == 0.0).all()


@pytest.mark.parametrize("engine", ["expected", "counts", "citizens"])
def test_payers_sum_to_what_is_no_transfer_with_the_displaced_too(engine):
    found = cash(EFFECT + SHARES.format(0.4, 0.3), draws=6, engine=engine)
    people = found.histories.people
    jobs = people("plan")[:, :, 2] - 0.4 * (people("plan") - people("baseline"))[:, :, 2]
    real = -2000.0 * jobs  # wages alone come from outside the payers
    np.testing.assert_allclose(found.paid_in("plan")[:, 1:].sum(axis=2), real[:, 1:], atol=1e-6)


def test_uncertain_shares_are_one_figure_a_draw():
    uncertain = SHARES.format("{ min = 0, mode = 0.1, max = 0.3 }", "{ p10 = 0.3, p90 = 0.7 }")
    found = cash(EFFECT + uncertain, draws=16)
    share = found.histories.block.values.sampled["plan.displacement.share"]
    plain = np.diff(cash(EFFECT, draws=16).outcomes["years_in_job"])[:, 0]
    np.testing.assert_allclose(
        np.diff(found.outcomes["years_in_job"])[:, 0], plain * (1 - share), rtol=1e-12
    )
