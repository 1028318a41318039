"""`cron`, `every` and `at`: schedules as a decorator takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tickwork.core.clock import Instant, from_datetime
from tickwork.core.timing.schedule import At, CatchUp, Cron, Every, Schedule, Trigger
from tickwork.core.timing.text import parse_duration, parse_instant
from tickwork.core.timing.zone import zone_of
from tickwork.errors import InvalidSchedule

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_KEY = "main"


def cron(
    expression: str,
    *,
    zone: str = "UTC",
    catch_up: CatchUp | str = CatchUp.LATEST,
    start_deadline: str | float | None = None,
    jitter: str | float | None = None,
    key: str = _KEY,
) -> Schedule:
    """`cron("30 2 * * mon", zone="Europe/Amsterdam")`; 5 fields, 6 (seconds first), or `@daily`."""
    return _schedule(Cron(expression=expression), zone, catch_up, start_deadline, jitter, key)


def every(
    interval: str | float,
    *,
    zone: str = "UTC",
    catch_up: CatchUp | str = CatchUp.LATEST,
    start_deadline: str | float | None = None,
    jitter: str | float | None = None,
    key: str = _KEY,
) -> Schedule:
    """`every("1h30m")`, or a number of seconds."""
    trigger = Every(interval=parse_duration(interval, what="every"))
    return _schedule(trigger, zone, catch_up, start_deadline, jitter, key)


def at(
    *moments: str | datetime,
    zone: str = "UTC",
    catch_up: CatchUp | str = CatchUp.LATEST,
    start_deadline: str | float | None = None,
    key: str = _KEY,
) -> Schedule:
    """`at("2026-12-24T18:00", zone="Europe/Amsterdam")`: once at each of these moments."""
    times = tuple(_instant(moment, zone_of(zone)) for moment in moments)
    return _schedule(At(times=times), zone, catch_up, start_deadline, None, key)


def keyed(schedules: Schedule | Sequence[Schedule]) -> tuple[Schedule, ...]:
    """Several schedules of one job, told apart as a board does it: main, s2, s3, …"""
    listed = (schedules,) if isinstance(schedules, Schedule) else tuple(schedules)
    for one in listed:
        if not isinstance(one, Schedule):
            raise InvalidSchedule(
                f'schedule: {schedules!r} is none; write every("1h"), cron("30 2 * * *") or at("2026-12-24T18:00"), '
                "or a list of them"
            )
    return tuple(_renamed(schedule, place) for place, schedule in enumerate(listed, start=1))


def _renamed(schedule: Schedule, place: int) -> Schedule:
    return schedule if place == 1 or schedule.key != _KEY else replace(schedule, key=f"s{place}")


def _schedule(
    trigger: Trigger,
    zone: str,
    catch_up: CatchUp | str,
    start_deadline: str | float | None,
    jitter: str | float | None,
    key: str,
) -> Schedule:
    return Schedule(
        key=key,
        trigger=trigger,
        zone=zone,
        catch_up=_catch_up(catch_up),
        start_deadline=None if start_deadline is None else parse_duration(start_deadline, what="start_deadline"),
        jitter=None if jitter is None else parse_duration(jitter, what="jitter"),
    )


def _catch_up(said: CatchUp | str) -> CatchUp:
    try:
        return CatchUp(said)
    except ValueError:
        raise InvalidSchedule(f"catch_up: {said!r} is none of {', '.join(CatchUp)}") from None


def _instant(moment: str | datetime, zone: "ZoneInfo") -> Instant:
    if isinstance(moment, str):
        return parse_instant(moment, zone, what="at")
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone))
