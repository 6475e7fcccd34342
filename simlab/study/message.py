"""What a study and its result have to tell, before a language is chosen.

``Message("In use: {note}.", note=…)`` is a message in English with named gaps; ``str()`` gives it
in English, and `simlab.words.Words.say` in the reader's language. A gap may hold a text, a
`Number`, `Money`, a `Text` of the study's own, another ``Message``, or a tuple of these, joined by
commas. Every message must have a translation: tests/words/test_translations.py reads them in the
code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a study's own, in one or more languages; ``str()`` is the English one."""

    en: str
    da: str | None = None

    def by_language(self) -> dict[str, str]:
        return {"en": self.en} | ({"da": self.da} if self.da else {})

    def __str__(self) -> str:
        return self.en


def spelled(key: str) -> str:
    """A study's key in plain letters."""
    return key.replace("_", " ")


def labelled(label: Text | None, key: str) -> dict[str, str]:
    """What a study calls a part of it, by language: its label, else its key."""
    return label.by_language() if label and label.en else {"en": spelled(key)}


TEXT_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"en": {"type": "string"}, "da": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}


def read_text(written: object) -> Text | None:
    """A text, or { en = "…", da = "…" }; None for what is neither. One language may be enough."""
    if isinstance(written, Text):
        return written
    if isinstance(written, str):
        return Text(written)
    if not isinstance(written, Mapping) or not written or not set(written) <= {"en", "da"}:
        return None
    if not all(isinstance(text, str) for text in written.values()):
        return None
    return Text(written.get("en") or written.get("da", ""), written.get("da"))


def joined(texts: Iterable[Text]) -> Text | None:
    """Texts with semicolons between them, each once; None where there are none."""
    unlike = tuple(dict.fromkeys(texts))
    if len(unlike) < 2:
        return unlike[0] if unlike else None
    danish = any(text.da for text in unlike)
    return Text(
        "; ".join(text.en for text in unlike),
        "; ".join(text.da or text.en for text in unlike) if danish else None,
    )


@dataclass(frozen=True, slots=True)
class Number:
    """A number as English writes it: 1,058.5."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of kroner, which each language writes in its own way."""

    kr: float

    def __str__(self) -> str:
        return f"DKK {self.kr:,.0f}"


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """A message with what fills its gaps; hashable."""

    template: str
    values: tuple[tuple[str, Any], ...]  # each a Value, which pydantic cannot follow into itself

    def __init__(self, template: str, /, **values: Value) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", tuple(values.items()))

    def __str__(self) -> str:
        return self.template.format(**{name: english(value) for name, value in self.values})


@dataclass(frozen=True, slots=True, init=False)
class Plural(Message):
    """What is counted, in the words of one and of many: ``Plural("{n} day", "{n} days", 4)``."""

    many: str
    count: int

    def __init__(self, one: str, many: str, count: int, /, **values: Value) -> None:
        Message.__init__(self, one, **{"n": Number(f"{count:,}")} | values)
        object.__setattr__(self, "many", many)
        object.__setattr__(self, "count", count)

    def __str__(self) -> str:
        return str(Message(self.template if self.count == 1 else self.many, **dict(self.values)))


Value: TypeAlias = "Message | Number | Money | Text | str | int | tuple[Value, ...]"


def english(value: Value) -> str:
    """What stands in a gap of an English message."""
    return ", ".join(map(english, value)) if isinstance(value, tuple) else str(value)


def share_of(share: float, decimals: int = 0, *, signed: bool = False) -> Message:
    """A share as a percentage, with its sign where it is a change."""
    sign = "+" if signed else ""
    return Message("{number}%", number=Number(f"{100 * share:{sign}.{decimals}f}"))
