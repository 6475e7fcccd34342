"""What `simlab schema` says of a value, the program says too: bands, dates, and both."""

from __future__ import annotations

from typing import Any

import pytest

from simlab.study.quantity import QuantityError
from simlab.study.schema import schema
from simlab.study.values import read_varying

VALUES: list[tuple[Any, bool]] = [
    (0.1, True),
    ({"p10": 0.1, "p90": 0.2}, True),
    ({"1-3": 0.1, "4+": 0.2}, True),
    ({"1-3": 0.1, "4+": 0.2, "by": "support"}, True),
    ({"2015": 0.1, "2016": 0.2}, True),
    ({"2015": 0.1, "2016-07": 0.2, "2017-01-15": 0.3}, True),
    ({"2015": {"1": 0.1, "2+": 0.2}, "2016": 0.3}, True),
    ({"2015-01": {"1-3": {"p10": 0.1, "p90": 0.2}, "4+": 0.2}}, True),
    ({"1-30": 0.1, "31+": {"1": 0.2, "2+": 0.3}}, False),
    ({"1-30": 0.1, "31+": {"by": "sick", "1": 0.2, "2+": 0.3}, "by": "age"}, False),
    ({"1-30": 0.1, "31+": {"2015": 0.2}}, False),
    ({"2015": {"2016": 0.1}}, False),
    ({"2015": 0.1, "by": "support"}, False),
    ({"1-3": 0.1, "2015": 0.2}, False),
    ({"early": 0.1}, False),
]


@pytest.mark.parametrize(("value", "right"), VALUES, ids=[str(v) for v, _ in VALUES])
def test_schema_and_program_agree_on_bands_and_dates(value: Any, right: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    rule = {"$ref": "#/$defs/varying_chance", "$defs": schema()["$defs"]}
    assert jsonschema.Draft202012Validator(rule).is_valid(value) is right
    try:
        read_varying(value, "chance")
    except QuantityError:
        assert not right
    else:
        assert right
