"""One save in the making: what a changed definition means for its document, its timetable rows and what was due.

Pure: what the store holds comes from the caller (`saving`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId, ScheduleId, schedule_id
from tickwork.core.model import Job
from tickwork.core.timing.schedule import Schedule
from tickwork.operations.firing import Firing, first_due
from tickwork.store.protocol import Document, Fire, Kind, Put, ScheduleRow, Timetable


@dataclass(slots=True, kw_only=True)
class Batch:
    """One transaction. Jobs go into it one by one, each with its document and its timetable rows as they are."""

    at: Instant
    """Now; but never before what the ledger says already, else after a clock that went back the edit would account
    again for what was decided."""
    before: Mapping[str, Document] = field(default_factory=dict)
    """The documents of its jobs, as they were read."""
    rows: Mapping[JobId, Sequence[ScheduleRow]] = field(default_factory=dict)
    """Their timetable rows."""
    puts: list[Put] = field(default_factory=list)
    timetable: list[Timetable] = field(default_factory=list)
    fires: list[Fire] = field(default_factory=list)

    def put(self, job: Job, *, owner: str | None, firing: Firing) -> None:
        """`owner` None: it stays who it is."""
        old, rows = self.before.get(job.id), self.rows.get(job.id, ())
        fired = self._settle_due(old, rows, firing)
        before = _schedules(old)
        saved = _as_saved(job, before, self.at)
        put = _put_of(saved, old, owner)
        if old is not None and old.body == put.body and (old.owner, old.name) == (owner, job.name):
            return
        self.puts.append(put)
        by_id = {row.schedule: row for row in rows}
        for schedule in saved.schedules:
            identity = schedule_id(job.id, schedule.key)
            row = by_id.pop(identity, None)
            kept = schedule == before.get(schedule.key)
            self.timetable.append(_row(job, schedule, row, fired.get(identity), kept=kept, now=self.at))
        self.timetable.extend(_gone(row, fired.get(row.schedule)) for row in by_id.values())

    def remove(self, name: JobId, *, firing: Firing) -> None:
        """Nothing, where there is no such job."""
        old, rows = self.before.get(name), self.rows.get(name, ())
        if old is None:
            return
        fired = self._settle_due(old, rows, firing)
        self.puts.append(
            Put(
                kind=Kind.JOB,
                id=old.id,
                body=None,
                project=old.project,
                name=old.name,
                owner=old.owner,
                expect=old.revision,
            )
        )
        self.timetable.extend(_gone(row, fired.get(row.schedule)) for row in rows)

    def _settle_due(
        self, old: Document | None, rows: Sequence[ScheduleRow], firing: Firing
    ) -> Mapping[ScheduleId, Fire]:
        """Decide what is due up to now, under the revision in force until now."""
        due = [row for row in rows if row.due is not None and row.due <= self.at]
        if not due or old is None or old.body is None:
            return {}
        job = from_json(old.body, Job)
        fires = {row.schedule: firing.decide(row, job) for row in due}
        self.fires.extend(fires.values())
        return fires


def by_job(rows: Iterable[ScheduleRow]) -> Mapping[JobId, Sequence[ScheduleRow]]:
    found: dict[JobId, list[ScheduleRow]] = {}
    for row in rows:
        found.setdefault(row.job, []).append(row)
    return found


def as_saved(job: Job, old: Job, now: Instant) -> Job:
    """The job as it would be stored in place of `old` now: a schedule that did not change goes on as it was."""
    return _as_saved(job, {schedule.key: schedule for schedule in old.schedules}, now)


def _as_saved(job: Job, before: Mapping[str, Schedule], now: Instant) -> Job:
    schedules = tuple(_dated(schedule, before.get(schedule.key), now) for schedule in job.schedules)
    return msgspec.structs.replace(job, schedules=schedules)


def _schedules(document: Document | None) -> Mapping[str, Schedule]:
    """By key."""
    if document is None or document.body is None:
        return {}
    return {schedule.key: schedule for schedule in from_json(document.body, Job).schedules}


def _put_of(job: Job, old: Document | None, owner: str | None) -> Put:
    return Put(
        kind=Kind.JOB,
        id=job.id,
        body=to_json(job),
        project=job.project,
        name=job.name,
        owner=owner if owner is not None else (old.owner if old is not None else ""),
        expect=0 if old is None else old.revision,
    )


def _dated(schedule: Schedule, before: Schedule | None, now: Instant) -> Schedule:
    """The schedule with its `since`: the old one's where nothing else changed, else now."""
    if before is not None and msgspec.structs.replace(schedule, since=before.since) == before:
        return before
    return msgspec.structs.replace(schedule, since=now)


def _row(
    job: Job,
    schedule: Schedule,
    row: ScheduleRow | None,
    fire: Fire | None,
    *,
    kept: bool,
    now: Instant,
) -> Timetable:
    """The timetable row under the new revision: a fresh one, but for a schedule that is kept: as it was, or as the fire
    of this batch leaves it."""
    if kept and row is not None:
        cursor, due = (fire.cursor, fire.due) if fire is not None else (row.cursor, row.due)
    else:
        cursor, due = now, first_due(schedule, job.id, now)
    return Timetable(
        schedule=schedule_id(job.id, schedule.key),
        job=job.id,
        project=job.project,
        revision=None,
        cursor=cursor,
        due=due,
        expect=_version_after(row, fire),
    )


def _gone(row: ScheduleRow, fire: Fire | None) -> Timetable:
    return Timetable(
        schedule=row.schedule,
        job=row.job,
        project=row.project,
        revision=row.revision,
        cursor=row.cursor,
        due=None,
        expect=_version_after(row, fire),
        remove=True,
    )


def _version_after(row: ScheduleRow | None, fire: Fire | None) -> int | None:
    if row is None:
        return None
    return row.version + (1 if fire is not None else 0)
