"""What a user's environment says of charts, warnings and folders changes no result of a run."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numba
import pytest
from charts import worlds
from runs.worlds import STUDY

from simlab import charts
from simlab.kernel import cache

ODD = {
    "font.size": 22, "font.family": "serif", "lines.linewidth": 9, "axes.grid": True,
    "path.sketch": (1, 100, 2), "axes.unicode_minus": False, "figure.dpi": 30,
    "svg.fonttype": "none", "axes.facecolor": "black", "xtick.direction": "in",
    "legend.framealpha": 0.1, "savefig.dpi": 40, "text.color": "red", "hatch.linewidth": 9,
}  # fmt: skip


def test_the_settings_of_a_user_change_no_chart_and_stay_as_they_are():
    payback, people = worlds.hjoerring(draws=200), worlds.citizens()

    def drawn():
        curve = charts.payback_curve(payback, start=worlds.START).figure
        figures = {
            "curve": curve, "fan": charts.balance_fan(payback).figure,
            "people": charts.people_figure(people, steps_per_year=12.0),
        }  # fmt: skip
        return {name: (charts.svg(f), charts.files.png(f)) for name, f in figures.items()}

    plain = drawn()
    with matplotlib.rc_context(ODD):
        before = dict(matplotlib.rcParams)
        assert drawn() == plain
        assert dict(matplotlib.rcParams) == before


def simlab(*arguments, cwd, **environment):
    done = subprocess.run(
        [sys.executable, "-m", "simlab", *arguments], cwd=cwd, capture_output=True,
        encoding="utf-8", env={**os.environ, **environment}, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_notebook_torn_settings_and_warnings_as_errors_end_no_run(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY.partition("[[published]]")[0], encoding="utf-8")
    torn = tmp_path / "torn"
    torn.write_bytes(b"# \xe6\nfont.size: lots\nbackend: none such\n")
    run = ("run", "study.toml", "--draws", "32", "--quiet", "-o")
    assert simlab(*run, "plain", cwd=tmp_path) == (0, "")
    odd = {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline", "MATPLOTLIBRC": str(torn),
        "PYTHONWARNINGS": "error", "TZ": "Pacific/Kiritimati", "COLUMNS": "7", "NO_COLOR": "1",
        "LC_ALL": "C", "PYTHONUTF8": "0",
    }  # fmt: skip
    assert simlab(*run, "odd", cwd=tmp_path, **odd) == (0, "")
    for path in sorted((tmp_path / "plain").glob("*.parquet")) + sorted(
        (tmp_path / "plain" / "charts").iterdir()
    ):
        other = tmp_path / "odd" / path.relative_to(tmp_path / "plain")
        assert other.read_bytes() == path.read_bytes(), path.name


def test_kernels_without_a_place_get_one_of_the_users_own_and_it_is_told(
    tmp_path, monkeypatch, caplog
):
    found = iter([False, True])
    monkeypatch.setattr(cache, "_has_place", lambda: next(found))
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    with caplog.at_level(logging.WARNING, "simlab"):
        assert cache.cached()
    (place,) = tmp_path.iterdir()
    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR == str(place)
    assert str(place) in caplog.text and "Set NUMBA_CACHE_DIR" in caplog.text
    if hasattr(os, "getuid"):
        assert place.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights of POSIX")
def test_kernels_are_not_taken_from_a_folder_that_others_may_write(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(cache, "_has_place", lambda: False)
    monkeypatch.setattr(cache.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    place = tmp_path / f"simlab-kernels-{os.getuid()}"
    place.mkdir()
    place.chmod(0o777)
    with caplog.at_level(logging.WARNING, "simlab"):
        assert not cache.cached()
    assert os.environ["NUMBA_CACHE_DIR"] == ""
    assert "compiled anew" in caplog.text


@pytest.mark.long
@pytest.mark.skipif(
    not hasattr(numba.config, "CACHE_LOCATOR_CLASSES"), reason="this numba finds its own places"
)
def test_an_installation_and_a_home_that_are_read_only_run(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY.partition("[[published]]")[0], encoding="utf-8")
    run = ("run", "study.toml", "--draws", "16", "--quiet", "-o", "out")
    only = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "TMPDIR": str(tmp_path)}
    code, err = simlab(*run, cwd=tmp_path, **only)
    assert code == 0 and "Set NUMBA_CACHE_DIR" in err and "Traceback" not in err
    assert list(Path(tmp_path).glob("simlab-kernels-*/*/*.nbc"))
