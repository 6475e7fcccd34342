"""The web page: what it says, what it escapes, and that it asks for nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from report.sample import (
    ASSUMPTIONS,
    LIFE_YEARS,
    NOTE,
    PROVENANCE,
    PUBLISHED,
    perspective,
    sample,
    with_opening,
    with_payback,
)

from simlab.observe.published import Quantiles
from simlab.report import claims, write_report
from simlab.report.html import HERE, hash_of, page, report
from simlab.report.sections import sections
from simlab.result.answer import Answer, Assumption
from simlab.result.figures import StandardErrors
from simlab.risk.payback import from_balance
from simlab.risk.sensitivity import Drivers
from simlab.words import Words, finding

WORDS = Words("en")
HOSTILE = '<script>alert("1")</script>{0}{x}{{ 7*7 }}%s'
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """The tags of a page with their attributes, its text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "svg", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def without_pictures(result: Answer, provenance: dict | None = None) -> str:
    """The page without its charts, which take the time."""
    return page(result, sections(result, {}, provenance or {}, WORDS), WORDS)


@pytest.fixture(scope="module")
def result() -> Answer:
    found = sample()
    return replace(found, outcomes=LIFE_YEARS)


@pytest.fixture(scope="module")
def html(result: Answer) -> str:
    return report(result, WORDS, PROVENANCE)


@pytest.fixture(scope="module")
def seen(html: str) -> Page:
    return Page(html)


def test_the_first_paragraph_is_the_finding(result, html):
    said = finding(result.payback["municipality"], result.dates[0], WORDS)
    first = re.search(r"<p[^>]*>(.*?)</p>", html, re.DOTALL)
    assert unescape(first.group(1)) == said
    assert "of 20 futures" in said


def test_every_assumption_stands_with_its_path_and_its_source(seen):
    for one in ASSUMPTIONS:
        assert one.path in seen.text
        assert " ".join(one.reads.split()) in seen.text
        assert one.source is None or one.source in seen.text


def test_every_assumption_without_a_source_is_marked():
    bare = sum(one.source is None for one in ASSUMPTIONS)
    table = without_pictures(sample(claims=()))
    assert table.count('<span class="gap">no source</span>') == bare == 5


def test_the_sections_follow_the_line_of_thought(seen):
    order = [attributes["id"] for attributes in seen.all("section")]
    assert order == [
        "short", "when", "explore", "figures", "sureness", "failure", "money", "people", "lives",
        "gains", "drivers", "published", "outcomes", "limits", "assumptions", "checked", "again",
    ]  # fmt: skip


def test_the_eight_charts_are_drawings_in_the_page(html, seen):
    drawn = [a for a in seen.all("svg") if a.get("id") != "explore-curve"]
    named = [a for a in drawn if a.get("role") == "img" and a.get("aria-label")]
    assert len(named) == 8
    assert html.count("<style") == 1, "a chart's style sheet would reach out over the page"


def test_no_id_stands_twice(seen):
    ids = [a["id"] for _, a in seen.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_every_reference_within_the_page_leads_somewhere(html, seen):
    ids = {a["id"] for _, a in seen.tags if "id" in a}
    led = re.findall(r'(?:href="#|url\(#|aria-labelledby=")([\w-]+)', html)
    assert led and set(led) <= ids


def test_nothing_is_fetched_from_outside(html, seen):
    fetching = ("src", "href", "xlink:href", "srcset", "action", "data", "poster", "background")
    for tag, attributes in seen.tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "base", "form"}
        for name in fetching:
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html


def test_the_policy_forbids_to_fetch_and_to_run_anything_but_our_own_script(html, seen):
    policy = [a["content"] for a in seen.all("meta") if "http-equiv" in a]
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'")
    (allowed,) = re.findall(r"script-src ([^;]*);", policy[0])
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert allowed == f"'{hash_of(script)}'"
    assert script == (HERE / "explore.js").read_text(encoding="utf-8")
    assert {a.get("type") for a in seen.all("script")} == {None, "application/json"}


def test_a_page_without_a_script_allows_none():
    page = without_pictures(sample(discount={}))
    assert "script" not in page.lower()


def test_addresses_of_sources_are_text_and_not_links(seen):
    assert "https://www.cabiweb.dk/hjoerring" in seen.text
    assert all(a["href"].startswith("#") for a in seen.all("a"))


def test_the_report_is_smaller_than_three_megabytes(html):
    assert len(html.encode("utf-8")) < 3_000_000


def test_every_tag_is_closed(seen):
    assert seen.unbalanced == [] and seen.open == []


def test_headings_go_down_one_level_at_a_time(seen):
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_header_cells_say_what_they_head(seen):
    cells = seen.all("th")
    assert cells and all(a.get("scope") in ("col", "row") for a in cells)
    assert len(seen.all("table")) == sum("scroll" in (a.get("class") or "") for _, a in seen.tags)


def test_the_page_names_its_language_and_fits_a_phone(seen):
    assert seen.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in seen.all(
        "meta"
    )


