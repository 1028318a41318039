"""How a decorator says on which workers a job runs, and how many runs at a time."""

from collections.abc import Mapping
from typing import Any

from msgspec import convert

from tickwork.app.words import W, is_whole, word
from tickwork.core.lanes import Limit
from tickwork.core.model import Everywhere, Quorum


def on(value: Any, what: str) -> int | Everywhere:
    """`"one"`, `"all"` or a number of workers."""
    return 1 if value == "one" else _number_or(value, Everywhere, what)


def success(value: Any, what: str) -> int | Quorum:
    """`"all"`, `"any"` or a number of runs."""
    return _number_or(value, Quorum, what)


def labels(value: Any, _what: str) -> tuple[str, ...]:
    """A label, or a list of them."""
    if not isinstance(value, str | list | tuple):
        raise TypeError("write a label, or a list of them")
    return tuple(dict.fromkeys([value] if isinstance(value, str) else map(str, value)))


def count(value: Any, _what: str) -> int | None:
    """A number of runs, or None for any."""
    if value is None:
        return None
    if not is_whole(value) or value < 1:
        raise TypeError("it must be a whole number from 1 on")
    return value


def shares(value: Any, _what: str) -> tuple[Limit, ...]:
    """`{"key": "db-{region}", "max": 2}`, a `Limit`, or a list of these."""
    listed = [value] if isinstance(value, Mapping | Limit) else list(value)
    return tuple(one if isinstance(one, Limit) else convert(one, Limit) for one in listed)


def _number_or(value: Any, words: type[W], what: str) -> int | W:
    if isinstance(value, str):
        return word(words, value)
    number = count(value, what)
    if number is None:
        raise TypeError(f"write a number or one of {', '.join(words)}")
    return number
