"""Uncertain values: what a study writes, and the distribution that it means."""

from simlab.study.quantity.forms import looks_like_quantity
from simlab.study.quantity.keys import (
    ABOUT,
    GUESSED,
    KEYS,
    TAGS,
    Domain,
    is_quantile,
    quantile_chance,
)
from simlab.study.quantity.quantity import Quantity
from simlab.study.quantity.reader import QuantityError, read_quantity
from simlab.study.quantity.schema import quantity_json_schema

__all__ = [
    "ABOUT",
    "GUESSED",
    "KEYS",
    "TAGS",
    "Domain",
    "Quantity",
    "QuantityError",
    "is_quantile",
    "looks_like_quantity",
    "quantile_chance",
    "quantity_json_schema",
    "read_quantity",
]
