"""Every figure that is told in more than one place is the same figure: that of ``draws.parquet``.

A study is seen by two perspectives whose answers differ, and its own is not the first. Each figure
is computed anew from the draws with pandas and plain rounding; nothing of ``simlab.risk`` or
``simlab.words`` is used.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
import zipfile
from html import unescape
from io import BytesIO
from xml.etree import ElementTree

import pandas as pd
import pytest
from in_process import exit_code

import simlab
import simlab.cli
from simlab.backtest.predict import predict
from simlab.replay.future import future
from simlab.replay.recorded import recorded

STUDY = """
title = "Seen by two"
start = "2020-01"
years = 8
draws = 320
engine = "counts"
states = ["benefit", "job"]
payers = ["municipality", "state"]
perspective = "municipality"
[perspectives.all_of_us]
label = "all of us"
weights = { municipality = 1.0, state = 1.0 }
discount_per_year = 0.035
[perspectives.municipality]
weights = { municipality = 1.0 }
[citizens.benefit]
number = { p10 = 200, p90 = 300 }
[chance_per_month]
benefit.job = { p10 = 0.01, p90 = 0.03 }
job.benefit = 0.02
[payments.benefit]
reimbursement = "half"
[payments.benefit.amount]
benefit = { p10 = 9_000, p90 = 11_000 }
[reimbursement.half]
share = 0.6
[plan.cost]
unit = 1_000_000
talks = { 2020 = 3.0, 2021 = 3.0 }
[[plan.effect]]
moves = ["benefit -> job"]
hazard_ratio = { p10 = 1.0, p90 = 1.9 }
until = "2022-12"
[[published]]
text = "a million saved in 2021"
kind = "expectation"
measure = "saving"
value = 1_000_000
since = "2021"
until = "2021"
"""
OWN, FIRST = "municipality", "all_of_us"


def quantile(values, q):
    return sorted(values)[max(math.ceil(q * len(values) - 1e-9), 1) - 1]


def answer(draws, name, plan=""):
    """The figures of a perspective, from the draws."""
    years, value = draws[f"{plan}{name}.payback_years"], draws[f"{plan}{name}.net_present_value"]
    saving, cost = draws[f"{plan}{name}.saving"], draws[f"{plan}{name}.plan_cost"]
    peak = draws[f"{plan}{name}.peak_exposure"]
    return {
        "never": float((years == math.inf).mean()),
        "within": {str(y): float((years <= y + 1e-9).mean()) for y in range(1, 9)},
        **{k: quantile(years, q) for k, q in (("p10", 0.1), ("median", 0.5), ("p90", 0.9))},
        "npv": {"mean": value.mean(), "p10": quantile(value, 0.1), "p90": quantile(value, 0.9)},
        "cvar5": sorted(value)[: round(0.05 * len(value))],
        "peak": {"median": quantile(peak, 0.5), "p90": quantile(peak, 0.9)},
        "ratio": saving.mean() / cost.mean(),
        "cost": cost.mean(),
    }


def money(kr, low, high):
    """English kroner to the second digit of half of the range from low to high."""
    place = math.floor(math.log10((high - low) / 2)) - 1
    kr = round(kr / 10**place) * 10**place
    if kr == 0:
        return "about zero"
    if abs(kr) >= 1e6:
        return f"DKK {kr / 1e6:,.{max(6 - max(place, 5), 0)}f} million"
    return f"DKK {kr:,.0f}"


def figures_told(of):
    """The figures of the screen and the report, as they are written."""
    gain = of["npv"]
    return [
        f"{of['median']:.1f} years" if of["median"] < math.inf else "not within 8 years",
        f"{100 * of['within']['5']:.1f}%",
        f"{100 * of['never']:.1f}%",
        money(gain["mean"], gain["p10"], gain["p90"]),
        money(of["peak"]["median"], 0, of["peak"]["p90"]),
        f"{of['ratio']:.2f}",
    ]


def like(found):
    return pytest.approx(found, rel=1e-12)


def check_summary(told, of):
    """A perspective in summary.json, --json or comparison.json."""
    payback, value = told["payback"], told["net_present_value"]
    assert payback["never"] == of["never"]
    assert {y: one["chance"] for y, one in payback["within"].items()} == of["within"]
    for key in ("p10", "median", "p90"):
        assert payback[f"{key}_years"] == (of[key] if of[key] < math.inf else None)
    assert {k: value[k] for k in of["npv"]} == like(of["npv"])
    assert value["cvar5"] == like(sum(of["cvar5"]) / len(of["cvar5"]))
    assert {k: told["peak_exposure"][k] for k in of["peak"]} == like(of["peak"])
    assert told["benefit_cost_ratio"] == like(of["ratio"])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def told(home):
    """Command → what it printed."""

    def call(*arguments):
        out = io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
        ):
            patch.chdir(home)
            code = exit_code(patch, *arguments)
        assert code == 0, out.getvalue()
        return " ".join(out.getvalue().split())

    return {
        "run": call("run", "study.toml", "-o", "run"),
        "json": call("run", "study.toml", "-o", "json", "--json"),
        "other": call("run", "study.toml", "-o", "other", "--perspective", FIRST, "--quiet"),
        "batch": call("batch", "study.toml", "--grid", "plan.scale=0.5,1", "-o", "batch"),
        "compare": call("compare", "study.toml", "--set", "half: plan.scale=0.5",
                        "--engine", "expected", "-o", "compared"),
        "replay": call("replay", "run", "--draw", "7"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def draws(told, home):
    return pd.read_parquet(home / "run" / "draws.parquet")


@pytest.fixture(scope="module")
def own(draws):
    found, first = answer(draws, OWN), answer(draws, FIRST)
    assert abs(found["never"] - first["never"]) > 0.2  # so a mistaken perspective is seen
    assert not set(figures_told(found)) & set(figures_told(first))
    return found


def test_summary_and_json_hold_the_figures_of_the_draws(told, home, draws, own):
    whole = json.loads((home / "run" / "summary.json").read_text(encoding="utf-8"))
    assert json.loads(told["json"]) == whole
    assert whole["perspective"] == OWN
    for name in (OWN, FIRST):
        check_summary(whole["perspectives"][name], answer(draws, name))
    (claim,) = whole["published"]
    seen = draws["published.0"]
    assert claim["found"]["median"] == like(quantile(seen, 0.5))
    assert claim["percentile"] == like(((seen < 1e6).mean() + (seen <= 1e6).mean()) / 2)


def test_the_screen_tells_the_figures_of_the_draws(told, own):
    for figure in figures_told(own):
        assert figure in told["run"], figure


def test_another_perspective_that_is_asked_for_opens_everywhere(told, home, draws, own):
    """``--perspective`` of a run: the report, and the study that stands beside it."""
    page = unescape((home / "other" / "report.html").read_text(encoding="utf-8"))
    for figure in figures_told(answer(draws, FIRST)):
        assert minus(figure) in page
    assert simlab.load(home / "other" / "study.toml").perspective == FIRST


def minus(text):
    return re.sub(r"-(?=\d)", "−", text)


def test_report_charts_and_the_page_s_script_tell_the_figures_of_the_draws(told, home, draws, own):
    page = unescape((home / "run" / "report.html").read_text(encoding="utf-8"))
    for figure in figures_told(own):
        assert minus(figure) in page, figure
    gain = own["npv"]
    charts = home / "run" / "charts"
    said = unescape((charts / "balance.svg").read_text(encoding="utf-8"))
    low, mean, high = (
        money(abs(gain[k]), gain["p10"], gain["p90"]) for k in ("p10", "mean", "p90")
    )
    ahead = "ahead" if gain["mean"] > 0 else "behind"
    assert f"{mean} {ahead} on average by the end of December 2027" in said
    assert all(part.removeprefix("DKK ") in said for part in (low, high))
    content = json.loads(re.search(r'id="explore-content"[^>]*>(.*?)</script>', page, re.S)[1])
    for k, name in enumerate((OWN, FIRST)):
        years, found = draws[f"{name}.payback_years"], content["accounts"][k]["found"]
        value = draws[f"{name}.net_present_value"]
        assert found[-1]["counts"] == [int((years <= t / 12 + 1e-9).sum()) for t in range(97)]
        assert found[-1]["value"][0] == pytest.approx(value.mean(), rel=1e-9)
        assert found[-1]["value"][1] == pytest.approx(quantile(value, 0.1), rel=1e-9)


def test_the_paper_tells_the_figures_of_the_draws(told, home, own):
    pypdf = pytest.importorskip("pypdf")
    paper = pypdf.PdfReader(BytesIO((home / "run" / "report.pdf").read_bytes()))
    text = re.sub(r"[\s\u200b\xad]", "", "".join(page.extract_text() for page in paper.pages))
    for figure in figures_told(own):
        assert minus(figure).replace(" ", "") in text, figure


def cells(path):
    """The rows of the workbook's first sheet."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as parts:
        texts = ["".join(t.text or "" for t in one.iter(f"{main}t"))
                 for one in ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))]  # fmt: skip
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    for row in sheet.iter(f"{main}row"):
        yield [
            texts[int(v.text)] if c.get("t") == "s" else float(v.text)
            for c in row
            if (v := c.find(f"{main}v")) is not None
        ]


