"""What they are called who pay, or for whom an account is made."""

from __future__ import annotations

from simlab.words.words import Words


def perspective_name(name: str, words: Words) -> str:
    """Who the account is made for. Names of a study's own are text, never a message."""
    known = {
        "municipality": words("the municipality"),
        "public": words("the public sector"),
        "society": words("society"),
        "state": words("the state"),
        "region": words("the region"),
        "citizen": words("the citizens"),
        "other_municipalities": words("other municipalities"),
        "foundation": words("foundations"),
    }
    return known.get(name, name.replace("_", " "))
