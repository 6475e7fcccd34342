"""The report in a real browser: what follows its reader, keyboard, phone, print, and listeners."""

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from report.chromium import DESK, PHONE, Shown, chromium, opened
from report.sample import STEPS, flows, perspective, sample

from simlab.charts.style import minus
from simlab.report.html import page, report
from simlab.report.key_figures import key_figures
from simlab.report.packed import draws_in_page, whole_flows
from simlab.report.sections import sections
from simlab.report.sections.explore import explore
from simlab.result.answer import Answer
from simlab.result.figures import figures
from simlab.risk.payback import Payback, from_balance, quantile
from simlab.words import LANGUAGES, Words, finding
from simlab.words.calendar import by

pytest.importorskip("playwright")
MEGABYTE = 1_000_000
FROM_STEP = 1.035 ** (-np.arange(STEPS + 1) / 12)


def result(draws: int | None = None) -> Answer:
    """The sample with a public account at 3.5 % a year, of all its draws or the first."""
    saving, _, cost = (flow[:draws] for flow in flows())
    found = sample()
    payback = {
        "municipality": from_balance(saving, cost, 12, "municipality"),
        "public": from_balance(saving * 1.6 * FROM_STEP, cost * FROM_STEP, 12, "public"),
    }
    of = {n: perspective(p, found.without_chance[n]) for n, p in payback.items()}
    discount = {"municipality": np.ones(STEPS + 1), "public": FROM_STEP}
    return replace(found, draws=len(saving), perspectives=of, payback=payback, discount=discount)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Language → the report with all its pictures."""
    folder = tmp_path_factory.mktemp("whole")
    return {lang: written(folder, report(result(), Words(lang)), lang) for lang in LANGUAGES}


def written(folder: Path, html: str, name: str = "report") -> Path:
    file = folder / f"{name}.html"
    file.write_text(html, encoding="utf-8")
    return file


def without_pictures(found: Answer, lang: str = "en") -> str:
    words = Words(lang)
    return page(found, sections(found, {}, {}, words), words)


# ---- what follows ----


def seen_from(found: Answer, name: str, years: int, rate: float | None) -> Payback:
    """The payback of all draws to a horizon: at the account's own rate the run's own, at another
    that of the draws as the page holds them."""
    of, discount, last = found.payback[name], found.discount[name], 12 * years + 1
    if rate is None:
        net = np.diff(of.balance, axis=1, prepend=0.0)[:, :last]
        spent = np.diff(of.cost, axis=1, prepend=0.0)[:, :last]
        return from_balance(net + spent, spent, 12, name)
    whole_, unit = whole_flows(of, discount, of.draws)
    v = (1 + rate) ** (-np.arange(STEPS + 1) / 12)
    cost = np.diff(of.cost, axis=1, prepend=0.0) / discount
    net = (whole_ * unit * v)[:, :last]
    spent = np.broadcast_to(cost.mean(axis=0) * v, cost.shape)[:, :last]
    return from_balance(net + spent, spent, 12, name)


def expected(payback: Payback, found: Answer, sure: float, words: Words) -> list[str]:
    """Sentence, certainty and figures as Python says them."""
    start, years = found.dates[0], words.years(payback.horizon_years)
    at = quantile(payback.years, sure)
    certain = (
        words("With {percent} certainty the money is back {by}.",
              percent=words.percent(sure), by=by(start, at, words))
        if np.isfinite(at)
        else words("{percent} certainty is not reached within {years}: the money is back in "
                   "{chance} of the futures.", percent=words.percent(sure), years=years,
                   chance=words.percent(payback.chance_within(payback.horizon_years).value, 1))
    )  # fmt: skip
    of = figures(payback, found.dates)
    said = [" ".join(text.split()) for text in (finding(payback, start, words), certain)]
    for figure in key_figures(of, payback.horizon_years, start, words):
        said += [figure.label, figure.value]
    return [minus(text) for text in said]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("draws", "asked"),
    [
        (None, [(10, None, 80), (6, None, 50), (3, None, 90), (1, None, 95)]),  # more than it holds
        (512, [(10, 0.04, 65), (6, 0.1, 90), (3, 0.0, 80)]),
    ],
)
def test_sentence_and_figures_are_those_that_python_finds_for_all_draws(
    browser, tmp_path, lang, draws, asked
):
    found, words = result(draws), Words(lang)
    file = written(tmp_path, without_pictures(found, lang))
    with opened(browser, file) as shown:
        for name, account in (("municipality", 0), ("public", 1)):
            for years, rate, sure in asked:
                shown.page.locator("#explore-reset").click()
                shown.page.locator("#explore-perspective").select_option(str(account))
                shown.move("horizon", years - 1)
                if rate is not None:
                    shown.move("rate", 100 * rate)
                shown.move("sure", sure)
                payback = seen_from(found, name, years, rate)
                python = expected(payback, found, sure / 100, words)
                case = f"{lang} {name} {years} years, rate {rate}"
                assert shown.text("#explore-sentence") == python[0], case
                assert shown.text("#explore-certainty") == python[1], case
                text = figures_of(shown)
                assert text
                values = dict(zip(python[2::2], python[3::2], strict=True))
                shared = values.keys() & text.keys()
                assert len(shared) >= (5 if years in (5, 10) else 4), case
                assert {k: text[k] for k in shared} == {k: values[k] for k in shared}, case


def figures_of(shown: Shown) -> dict[str, str]:
    boxes = shown.page.locator("#explore-figures > div").all()
    return {b.locator("dt").inner_text(): b.locator(".value").inner_text() for b in boxes}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("draws", [512, None])
def test_its_first_view_says_what_the_report_says_however_many_draws_there_are(
    browser, tmp_path, lang, draws
):
    file = written(tmp_path, without_pictures(result(draws), lang))
    with opened(browser, file) as shown:
        assert shown.text("#explore-sentence") == shown.text(".finding")
        boxes = shown.page.locator("#figures .figures > div").all()
        above = {b.locator("dt").inner_text(): b.locator(".value").inner_text() for b in boxes}
        text = figures_of(shown)
        assert len(above.keys() & text.keys()) == 5
        assert {k: v for k, v in text.items() if k in above}.items() <= above.items()


def test_another_rate_moves_the_figures_by_what_the_rate_does_and_no_other_draws(browser, tmp_path):
    """At 6 % the page, which holds 1,024 of 2,000 draws, tells what all give; the draws that
    it holds would give eight in a thousand more."""
    found = result()
    truth = seen_from(found, "municipality", 10, 0.06)
    held = seen_from(result(1_024), "municipality", 10, 0.06)
    with opened(browser, written(tmp_path, without_pictures(found))) as shown:
        shown.move("rate", 6)
        chance = figures_of(shown)["Chance that the money is back within 10 years"]
    off = abs(float(chance.rstrip("%")) / 100 - truth.chance_within(10).value)
    assert off <= 0.001 < abs(held.chance_within(10).value - truth.chance_within(10).value)


def test_a_longer_demand_moves_the_time_and_never_the_chance(browser, whole):
    with opened(browser, whole["en"]) as shown:
        shown.move("sure", 50)
        sentence, first = shown.text("#explore-sentence"), shown.text("#explore-certainty")
        shown.move("sure", 95)
        assert shown.text("#explore-sentence") == sentence
        assert shown.text("#explore-certainty") != first


def test_the_curve_and_its_words_follow(browser, whole):
    with opened(browser, whole["en"]) as shown:
        picture = shown.page.locator("#explore-curve")
        line = shown.page.locator("#explore-curve .line")
        before = line.get_attribute("d"), picture.get_attribute("aria-label")
        assert "by the end of 2024" in before[1]
        shown.move("horizon", 4)
        after = line.get_attribute("d"), picture.get_attribute("aria-label")
        assert before[0] != after[0]
        assert "by the end of 2019" in after[1] and "2020" not in after[1]


# ---- what is held in the page ----


def unpacked(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """The whole flows again, as the page's script reads them."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(2, -1)
    folded = planes[0].astype(np.int64) | planes[1].astype(np.int64) << 8
    change = np.where(folded & 1, -((folded + 1) >> 1), folded >> 1)
    return np.cumsum(change.reshape(shape), axis=-1)


