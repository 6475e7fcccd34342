"""Every shipped study, through every command that a planner gives it."""

import json
import sys

import pytest
import shipped
from pypdf import PdfReader

import simlab
from simlab.cli import group
from simlab.cli.ending import ended
from simlab.study.moves import evidence
from simlab.study.study import Study
from simlab.study.time import PER_YEAR

NEW = "of simlab new"
FEW = ("--draws", "32", "--threads", "1", "--quiet")


def arrivals(study: Study) -> bool:
    return any(
        getattr(group, f"arrivals_per_{unit}") is not None
        for group in study.form.citizens.values()
        for unit in PER_YEAR
    )


def one_group(study: Study) -> bool:
    """Whether all people have one law: one segment, nobody apart by how long they are there."""
    plan = study.form.plan
    apart = [*plan.effect, *([plan.enrolment] if plan.enrolment else [])]
    segments = {group.segment for group in study.form.citizens.values()}
    return (
        len(segments) == 1
        and all(one.reach == "all" for one in apart)
        and all(effect.coverage_is == "thinning" for effect in plan.effect)
    )


def multiplied(study: Study) -> bool:
    """Whether any effect of the plan multiplies intensities, or puts others in their place."""
    kinds = ("hazard_ratio", "risk_ratio", "percentage_points", "hazard_ratio_per_halving")
    return any(
        evidence(effect)
        or effect.share is not None
        or any(getattr(effect, kind) is not None for kind in kinds)
        for effect in study.form.plan.effect
    )


def by_time(study: Study) -> bool:
    """Whether any payment, or what is given back of it, depends on time on a clock."""
    form = study.form
    shares = [form.reimbursement[p.reimbursement].share for p in form.payments.values()
              if p.reimbursement is not None]  # fmt: skip
    amounts = [one for payment in form.payments.values() for one in payment.amount.values()]
    return any(one.is_banded for one in [*shares, *amounts])


def costs(study: Study) -> bool:
    plan = study.form.plan
    paid = [plan.enrolment.cost_per_enrolled_per_month] if plan.enrolment else []
    paid += [plan.caseload.cost_per_worker_per_year] if plan.caseload else []
    paid += [effect.cost_per_treated_per_month for effect in plan.effect]
    return bool(plan.cost.lines or plan.cost_per_citizen or any(paid))


def shared(study: Study) -> bool:
    form = study.form
    ratios = any(segment.hazard_ratio for segment in form.segments.values())
    return bool(form.trend_per_year or form.business_cycle or ratios)


def trial(study: Study) -> bool:
    return any(
        e.risk_ratio is not None or e.percentage_points is not None for e in study.form.plan.effect
    )


def planned(study: Study) -> bool:
    """Whether there is a plan, of which something could be saved."""
    return bool(study.form.plan.effect or costs(study))


# What a study must have for a check to have anything to compare; every other check passes.
NEEDS = {
    "people.newcomers": arrivals,
    "people.absorbing": lambda study: study.never_left,
    "people.clocks": lambda study: study.form.clocks,
    "people.arrivals": arrivals,
    "chances.shared": shared,
    "chances.effects": lambda study: (
        multiplied(study)
        or any(effect.chance_ratio is not None for effect in study.form.plan.effect)
    ),
    "chances.trials": trial,
    "chances.shares": lambda study: study.form.shares,
    "chances.intake": lambda study: study.form.plan.enrolment,
    "plan.stronger": multiplied,
    "money.budget": costs,
    "money.plan_cost": costs,
    "money.accounts": lambda study: study.form.budget and planned(study),
    "money.outcomes": lambda study: study.form.outcomes,
    "clocks.ladder": by_time,
    "clocks.equal_bands": lambda study: study.form.clocks and not study.form.plan.enrolment,
    "evidence.quantiles": lambda study: study.uncertain,
    "evidence.means": lambda study: study.uncertain,
    "evidence.correlated_quantiles": lambda study: study.form.correlation,
    "evidence.correlations": lambda study: study.form.correlation,
    "engines.groups": lambda study: not one_group(study),
}
OF_THE_SAVING = {
    "plan.swapped", "money.years", "money.weights", "money.no_discount", "money.payback",
    "risk.draws", "risk.times", "risk.money", "risk.layers", "engines.saving_counts",
    "engines.saving_citizens", "engines.variance_counts", "engines.variance_citizens",
    "engines.coupling_counts", "engines.coupling_citizens", "engines.distribution", "steps.halved",
}  # fmt: skip


@pytest.fixture(params=[*shipped.studies(), NEW])
def path(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if request.param != NEW:
        return shipped.CONFIGS / request.param
    called(monkeypatch, "new", "mine.toml")
    return tmp_path / "mine.toml"


def called(monkeypatch, *words) -> None:
    """A command that ends well."""
    monkeypatch.setattr(sys, "argv", ["simlab", *map(str, words)])
    assert ended(group) == 0, words


@pytest.mark.long
def test_every_command_ends_well_and_each_check_passes_or_has_nothing_to_compare(
    path, tmp_path, monkeypatch
):
    study = simlab.load(path)
    half = study.timeline.steps // 2 / study.timeline.steps_per_year
    stops = study.timeline.end_of(study.timeline.steps // 2)
    called(monkeypatch, "check", path)
    called(monkeypatch, "verify", path, "-o", "run", "--quiet")
    record = json.loads((tmp_path / "run" / "certificate.json").read_text(encoding="utf-8"))
    ends = {check["key"]: check["outcome"] for check in record["checks"]}
    needs = dict.fromkeys(OF_THE_SAVING, planned) | NEEDS
    there = {key: "passed" if needed(study) else "absent" for key, needed in needs.items()}
    assert ends == {key: there.get(key, "passed") for key in ends}
    assert set(there) <= set(ends)
    called(monkeypatch, "run", path, "-o", "run", *FEW)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert len(PdfReader(tmp_path / "run" / "memo.pdf").pages) <= 2
    assert summary["certificate"]["passed"]
    called(monkeypatch, "replay", "run", "--draw", 3)
    called(monkeypatch, "compare", path, "--set", f"stopped: plan.until={stops}", "-o", "two", *FEW)
    grid = f"years={half},{study.form.years}"
    called(monkeypatch, "batch", path, "--grid", grid, "-o", "grid", "--bare", *FEW)
    assert len(list((tmp_path / "grid").glob("*/summary.json"))) == 2


def test_a_file_that_somebody_left_beside_a_shipped_study_is_none(tmp_path, monkeypatch):
    for command in (["git", "init", "-q"], ["git", "add", "kept.toml"]):
        (tmp_path / "kept.toml").write_text('title = "kept"', encoding="utf-8")
        (tmp_path / "left.toml").write_text('title = "left"', encoding="utf-8")
        shipped.subprocess.run(command, cwd=tmp_path, check=True)
    monkeypatch.setattr(shipped, "CONFIGS", tmp_path)
    assert shipped.listed() == ["kept.toml"]


def test_a_layer_that_studies_extend_is_no_study():
    found = shipped.studies()
    assert "programmes/hjoerring.toml" in found
    assert "template.toml" in found
    assert not [name for name in found if name.startswith(("behaviour/", "systems/"))]
