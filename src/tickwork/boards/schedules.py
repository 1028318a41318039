"""The schedules of a board's job."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tickwork.boards.kinds import Draft
from tickwork.boards.timing_keys import TIMING, TRIGGERS, Calendar, CatchUpRule, Interval
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Every,
    FrozenCalendar,
    IntervalPolicy,
    Months,
    Reboot,
    Roll,
    Schedule,
    Trigger,
)
from tickwork.core.timing.text import parse_instant
from tickwork.errors import InvalidSchedule

_SAME = ("duration", "repeat", "gap", "fold", "interval", "exclude", "spread", "jitter", "start_deadline")
"""Keys that are fields of `Schedule` as they are."""

_MOOT: dict[str, tuple[str, ...]] = {
    "cron": ("interval",),
    "months": ("interval",),
    "every": ("gap", "fold"),
    "at": ("gap", "fold", "interval"),
    "after_completion": ("gap", "fold", "interval", "exclude", "spread", "jitter", "repeat"),
}
"""Keys that mean nothing to a trigger."""

FIRST_KEY = "main"
_REBOOT = "@reboot"


def read_schedules(job: Draft, values: dict[str, Any], *, id: JobId) -> tuple[Schedule, ...]:
    """The job's own trigger, or its list of `schedules`; none at all is a job that is only started by hand.

    `values`: what job, task, defaults and board say together; what they say about timing holds for each schedule that
    does not say it itself. Problems are reported to the job's place.
    """
    own = [name for name in TRIGGERS if name in job.table]
    if own and "schedules" in job.table:
        job.report(own[0], "stands beside schedules; move it into that list")
        return ()
    drafts = (job,) if own else job.values.get("schedules", ())
    if not drafts:
        _warn_of_idle(job)
    schedules: list[Schedule] = []
    for number, draft in enumerate(drafts, 1):
        key = draft.values.get("key") or (FIRST_KEY if number == 1 else f"s{number}")
        if any(key == earlier.key for earlier in schedules):
            draft.report("key", f"{key!r} is the key of two schedules; give each its own")
        elif schedule := _schedule(draft, values, key=key, id=id):
            schedules.append(schedule)
    return tuple(schedules)


def _warn_of_idle(job: Draft) -> None:
    for key in TIMING:
        if key in job.table:
            job.place.key(job.table, key).warn("has no effect: the job has no schedule")


def _schedule(draft: Draft, around: dict[str, Any], *, key: str, id: JobId) -> Schedule | None:
    named = [name for name in TRIGGERS if name in draft.table]
    if len(named) != 1:
        has = f"has {' and '.join(named)}; one schedule has one of them, several go into schedules: [ … ]"
        draft.place.report(has if named else f"needs one of {', '.join(TRIGGERS)}")
        return None
    try:
        schedule = _built(key, draft.values[named[0]], named[0], {**_fitting(around, draft, named[0]), **draft.values})
        validate(_trusting(schedule), id)
    except InvalidSchedule as error:
        _report(draft, named[0], str(error))
        return None
    return schedule


def _fitting(around: dict[str, Any], draft: Draft, trigger: str) -> dict[str, Any]:
    """What is said around a schedule, without what means nothing to its trigger: a default is for those it fits."""
    without_times = trigger == "cron" and draft.values[trigger].strip() == _REBOOT
    moot = set(_MOOT["after_completion" if without_times else trigger])
    if trigger == "every" and {**around, **draft.values}.get("interval") is IntervalPolicy.WALL:
        moot.clear()
    fitting = {key: value for key, value in around.items() if key not in moot}
    exclude = fitting.get("exclude")
    if exclude is not None and trigger in {"every", "at"}:
        fitting["exclude"] = msgspec.structs.replace(exclude, roll=Roll.SKIP)
    return fitting


def _trusting(schedule: Schedule) -> Schedule:
    """With empty calendars under the names that it excludes: which ones there are is the store's to say."""
    if schedule.exclude is None or not schedule.exclude.calendars:
        return schedule
    frozen = tuple(FrozenCalendar(name=name, days=()) for name in schedule.exclude.calendars)
    return msgspec.structs.replace(schedule, exclude=msgspec.structs.replace(schedule.exclude, frozen=frozen))


def _report(draft: Draft, trigger: str, wrong: str) -> None:
    """At the key that the message begins with, if the schedule has it, else at the trigger."""
    field, _, rest = wrong.partition(": ")
    if field in draft.table:
        draft.report(field, rest)
    else:
        draft.report(trigger, wrong)


def _built(key: str, value: Any, name: str, timing: dict[str, Any]) -> Schedule:
    zone = timing.get("zone", "UTC")
    rule: CatchUpRule = timing.get("catch_up", CatchUpRule())
    return Schedule(
        key=key,
        trigger=_trigger(name, value, zone),
        zone=zone,
        catch_up=rule.policy,
        max_count=rule.max_count,
        max_age=rule.max_age,
        start=_moment(timing.get("from"), zone, "from"),
        until=_moment(timing.get("until"), zone, "until"),
        **{name: timing[name] for name in _SAME if name in timing},
    )


def _trigger(name: str, value: Any, zone: str) -> Trigger:
    match name, value:
        case "cron", _:
            return Reboot() if value.strip() == _REBOOT else Cron(expression=" ".join(value.split()))
        case _, Interval():
            return Every(interval=value.interval, anchor=_moment(value.anchor, zone, "anchor"), decay=value.decay)
        case _, Calendar():
            anchor = _moment(value.anchor, zone, "anchor")
            return Months(months=value.months, anchor=anchor, month_end=value.month_end)
        case "after_completion", _:
            return AfterCompletion(delay=value)
        case _:
            moments = {parse_instant(text, ZoneInfo(zone), what="at") for text in value}
            return At(times=tuple(sorted(moments)))


def _moment(text: str | None, zone: str, what: str) -> Instant | None:
    return None if text is None else parse_instant(text, ZoneInfo(zone), what=what)
