"""A schedule in words, and what the next change of the clock does to it."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from tickwork.core.clock import SECOND, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.adjust import OpenStream, closed_by
from tickwork.core.timing.compiler import resolved, undelayed
from tickwork.core.timing.fields import ALIASES, hashes
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Every,
    Exclusion,
    FoldPolicy,
    IntervalPolicy,
    MonthEnd,
    Months,
    Reboot,
    Roll,
    Schedule,
)
from tickwork.core.timing.stream import WallStream, local_iso
from tickwork.core.timing.text import format_duration
from tickwork.core.timing.zone import Change, next_change, offset_at, zone_of

_YEAR = 12
_DATE = len("2026-12-25")


def describe(schedule: Schedule) -> str:
    """The schedule as one phrase: `at 02:30, Monday through Friday (Europe/Amsterdam), not in 22:00-06:00`."""
    zone = zone_of(schedule.zone)
    return ", ".join([f"{_trigger(schedule, zone)}{_zone(schedule)}", *_limits(schedule, zone), *_delays(schedule)])


def dst_note(schedule: Schedule, job: JobId, now: Instant) -> str | None:
    """When the zone's offset changes next and what happens to this schedule then; None: it does not change."""
    zone = zone_of(schedule.zone)
    change = next_change(zone, now // SECOND)
    stream = undelayed(schedule, job)
    if change is None or stream is None:
        return None
    wall = stream.inner if isinstance(stream, OpenStream) else stream
    if not isinstance(wall, WallStream):
        return f"{_announced(change, schedule.zone)}; that changes nothing here: it does not follow the wall clock"
    return f"{_announced(change, schedule.zone)}; {_effect(schedule, wall, change)}"


def excluded_by(schedule: Schedule, moment: Instant) -> str | None:
    """What excludes that moment, in words (`window 22:00-06:00 (backup)`, `calendar holidays`); None: nothing."""
    if schedule.exclude is None:
        return None
    second = moment // SECOND
    return closed_by(schedule.exclude).why(second + offset_at(zone_of(schedule.zone), second))


def withheld(schedule: Schedule, job: JobId, after: Instant, until: Instant) -> str | None:
    """What keeps the schedule from a moment with `after` < moment ≤ `until` at which it would be due otherwise, in
    words (`calendar NL (2026-12-25)`); None: there is no such moment."""
    exclude = schedule.exclude
    if exclude is None:
        return None
    open_always = msgspec.structs.replace(schedule, exclude=None, spread=None, jitter=None, repeat=None)
    for occurrence in between(open_always, job, after, until):
        if why := excluded_by(schedule, occurrence.slot):
            return f"{why}{_day_and_roll(exclude, why, occurrence.nominal[:_DATE])}"
    return None


def _day_and_roll(exclude: Exclusion, why: str, date: str) -> str:
    if why.startswith("window"):
        return ""
    day = "" if date in why else f" ({date})"
    return day if exclude.roll is Roll.SKIP else f"{day}, and goes to the {exclude.roll} open day"


def _announced(change: Change, zone: str) -> str:
    before, after = local_iso(change.at + change.before), local_iso(change.at + change.after)
    date, _, clock = before.partition("T")
    return f"on {date} at {clock[:5]} the clock of {zone} is put to {after.partition('T')[2][:5]}"


def _effect(schedule: Schedule, wall: WallStream, change: Change) -> str:
    low, high = sorted((change.at + change.before, change.at + change.after))
    times = [local for local in wall.matches(low, high) if not _closed(schedule.exclude, local)]
    forward = change.after > change.before
    span = f"{local_iso(low)[11:16]}-{local_iso(high)[11:16]}"
    if not times:
        return f"nothing is due in the {'skipped' if forward else 'repeated'} {span}"
    shown = local_iso(times[0])[11:16]
    if len(times) > 1:
        shown = f"{shown} to {local_iso(times[-1])[11:16]} ({len(times)} times)"
    if forward:
        landed = f"due at {local_iso(high)[11:16]}, once" if wall.shifts else "left out"
        return f"{shown} is skipped by the clock and {landed}"
    return f"{shown} comes twice and is due {'both times' if wall.fold is FoldPolicy.BOTH else f'the {wall.fold} time'}"


def _closed(exclude: Exclusion | None, local: int) -> bool:
    return exclude is not None and closed_by(exclude).why(local) is not None


def _trigger(schedule: Schedule, zone: ZoneInfo) -> str:  # noqa: PLR0911 (one line for each kind)
    trigger = resolved(schedule.trigger)
    match trigger:
        case Cron(expression=expression):
            return _cron(expression)
        case Every():
            return _every(trigger, zone)
        case Months():
            return _months(trigger, trigger.anchor or schedule.origin, zone)
        case At(times=times) if len(times) == 1:
            return f"once at {_local(times[0], zone)}"
        case At(times=times):
            return f"at {len(times)} times from {_local(min(times), zone)} to {_local(max(times), zone)}"
        case AfterCompletion(delay=0):
            return "as soon as its last run ended"
        case AfterCompletion(delay=delay):
            return f"{format_duration(delay)} after its last run ended"
        case Reboot():
            return "at each boot"


@lru_cache(maxsize=4096)
def _cron(expression: str) -> str:
    if hashes(expression):
        return f"cron {expression}, H chosen by the job's name"
    # slow to import, and not needed by a scheduler
    from cron_descriptor import FormatError, MissingFieldError, Options, WrongArgumentError, get_description

    options = Options()
    options.use_24hour_time_format = True
    fields = ALIASES.get(expression.strip().lower(), expression)
    try:
        words = str(get_description(fields, options))
    except (FormatError, MissingFieldError, WrongArgumentError):  # it knows fewer forms than we do
        return f"cron {expression}"
    return words[0].lower() + words[1:]


def _every(trigger: Every, zone: ZoneInfo) -> str:
    words = f"every {format_duration(trigger.interval)}"
    if trigger.decay is not None:
        words += f", times {trigger.decay.factor:g} with each {format_duration(trigger.decay.step)} of age"
    if trigger.anchor is not None:
        words += f", counted from {_local(trigger.anchor, zone)}"
    return words


def _months(trigger: Months, anchor: Instant, zone: ZoneInfo) -> str:
    then = _at(anchor, zone)
    years, months = divmod(trigger.months, _YEAR)
    amount, unit = (trigger.months, "month") if months else (years, "year")
    words = f"every {unit}" if amount == 1 else f"every {amount} {unit}s"
    words += f" on day {then.day}" if months else f" on {then.day} {then:%B}"
    if then.day > 28 and (months or then.month == 2):  # noqa: PLR2004 (the days that not every month has)
        words += " or the month's last day" if trigger.month_end is MonthEnd.LAST else " where there is one"
    return f"{words} at {then:%H:%M}"


def _zone(schedule: Schedule) -> str:
    trigger = resolved(schedule.trigger)
    follows = isinstance(trigger, Cron | Months) or schedule.interval is IntervalPolicy.WALL
    return f" ({schedule.zone})" if follows or schedule.exclude is not None else ""


def _limits(schedule: Schedule, zone: ZoneInfo) -> Iterator[str]:
    if schedule.start is not None:
        yield f"from {_local(schedule.start, zone)}"
    if schedule.until is not None:
        yield f"until {_local(schedule.until, zone)}"
    if schedule.duration is not None:
        yield f"for {format_duration(schedule.duration)}"
    if schedule.repeat is not None:
        yield "once" if schedule.repeat == 1 else f"at most {schedule.repeat} times"
    if schedule.exclude is not None:
        yield from _exclusion(schedule.exclude)


def _exclusion(exclude: Exclusion) -> Iterator[str]:
    for window in exclude.windows:
        yield f"not in {window.start:%H:%M}-{window.end:%H:%M}" + (f" ({window.note})" if window.note else "")
    whole_days = [day.value for day in exclude.weekdays] + [day.isoformat() for day in exclude.days[:3]]
    if len(exclude.days) > 3:  # noqa: PLR2004 (what fits into a phrase)
        whole_days[-1:] = [f"{len(exclude.days) - 2} more dates"]
    whole_days += [f"days of {name}" for name in exclude.calendars]
    if whole_days:
        moved = "" if exclude.roll is Roll.SKIP else f" (then on the {exclude.roll} open day)"
        yield f"not on {' '.join(whole_days)}{moved}"


def _delays(schedule: Schedule) -> Iterator[str]:
    if schedule.spread is not None:
        yield f"spread over {format_duration(schedule.spread)}"
    if schedule.jitter is not None:
        yield f"late by up to {format_duration(schedule.jitter)}"


def _local(instant: Instant, zone: ZoneInfo) -> str:
    return f"{_at(instant, zone):%Y-%m-%d %H:%M}"


def _at(instant: Instant, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant // SECOND, zone)