def test_the_draws_in_the_page_pay_back_in_the_step_in_which_the_runs_do():
    found = result()
    content = explore(found, Words()).explorer.content
    held = unpacked(content["flows"], (2, content["held"], STEPS + 1))
    for k, name in enumerate(found.discount):
        unit, v = content["accounts"][k]["unit"], found.discount[name]
        true = found.payback[name].balance[: content["held"]]
        said = np.cumsum(held[k] * unit * v, axis=1)
        assert ((true < -0.005) == (said < -0.005)).all()
        assert np.abs(true - said).max() <= 1.01 * unit


def test_at_another_rate_the_page_is_off_by_less_than_two_units():
    found = result()
    payback, unit_rate = found.payback["public"], 1.0
    held, unit = whole_flows(payback, FROM_STEP, 256)
    exact = np.cumsum(np.diff(payback.balance[:256], axis=1, prepend=0.0) / FROM_STEP, axis=1)
    assert np.abs(np.cumsum(held, axis=1) * unit * unit_rate - exact).max() < 2 * unit


@pytest.mark.parametrize(
    ("draws", "figures_per_draw", "held"),
    [(10_000, 363, 1_024), (500, 363, 500), (10_000, 5_220, 80), (10_000, 10**9, 16)],
)
def test_the_page_holds_as_many_draws_of_each_replicate_as_fit(draws, figures_per_draw, held):
    assert draws_in_page(draws, figures_per_draw) == held