def test_the_workbook_holds_the_figures_of_the_draws_the_study_s_own_first(told, home, own):
    rows = {row[0]: row[1:] for row in reversed(list(cells(home / "run" / "workbook.xlsx"))) if row}
    never = rows["Chance that it is not back within 8 years"]
    assert never[0] == like(own["never"])
    assert rows["Net gain, mean, DKK"][:3] == like(list(own["npv"].values()))
    assert rows["Saved per krone spent"][0] == like(own["ratio"])
    assert rows["Cost of the plan, mean, DKK"][0] == like(own["cost"])


def test_a_batch_tells_the_study_s_own_perspective(told, home, own):
    assert f"{100 * (1 - own['never']):.0f}% back within eight years" in told["batch"]
    table = pd.read_parquet(home / "batch" / "results.parquet")
    for run, rows in table.groupby("run", sort=False):
        seen = pd.read_parquet(home / "batch" / run / "draws.parquet")
        assert rows["perspective"].tolist() == [OWN, FIRST]
        for row in rows.to_dict("records"):
            of = answer(seen, row["perspective"])
            assert row["never"] == of["never"] and row["within_5"] == of["within"]["5"]
            assert row["net_present_value"] == like(of["npv"]["mean"])
            assert row["peak_exposure"] == like(of["peak"]["median"])
            assert row["plan_cost"] == like(of["cost"])
            assert row["cvar5"] == like(sum(of["cvar5"]) / len(of["cvar5"]))


