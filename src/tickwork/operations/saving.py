"""How a changed definition reaches the store: its documents, its timetable rows, and what was due until now.

An edit is never retroactive. What was due up to this moment is decided under the old revision, in the same
transaction; a schedule that changed accounts for occurrences from this moment on; one that did not keeps its
cursor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import Instant
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId, ScheduleId, schedule_id
from tickwork.core.model import Job, Switch
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import Conflict
from tickwork.operations.checking import check
from tickwork.operations.context import Context
from tickwork.operations.firing import Firing, decide_all, first_due
from tickwork.operations.fleet import refuse_closed_pools
from tickwork.operations.frozen import freeze_all
from tickwork.operations.projects import first_named
from tickwork.operations.wiring import rewired
from tickwork.store.protocol import Document, Documents, Fire, Kind, Put, ScheduleRow, Timetable

_EVERY_RUN = 10_000_000
"""An edit leaves nothing due behind, however much there is to catch up."""
_DUE = 1000
_ATTEMPTS = 5
"""How often a save is decided anew because the scheduler moved a cursor meanwhile."""


@dataclass(slots=True)
class Batch:
    """One transaction in the making."""

    at: Instant
    """Now; but never before what the ledger says already, else after a clock that went back the edit would account
    again for what was decided."""
    puts: list[Put] = field(default_factory=list)
    timetable: list[Timetable] = field(default_factory=list)
    fires: list[Fire] = field(default_factory=list)
    before: dict[str, Document] = field(default_factory=dict)
    """The documents of its jobs, as they were read."""


class Saver:
    """Writes and deletes jobs together with their timetable."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def save(
        self,
        jobs: Sequence[Job],
        *,
        remove: Sequence[JobId],
        owner: str | None,
        also: Sequence[Put],
        verb: str,
        new: bool = False,
    ) -> None:
        """All of it in one transaction, or nothing. `owner` None: it stays who it is. `also`: further documents (the
        board's own). `new`: raises `Conflict` if one of the jobs exists."""
        jobs = await freeze_all(jobs, self._context.store)
        for job in jobs:
            check(job)
        await self.write(jobs, remove=remove, owner=owner, also=also, verb=verb, new=new)

    async def write(
        self,
        jobs: Sequence[Job],
        *,
        remove: Sequence[JobId],
        owner: str | None,
        also: Sequence[Put],
        verb: str,
        new: bool = False,
        seen: Mapping[str, Document | None] | None = None,
    ) -> None:
        """`save` for jobs that are frozen and checked. `seen`: the documents of all of them that this was decided on
        (None: there was none); raises `Conflict` if one is another one now."""
        await refuse_closed_pools(self._context.store, jobs)
        for attempt in range(_ATTEMPTS):
            batch = await self._batch(jobs, remove, owner, seen if attempt == 0 else None)
            if attempt > 0:
                _refuse_unseen(batch, seen or {})
            if new and (found := next((put for put in batch.puts if put.expect), None)):
                raise existing(found.id)
            batch.puts.extend(also)
            batch.puts.extend(await first_named(self._context.store, [job.project for job in jobs]))
            batch.puts.extend(await rewired(self._context.store, jobs, remove, batch.before))
            try:
                await self._context.store.put(
                    batch.puts,
                    by=self._context.actor,
                    at=batch.at,
                    verb=verb,
                    timetable=batch.timetable,
                    fires=batch.fires,
                )
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def switch(self, puts: Sequence[Put], *, verb: str, note: str | None) -> None:
        """Write `puts` (switches) after deciding everything that is due until now under the switches of before."""
        for attempt in range(_ATTEMPTS):
            now = self._context.clock.now()
            try:
                await self._context.store.put(
                    list(puts), by=self._context.actor, at=now, verb=verb, note=note, fires=await self._due(now)
                )
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    async def _due(self, now: Instant) -> list[Fire]:
        """The last few decisions; before them all that does not fit into one transaction is carried out."""
        store, definitions = self._context.store, DefinitionCache()
        while True:
            due = await store.due(now, limit=_DUE)
            fires = decide_all(due, ids=self._context.ids, now=now, definitions=definitions)
            if len(due.rows) < _DUE:
                return fires
            await store.fire(fires, at=now, switch_version=due.switch_version)

    async def _deletions(self, names: Sequence[JobId]) -> list[Instant]:
        """When jobs of these names were deleted, if that may lie ahead of a clock that went back."""
        newest = await self._context.store.audit(limit=1)
        if not newest or newest[0].at <= self._context.clock.now():
            return []
        histories = [await self._context.store.revisions(Kind.JOB, name) for name in names]
        return [history[-1].changed for history in histories if history]

    async def _batch(
        self,
        jobs: Sequence[Job],
        remove: Sequence[JobId],
        owner: str | None,
        seen: Mapping[str, Document | None] | None,
    ) -> Batch:
        """Decided on `seen` where that is given: whether it is still so, the store finds out."""
        store = self._context.store
        if seen is None:
            documents = await store.get_many(Kind.JOB, [*(job.id for job in jobs), *remove])
        else:
            documents = {name: document for name, document in seen.items() if document is not None}
        lines = await store.timetable([JobId(name) for name in documents])
        known = [*(line.cursor for line in lines), *(document.changed for document in documents.values())]
        known += await self._deletions([job.id for job in jobs if job.id not in documents])
        now = max(self._context.clock.now(), max(known, default=Instant(0)))
        rows = _by_job(lines)
        switches = await read_switches(self._context.store)
        firing = Firing(ids=self._context.ids, now=now, switches=switches, max_runs=_EVERY_RUN)
        batch = Batch(at=now, before=documents)
        for job in jobs:
            old = documents.get(job.id)
            _settle_due(batch, old, rows.get(job.id, ()), firing, now)
            _put_job(batch, job, old, owner, now, rows.get(job.id, ()))
        for name in remove:
            old = documents.get(name)
            if old is not None:
                _settle_due(batch, old, rows.get(JobId(name), ()), firing, now)
                _remove_job(batch, old, rows.get(JobId(name), ()), batch.fires)
        return batch