def test_chances_stand_with_their_monte_carlo_error(result):
    within = result.opening.payback.within[5]
    text = Page(without_pictures(result)).text
    assert WORDS.percent(within.chance, 1) in text
    half = 100 * 2.131449545559323 * within.standard_error
    assert f"± {half:.1f} percentage points" in text


def test_every_published_figure_stands_beside_what_was_found():
    text = Page(without_pictures(sample())).text
    for one in PUBLISHED:
        assert one.text["en"] in text
    assert "DKK 7.3 million DKK 24 million DKK 0 to DKK 44 million percentile 17" in text
    assert "6 years 4.5 years 3.2 years to never percentile 61 as predicted 61.0%" in text
    assert "effect: randomised trial 59.9% 95% interval: 53.0% to 66.0%; 243 and 239 people" in text


@pytest.mark.parametrize(
    ("language", "both", "level", "why"),
    [
        (
            "en",
            "DKK 1.3 million or DKK 70,000",
            "the plan's own effect DKK 69 million",
            "not judged",
        ),
        (
            "da",
            "1,3 mio. kr. eller 70.000 kr.",
            "indsatsens egen effekt 69 mio. kr.",
            "ikke vurderet",
        ),
    ],
)
def test_an_account_shows_the_plans_own_effect_beside_it_and_is_not_judged_where_none_knows(
    language, both, level, why
):
    words = Words(language)
    unknown, before = (
        next(one for one in PUBLISHED if one.counted == counted)
        for counted in ("unknown", "year_before")
    )
    assert claims.middle(unknown, words).replace("\xa0", " ") == both
    assert level in claims.ranges(before, words).replace("\xa0", " ")
    assert claims.verdict(unknown, words).startswith(why)
    assert claims.percentile(unknown, words) == "–"
    assert not claims.how_many_can_be_reached([unknown], words)


def test_a_change_of_nobody_knows_whom_is_one_figure_and_says_so():
    words = Words("en")
    (unknown,) = [one for one in PUBLISHED if one.counted == "unknown"]
    told = Quantiles(-0.3, -0.5, 0.0)
    change = replace(unknown, measure="change", unit="change", signed=True, found=told)
    assert " or " not in claims.middle(change, words)
    assert "effect" not in claims.ranges(change, words)
    assert claims.how_counted(change, words).startswith("of whom")
    assert claims.verdict(change, words).startswith("not judged")


@pytest.mark.parametrize(
    ("prices", "level", "said"),
    [("fixed", 2015, True), ("current", 2015, False), ("fixed", None, False)],
)
def test_published_money_is_of_other_prices_than_fixed_ones(prices, level, said):
    text = Page(without_pictures(sample(prices=prices, price_level=level))).text
    assert ("what was published is mostly in kr. of its own year" in text) == said


def test_what_a_study_was_made_to_agree_with_is_not_counted_as_reached_nor_asked_for_more():
    of = [replace(claim, calibrated=True) for claim in PUBLISHED]
    assert not claims.how_many_can_be_reached(of, WORDS)
    assert any(claims.would_have_to_be_true(claim, WORDS) for claim in PUBLISHED)
    assert not any(claims.would_have_to_be_true(claim, WORDS) for claim in of)


def test_a_ratio_that_is_absurd_is_not_told_to_two_decimals():
    (claim,) = [one for one in PUBLISHED if one.needed and one.needed.hazard_ratio]
    absurd = replace(claim, needed=replace(claim.needed, hazard_ratio=(2.72, 596.32)))
    said = claims.would_have_to_be_true(absurd, WORDS)
    assert "would have to give over 100 times as many" in said


def test_the_report_says_which_claims_can_be_reached_and_what_the_rest_would_need():
    text = Page(without_pictures(sample())).text
    assert "3 of 5 published figures can be reached" in text
    assert (
        "the strongest gives 1.50 times as many moves as without the plan, and would have to give "
        "5.49 times as many." in text
    )
    assert "hazard ratios" not in text
    assert (
        "Even if all of the plan's effects and changed amounts were ten times as strong, whatever "
        "state they lead to, they would not give it." in text
    )
    assert "The plan's own chances, in the place of the baseline's, were left as they are." in text
    assert "Without the changed amounts it would be DKK 90 million." in text
    assert (
        "is 466 people off support all the time; the plan gives 223, of the 5,505 of those" in text
    )


def test_the_report_says_which_effects_nobody_has_measured():
    text = Page(without_pictures(sample())).text
    assert "nobody has measured the effect of “Talks”" in text
    assert "nobody has measured" not in Page(without_pictures(sample(warnings=()))).text


def test_the_report_names_the_figure_that_matters_most_and_what_it_does():
    text = Page(without_pictures(sample())).text
    assert "71% of the spread of the payback time follows how strong the effect is: Talks." in text
    assert (
        "Where it is low (no effect) the money is not back within ten years in "
        "most futures; where it is high (for those it reaches, 80% more moves a month) half of the "
        "futures are back after 3.1 years." in text
    )
    assert "It has a source, and is still not known well enough" in text
    assert "Number at the start: Cash benefit, activity-ready (and 1 that follows it)" in text
    section = text.rpartition("What matters most")[2].partition("Claimed and found")[0]
    assert "umber at the start" in section
    assert "ow much dearer" not in section, "not sure to matter"
    only = sample(assumptions=())
    assert "It is an assumption." in Page(without_pictures(only)).text


