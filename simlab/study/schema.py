"""The grammar as JSON Schema (draft 2020-12)."""

from __future__ import annotations

from typing import Any, get_args

from simlab.study.grammar import StudyFile
from simlab.study.message import TEXT_SCHEMA
from simlab.study.quantity import Domain, quantity_json_schema

_DATE = r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$"
# Four digits alone are a year.
_BAND = r"^(?!\d{4}$)\d{1,5}\s*(\+|[-–]\s*\d{1,5})?$"


def schema() -> dict[str, Any]:
    """The schema of a study file; ``simlab schema`` prints it."""
    grammar = _linked(StudyFile.model_json_schema())
    for domain in get_args(Domain):
        here = f"#/$defs/{domain}"
        grammar["$defs"][domain] = quantity_json_schema(domain, here)
        about = {"source": TEXT_SCHEMA, "tag": {"type": "string"}, "note": TEXT_SCHEMA}
        banded = {
            "type": "object",
            "description": 'by clock: { "1-3" = …, "4+" = … }; by = "support.away" names another '
            "clock than the state's own",
            "properties": {"by": {"type": "string"}, **about},
            "patternProperties": {_BAND: {"$ref": here}},
            "additionalProperties": False,
        }
        dated = {
            "type": "object",
            "description": 'by date: { 2015 = …, "2016-07" = … }; each may be by clock',
            "properties": about,
            "patternProperties": {_DATE: {"anyOf": [{"$ref": here}, banded]}},
            "additionalProperties": False,
        }
        grammar["$defs"][f"varying_{domain}"] = {"anyOf": [{"$ref": here}, banded, dated]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **grammar,
        "title": "A simlab study",
    }


def _linked(node: Any) -> Any:
    """The schema with a link in place of every mark that ``values.py`` left."""
    if isinstance(node, dict):
        mark = node.get("$comment", "")
        if isinstance(mark, str) and mark.startswith("simlab:"):
            rest = {k: v for k, v in node.items() if k not in ("$comment", "default")}
            return {**rest, "$ref": f"#/$defs/{mark.removeprefix('simlab:')}"}
        return {key: _linked(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_linked(value) for value in node]
    return node
