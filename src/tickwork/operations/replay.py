"""Runs for slots that are over: replay of missed ones, backfill of a stretch of time.

An entry never reopens. A replayed slot is a new run (`origin` replay or backfill) with the old slot, which points
at the entry that it makes up for.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tickwork.core.births import lane_at_birth, overlap_of, state_at_birth
from tickwork.core.clock import Duration, Instant, from_datetime, iso, later
from tickwork.core.ids import JobId, RunId, schedule_id
from tickwork.core.model import Delivery, Job, Origin, Run
from tickwork.core.states import Reason, State
from tickwork.core.timing.occurrences import between
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.births import refuse_elsewhere
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.ledger import LedgerReads
from tickwork.operations.views import LedgerEntry
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

    async def missed(self, name: str, *, start: Instant, end: Instant) -> list[Missed]:
        """The slots of [start, end) that were missed or fell into a pause, of schedules that the job still has;
        without those made up for already."""
        job = await self._jobs.find(name)
        entries = await self._ledger.entries(job.id, start=start, end=end, limit=MAX_BACKFILL)
        made_up = await self._made_up(job.id, start, end)
        found = [_missed(job, entry) for entry in entries if _did_not_run(entry)]
        return [slot for slot in found if slot is not None and slot.slot not in made_up]

    async def slot(self, name: str, at: Instant) -> Missed:
        """The due moment of a job at exactly `at`, whatever became of it. Raises `NotFound`."""
        job = await self._jobs.find(name)
        entries = await self._ledger.entries(job.id, start=at, end=Instant(at + 1))
        for entry in entries:
            if entry.entry in {"run", "gap"} and (slot := _missed(job, entry)) is not None:
                return slot
        raise NotFound(f"{job.id} has no entry for {iso(at)}; `tickwork ledger {job.id}` lists its due moments")

    async def _made_up(self, job: JobId, start: Instant, end: Instant) -> set[Instant]:
        runs = await self._ledger.runs_between(job, start, end)
        over = {State.FAILED, State.CANCELLED, State.MISSED, State.SKIPPED}
        return {run.slot for run in runs if run.schedule is None and run.slot is not None and run.state not in over}

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
        refuse_elsewhere(job)
        state, wait = state_at_birth(job)
        run = Run(
            id=self._context.ids.run(),
            job=job.id,
            project=job.project,
            revision=document.revision,
            origin=origin,
            state=state,
            wait=wait,
            slot=missed.slot,
            lane=lane_at_birth(job),
            priority=job.priority,
            ready_at=ready,
            once=job.delivery is Delivery.AT_MOST_ONCE,
            about=None if missed.entry is None else RunId(missed.entry),
            group=group,
            note=f"{origin} by {self._context.actor.name}",
            created=self._context.clock.now(),
        )
        return NewRun(run=run, overlap=overlap_of(job, origin)[0])


def _did_not_run(entry: LedgerEntry) -> bool:
    missed = entry.state == State.MISSED and entry.reason != Reason.COALESCED
    return missed or (entry.state == State.SKIPPED and entry.reason == Reason.PAUSED)


def _missed(job: Job, entry: LedgerEntry) -> Missed | None:
    """None: not of a schedule that the job still has."""
    schedule = next((s for s in job.schedules if schedule_id(job.id, s.key) == entry.schedule), None)
    if schedule is None or entry.slot is None:
        return None
    slot = from_datetime(datetime.fromisoformat(entry.slot))
    return Missed(job=job.id, schedule=schedule, slot=slot, entry=entry.run or entry.gap)
