"""Parameters are checked against what a callable takes, before anything is accepted."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import pytest

from tickwork.core.parameters import Parameter, Signature, check, read_type
from tickwork.errors import InvalidParameter

TAKES = Signature(
    parameters=(
        Parameter(name="n", type="int"),
        Parameter(name="ids", type="list[int]", required=False),
        Parameter(name="when", type="datetime | None", required=False),
        Parameter(name="how", type="Literal['fast', 'slow']", required=False),
    )
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("int", int),
        ("list[str]", list[str]),
        ("dict[str, float] | None", dict[str, float] | None),
        ("tuple[int, ...]", tuple[int, ...]),
        ("Literal['a', 1]", Literal["a", 1]),
        ("datetime | int", datetime | int),
        ("Decimal", Decimal),
        ("Any", Any),
        ("list[Unheard]", Any),
        ("__import__('os')", Any),
        ("not python", Any),
    ],
)
def test_a_type_is_read_from_its_text(text, kind):
    assert read_type(text) == kind


@pytest.mark.parametrize("given", [{"n": 1}, {"n": 1, "ids": [1, 2], "when": "2026-01-01T00:00:00Z", "how": "slow"}])
def test_what_fits_is_accepted(given):
    check(TAKES, given, job="etl")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "job etl needs the parameter 'n' (int)"),
        ({"n": "x"}, "job etl: parameter 'n' must be int, but 'x' is str"),
        ({"n": True}, "job etl: parameter 'n' must be int, but True is bool"),
        (
            {"n": 1, "ids": [1, "a"]},
            "parameter 'ids' must be list[int], but [1, 'a'] is list (Expected `int`, got `str`",
        ),
        ({"n": 1, "how": "never"}, "parameter 'how' must be Literal['fast', 'slow'], but 'never' is str"),
        ({"n": 1, "z": 2}, "job etl has no parameter 'z'; it takes n, ids, when, how"),
        ({"n": "x" * 1000}, "x…"),
    ],
)
def test_what_does_not_fit_is_named_with_its_type_and_the_expected_one(given, words):
    with pytest.raises(InvalidParameter, match=re.escape(words)):
        check(TAKES, given, job="etl")


def test_positional_arguments_of_the_job_count_as_given():
    check(TAKES, {}, job="etl", bound=1)


def test_further_names_are_accepted_where_the_callable_takes_them():
    check(Signature(others=True), {"anything": 1}, job="etl")
