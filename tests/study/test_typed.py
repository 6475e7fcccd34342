"""Numbers as people type them: a comma is for decimals, or an error, and never dropped."""

from __future__ import annotations

from datetime import date

import pytest

from simlab.study.typed import NumberError, number, value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5", 5), ("0,5", 0.5), ("0.5", 0.5), (",5", 0.5), ("-1,25", -1.25), ("−1,25", -1.25),
        ("250_000", 250_000), ("250_000,125", 250_000.125), ("1234,567", 1234.567),
        ("0,125", 0.125), ("0.125", 0.125), ("1,1250", 1.125), ("2,5e6", 2.5e6), (" 7 ", 7),
    ],
)  # fmt: skip
def test_a_comma_is_a_decimal_comma(text, found):
    assert number(text) == found
    assert value(text) == found


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("250.000", ("250.0", "250_000")),
        ("250,000", ("250.0", "250_000")),
        ("1.125", ("1.1250", "1_125")),
        ("-12,500", ("-12.5", "-12_500")),
    ],
)
def test_three_digits_after_a_single_mark_are_refused_with_both_readings(text, readings):
    for read in (number, value) if "," in text else (number,):
        with pytest.raises(NumberError) as refusal:
            read(text)
        assert all(reading in str(refusal.value) for reading in readings)
    for reading in readings:
        number(reading)  # what is proposed has one reading


@pytest.mark.parametrize(
    "text", ["1.250.000", "1,250,000", "1,5,2", "1.5,2", "1,", "1._5", "1__0,5"]
)
def test_more_than_one_mark_is_no_number(text):
    for read in (number, value):
        with pytest.raises(NumberError, match="thousands as 250_000"):
            read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("true", True), ("[1, 2.125]", [1, 2.125]), ("{ p10 = 1, p90 = 2 }", {"p10": 1, "p90": 2}),
        ('"0,5"', "0,5"), ("2026-01-01", date(2026, 1, 1)), ("2026-01", "2026-01"),
        ("Over, and out", "Over, and out"), ("1, 2", "1, 2"), ("1\nelse = 2", "1\nelse = 2"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_toml_or_a_text_as_it_stands(text, found):
    assert value(text) == found
