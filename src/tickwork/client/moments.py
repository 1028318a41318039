"""Moments on their way to a server."""

from datetime import datetime

from tickwork.core.clock import Instant, from_datetime, iso
from tickwork.errors import InvalidSchedule

Moment = datetime | Instant
"""A datetime with a zone."""


def text_of(moment: Moment | None) -> str | None:
    """ISO-8601. Raises `InvalidSchedule` for a datetime without a zone: it could be anywhere's."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise InvalidSchedule(f"{moment.isoformat()} has no zone; write datetime(…, tzinfo=UTC), or your own zone")
        moment = from_datetime(moment)
    return iso(moment)