def test_a_plan_that_does_nothing_is_held_exactly():
    nothing = np.zeros((32, 13))
    held, unit = whole_flows(from_balance(nothing, nothing, 12, "a"), np.ones(13), 32)
    assert not held.any() and unit > 0


# ---- who reads it, and how ----


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_is_one_small_file(whole, lang):
    assert whole[lang].stat().st_size < 3 * MEGABYTE


def test_the_whole_form_is_worked_from_the_keyboard(browser, whole):
    with opened(browser, whole["en"]) as shown:
        press = shown.page.keyboard.press
        focused = "document.activeElement.id"
        shown.page.locator("#explore-perspective").focus()
        before = shown.text("#explore-sentence")
        press("ArrowDown")
        assert shown.text("#explore-sentence") != before
        reached = []
        for key in ("ArrowLeft", "ArrowRight", "End"):
            press("Tab")
            reached.append(shown.page.evaluate(focused))
            ring = shown.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert ring != "none"
            then = shown.text("#explore-awake")
            press(key)
            assert shown.text("#explore-awake") != then
        assert reached == ["explore-horizon", "explore-rate", "explore-sure"]
        press("Tab")
        assert shown.page.evaluate(focused) == "explore-reset"
        press("Enter")
        assert shown.text("#explore-sentence") == before


WIDER = """() => [...document.querySelectorAll("body *")].filter((e) =>
  e.getBoundingClientRect().right > innerWidth + 0.5 && e.checkVisibility()
  && !e.closest(".scroll, .chart, nav, svg")).map((e) => e.outerHTML.slice(0, 80))"""


