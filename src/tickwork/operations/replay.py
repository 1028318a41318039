"""Runs for slots that are over: replay of missed ones, backfill of a stretch of time.

An entry never reopens. A replayed slot is a new run (`origin` replay or backfill) with the old slot, which points
at the entry that it makes up for.
"""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Duration, Instant, iso, later
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Delivery, Origin, Overlap, Run
from tickwork.core.states import State
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import InvalidDefinition
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.ledger import LedgerReads
from tickwork.store.protocol import Document, Kind, NewRun

MAX_BACKFILL = 10_000
_NO_SPREAD = Duration(0)
_EPOCH = Instant(0)


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A slot to make up for. `entry`: the run or gap that stands for it in the ledger."""

    job: JobId
    schedule: Schedule
    slot: Instant
    entry: str | None


class Replay:
    """The verbs that run past slots."""

    def __init__(self, context: Context, jobs: Jobs, ledger: LedgerReads) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._ledger = ledger

    async def slots(
        self, missed: Sequence[Missed], *, origin: Origin, spread: Duration = _NO_SPREAD, group: str | None = None
    ) -> list[Run]:
        """Queue a run for each slot, oldest first; each may begin `spread` after the one before it."""
        if not missed:
            return []
        now = self._context.clock.now()
        documents = await self._store.get_many(Kind.JOB, list({slot.job for slot in missed}))
        ordered = sorted((slot for slot in missed if slot.job in documents), key=lambda slot: slot.slot)
        runs = [
            self._new_run(slot, documents[slot.job], origin, group, later(now, spread * n))
            for n, slot in enumerate(ordered)
        ]
        await self._store.enqueue(runs, at=now, by=self._context.actor, verb=origin)
        details = [await self._store.run(new.run.id) for new in runs]
        return [detail.run for detail in details if detail is not None]

    async def backfill(
        self,
        name: str,
        *,
        start: Instant,
        end: Instant,
        limit: int = 100,
        spread: Duration = _NO_SPREAD,
        again: bool = False,
    ) -> list[Run]:
        """Run every slot of [start, end) by the job's present schedules, as one group; those that succeeded already
        only with `again`. Raises `InvalidDefinition` beyond `limit` slots: then nothing is queued."""
        job = await self._jobs.find(name)
        entries = await self._ledger.entries(job.id, start=start, end=end, limit=MAX_BACKFILL)
        done = {entry.slot: entry for entry in entries}
        wanted = []
        for schedule in job.schedules:
            whole = msgspec.structs.replace(schedule, since=_EPOCH)
            for occurrence in between(whole, job.id, Instant(start - 1), Instant(end - 1), limit=MAX_BACKFILL):
                entry = done.get(iso(occurrence.slot))
                if again or entry is None or entry.state != State.SUCCEEDED:
                    about = None if entry is None else entry.run or entry.gap
                    wanted.append(Missed(job=job.id, schedule=schedule, slot=occurrence.slot, entry=about))
        if len(wanted) > min(limit, MAX_BACKFILL):
            raise InvalidDefinition(
                f"that is more than {limit} runs; choose a shorter stretch or raise --limit (at most {MAX_BACKFILL})"
            )
        return await self.slots(wanted, origin=Origin.BACKFILL, spread=spread, group=self._context.ids.run())

    def _new_run(self, missed: Missed, document: Document, origin: Origin, group: str | None, ready: Instant) -> NewRun:
        job = decode_job(document)
        run = Run(
            id=self._context.ids.run(),
            job=job.id,
            project=job.project,
            revision=document.revision,
            origin=origin,
            state=State.QUEUED,
            slot=missed.slot,
            pool=job.pool,
            priority=job.priority,
            ready_at=ready,
            once=job.delivery is Delivery.AT_MOST_ONCE,
            about=None if missed.entry is None else RunId(missed.entry),
            group=group,
            note=f"{origin} by {self._context.actor.name}",
            created=self._context.clock.now(),
        )
        return NewRun(run=run, overlap=Overlap.ALLOW if job.overlap is Overlap.ALLOW else Overlap.QUEUE)
