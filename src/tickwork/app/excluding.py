"""How a decorator says when a schedule is not due although its trigger says so."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from msgspec import ValidationError, convert

from tickwork.app.words import listed
from tickwork.core.timing.schedule import Exclusion, Window
from tickwork.errors import InvalidSchedule

_FORM = (
    "write {'windows': ['22:00-06:00'], 'weekdays': ['sat', 'sun'], 'days': ['2026-12-25'], 'calendars': ['closed'], "
    "'roll': 'next'}, or some of it"
)
_WORDS = ("windows", "weekdays", "days", "calendars", "roll")


def exclusion(said: Any, what: str) -> Exclusion:
    """A table in the words of a board, or an `Exclusion`. Raises `InvalidSchedule`."""
    if isinstance(said, Exclusion):
        return said
    if not isinstance(said, Mapping) or said.keys() - set(_WORDS):
        raise InvalidSchedule(f"{what}: {said!r} is not accepted: {_FORM}")
    read = {name: said[name] if name == "roll" else listed(said[name]) for name in _WORDS if name in said}
    try:
        if "windows" in read:
            read["windows"] = [_window(one) for one in read["windows"]]
        return convert(read, Exclusion)
    except (ValidationError, ValueError) as error:
        raise InvalidSchedule(f"{what}: {said!r} is not accepted: {error}; {_FORM}") from None


def _window(said: Any) -> Window:
    if isinstance(said, Window):
        return said
    if not isinstance(said, str) or said.count("-") != 1:
        raise ValueError(f"{said!r} is no part of a day")
    start, end = (time.fromisoformat(part.strip()) for part in said.split("-"))
    return Window(start=start, end=end)
