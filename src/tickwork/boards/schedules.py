"""The schedules of a board's job."""

from zoneinfo import ZoneInfo

from tickwork.boards.keys import TRIGGERS, CatchUpRule, Draft
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import At, Cron, Every, Reboot, Schedule, Trigger
from tickwork.core.timing.text import parse_instant
from tickwork.errors import InvalidSchedule

_FIRST_KEY = "main"


def read_schedules(job: Draft, *, id: JobId) -> tuple[Schedule, ...]:
    """The job's own trigger, or its list of `schedules`; none at all is a job that is only started by hand.

    `job.values` holds what board, defaults and task say too; what they say about timing holds for each schedule that
    does not say it itself. Problems are reported to the job's place.
    """
    own = [name for name in TRIGGERS if name in job.table]
    drafts = job.values.get("schedules", ())
    if own and "schedules" in job.table:
        job.report(own[0], "stands beside schedules; move it into that list")
        return ()
    if own:
        drafts = (job,)
    schedules: list[Schedule] = []
    for number, draft in enumerate(drafts, 1):
        key = draft.values.get("key") or (_FIRST_KEY if number == 1 else f"s{number}")
        if any(key == earlier.key for earlier in schedules):
            draft.report("key", f"{key!r} is the key of two schedules; give each its own")
        elif schedule := _schedule(draft, job, key=key, id=id):
            schedules.append(schedule)
    return tuple(schedules)


def _schedule(draft: Draft, job: Draft, *, key: str, id: JobId) -> Schedule | None:
    named = [name for name in TRIGGERS if name in draft.table]
    if len(named) != 1:
        draft.place.report(
            f"has {' and '.join(named)}; one schedule has one of them, several go into schedules: [ … ]"
            if named
            else f"needs one of {', '.join(TRIGGERS)}"
        )
        return None
    timing = {**job.values, **draft.values}
    rule: CatchUpRule = timing.get("catch_up", CatchUpRule())
    zone = timing.get("zone", "UTC")
    try:
        schedule = Schedule(
            key=key,
            trigger=_trigger(draft, named[0], zone),
            zone=zone,
            catch_up=rule.policy,
            max_count=rule.max_count,
            max_age=rule.max_age,
            start_deadline=timing.get("start_deadline"),
        )
        validate(schedule, id)
    except InvalidSchedule as error:
        draft.report(named[0], str(error))
        return None
    return schedule


def _trigger(draft: Draft, name: str, zone: str) -> Trigger:
    value = draft.values[name]
    match name:
        case "cron":
            return Reboot() if value.strip() == "@reboot" else Cron(expression=" ".join(value.split()))
        case "every":
            return Every(interval=value)
        case _:
            return At(times=tuple(sorted(parse_instant(text, ZoneInfo(zone)) for text in value)))
