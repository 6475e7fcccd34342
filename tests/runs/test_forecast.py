"""Forecasts: more work never takes less, and the words of ``check`` carry the figures."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simlab.engine.cost import EXACT, choose_engine
from simlab.report.reading_back.engine import time_of_run
from simlab.runs.forecast import forecast, passes_without_chance, share
from simlab.runs.run import run
from simlab.study.errors import StudyError
from simlab.study.reading import shipped_configs
from simlab.study.study import load

PROGRAMMES = ("hjoerring-activity-ready", "hjoerring")


@pytest.fixture(scope="module", params=PROGRAMMES)
def study(request):
    return load(shipped_configs() / "programmes" / f"{request.param}.toml")


def test_more_draws_take_longer_and_more_memory(study):
    found = [forecast(study.replace({"draws": n}), 256, 2) for n in (1, 100, 2_000, 50_000)]
    for few, many in pairwise(found):
        assert many.peak_bytes > few.peak_bytes
        assert all(many.seconds[engine] > few.seconds[engine] for engine in few.seconds)


def test_more_threads_never_take_longer_but_more_memory(study):
    found = [forecast(study, 256, threads) for threads in (1, 2, 4, 64)]
    for few, many in pairwise(found):
        assert many.peak_bytes > few.peak_bytes
        assert all(many.seconds[engine] <= few.seconds[engine] for engine in few.seconds)


def test_expected_numbers_alone_take_the_least(study):
    seconds = forecast(study, 256, 2).seconds
    assert set(seconds) == {"expected", *EXACT}
    assert seconds["expected"] < min(seconds[engine] for engine in EXACT)


def test_a_single_block_is_not_shared_out():
    assert share(256, 256, 8) == 1.0
    assert share(100, 256, 8) == 1.0
    assert share(10_000, 256, 1) == 1.0


def test_what_a_run_repeats_is_reckoned(study):
    base = study.replace({"draws": 10_000})
    assert passes_without_chance(base, 256)[0] == (10_000, 256)
    permanent = base.replace({"plan.cost.more": {"per_year": 1.0}})
    more = len(passes_without_chance(permanent, 256)) - len(passes_without_chance(base, 256))
    assert more in (0, 4)  # 0 where the plan was permanent already: 2, 4, 6 and 8 years
    assert passes_without_chance(permanent, 256).count((1_000, 64)) == 4


def test_a_run_takes_the_engine_of_its_forecast_and_records_it(study):
    for asked in ("auto", *EXACT):
        wanted = study.replace({"engine": asked, "draws": 4})
        finished = run(wanted)
        assert finished.engine == forecast(wanted, 256, 1).engine == choose_engine(wanted)
        assert finished.result.summary["engine"] == finished.engine
        assert asked in ("auto", finished.engine)


def test_the_words_of_check_name_every_engine_with_its_time():
    seconds = {"expected": 8.6, "counts": 21.4, "citizens": 38.0}
    assert time_of_run("counts", seconds, 2) == (
        "counts: about 21 s on 2 threads; expected would take about 9 s, citizens about 38 s"
    )
    assert time_of_run("citizens", {"counts": 0.2, "citizens": 0.1}, 1) == (
        "citizens: about 1 s on 1 thread; counts would take about 1 s"
    )


def test_what_cannot_fit_is_refused_with_the_figures(study, monkeypatch):
    from simlab.runs import forecast as forecasts

    monkeypatch.setattr(forecasts, "available_memory", lambda: 1e8)
    with pytest.raises(StudyError, match=r"0\.\d GB, and this machine has 0\.1 GB"):
        forecasts.refuse_what_cannot_fit(study.replace({"draws": 10}), 256, 1)