async def read_switches(store: Documents) -> dict[str, Switch]:
    """All switches, by their document id."""
    documents = await store.find(Kind.SWITCH, limit=100_000)
    return {d.id: from_json(d.body, Switch) for d in documents if d.body is not None}


def existing(job: str) -> Conflict:
    return Conflict(f"job {job} exists; `tickwork put` changes it, another id makes a new one")


def _refuse_unseen(batch: Batch, seen: Mapping[str, Document | None]) -> None:
    for name, document in seen.items():
        if batch.before.get(name) != document:
            raise Conflict(f"job {name} was changed by somebody else meanwhile; try again")


def _by_job(rows: Iterable[ScheduleRow]) -> Mapping[JobId, list[ScheduleRow]]:
    by_job: dict[JobId, list[ScheduleRow]] = {}
    for row in rows:
        by_job.setdefault(row.job, []).append(row)
    return by_job


def _settle_due(batch: Batch, old: Document | None, rows: Sequence[ScheduleRow], firing: Firing, now: Instant) -> None:
    """Decide what is due up to now, under the revision in force until now."""
    if old is None or old.body is None:
        return
    job: Job | None = None
    for row in rows:
        if row.due is not None and row.due <= now:
            job = job or from_json(old.body, Job)
            batch.fires.append(firing.decide(row, job))


def _put_job(
    batch: Batch, job: Job, old: Document | None, owner: str | None, now: Instant, rows: Sequence[ScheduleRow]
) -> None:
    before = {} if old is None or old.body is None else {s.key: s for s in from_json(old.body, Job).schedules}
    schedules = tuple(_dated(schedule, before.get(schedule.key), now) for schedule in job.schedules)
    body = to_json(msgspec.structs.replace(job, schedules=schedules))
    if old is not None and old.body == body and (old.owner, old.name) == (owner, job.name):
        return
    batch.puts.append(
        Put(
            kind=Kind.JOB,
            id=job.id,
            body=body,
            project=job.project,
            name=job.name,
            owner=owner if owner is not None else (old.owner if old is not None else ""),
            expect=0 if old is None else old.revision,
        )
    )
    by_id = {row.schedule: row for row in rows}
    fires = {fire.schedule: fire for fire in batch.fires}
    for schedule in schedules:
        identity = schedule_id(job.id, schedule.key)
        row = by_id.pop(identity, None)
        kept = schedule == before.get(schedule.key)
        batch.timetable.append(_row(job, schedule, identity, row if kept else None, row, fires.get(identity), now))
    for row in by_id.values():
        batch.timetable.append(_gone(row, fires.get(row.schedule)))


def as_saved(job: Job, old: Job, now: Instant) -> Job:
    """The job as it would be stored in place of `old` now: a schedule that did not change goes on as it was."""
    before = {schedule.key: schedule for schedule in old.schedules}
    schedules = tuple(_dated(schedule, before.get(schedule.key), now) for schedule in job.schedules)
    return msgspec.structs.replace(job, schedules=schedules)


def _dated(schedule: Schedule, before: Schedule | None, now: Instant) -> Schedule:
    """The schedule with its `since`: the old one's where nothing else changed, else now."""
    if before is not None and msgspec.structs.replace(schedule, since=before.since) == before:
        return before
    return msgspec.structs.replace(schedule, since=now)


def _row(
    job: Job,
    schedule: Schedule,
    identity: ScheduleId,
    kept: ScheduleRow | None,
    row: ScheduleRow | None,
    fire: Fire | None,
    now: Instant,
) -> Timetable:
    """The timetable row under the new revision: as the fire of this batch leaves it, as it was, or a fresh one."""
    if kept is not None:
        cursor, due = (fire.cursor, fire.due) if fire is not None else (kept.cursor, kept.due)
    else:
        cursor, due = now, first_due(schedule, job.id, now)
    return Timetable(
        schedule=identity,
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


def _remove_job(batch: Batch, old: Document, rows: Sequence[ScheduleRow], fires: Sequence[Fire]) -> None:
    batch.puts.append(
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
    fired = {fire.schedule: fire for fire in fires}
    batch.timetable.extend(_gone(row, fired.get(row.schedule)) for row in rows)
