"""Deletes old runs of jobs that have a `cleanup` function: it is called first, as a run of its own.

In two steps, each repeatable: a cleanup run is queued that is told all about the old run; when it has succeeded, both
go. One that failed is there to be seen, and another is queued after a while.
"""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Clock, Duration, Instant, iso
from tickwork.core.codec import to_json
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import Job, Origin, Run
from tickwork.core.readiness import lane_at_birth
from tickwork.core.states import TERMINAL, State
from tickwork.crashpoint import crash_point
from tickwork.operations.jobs import decode_job
from tickwork.operations.known import details
from tickwork.operations.wiring import read_cleaned
from tickwork.store.protocol import Document, Kind, NewRun, Order, RunDetail, RunFilter, Store

_PAGE = 1000
_BATCH = 50
"""Old runs of a job that are cleaned up behind at a time."""
_AGAIN = Duration(3_600_000_000)
"""Between the end of a cleanup that failed and the next one."""


class Cleaner:
    """Knows the jobs with a cleanup function, and goes on with the oldest of their runs."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def clean(self, *, before: Instant, keep: int) -> tuple[JobId, ...]:
        """One step for each job that has a cleanup function. Returns these jobs: nobody else may delete their runs."""
        jobs = await read_cleaned(self._store)
        documents = await self._store.get_many(Kind.JOB, jobs) if jobs else {}
        for document in documents.values():
            await self._clean(document, before=before, keep=keep)
        return jobs

    async def _clean(self, document: Document, *, before: Instant, keep: int) -> None:
        job = decode_job(document)
        old = await self._old(job.id, before, keep)
        known = await self._cleanups(job.id)
        over = [run for run in old if (last := known.get(run.id)) is not None and last[-1].state is State.SUCCEEDED]
        if over:
            gone = [run.id for run in over] + [cleanup.id for run in over for cleanup in known[run.id]]
            await self._store.forget(gone)
            crash_point("cleaner.forgot")
        waiting = [run for run in old if run not in over and self._is_to_begin(known.get(run.id, ()))]
        told = await details(self._store, [run.id for run in waiting])
        new = [self._cleanup(document, job, told[run.id], known.get(run.id, ())) for run in waiting]
        if new:
            await self._store.enqueue(new, at=self._clock.now(), verb="clean up")

    async def _old(self, job: JobId, before: Instant, keep: int) -> list[Run]:
        where = RunFilter(job=job, states=tuple(sorted(TERMINAL)), order=Order.OLDEST)
        oldest = await self._store.runs(where, limit=_PAGE)
        own = [run for run in oldest if run.origin is not Origin.CLEANUP and (run.finished or before) < before]
        newest = (await self._store.latest([job], n=keep)).get(job, []) if keep else []
        kept = {run.id for run in newest}
        return [run for run in own if run.id not in kept and run.group not in kept][:_BATCH]

    async def _cleanups(self, job: JobId) -> dict[RunId, list[Run]]:
        """The cleanup runs that there are, oldest first, by the run that they are about."""
        by_run: dict[RunId, list[Run]] = {}
        where = RunFilter(job=job, origin=Origin.CLEANUP, order=Order.OLDEST)
        for run in await self._store.runs(where, limit=_PAGE * 10):
            if run.about is not None:
                by_run.setdefault(run.about, []).append(run)
        return by_run

    def _is_to_begin(self, cleanups: Sequence[Run]) -> bool:
        if not cleanups:
            return True
        last = cleanups[-1]
        return last.state in TERMINAL and (last.finished or 0) + _AGAIN <= self._clock.now()

    def _cleanup(self, document: Document, job: Job, old: RunDetail, earlier: Sequence[Run]) -> NewRun:
        """The same one from every node that sees the same."""
        now, last = self._clock.now(), (old.run, *earlier)[-1]
        run = Run(
            id=derived_run(last.finished or now, "cleanup", old.run.id, last.id),
            job=job.id,
            project=job.project,
            revision=document.revision,
            origin=Origin.CLEANUP,
            state=State.QUEUED,
            lane=lane_at_birth(job),
            priority=job.priority,
            ready_at=now,
            about=old.run.id,
            note=f"before run {old.run.id} is deleted",
            created=now,
        )
        return NewRun(run=run, params=to_json({"run": _told(old.run), "result": _result(old)}))


def _told(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "job": run.job,
        "state": run.state,
        "slot": iso(run.slot),
        "started": iso(run.started),
        "finished": iso(run.finished),
    }


def _result(detail: RunDetail) -> msgspec.Raw:
    return msgspec.Raw(b"null" if detail.result is None else detail.result)
