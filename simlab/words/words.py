"""Every string a person sees goes through here.

A message is written in English in the code, with named gaps, as gettext has it:
``words("In {n} of {of} futures", n=14, of=20)``. Other languages are folders of gettext catalogues
beside this file (``da/*.po``, one for each part of the house: msgid in English, msgstr in the
language), read when they are first asked for. A message without a translation stays English, so
that it can never break a run; a test finds it. What is counted has two messages, one and many,
of which gettext chooses by the language's own rule. Numbers and dates follow the locale (Unicode
CLDR, through Babel). Amounts are messages, so that "DKK 124.7 million" can become "124,7 mio. kr.":
CLDR's compact amounts are "DKK124.7M", and tell DKK 4.50 million as 4.5.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO, StringIO
from math import floor, inf, log10
from pathlib import Path

from simlab.study.message import Message, Money, Number, Plural, Text, Value

FOLLOWED = {  # gaps: what a study follows where it names nothing else; one, many or in years
    "person": (Message("person"), 0),
    "people": (Message("people"), 1),
    "citizen": (Message("citizen"), 0),
    "citizens": (Message("citizens"), 1),
    "person_years": (Message("person-years"), 2),
}
LEAST = 0.5  # kr.: what is less is nothing, and not about nothing
BEYOND = 1e15  # numbers from here are no money and no people
LANGUAGES = ("en", "da")  # a language ships when its catalogues lie in a folder of its name
CATALOGUES = Path(__file__).parent


@cache
def catalogue(folder: Path) -> NullTranslations:
    """What the language of the folder's name says, from gettext ``.po`` files; fuzzy entries are
    left out. Without any it is as the messages are written, in English."""
    files = sorted(folder.glob("*.po"))
    if not files:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    entries = "\n".join(file.read_text(encoding="utf-8") for file in files)
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(entries), folder.name))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _separators(lang: str) -> dict[int, int]:
    """From the signs of thousands and decimals that English has to those of a language."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return str.maketrans(",.", get_group_symbol(lang) + get_decimal_symbol(lang))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; ``ValueError`` for a language that does not ship.

    >>> words = Words("en")
    >>> words("In {n} of {of} futures", n=14, of=20)
    'In 14 of 20 futures'
    >>> words.money(124_700_000), words.percent(0.125, 1), words.number(-1700)
    ('DKK 124.7 million', '12.5%', '-1,700')
    """

    lang: str = "en"
    unit: tuple[str, str] | None = None  # one and many of what the study follows, if not people

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise ValueError(f'no words in the language "{self.lang}"; there are: {known}')

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, its gaps filled with ``values`` as they are.

        {person}, {people}, {citizen}, {citizens} and {person_years} are what the study follows,
        without a value.
        """
        return self._filled(catalogue(CATALOGUES / self.lang).gettext(message), values)

    def plural(self, one: str, many: str, count: float, /, **values: object) -> str:
        """The message of one or of many, whichever the language takes for so many.

        {n} is the count, unless it is given in another form.

        >>> Words("en").plural("{n} draw was there", "{n} draws were there", 1_700)
        '1,700 draws were there'
        """
        whole = 2 if count % 1 else int(count)  # a fraction is told as many are: 2.5 years
        message = catalogue(CATALOGUES / self.lang).ngettext(one, many, whole)
        return self._filled(message, {"n": self.number(count)} | values)

    def _filled(self, message: str, values: Mapping[str, object]) -> str:
        named = {name: self._named(name) for name in FOLLOWED if f"{{{name}}}" in message}
        filled = {name: str(value) for name, value in {**named, **values}.items()}
        for name, value in filled.items():
            if value.endswith("."):  # an abbreviation ends its sentence: "7,3 mio. kr."
                message = message.replace(f"{{{name}}}.", f"{{{name}}}")
        return message.format(**filled)

    def _named(self, name: str) -> str:
        message, number = FOLLOWED[name]
        if self.unit is None:
            return self.say(message)
        return self.unit[number] if number < 2 else self("{one}-years", one=self.unit[0])

    def following(self, unit: tuple[Mapping[str, str], Mapping[str, str]] | None) -> Words:
        """These words for a study that follows something else: families, say, one and many."""
        if unit is None:
            return self
        return replace(self, unit=(self.text(unit[0]), self.text(unit[1])))

    def text(self, text: Mapping[str, str]) -> str:
        """A study's own text in this language; else in English; else in any it has."""
        return text.get(self.lang) or text.get("en") or next(iter(text.values()), "")

    def say(self, said: Value | Mapping[str, str]) -> str:
        """What a study or a result has to tell, in this language; a plain text as it is."""
        match said:
            case Message(message, values):
                filled = {name: self.say(value) for name, value in values}
                if isinstance(said, Plural):
                    return self.plural(message, said.many, said.count, **filled)
                return self(message, **filled)
            case Number(text):
                return text if self.lang == "en" else text.translate(_separators(self.lang))
            case Money(kr):
                return self.money(kr, 3)
            case Text():
                return self.text(said.by_language())
            case Mapping():
                return self.text(said)
            case tuple():
                return ", ".join(map(self.say, said))
        return str(said)

    def number(self, x: float, decimals: int = 0) -> str:
        """1,700 · 12.5; beyond all that is counted 1e+20, which Babel could not write out"""
        from babel.numbers import format_decimal

        if BEYOND <= abs(x) < inf:
            return self.plain(x)
        shape = "#,##0" + ("." + "0" * decimals if decimals else "")
        # + 0.0 turns a negative zero, which would print as -0, into zero
        return format_decimal(round(float(x), decimals) + 0.0, shape, locale=self.lang)

    def plain(self, x: float) -> str:
        """A number without more digits than it has: 6, 2.5"""
        return self.say(Number(f"{x:g}"))

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share as a percentage: 0.125 → 12.5%"""
        return self("{number}%", number=self.number(100.0 * share, decimals))

    def money(self, kr: float, digits: int | None = None, uncertain: float = 0.0) -> str:
        """Kroner for reading: DKK 124.7 million, or in so many significant ``digits``.

        uncertain : kr. by which the figure is uncertain, half of its 80 % range; it is then told
            to the second digit of that, and as about zero where nothing is left of it
        """
        text, place = rounded(kr, uncertain), place_of(uncertain)
        if text == 0.0 and abs(kr) >= LEAST:
            return self("about zero")
        size = abs(text)
        if size >= 1e9:
            decimals = max(9 - max(7, place), 0)
            return self("DKK {amount} billion", amount=self._amount(text / 1e9, decimals, digits))
        if size >= 1e6:
            decimals = max(6 - max(5, place), 0)
            return self("DKK {amount} million", amount=self._amount(text / 1e6, decimals, digits))
        return self("DKK {amount}", amount=self._amount(text, 0, digits))

    def _amount(self, amount: float, decimals: int, digits: int | None) -> str:
        if digits is None or amount == 0.0:
            return self.number(amount, decimals)
        places = digits - 1 - floor(log10(abs(amount)))
        return self.number(round(amount, places), max(0, places))

    def day(self, day: datetime.date) -> str:
        """1 January 2016"""
        from babel.dates import format_date

        return format_date(day, "d MMMM y" if self.lang == "en" else "d. MMMM y", locale=self.lang)

    def date(self, day: datetime.date) -> str:
        """January 2016"""
        from babel.dates import format_date

        return format_date(day, "MMMM y", locale=self.lang)

    def year(self, year: int | datetime.date) -> str:
        """2016, never 2,016"""
        return str(year.year if isinstance(year, datetime.date) else int(year))

    def years(self, x: float, *, digits: bool = False) -> str:
        """A length of time: one year, ten years, 2.5 years; with ``digits`` 10 years"""
        whole = round(x)
        if abs(x - whole) >= 0.05:
            return self("{n} years", n=self.number(x, 1))
        numerals = self("one two three four five six seven eight nine ten eleven twelve").split()
        spelled = not digits and 1 <= whole <= len(numerals)
        n = numerals[whole - 1] if spelled else self.number(whole)
        return self.plural("{n} year", "{n} years", whole, n=n)

    def simulated(self, draws: int) -> str:
        """10,000 simulated futures"""
        return self.plural("{n} simulated future", "{n} simulated futures", draws)


def half_of_range(p10: float, p90: float) -> float:
    """By how much a figure is uncertain: half of its 80 % range, kr."""
    return (p90 - p10) / 2.0


def place_of(uncertain: float) -> int:
    """The power of ten that a figure is told to: the second digit of what it is uncertain by.

    >>> place_of(14_000_000.0), place_of(0.0)
    (6, 0)
    """
    return floor(log10(uncertain)) - 1 if 10.0 < uncertain < inf else 0


def rounded(kr: float, uncertain: float) -> float:
    """Kroner to the place that their uncertainty bears; to the øre where they are certain.

    >>> rounded(-62_671.0, 14_000_000.0), rounded(9_460_000.0, 4_700_000.0)
    (0.0, 9500000.0)
    """
    if not 10.0 < uncertain < inf or not abs(kr) < inf:
        return kr
    place = 10.0 ** place_of(uncertain)
    return round(kr / place) * place + 0.0


ENGLISH = Words("en")
