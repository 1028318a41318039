"""The next occurrences of jobs, merged in order."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec

from tickwork.core.clock import Instant, iso, to_datetime
from tickwork.core.model import Job
from tickwork.core.timing.occurrences import following
from tickwork.core.timing.schedule import Cron, Schedule
from tickwork.operations.views import NextView


def next_of(jobs: Sequence[Job], moment: Instant, count: int) -> list[NextView]:
    """The next `count` occurrences of all the jobs together that are later than `moment`."""
    streams = [_coming(job, from_then_on(schedule, moment), moment) for job in jobs for schedule in job.schedules]
    return [next_view(*entry) for entry in islice(merge(*streams, key=lambda e: (e[0], e[1].id)), count)]


def from_then_on(schedule: Schedule, moment: Instant) -> Schedule:
    """The schedule as if it had been saved by then: a look at the past (how was that change of the clocks?) is no
    matter of when the job was saved. What counts from its saving stays as it is."""
    if isinstance(schedule.trigger, Cron) and schedule.since > moment:
        return msgspec.structs.replace(schedule, since=moment)
    return schedule


def _coming(job: Job, schedule: Schedule, moment: Instant) -> Iterator[tuple[Instant, Job, Schedule]]:
    while (occurrence := following(schedule, job.id, moment)) is not None:
        yield occurrence.slot, job, schedule
        moment = occurrence.slot


def next_view(slot: Instant, job: Job, schedule: Schedule) -> NextView:
    local = to_datetime(slot).astimezone(ZoneInfo(schedule.zone)).isoformat()
    return NextView(job=job.id, slot=iso(slot) or "", local=local, schedule=schedule.key)
