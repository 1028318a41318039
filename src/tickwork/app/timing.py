"""`cron`, `every` and `at`: schedules as a decorator takes them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from msgspec.structs import replace

from tickwork.app.excluding import exclusion
from tickwork.app.words import is_whole, listed
from tickwork.core.clock import Duration, Instant, from_datetime
from tickwork.core.timing.schedule import (
    At,
    CatchUp,
    Cron,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    Schedule,
    Trigger,
)
from tickwork.core.timing.text import parse_duration, parse_instant
from tickwork.core.timing.zone import zone_of
from tickwork.errors import InvalidSchedule

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_KEY = "main"
_Length = str | float | timedelta | None
_Moment = str | datetime | None


class Timing(TypedDict, total=False):
    """What a schedule may say beside its trigger, in the words of a board (whose `from` is `start`)."""

    zone: str
    start: _Moment
    until: _Moment
    duration: _Length
    repeat: int | None
    gap: GapPolicy | str
    fold: FoldPolicy | str
    interval: IntervalPolicy | str
    exclude: Exclusion | Mapping[str, Any] | None
    spread: _Length
    jitter: _Length
    catch_up: CatchUp | str
    max_count: int | None
    max_age: _Length
    start_deadline: _Length
    key: str


def cron(expression: str, **timing: Unpack[Timing]) -> Schedule:
    """`cron("30 2 * * mon", zone="Europe/Amsterdam")`; 5 fields, 6 (seconds first), or `@daily`."""
    if not isinstance(expression, str):
        raise InvalidSchedule(f"cron: {expression!r} is no text; write it like 30 2 * * *")
    return _schedule(Cron(expression=expression), timing)


def every(interval: str | float | timedelta, /, **timing: Unpack[Timing]) -> Schedule:
    """`every("1h30m")`, or a number of seconds."""
    return _schedule(Every(interval=parse_duration(interval, what="every")), timing)


def at(*moments: str | datetime, **timing: Unpack[Timing]) -> Schedule:
    """`at("2026-12-24T18:00", zone="Europe/Amsterdam")`: once at each of these moments."""
    zone = zone_of(timing.get("zone", "UTC"))
    return _schedule(At(times=tuple(_moment(moment, "at", zone) for moment in moments)), timing)


def keyed(schedules: Schedule | Sequence[Schedule]) -> tuple[Schedule, ...]:
    """Several schedules of one job, told apart as a board does it: main, s2, s3, …"""
    several = listed(schedules)
    for one in several:
        if not isinstance(one, Schedule):
            raise InvalidSchedule(
                f'schedule: {schedules!r} is none; write every("1h"), cron("30 2 * * *") or at("2026-12-24T18:00"), '
                "or a list of them"
            )
    return tuple(_renamed(schedule, place) for place, schedule in enumerate(several, start=1))


def _renamed(schedule: Schedule, place: int) -> Schedule:
    return schedule if place == 1 or schedule.key != _KEY else replace(schedule, key=f"s{place}")


def _schedule(trigger: Trigger, timing: Timing) -> Schedule:
    zone = zone_of(timing.get("zone", "UTC"))
    read: dict[str, Any] = {"key": _KEY}
    for name, said in timing.items():
        if name not in _READERS:
            raise InvalidSchedule(f"a schedule has no {name!r}; it has {', '.join(_READERS)}")
        read[name] = None if said is None else _READERS[name](said, name, zone)
    return Schedule(trigger=trigger, **read)


def _text(said: Any, what: str, _zone: "ZoneInfo") -> str:
    if not isinstance(said, str) or not said:
        raise InvalidSchedule(f"{what}: {said!r} is no name")
    return said


def _length(said: Any, what: str, _zone: "ZoneInfo") -> Duration:
    return parse_duration(said, what=what)


def _moment(said: Any, what: str, zone: "ZoneInfo") -> Instant:
    if isinstance(said, datetime):
        return from_datetime(said if said.tzinfo else said.replace(tzinfo=zone))
    return parse_instant(str(said), zone, what=what)


def _count(said: Any, what: str, _zone: "ZoneInfo") -> int:
    if not is_whole(said) or said < 1:
        raise InvalidSchedule(f"{what}: {said!r} is not accepted; write a whole number from 1 on")
    return said


def _one_of(kind: type[StrEnum]) -> "_Reader":
    def read(said: Any, what: str, _zone: "ZoneInfo") -> StrEnum:
        try:
            return kind(said)
        except ValueError:
            raise InvalidSchedule(f"{what}: {said!r} is none of {', '.join(kind)}") from None

    return read


def _exclusion(said: Any, what: str, _zone: "ZoneInfo") -> Exclusion:
    return exclusion(said, what)


_Reader = Callable[[Any, str, "ZoneInfo"], Any]
_READERS: dict[str, _Reader] = {
    "zone": _text,
    "start": _moment,
    "until": _moment,
    "duration": _length,
    "repeat": _count,
    "gap": _one_of(GapPolicy),
    "fold": _one_of(FoldPolicy),
    "interval": _one_of(IntervalPolicy),
    "exclude": _exclusion,
    "spread": _length,
    "jitter": _length,
    "catch_up": _one_of(CatchUp),
    "max_count": _count,
    "max_age": _length,
    "start_deadline": _length,
    "key": _text,
}
"""By the word of a decorator, which is the field's name: how its value is read."""