def test_a_comparison_tells_the_figures_of_its_draws(told, home):
    whole = json.loads((home / "compared" / "comparison.json").read_text(encoding="utf-8"))
    seen = pd.read_parquet(home / "compared" / "draws.parquet")
    first, other = (plan["name"] for plan in whole["plans"])
    for name, of in whole["perspectives"].items():
        for plan in (first, other):
            check_summary(of["plans"][plan], answer(seen, name, f"{plan}: "))
        years, value = ([seen[f"{plan}: {name}.{what}"] for plan in (first, other)]
                        for what in ("payback_years", "net_present_value"))  # fmt: skip
        gain = value[1] - value[0]
        against = of["against"][other]
        assert against["sooner"]["other"]["chance"] == float((years[1] < years[0]).mean())
        assert against["net_present_value"]["mean"] == like(gain.mean())
        assert against["worth_more"]["other"]["chance"] == float((gain > 0.005).mean())
    mine = answer(seen, OWN, f"{first}: ")
    assert f"never {100 * mine['never']:.1f}%" in told["compare"]
    gain = seen[f"{other}: {OWN}.net_present_value"] - seen[f"{first}: {OWN}.net_present_value"]
    low, high = quantile(gain, 0.1), quantile(gain, 0.9)
    assert f"worth {money(abs(gain.mean()), low, high)} " in told["compare"] or (
        money(gain.mean(), low, high) == "about zero"
    )


def test_a_replay_tells_the_draw_as_the_study_s_own_perspective_sees_it(told, home, draws):
    one = draws.iloc[7]
    end = one[f"{OWN}.net_present_value"]
    shown = f"{end / 1e6:,.{2 if abs(end) < 1e7 else 1}f} million"
    assert f"after eight years it is DKK {shown}" in told["replay"]
    again = future(recorded(home / "run"), 7)
    spent, saved = (sum(year[k] for year in again.money.values()) for k in (0, 1))
    assert saved == like(one[f"{OWN}.saving"]) and spent == like(one[f"{OWN}.plan_cost"])


def test_a_replay_s_years_sum_to_the_balance_of_whichever_perspective_is_its_own(told, home):
    seen = pd.read_parquet(home / "other" / "draws.parquet").iloc[7]
    again = future(recorded(home / "other"), 7)
    spent, saved = (sum(year[k] for year in again.money.values()) for k in (0, 1))
    assert saved - spent == like(seen[f"{FIRST}.net_present_value"])


def test_a_backtest_tells_the_figures_of_the_draws_that_a_run_makes(home, draws):
    (row,) = predict(simlab.load(home / "study.toml"), draws=320).claims
    seen = draws["published.0"]
    assert row.found.median == like(quantile(seen, 0.5))
    assert row.found.p10 == like(quantile(seen, 0.1))
    assert row.found.p90 == like(quantile(seen, 0.9))
    assert row.percentile == like(((seen < 1e6).mean() + (seen <= 1e6).mean()) / 2)
