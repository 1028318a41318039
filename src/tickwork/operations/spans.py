"""Which revision of a schedule accounted for which stretch of time: the ground of `ledger`, `explain` and `verify`."""

from collections.abc import Iterator, Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json
from tickwork.core.ids import JobId, ScheduleId, schedule_id
from tickwork.core.model import Job
from tickwork.core.timing.schedule import Schedule
from tickwork.store.protocol import Document


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """`schedule` accounts for occurrences with `after` < slot ≤ `until` (None: still in force)."""

    id: ScheduleId
    job: JobId
    schedule: Schedule
    after: Instant
    until: Instant | None


def spans(revisions: Sequence[Document]) -> list[Span]:
    """The spans of all schedules of a job, from its revisions (oldest first), in the order of their beginning.

    A schedule that a revision leaves as it was keeps its `since`, so equal schedules are one span.
    """
    return sorted(_spans(revisions), key=lambda span: (span.after, span.id))


def _spans(revisions: Sequence[Document]) -> Iterator[Span]:
    open_spans: dict[str, tuple[JobId, Schedule]] = {}
    for document in revisions:
        job = None if document.body is None else from_json(document.body, Job)
        now = {} if job is None else {schedule.key: schedule for schedule in job.schedules}
        for key, (owner, schedule) in list(open_spans.items()):
            if now.get(key) != schedule:
                yield _span(owner, schedule, until=document.changed)
                del open_spans[key]
        if job is not None:
            open_spans.update({key: (job.id, schedule) for key, schedule in now.items()})
    for owner, schedule in open_spans.values():
        yield _span(owner, schedule, until=None)


def _span(job: JobId, schedule: Schedule, *, until: Instant | None) -> Span:
    return Span(
        id=schedule_id(job, schedule.key), job=job, schedule=schedule, after=Instant(schedule.since), until=until
    )
