"""Lengths and moments as people write them."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from tickwork.core.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration, Instant, from_datetime
from tickwork.errors import InvalidSchedule

_UNITS = {"ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": Duration(7 * DAY)}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*", re.ASCII)


def parse_duration(text: str | float, *, what: str = "duration") -> Duration:
    """`90` (seconds), `"90s"`, `"1h30m"`, `"250ms"`. Raises `InvalidSchedule` naming `what` and the value."""
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        raise InvalidSchedule(f"{what}: {text!r} is not a length of time; write 90, 90s, 1h30m or 2d")
    if isinstance(text, int | float):
        return _positive(round(text * SECOND), text, what)
    bare = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", bare, re.ASCII):
        return _positive(round(float(bare) * SECOND), text, what)
    total, end = 0.0, 0
    while match := _PART.match(bare, end):
        total += float(match[1]) * _UNITS[match[2]]
        end = match.end()
    if not bare or end != len(bare):
        raise InvalidSchedule(f"{what}: {text!r} is not a length of time; write 90, 90s, 1h30m or 2d")
    return _positive(round(total), text, what)


def _positive(amount: int, text: object, what: str) -> Duration:
    if amount <= 0:
        raise InvalidSchedule(f"{what}: {text!r} must be longer than nothing; write 90, 90s, 1h30m or 2d")
    return Duration(amount)


def format_duration(length: int) -> str:
    """The shortest exact form, `1h30m`, that `parse_duration` reads back."""
    rest, parts = length, []
    for unit in ("w", "d", "h", "m", "s", "ms"):
        amount, rest = divmod(rest, _UNITS[unit])
        if amount:
            parts.append(f"{amount}{unit}")
    if rest:
        return f"{length / SECOND:.6f}".rstrip("0") + "s"
    return "".join(parts) or "0s"


def parse_instant(text: str, zone: ZoneInfo, *, what: str = "time") -> Instant:
    """ISO-8601, in `zone` where it names no offset. Raises `InvalidSchedule`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidSchedule(
            f"{what}: {text!r} is not a time; write it as 2026-12-24T18:00 or with an offset, 2026-12-24T18:00+01:00"
        ) from None
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone))
