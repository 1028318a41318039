"""What has a form in JSON, and what has none."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tickwork.app.encoding import any_json


@dataclass
class Row:
    n: int
    tags: set


class Struct(msgspec.Struct):
    a: int


class Pydantic:
    def model_dump(self, *, mode):
        return {"mode": mode}


class Array:
    def tolist(self):
        return [1, 2]


class Foreign:
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Row(1, {"x"}), {"n": 1, "tags": ["x"]}),
        (Struct(2), {"a": 2}),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        (timedelta(minutes=1), "PT60S"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "AP8="),
        (Path("/tmp"), "/tmp"),
        (Pydantic(), {"mode": "json"}),
        (Array(), [1, 2]),
        ({1: "x"}, {"1": "x"}),
    ],
)
def test_a_value_has_its_form(value, plain):
    assert json.loads(any_json(value)) == plain


@pytest.mark.parametrize("value", [Foreign(), [1, {"a": Foreign()}]])
def test_the_type_that_has_none_is_named(value):
    with pytest.raises(TypeError, match="Foreign have no form in JSON"):
        any_json(value)
