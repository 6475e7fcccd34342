"""What a study tells waits for its language: English by itself, another through its words."""

from __future__ import annotations

from simlab.study.message import Message, Number, Plural, Text, joined, read_text
from simlab.study.quantity import read_quantity
from simlab.words import ENGLISH, Words

DANISH = Words("da")


def test_a_quantity_is_told_in_the_readers_language():
    figure = read_quantity({"none": 0.2, "else": {"p10": 800, "p90": 1400}}, "free", neutral=0.0)
    assert (
        figure.describe()
        == ENGLISH.say(figure.in_words())
        == ("nothing with chance 20 %, else normal, median 1,100, 80 % between 800 and 1,400")
    )
    assert DANISH.say(figure.in_words()).replace("\u00a0", " ") == (
        "intet med sandsynlighed 20 pct., ellers normalfordelt, median 1.100, "
        "80 pct. mellem 800 og 1.400"
    )


def test_gaps_are_told_in_the_same_language_however_deep():
    inner = Message("{n} years", n=Number("1,058.5"))
    text = Message("{note} ({paths})", note=Text("not found", "ikke fundet"), paths=(inner, "a.b"))
    assert str(text) == ENGLISH.say(text) == "not found (1,058.5 years, a.b)"
    assert DANISH.say(text) == "ikke fundet (1.058,5 år, a.b)"


def test_what_is_counted_is_told_in_the_words_of_one_or_of_many():
    year, years = (Plural("{n} year", "{n} years", n) for n in (1, 1_700))
    assert (str(year), str(years)) == ("1 year", "1,700 years")
    assert [ENGLISH.say(year), DANISH.say(years)] == ["1 year", "1.700 år"]
    assert [DANISH.plural("effect", "effects", n) for n in (0, 1, 2)] == [
        "effekter",
        "effekt",
        "effekter",
    ]
    assert ENGLISH.plural("{n} year", "{n} years", 0.5, n="0.5") == "0.5 years"


def test_a_text_without_the_language_is_told_in_english():
    assert DANISH.say(Text("KL 2015")) == "KL 2015"
    assert DANISH.say({"en": "not found"}) == "not found"


def test_told_values_can_be_kept_in_a_set():
    assert len({Message("never"), Message("never"), Message("{n} years", n=Number("1"))}) == 2


def test_one_language_is_enough_for_a_text_and_neither_is_none():
    assert read_text({"da": "ikke fundet"}) == Text("ikke fundet", "ikke fundet")
    assert read_text({"en": "x", "sv": "y"}) is None
    assert read_text({}) is None


def test_joined_texts_are_joined_in_both_languages_each_once():
    one, other = Text("not found", "ikke fundet"), Text("KL 2015")
    assert joined([one, other, one]) == Text("not found; KL 2015", "ikke fundet; KL 2015")
    assert joined([other, other]) == other
    assert joined([]) is None


def test_an_abbreviation_ends_its_sentence_with_one_full_stop():
    said = DANISH("In {futures} the {money} are back {by}.", futures="x", money="y", by="3 pct.")
    assert said == "I x er de y tjent hjem 3 pct."
