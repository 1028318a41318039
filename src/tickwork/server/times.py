"""Moments and lengths in requests."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema

from tickwork.core.clock import Instant
from tickwork.core.timing.text import parse_instant
from tickwork.errors import InvalidSchedule

_UTC = ZoneInfo("UTC")
_FIRST, _LAST = (parse_instant(f"{year}-01-01", _UTC) for year in (1900, 9000))


def moment_of(text: str, *, what: str) -> Instant:
    """ISO-8601; without an offset it is UTC. Raises `InvalidSchedule`, also for one that calendars hardly reach."""
    moment = parse_instant(text, _UTC, what=what)
    if not _FIRST <= moment < _LAST:
        raise InvalidSchedule(f"{what}: {text!r} is not between the years 1900 and 9000")
    return moment


def _read(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return moment_of(text, what="moment")
    except InvalidSchedule as error:
        raise ValueError(str(error)) from None


When = Annotated[Instant, BeforeValidator(_read), WithJsonSchema({"type": "string", "format": "date-time"})]
"""In a body: ISO-8601; the handler gets an instant."""

Moment = Annotated[
    When | None,
    Query(description="ISO-8601; without an offset UTC."),
]
"""A query parameter: an instant, or None."""
