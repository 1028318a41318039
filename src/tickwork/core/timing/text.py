"""Lengths and moments as people write them."""

import re
from datetime import datetime, timedelta
from fractions import Fraction
from math import isfinite
from zoneinfo import ZoneInfo

from tickwork.core.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration, Instant, from_datetime
from tickwork.errors import InvalidSchedule

_WRITTEN = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": MILLISECOND, "us": 1}
_MONTH, _QUARTER, _YEAR = 2_629_800 * SECOND, 91 * DAY, 12 * 2_629_800 * SECOND
"""30.4375 days, 13 weeks, twelve such months. Calendar months are a trigger of their own (`Months`)."""
_UNITS = {
    **_WRITTEN,
    "mo": _MONTH,
    "q": _QUARTER,
    "y": _YEAR,
    "week": 7 * DAY,
    "day": DAY,
    "hour": HOUR,
    "minute": MINUTE,
    "min": MINUTE,
    "second": SECOND,
    "sec": SECOND,
    "month": _MONTH,
    "quarter": _QUARTER,
    "year": _YEAR,
}
_N = r"(\d{1,15}(?:\.\d{1,15})?)"
_PART = re.compile(rf"{_N}\s*([a-z]+)[\s,]*", re.ASCII)
_ISO = re.compile(rf"p(?:{_N}y)?(?:{_N}m)?(?:{_N}w)?(?:{_N}d)?(?:t(?:{_N}h)?(?:{_N}m)?(?:{_N}s)?)?", re.ASCII)
_ISO_UNITS = (_YEAR, _MONTH, 7 * DAY, DAY, HOUR, MINUTE, SECOND)
_LONGEST = 400 * 366 * DAY


def parse_duration(text: str | float | timedelta, *, what: str = "duration") -> Duration:
    """`90` (seconds), `timedelta(seconds=90)`, `"90s"`, `"1h30m"`, `"250ms"`, `"2 weeks, 1 day"`, `"1mo"`, `"PT1H30M"`.

    Raises `InvalidSchedule` naming `what` and the value.
    """
    if isinstance(text, timedelta):
        text = text.total_seconds()
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        raise _not_a_length(text, what)
    amount = _of_number(text) if isinstance(text, int | float) else _of_text(text.strip().lower())
    if amount is None:
        raise _not_a_length(text, what)
    if round(amount) <= 0:
        raise InvalidSchedule(f"{what}: {text!r} must be longer than nothing; write 90, 90s, 1h30m or 2d")
    if amount > _LONGEST:
        raise InvalidSchedule(f"{what}: {text!r} is longer than 400 years; write 90, 90s, 1h30m or 2d")
    return Duration(round(amount))


def _not_a_length(text: object, what: str) -> InvalidSchedule:
    return InvalidSchedule(f"{what}: {text!r} is not a length of time; write 90, 90s, 1h30m or 2d")


def _of_number(number: float) -> Fraction | None:
    return Fraction(number) * SECOND if isfinite(number) else None


def _of_text(text: str) -> Fraction | None:
    if re.fullmatch(_N, text, re.ASCII):
        return Fraction(text) * SECOND
    if (iso := _ISO.fullmatch(text)) and any(iso.groups()) and not text.endswith("t"):
        return sum((Fraction(n) * unit for n, unit in zip(iso.groups(), _ISO_UNITS, strict=True) if n), Fraction(0))
    total, end = Fraction(0), 0
    while match := _PART.match(text, end):
        unit = _UNITS.get(match[2]) or _UNITS.get(match[2].removesuffix("s"))
        if unit is None:
            return None
        total += Fraction(match[1]) * unit
        end = match.end()
    return total if text and end == len(text) else None


def format_duration(length: int) -> str:
    """The shortest exact form, `1h30m`, that `parse_duration` reads back."""
    rest, parts = length, []
    for name, unit in _WRITTEN.items():
        amount, rest = divmod(rest, unit)
        if amount:
            parts.append(f"{amount}{name}")
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