def test_only_what_is_marked_so_or_has_no_source_is_an_assumption():
    def guessed(source, tag):
        return Assumption("a", "1.5", source, tag, uncertain=True).is_guessed

    assert guessed("a guess", "assumption") and guessed(None, None)
    assert not guessed("a trial", None) and not guessed("a trial", "published")


def test_a_hundred_lives_say_what_they_cannot():
    text = Page(without_pictures(sample())).text
    assert "10 of these 100 lives are another with the plan" in text
    assert "As many others could as well be 6 to 17 (95% interval)" in text
    assert "no data can tell that: nobody lives both with the plan and without it" in text


def test_the_warnings_of_the_run_are_shown(seen):
    assert NOTE in seen.text


def test_the_record_of_the_run_is_shown(seen):
    assert PROVENANCE["command"] in seen.text
    assert PROVENANCE["study_hash"] in seen.text
    assert "versions: numba 0.60.0" in seen.text


def test_what_the_result_does_not_know_stands_in_every_report(seen):
    for words in (
        "A success story is not evidence, and neither is this simulator",
        "The effect may be nothing, or harmful",
        "Counts that fall in a boom are not effects",
        "Given the draw, citizens are independent",
    ):
        assert words in seen.text


def test_sections_without_content_are_left_out():
    bare = sample(
        years=(), person_time={}, claims=(), assumptions=(), notes=(), warnings=(), lives=None
    )
    bare = replace(bare, perspectives={"municipality": bare.opening})
    bare = with_opening(bare, drivers=Drivers((), None))
    order = [a["id"] for a in Page(without_pictures(bare)).all("section")]
    assert order == [
        "short", "when", "explore", "figures", "sureness", "failure", "money", "limits", "checked",
        "again",
    ]  # fmt: skip


def test_a_median_of_never_reads_not_within_10_years():
    cost = np.ones((64, 121))
    never = {"municipality": from_balance(np.zeros_like(cost), cost, 12, "municipality")}
    found = sample(payback=never, without_chance=never)
    found = with_opening(
        found, payback=perspective(never["municipality"], never["municipality"]).payback
    )
    text = Page(without_pictures(found)).text
    assert "Payback time, median not within 10 years" in text
    assert "In fewer than half of the futures the money is back within 10 years." in text


def test_a_plan_that_loses_at_the_horizon_says_so():
    found = with_payback(sample(), losing_at_horizon=True)
    assert "Losing at the horizon" in without_pictures(found)
    assert "Losing at the horizon" not in without_pictures(sample())


def test_a_plan_without_cost_has_no_benefit_cost_ratio():
    found = with_opening(sample(), benefit_cost_ratio=None)
    assert "Saved per krone spent none no plan cost" in Page(without_pictures(found)).text


def test_errors_that_are_not_known_leave_no_trace():
    found = sample()
    within = {y: replace(of, standard_error=None) for y, of in found.opening.payback.within.items()}
    found = with_payback(found, within=within)
    found = with_opening(found, standard_errors=StandardErrors(*[None] * 7))
    text = Page(without_pictures(found)).text
    assert "nan" not in text.lower()
    assert "too few to tell the Monte Carlo error" in text


def hostile() -> Answer:
    """A study whose every text tries to be something else."""
    title = {"en": HOSTILE}
    found = sample(
        title=title,
        assumptions=(Assumption(HOSTILE, HOSTILE, HOSTILE, HOSTILE, True, HOSTILE),),
        notes=(HOSTILE,),
    )
    labels = tuple(title for _ in found.people.labels)
    found = replace(found, people=replace(found.people, labels=labels))
    return replace(
        found,
        years=tuple(replace(row, payer=HOSTILE) for row in found.years),
        person_time={HOSTILE: replace(next(iter(found.person_time.values())), label=title)},
        outcomes={HOSTILE: replace(LIFE_YEARS["life_years"], label=title)},
        claims=(replace(PUBLISHED[0], text=title, unit=HOSTILE, source=HOSTILE),),
        perspectives=found.perspectives | {HOSTILE: found.perspectives["public"]},
    )


def test_markup_in_a_study_is_shown_as_text_everywhere():
    seen = Page(report(hostile(), WORDS, {HOSTILE: HOSTILE, "more": [HOSTILE]}))
    assert len(seen.all("script")) == 2  # our own, and what it reads
    assert seen.unbalanced == []
    shown = " ".join(HOSTILE.split())
    # title twice, path, reads, note, tag, source, run's note, payer, group, outcome,
    # published figure and its source, perspective, and four in the record of the run
    assert seen.text.count(shown) >= 17


def test_the_file_is_the_page_in_utf8(tmp_path, result, html):
    file = tmp_path / "report.html"
    write_report(result, file, WORDS, PROVENANCE)
    assert file.read_bytes() == html.encode("utf-8"), "the same result gives the same bytes"
