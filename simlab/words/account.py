"""What they are called who pay, or for whom an account is made."""

from __future__ import annotations

from collections.abc import Mapping

from simlab.words.words import Words


def perspective_name(name: str, words: Words, label: Mapping[str, str] | None = None) -> str:
    """Who the account is made for, or who pays. The label or name of a study's own is text, never
    a message."""
    known = {
        "municipality": words("the municipality"),
        "public": words("the public sector"),
        "society": words("society"),
        "state": words("the state"),
        "region": words("the region"),
        "citizen": words("the citizens"),
        "other_municipalities": words("other municipalities"),
        "foundation": words("the foundation"),
        "health_service": words("the health service"),
    }
    first, and_, second = name.partition("_and_")
    if and_ and first in known and second in known:
        return words("{a} and {b}", a=known[first], b=known[second])
    own = words.text(label) if label else name.replace("_", " ")
    return known.get(name, own)
