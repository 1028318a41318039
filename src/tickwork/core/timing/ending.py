"""Why a schedule is never due again."""

from tickwork.core.clock import Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.model import Job
from tickwork.core.timing.compiler import resolved, stream_of
from tickwork.core.timing.occurrences import following, last
from tickwork.core.timing.schedule import AfterCompletion, At, Reboot, Schedule
from tickwork.core.timing.text import format_duration

_EPOCH = Instant(0)


def over_because(schedule: Schedule, job: JobId, now: Instant) -> str | None:
    """In words why nothing is due later than `now`; None: something is, or its times cannot be foreseen."""
    if isinstance(resolved(schedule.trigger), AfterCompletion | Reboot) or following(schedule, job, now) is not None:
        return None
    stream = stream_of(schedule, job)
    if stream is None or stream.after(now) is None:
        return _used_up(schedule, job, now)
    if schedule.until is not None and schedule.until <= now:
        return f"its until, {iso(schedule.until)}, is over"
    if schedule.duration is not None and schedule.origin + schedule.duration <= now:
        return f"its duration of {format_duration(schedule.duration)} is over"
    if schedule.repeat is not None:
        return f"it was to be due {'once' if schedule.repeat == 1 else f'{schedule.repeat} times'}, and it was"
    return "nothing comes any more before its end"


def never_again(job: Job, now: Instant) -> str | None:
    """Why nothing is due of a job any more that nothing is due of in the timetable; None: something may come yet, or
    all its schedules ended as they were written to."""
    reasons = [over_because(schedule, job.id, now) for schedule in job.schedules]
    if None in reasons or all(_ends_as_written(schedule, now) for schedule in job.schedules):
        return None
    return reasons[0]


def _ends_as_written(schedule: Schedule, now: Instant) -> bool:
    """Whether a schedule that is over was to end: by the times in its list, an end, a length or a number."""
    if isinstance(schedule.trigger, At):
        return max(schedule.trigger.times) <= now
    return schedule.until is not None or schedule.duration is not None or schedule.repeat is not None


def _used_up(schedule: Schedule, job: JobId, now: Instant) -> str:
    if not isinstance(schedule.trigger, At):
        return "every moment that it names from now on is excluded"
    if max(schedule.trigger.times) > now:
        return "the times in its list that are still to come are excluded"
    latest = last(schedule, job, _EPOCH, now, n=1)
    return f"its last moment was {iso(latest[0].slot)}" if latest else "the times in its list are over"
