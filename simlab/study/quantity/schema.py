"""An uncertain value as JSON Schema, for editors."""

from __future__ import annotations

from typing import Any

from simlab.study.message import TEXT_SCHEMA
from simlab.study.quantity.forms import FORMS, LONGEST, QUANTILES, WITHIN, Form
from simlab.study.quantity.keys import (
    ABOUT,
    BOUNDS,
    CHANCE,
    COMMON_QUANTILES,
    KEYS,
    TAGS,
    Domain,
    bounds_of,
    quantile_chance,
)


def quantity_json_schema(domain: Domain, here: str) -> dict[str, Any]:
    """A JSON Schema fragment (draft 2020-12) for editors: a number, or any of the forms.

    It completes keys and finds misspelt ones; `read_quantity` judges the numbers together.
    ``here`` is where the caller puts the fragment ("#/$defs/chance"), which mixtures refer to.
    """
    number, inner = bounds_of(domain, zero_allowed=True).schema(), {"$ref": here}
    possible = [f for f in FORMS if not f.families or set(f.families) & set(WITHIN[domain])]
    forms = [_form_schema(form, domain, number, inner) for form in possible]
    return {"anyOf": [number | {"description": "a certain value"}, *forms]}


def _form_schema(
    form: Form, domain: Domain, number: dict[str, Any], inner: dict[str, Any]
) -> dict[str, Any]:
    properties = {
        key: _key_schema(key, number, inner) | {"description": KEYS[key]}
        for key in (*form.keys, *form.optional, "point", *ABOUT)
    }
    families = [family for family in form.families if family in WITHIN[domain]]
    if families:
        properties["dist"] = {"enum": families, "description": KEYS["dist"]}
    schema: dict[str, Any] = {
        "type": "object",
        "description": form.name,
        "properties": properties,
        "required": [*form.keys, *(["dist"] if form.needs_dist else [])],
        "additionalProperties": False,
    }
    if form is QUANTILES:
        for key in COMMON_QUANTILES:
            percent = f"{100 * quantile_chance(key):g}"
            properties[key] = number | {"description": f"below this with chance {percent} %"}
        schema["patternProperties"] = {"^p[0-9]+([._][0-9]+)?$": number}
        schema["minProperties"] = 2
        # Not every key is another than a quantile: there is one at least.
        schema["not"] = {"propertyNames": {"not": {"pattern": "^p[0-9]"}}}
    return schema


def _key_schema(key: str, number: dict[str, Any], inner: dict[str, Any]) -> dict[str, Any]:
    if key in BOUNDS:
        return BOUNDS[key].schema()
    component = {
        "type": "object",
        "properties": {"weight": CHANCE.schema(), "value": inner},
        "required": ["weight", "value"],
        "additionalProperties": False,
    }
    others: dict[str, dict[str, Any]] = {
        "else": inner,
        "ci95": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
        "mixture": {"type": "array", "items": component, "minItems": 1, "maxItems": LONGEST},
        "point": {"type": "boolean"},
        "source": TEXT_SCHEMA,
        "note": TEXT_SCHEMA,
        "tag": {"enum": [*TAGS, *TAGS.values()]},
    }
    return others.get(key, number)
