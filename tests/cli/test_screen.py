"""The dozen lines in the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report.sample import NOTE, PUBLISHED, sample, with_opening, with_payback

from simlab.cli.run_screen import screen_summary
from simlab.report.sections.short import hangs
from simlab.words import Words, finding, futures, phrases

WORDS = Words("en")


def test_the_summary_opens_with_the_title_and_the_finding():
    result = sample()
    lines = screen_summary(result, WORDS).splitlines()
    assert lines[0] == result.title["en"]
    said = finding(result.payback["municipality"], result.dates[0], WORDS)
    assert " ".join(lines[2:4]).strip() == said


def test_it_is_a_dozen_lines_or_so_and_one_for_each_published_figure():
    result = sample(warnings=(), claims=())
    lines = len(screen_summary(result, WORDS).splitlines())
    assert 10 <= lines <= 20
    with_figures = screen_summary(sample(), WORDS).splitlines()
    assert len(with_figures) == lines + len(PUBLISHED) + 4
    said = "  1,700 more people in job or education: +1,700; found +311 (0 to +602), far above the"
    assert any(line.startswith(said) for line in with_figures)


def test_chances_have_their_errors_and_warnings_are_shown():
    result = sample()
    text = screen_summary(result, WORDS)
    for years in (5, 10):
        found = result.opening.payback.within[years]
        half = 100 * 2.131449545559323 * found.standard_error
        line = next(x for x in text.splitlines() if f"back within {years} years" in x)
        assert WORDS.percent(found.chance, 1) in line
        assert f"+/- {half:.1f} percentage points" in line
    assert f"! {NOTE}" in text
    assert "seed 1, engine counts" in text


@pytest.mark.parametrize("codepage", ["cp1252", "cp850", "cp865"])
def test_it_survives_a_danish_console(codepage):
    assert "Hjørring" in screen_summary(sample(), WORDS).encode(codepage).decode(codepage)


def test_a_title_cannot_move_the_cursor():
    text = screen_summary(sample(title={"en": "\x1b[2J\rTitle\u202e\nłódź \U0001f4b0"}), WORDS)
    assert text.splitlines()[0] == "[2J Title ?ód? ?"
    assert "\x1b" not in text


def test_a_payback_of_never_reads_not_within_10_years():
    result = with_payback(sample(), median_years=None, p10_years=None, p90_years=None)
    line = next(x for x in screen_summary(result, WORDS).splitlines() if "median" in x)
    assert "not within 10 years" in line


def never_back(low: float, high: float):
    """An answer where the money is mostly never back at both ends of each figure."""
    drivers = sample().opening.drivers
    rows = tuple(
        replace(one, direction=replace(
            one.direction,
            low=replace(one.direction.low, median_years=None, never=low, net_present_value=-16e6),
            high=replace(one.direction.high, median_years=None, never=high, net_present_value=45e6),
        ))
        for one in drivers.explained_by
    )  # fmt: skip
    return with_opening(sample(), drivers=replace(drivers, explained_by=rows))


@pytest.mark.parametrize("lang", ["en", "da"])
def test_a_low_and_a_high_never_have_the_same_answer(lang):
    words = Words(lang)
    often, money = (hangs(never_back(*ends), words) for ends in ((1.0, 0.6), (0.95, 0.95)))
    assert often is not None
    assert money is not None
    value = sample().opening.net_present_value
    for chance in (0.0, 0.4):
        assert futures(chance, words) in " ".join(often.beside)
    for worth in (-16e6, 45e6):
        assert phrases.money(worth, value, words) in " ".join(money.beside)


def test_a_range_that_is_never_at_both_ends_is_said_as_what_it_means():
    result = with_payback(sample(), median_years=None, p10_years=None, p90_years=None)
    text = screen_summary(result, WORDS)
    assert "not within 10 years; in more than 9 of 10 futures" in text
    assert "to not within 10 years" not in text
    assert "i mere end 9 ud af 10 mulige fremtider" in screen_summary(result, Words("da"))
