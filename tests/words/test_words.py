"""Every string, number and date in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest

from simlab.words import words as room
from simlab.words.words import ENGLISH, Words

DANISH = """
msgid ""
msgstr ""
"Language: da\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "DKK {amount} million"
msgstr "{amount} mio. kr."

msgid "{number}%"
msgstr "{number} pct."

msgid "In {n} of {of} futures"
msgstr "I {n} ud af {of} mulige fremtider"

#, fuzzy
msgid "never"
msgstr "altid"
"""


@pytest.fixture
def danish(tmp_path, monkeypatch):
    (tmp_path / "da").mkdir()
    (tmp_path / "da" / "some.po").write_text(DANISH, encoding="utf-8")
    monkeypatch.setattr(room, "CATALOGUES", tmp_path)
    monkeypatch.setattr(room, "LANGUAGES", ("en", "da"))
    return Words("da")


def test_gaps_in_a_message_are_filled_as_they_are():
    assert ENGLISH("{state}: {n}", state="a {brace} & $5", n=3) == "a {brace} & $5: 3"


def test_numbers_follow_english_usage():
    assert ENGLISH.number(1700) == "1,700"
    assert ENGLISH.number(12.345, 1) == "12.3"
    assert ENGLISH.number(-0.2) == "0"
    assert ENGLISH.number(-1e300, 2) == "-1e+300"
    assert ENGLISH.number(999_999_999_999_999) == "999,999,999,999,999"
    assert ENGLISH.percent(0.125, 1) == "12.5%"
    assert ENGLISH.percent(0.8) == "80%"


@pytest.mark.parametrize(
    ("kr", "digits", "reads"),
    [
        (124_700_000, None, "DKK 124.7 million"),
        (124_700_000, 3, "DKK 125 million"),
        (19_320_000, 3, "DKK 19.3 million"),
        (1_234_000_000, None, "DKK 1.23 billion"),
        (-7_300_000, None, "DKK -7.3 million"),
        (971_273, 3, "DKK 971,000"),
        (971_273, None, "DKK 971,273"),
        (0, 3, "DKK 0"),
    ],
)
def test_money_is_written_for_reading(kr, digits, reads):
    assert ENGLISH.money(kr, digits) == reads


def test_dates_and_lengths_of_time_are_words():
    assert ENGLISH.date(date(2016, 1, 31)) == "January 2016"
    assert ENGLISH.year(2016) == ENGLISH.year(date(2016, 5, 1)) == "2016"
    assert [ENGLISH.years(x) for x in (1, 10, 12.001, 15, 2.5, 0.5)] == [
        "one year",
        "ten years",
        "twelve years",
        "15 years",
        "2.5 years",
        "0.5 years",
    ]
    assert ENGLISH.simulated(10_000) == "10,000 simulated futures"
    assert ENGLISH.simulated(1) == "1 simulated future"


def test_a_studys_own_text_falls_back_on_english_and_then_on_any(danish):
    both = {"en": "job", "da": "arbejde"}
    assert (ENGLISH.text(both), danish.text(both)) == ("job", "arbejde")
    assert danish.text({"en": "job"}) == "job"
    assert ENGLISH.text({"da": "arbejde"}) == "arbejde"


def test_a_catalogue_beside_the_code_speaks_its_language(danish):
    assert danish("In {n} of {of} futures", n=14, of=20) == "I 14 ud af 20 mulige fremtider"
    assert danish.money(124_700_000) == "124,7 mio. kr."
    assert danish.percent(0.125, 1) == "12,5 pct."
    assert danish.number(1700) == "1.700"
    assert danish.date(date(2016, 1, 1)) == "januar 2016"


def test_a_message_without_a_finished_translation_stays_english(danish):
    assert danish("half by {when}", when="maj 2020") == "half by maj 2020"
    assert danish("never") == "never"  # marked fuzzy


def test_a_language_that_does_not_ship_is_refused_by_name():
    with pytest.raises(ValueError, match='"sv"; there are: en'):
        Words("sv")


@pytest.mark.parametrize(
    ("kr", "uncertain", "told"),
    [
        (-62_671, 14_000_000, "about zero"),
        (701_040, 5_000_000, "DKK 700,000"),
        (210_100_000, 350_700_000, "DKK 210 million"),
        (-96_200_000, 350_700_000, "DKK -100 million"),
        (-10_460_000, 6_500_000, "DKK -10.5 million"),
        (999_700, 60_000, "DKK 1.0 million"),
        (1_234_567_890, 123_456_789, "DKK 1.23 billion"),
        (1_234_567_890, 1_234_567_890, "DKK 1.2 billion"),
        (124_700_000, 0, "DKK 124.7 million"),
        (0.0, 14_000_000, "DKK 0"),
    ],
)
def test_money_is_told_to_the_second_digit_of_what_it_is_uncertain_by(kr, uncertain, told):
    assert ENGLISH.money(kr, uncertain=uncertain) == told