CUT = """() => {
  const box = document.querySelector("#explore-curve").getBoundingClientRect();
  return [...document.querySelectorAll("#explore-curve text")].filter((text) => {
    const place = text.getBoundingClientRect();
    return place.left < box.left - 1 || place.right > box.right + 1;
  }).map((text) => text.textContent);
}"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wider_than_a_phone(browser, whole, lang):
    with opened(browser, whole[lang], PHONE) as shown:
        for years in (0, 9):
            shown.move("horizon", years)
            assert shown.page.evaluate("document.documentElement.scrollWidth") <= 360
            assert shown.page.evaluate(WIDER) == []
        assert shown.page.evaluate(CUT) == []


def test_a_screen_reader_hears_what_each_part_is_and_says(browser, whole):
    with opened(browser, whole["da"]) as shown:
        tree = shown.page.locator("#explore").aria_snapshot()
        for name in ("Opgjort over", "Årlig diskonteringsrente", "Krav til sikkerhed"):
            assert re.search(rf'slider "{name}"', tree), tree
        assert re.search(r'combobox "Opgjort for"', tree)
        assert 'button "Som i rapporten"' in tree
        assert re.search(r'img "Sandsynligheden for, at pengene er tjent hjem: ', tree)
        text = shown.page.locator("#explore-sure").get_attribute("aria-valuetext")
        assert text == Words("da").percent(0.8)
        live = shown.page.locator("#explore-sentence").locator("xpath=ancestor::*[@aria-live]")
        assert live.get_attribute("aria-live") == "polite"
        assert shown.page.locator("html").get_attribute("lang") == "da"


@pytest.mark.parametrize(("lang", "size"), [("en", DESK), ("da", PHONE)], ids=["en", "da"])
def test_axe_finds_nothing_that_shuts_a_reader_out(browser, whole, lang, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(browser, whole[lang], size) as shown:
        drawings = {"exclude": [["figure svg > *"]]}  # they are one picture each to a listener
        found = axe.run(shown.page, drawings, {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        wrong = [
            (v["id"], [node["html"][:120] for node in v["nodes"][:3]])
            for v in found.response["violations"]
        ]
        assert wrong == []
        assert len(found.response["passes"]) > 10


def test_the_words_in_the_curve_stand_out_from_the_ground(browser, whole):
    with opened(browser, whole["en"]) as shown:
        fills = shown.page.evaluate(
            '[...document.querySelectorAll("#explore-curve text")]'
            ".map((t) => getComputedStyle(t).fill)"
        )
        assert fills
        for fill in set(fills):
            assert contrast_with_white(fill) >= 4.5, fill


def contrast_with_white(colour: str) -> float:
    """WCAG 2.1's contrast ratio of "rgb(…)" on white."""
    parts = np.array([int(c) for c in re.findall(r"\d+", colour)[:3]]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05)


def test_without_scripts_the_page_says_so_and_shows_no_dead_form(browser, whole):
    with opened(browser, whole["en"], java_script_enabled=False) as shown:
        assert shown.page.locator("#explore-asleep").is_visible()
        assert not shown.page.locator("#explore-horizon").is_visible()


def test_paper_leaves_out_what_cannot_be_moved_and_cuts_nothing(browser, whole):
    with opened(browser, whole["en"], {"width": 672, "height": 980}) as shown:
        shown.page.emulate_media(media="print")
        assert not shown.page.locator("#explore").is_visible()
        assert shown.page.locator("#when").is_visible()
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 672


def test_a_name_from_a_study_is_text_to_the_script_too(browser, tmp_path):
    found = result(64)
    name = '</script><script>document.title="taken"</script>{n}'
    parts = {
        field: {("municipality" if k == "municipality" else name): v for k, v in of.items()}
        for field, of in (("payback", found.payback), ("discount", found.discount))
    }
    words = Words()
    odd = replace(found, **parts)
    html = page(found, [explore(odd, words)], words)
    with opened(browser, written(tmp_path, html)) as shown:
        assert shown.page.title() == found.title["en"]
        shown.page.locator("#explore-perspective").select_option("1")
        assert "</script>" in shown.text("#explore-perspective option:checked")
