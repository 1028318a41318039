"""Time, read in one place. Everything else takes a `Clock`."""

import time
from datetime import UTC, datetime, timedelta
from typing import NewType, Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)

Instant = NewType("Instant", int)
"""A point of UTC in whole microseconds since 1970-01-01."""

Duration = NewType("Duration", int)
"""A length of time in whole microseconds."""

MILLISECOND = Duration(1_000)
SECOND = Duration(1_000_000)
MINUTE = Duration(60 * SECOND)
HOUR = Duration(60 * MINUTE)
DAY = Duration(24 * HOUR)


class Clock(Protocol):
    """Wall time for schedules, monotonic time for leases and sleeping. The two never mix."""

    def now(self) -> Instant:
        """The wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; comparable across the processes of one boot."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1_000)

    def monotonic(self) -> float:
        return time.monotonic()


def seconds(amount: float) -> Duration:
    return Duration(round(amount * SECOND))


def later(instant: Instant, duration: int) -> Instant:
    return Instant(instant + duration)


def to_datetime(instant: Instant) -> datetime:
    """The instant as an aware UTC datetime (exact: microseconds)."""
    whole, micros = divmod(instant, SECOND)
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=micros)


def from_datetime(moment: datetime) -> Instant:
    """An aware datetime as an instant (exact: integer arithmetic)."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant((delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds)


def iso(instant: Instant | None) -> str | None:
    """ISO-8601 UTC with `Z`, the one form of a time in JSON output; fractions only where there are any."""
    if instant is None:
        return None
    # A datetime without a zone writes itself four times as fast as one that has to be asked for its offset.
    return (_EPOCH + timedelta(microseconds=instant)).isoformat() + "Z"
