"""Everything that a run leaves is the same to the bit, whatever its blocks, threads and pauses.

The study has a little of everything, and more of it than eight: numpy adds eight terms or more in
an order that depends on how they lie in memory, and a block of one draw lies otherwise than a block
of many.
"""

import pytest

import simlab
from simlab.folders import results
from simlab.result.plain import plain_answer
from simlab.runs import files
from simlab.runs.checkpoint import open_checkpoint
from simlab.runs.options import RunOptions
from simlab.runs.run import run

STATES = ["benefit", *(f"way_{i}" for i in range(9)), "job", "dead"]
WAYS = [state for state in STATES if state.startswith("way_")]


def uncertain(low: float) -> str:
    return f"{{ p10 = {low:.4f}, p90 = {1.7 * low:.4f} }}"


def everything(engine: str) -> simlab.study.study.Study:
    """Nine ways out of benefit, all of which can lead to a job; money by state, rung and move."""
    ways = "\n".join(f"{way} = {uncertain(0.004 + 0.001 * i)}" for i, way in enumerate(WAYS))
    back = "\n".join(
        f'{way} = {{ benefit = {uncertain(0.02)}, job = {{ "1-3" = 0.05, "4+" = 0.08 }} }}'
        for way in WAYS
    )
    amounts = "\n".join(
        f"amount.{way} = {uncertain(7_000 + 331 * i)}" for i, way in enumerate(WAYS)
    )
    groups = "\n".join(
        f'{way} = {{ number = {uncertain(3.0 + i)}, segment = "{"one" if i % 2 else "other"}" }}'
        for i, way in enumerate(WAYS)
    )
    return simlab.loads(
        f"""
title = "A little of everything"
start = "2020-03"
years = 1
draws = 18
seed = 5
engine = "{engine}"
counting = "mean"
states = {STATES}
payers = ["municipality", "state", "citizen"]
price_level = 2020
[index.rates]
2020 = 100
2022 = 107
[clocks.support]
states = {["benefit", *WAYS]}

[citizens]
benefit = {{ number = {uncertain(60)}, arrivals_per_month = {uncertain(3)} }}
{groups}
[segments.one]
hazard_ratio = {{ "* -> job" = {uncertain(0.8)} }}
[segments.other]
[chance_per_month.benefit]
job = {{ "1-2" = 0.05, "3+" = 0.02 }}
{ways}
[chance_per_month.job]
benefit = {uncertain(0.02)}
dead = 0.001
[chance_per_month]
{back}
[business_cycle]
sd = {uncertain(0.1)}
half_life_months = 18
loading = {{ "* -> job" = {uncertain(0.7)} }}
[trend_per_year]
"job -> benefit" = {{ mean = 0.01, sd = 0.01 }}
[[convert]]
states = ["way_8"]
to = "way_7"
at = "2020-09"
[reimbursement.ladder.share]
"1-3" = 0.8
"4+" = 0.4
[reimbursement.ladder]
paid_by = "state"
[payments.support]
reimbursement = "ladder"
indexed = "rates"
taxed = true
received_by = "citizen"
amount.benefit = {uncertain(11_000)}
{amounts}
[payments.effort]
amount.benefit = {uncertain(500)}
[taxes.municipal]
rate = 0.25
paid_by = "citizen"
received_by = "municipality"
[one_off.start]
moves = ["* -> job"]
amount = {uncertain(5_000)}
[outcomes.job_years]
amount.job = 1
moves = {{ "* -> job" = 0.1 }}
[budget.lines.support]
of = ["payments.support"]
[perspectives.municipality]
weights = {{ municipality = 1 }}
[perspectives.all]
weights = {{ municipality = 1, state = 1, citizen = 1 }}
discount_per_year = 0.035
[plan]
cost.overrun = {uncertain(0.9)}
cost.team = {{ at_start = 30_000, 2020 = 250_000, 2021 = 250_000 }}
[plan.cost_per_citizen.talks]
states = {["benefit", *WAYS]}
amount = {uncertain(90)}
[plan.enrolment]
states = {["benefit", *WAYS]}
months_in_programme = 2
intake_per_month = 9
places = 25
dropout_per_month = 0.05
cost_per_enrolled_per_month = {uncertain(800)}
[[plan.effect]]
name = "trial"
moves = ["* -> job"]
risk_ratio = {uncertain(1.1)}
at_months = 4
ramp_months = 3
coverage = {uncertain(0.5)}
cost_per_treated_per_month = 100
[[plan.effect]]
name = "programme"
moves = ["* -> job"]
hazard_ratio = {uncertain(1.2)}
while = "enrolled"
[[plan.amount]]
states = {WAYS}
change = {uncertain(300)}
[plan.displacement]
share = {uncertain(0.1)}
local_share = 1
states = ["job"]
to = "benefit"
[[published]]
text = "in a job or under way"
kind = "account"
measure = "share"
value = 0.3
of = ["benefit"]
states = {["job", *WAYS]}
at_months = 6
future = "plan"
source = "a count"
"""
    )


def left(study, folder, checkpoint=None, **how):
    """What a run leaves in a folder: the summary without its time, and the tables."""
    finished = run(study, RunOptions(**how), checkpoint=checkpoint)
    folder.mkdir(exist_ok=True)
    files.write_text(folder / "summary.json", files.as_json(plain_answer(finished.answer)))
    for name, table in (
        ("draws", results.draws_table(finished.total)),
        ("paths", results.paths_table(finished)),
    ):
        files.write_parquet(folder / f"{name}.parquet", table)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module", params=["counts", "expected"])
def study(request):
    return everything(request.param)


@pytest.fixture(scope="module")
def usual(study, tmp_path_factory):
    return left(study, tmp_path_factory.mktemp("usual") / "run")


@pytest.mark.parametrize(("block", "threads"), [(1, 1), (7, 1), (7, 2), (256, 2)])
def test_no_digit_of_a_summary_depends_on_blocks_or_threads(study, usual, tmp_path, block, threads):
    found = left(study, tmp_path / "run", block=block, threads=threads)
    assert list(found) == ["draws.parquet", "paths.parquet", "summary.json"]
    for name, content in found.items():
        assert content == usual[name], name


def test_no_digit_of_a_summary_depends_on_where_a_run_was_resumed(study, usual, tmp_path):
    engine = study.form.engine
    kept = tmp_path / "kept"
    with open_checkpoint(kept, study.replace({"draws": 7}), engine) as blocks:
        run(study.replace({"draws": 7}), RunOptions(block=1), checkpoint=blocks)
    with open_checkpoint(kept, study, engine, resume=True) as blocks:
        found = left(study, tmp_path / "run", checkpoint=blocks, block=16)
    for name, content in found.items():
        assert content == usual[name], name
