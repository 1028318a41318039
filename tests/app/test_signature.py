"""Arguments become what annotations say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import pytest

from tickwork.app.signature import Arguments, signature_of, type_text
from tickwork.errors import InvalidParameter


@dataclass
class Point:
    x: int
    y: int = 0


class Colour(Enum):
    RED = "red"


class Foreign:
    pass


class Model:
    """As pydantic's."""

    @classmethod
    def model_validate(cls, value):
        if "bad" in value:
            raise ValueError("bad value")
        made = cls()
        made.value = value
        return made


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "int"),
        (None, "None"),
        (Any, "Any"),
        (Optional[int], "int | None"),  # noqa: UP045
        (list[str] | None, "list[str] | None"),
        (Sequence[int], "list[int]"),
        (dict[str, Point], "dict[str, dict[str, Any]]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Annotated[int, "hint"], "int"),
        (Literal["a", 2], "Literal['a', 2]"),
        (Colour, "Literal['red']"),
        (Path, "str"),
        (Point, "dict[str, Any]"),
        (Foreign, "Any"),
        ("Unheard", "Any"),
    ],
)
def test_an_annotation_is_written_in_the_grammar_that_is_kept(annotation, text):
    assert type_text(annotation) == text


def takes(
    point: Point,
    when: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    *,
    day: date | None = None,
    path: Path = Path("/"),
    colour: Colour = Colour.RED,
    foreign: Foreign = None,
    model: Model = None,
    count: int = None,  # noqa: RUF013 (written by many)
    **others: Any,
) -> None: ...


def test_each_argument_becomes_what_its_annotation_says():
    given = {"day": "2026-02-03", "path": "/tmp", "colour": "red", "foreign": 3, "model": {"a": 1}, "more": [1]}
    args, kwargs = Arguments(takes).fit([{"x": 1}, "2026-01-02T03:04:05Z"], given)
    assert args == (Point(1), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert kwargs["model"].value == {"a": 1}
    assert {**kwargs, "model": None} == {
        "day": date(2026, 2, 3),
        "path": Path("/tmp"),
        "colour": Colour.RED,
        "foreign": 3,
        "model": None,
        "more": [1],
    }


def test_a_default_need_not_be_of_the_annotated_type():
    Arguments(takes).fit([{"x": 1}], {"count": None})
    assert next(one for one in signature_of(takes).parameters if one.name == "count").type == "int | None"


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ([], {}, "missing a required argument: 'point'"),
        ([{"x": "one"}], {}, "parameter 'point' must be Point, but {'x': 'one'} is dict .Expected `int`, got `str`"),
        ([{"x": 1}], {"day": 3}, "parameter 'day' must be date | None, but 3 is int"),
        ([{"x": 1}], {"model": {"bad": 1}}, "parameter 'model' must be Model"),
    ],
)
def test_what_does_not_fit_names_the_parameter(args, kwargs, words):
    with pytest.raises(InvalidParameter, match=words):
        Arguments(takes).fit(args, kwargs)


def test_a_function_that_python_cannot_look_into_takes_whatever_comes():
    assert signature_of(dict.fromkeys) is not None or Arguments(dict.fromkeys).fit([1], {}) == ([1], {})
    assert Arguments(dict).fit([1], {"a": 2}) == ([1], {"a": 2})


def test_annotations_that_cannot_be_evaluated_are_passed_over():
    def odd(a: "NotThere", b: int):  # noqa: F821
        pass

    assert [one.type for one in signature_of(odd).parameters] == ["Any", "int"]
    assert Arguments(odd).fit(["whatever"], {"b": 1}) == (("whatever",), {"b": 1})
    assert Arguments(odd).fit(["other"], {"b": 2}) == (("other",), {"b": 2})


def test_a_later_call_of_the_same_shape_is_fitted_anew_and_one_of_another_is_checked():
    def takes_dates(day: date, /, *others: date, **named: date):
        pass

    arguments = Arguments(takes_dates)
    for day in (1, 2):
        args, kwargs = arguments.fit([f"2026-01-0{day}", "2026-01-03"], {"day": "2026-01-04"})
        assert (args, kwargs) == ((date(2026, 1, day), "2026-01-03"), {"day": "2026-01-04"})
    with pytest.raises(InvalidParameter, match="'day' parameter is positional only"):
        arguments.fit([], {"day": "2026-01-04"})
    for number in range(500):
        arguments.fit(["2026-01-01"], {f"n{number}": number})
    assert len(arguments._fitting) < 200
