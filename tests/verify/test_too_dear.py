"""An engine that would take longer than the time limit costs its own checks and no others."""

import pytest

import simlab
from simlab.cli import main
from simlab.study.errors import StudyError
from simlab.verify import case, costs
from simlab.verify.certificate import verify

DEAR = """
start = "2026-01"
years = 2
states = ["benefit", "job"]
[citizens.benefit]
number = 1e12
[chance_per_month]
benefit.job = { p10 = 0.01, p90 = 0.02 }
job.benefit = 0.02
[payments.benefit]
amount.benefit = 10
[plan.cost.talks]
at_start = 1000
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = 1.5
"""
CITIZENS = {
    "engines.people_citizens", "engines.saving_citizens", "engines.variance_citizens",
    "engines.coupling_citizens", "engines.distribution", "risk.layers",
}  # fmt: skip


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(case, "MOST_DRAWS", 32)
    monkeypatch.setattr(costs, "MOST", 1024)


def test_an_engine_that_takes_too_long_costs_its_own_checks_and_no_others():
    checks = verify(simlab.loads(DEAR)).checks
    unmade = {check.key: check.where["reason"] for check in checks if check.outcome == "unmade"}
    assert set(unmade) == CITIZENS
    for reason in unmade.values():
        assert "days with the engine citizens" in reason
        assert "the time limit is 24 h" in reason
    made = {check.key for check in checks if check.outcome == "passed"}
    assert {"people.start", "plan.no_effect", "money.payments", "risk.money", "evidence.seed",
            "engines.people_counts", "engines.saving_counts"} <= made  # fmt: skip
    assert not [check.key for check in checks if check.failed]


def test_a_certificate_is_left_where_one_engine_takes_too_long(tmp_path, monkeypatch, capsys):
    (tmp_path / "study.toml").write_text(DEAR, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["simlab", "verify", str(tmp_path / "study.toml"), "--quiet",
                                     "-o", str(tmp_path / "out")])  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, capsys.readouterr()
    assert (tmp_path / "out" / "certificate.json").exists()


def test_an_examination_is_refused_where_even_expected_numbers_take_too_long():
    with pytest.raises(StudyError, match="the time limit is"):
        verify(simlab.loads(DEAR), time_limit=1e-9)
