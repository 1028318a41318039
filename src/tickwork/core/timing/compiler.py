"""From a schedule to its stream; equal parts of schedules share one."""

from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from tickwork.core.clock import SECOND, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.adjust import Jittered, Later, OpenStream, closed_by, rolled
from tickwork.core.timing.fields import CronFields, hashes, parse_cron, spread_of
from tickwork.core.timing.interval import DecayStream, IntervalStream, ListStream
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    Months,
    Reboot,
    Roll,
    Schedule,
    Trigger,
)
from tickwork.core.timing.stream import Stream, WallStream
from tickwork.core.timing.text import parse_duration
from tickwork.core.timing.wall import (
    DAY,
    CalendarPattern,
    Days,
    WallInterval,
    cron_days,
    cron_pattern,
    months_days,
)
from tickwork.core.timing.zone import offset_at, zone_of


@lru_cache(maxsize=8192)
def resolved(trigger: Trigger) -> Trigger:
    """The trigger with cron's `@every LENGTH` and `@reboot` as what they are."""
    if isinstance(trigger, Cron):
        word, _, length = trigger.expression.strip().partition(" ")
        if word.lower() == "@every":
            return Every(interval=parse_duration(length, what="@every"))
        if word.lower() == "@reboot":
            return Reboot()
    return trigger


def stream_of(schedule: Schedule, job: JobId) -> Stream | None:
    """The schedule's occurrences without its bounds (`begin`, `until`, …); None: it has none to foresee.

    Exclusions look at the time that the trigger means; spread and jitter come after them.
    """
    stream = undelayed(schedule, job)
    if stream is None or (schedule.spread is None and schedule.jitter is None):
        return stream
    seed = f"{job}#{schedule.key}"
    if schedule.jitter is not None:
        stream = Jittered(stream, schedule.jitter, seed)
    if schedule.spread is not None:
        stream = Later(stream, spread_of(seed) % schedule.spread)
    return stream


def undelayed(schedule: Schedule, job: JobId) -> Stream | None:
    """The stream before spread and jitter; a `WallStream`, inside an `OpenStream` if there are exclusions, for what
    follows the wall clock."""
    trigger = resolved(schedule.trigger)
    zone, exclude = schedule.zone, schedule.exclude
    match trigger:
        case Cron(expression=expression):
            identity = job if hashes(expression) else JobId("")
            return _cron(expression, identity, zone, schedule.gap, schedule.fold, exclude)
        case Every():
            if schedule.interval is IntervalPolicy.WALL:
                return _wall_interval(trigger, *_anchor(schedule, trigger), zone, schedule.gap, schedule.fold, exclude)
            return _open(_interval(trigger, *_anchor(schedule, trigger)), zone, exclude)
        case Months():
            return _months(trigger, *_anchor(schedule, trigger), zone, schedule.gap, schedule.fold, exclude)
        case At(times=times):
            return _open(ListStream(tuple(sorted(set(times)))), zone, exclude)
        case Reboot() | AfterCompletion():
            return None
        case _:
            assert_never(trigger)


def _anchor(schedule: Schedule, trigger: Every | Months) -> tuple[Instant, int]:
    """Where counting begins, and the number of the first slot (see `Every`)."""
    if trigger.anchor is not None:
        return trigger.anchor, 0
    if schedule.start is not None:
        return schedule.start, 0
    return schedule.since, 1


def _interval(trigger: Every, anchor: Instant, first: int) -> Stream:
    if trigger.decay is not None:
        return DecayStream(anchor, trigger.interval, trigger.decay, first)
    return IntervalStream(anchor, trigger.interval, first)


@lru_cache(maxsize=8192)
def _cron(
    expression: str, job: JobId, zone_name: str, gap: GapPolicy, fold: FoldPolicy, exclude: Exclusion | None
) -> Stream:
    return _fields(parse_cron(expression, job), zone_name, gap, fold, exclude)


@lru_cache(maxsize=8192)
def _fields(fields: CronFields, zone_name: str, gap: GapPolicy, fold: FoldPolicy, exclude: Exclusion | None) -> Stream:
    """What different texts (`H H * * *` of many jobs) mean alike is shared too."""
    pattern = cron_pattern(fields, _rolled(cron_days(fields), exclude))
    zone = zone_of(zone_name)
    return _open(WallStream(pattern=pattern, zone=zone, gap=gap, fold=fold), zone_name, exclude)


@lru_cache(maxsize=1024)
def _wall_interval(
    trigger: Every,
    anchor: Instant,
    first: int,
    zone_name: str,
    gap: GapPolicy,
    fold: FoldPolicy,
    exclude: Exclusion | None,
) -> Stream:
    zone = zone_of(zone_name)
    length = trigger.interval // SECOND
    pattern = WallInterval(_local(zone, anchor) + first * length, length)
    return _open(WallStream(pattern=pattern, zone=zone, gap=gap, fold=fold), zone_name, exclude)


@lru_cache(maxsize=1024)
def _months(
    trigger: Months,
    anchor: Instant,
    first: int,
    zone_name: str,
    gap: GapPolicy,
    fold: FoldPolicy,
    exclude: Exclusion | None,
) -> Stream:
    zone = zone_of(zone_name)
    day, second = divmod(_local(zone, anchor), DAY)
    days = months_days(every=trigger.months, anchor=day, first=first, month_end=trigger.month_end)
    pattern = CalendarPattern(days=_rolled(days, exclude), times=(second,), fixed=True)
    return _open(WallStream(pattern=pattern, zone=zone, gap=gap, fold=fold), zone_name, exclude)


def _local(zone: ZoneInfo, instant: Instant) -> int:
    second = instant // SECOND
    return second + offset_at(zone, second)


def _rolled(days: Days, exclude: Exclusion | None) -> Days:
    if exclude is None or exclude.roll is Roll.SKIP:
        return days
    return rolled(days, closed_by(exclude).day, exclude.roll)


def _open(stream: Stream, zone: str, exclude: Exclusion | None) -> Stream:
    return stream if exclude is None else OpenStream(stream, closed_by(exclude), zone_of(zone))
