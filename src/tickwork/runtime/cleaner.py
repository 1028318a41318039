"""Deletes old runs of jobs that have a `cleanup` function: it is called first, as a run of its own.

In two steps, each repeatable: a cleanup run is queued that is told all about the old run; when it has succeeded, both
go. One that failed is there to be seen, and another is queued after a while. Runs that a person deleted are among
them: their cleanup run was queued by that person's hand.
"""

from collections.abc import Sequence

from tickwork.core.clock import HOUR, Clock
from tickwork.core.ids import JobId
from tickwork.core.model import Origin, Run
from tickwork.core.retention import NO_LIMIT, Kept
from tickwork.core.states import TERMINAL, State
from tickwork.crashpoint import crash_point
from tickwork.operations.cleanups import cleanups_of, next_cleanup
from tickwork.operations.jobs import decode_job
from tickwork.operations.known import details
from tickwork.operations.retention import Rules
from tickwork.operations.wiring import read_cleaned
from tickwork.store.protocol import Document, Kind, Order, RunFilter, Store

_PAGE = 1000
_BATCH = 50
"""Old runs of a job that are cleaned up behind at a time."""
_AGAIN = HOUR
"""Between the end of a cleanup that failed and the next one."""


class Cleaner:
    """Knows the jobs with a cleanup function, and goes on with the oldest of their runs."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def clean(self, rules: Rules) -> tuple[JobId, ...]:
        """One step for each job that has a cleanup function. Returns these jobs: nobody else may delete their runs."""
        jobs = await read_cleaned(self._store)
        documents = await self._store.get_many(Kind.JOB, jobs) if jobs else {}
        for document in documents.values():
            await self._clean(document, rules)
        return jobs

    async def _clean(self, document: Document, rules: Rules) -> None:
        job, now = decode_job(document), self._clock.now()
        known = await cleanups_of(self._store, job.id)
        over = [run for run, cleanups in known.items() if cleanups[-1].state is State.SUCCEEDED]
        if over:
            await self._store.forget(over + [cleanup.id for run in over for cleanup in known[run]])
            crash_point("cleaner.forgot")
        old = [run.id for run in await self._old(job.id, rules.of(job.project, job.id))]
        going = [run for run in dict.fromkeys([*known, *old]) if run not in over and run not in rules.pinned]
        waiting = [run for run in going if self._is_to_begin(known.get(run, ()))][:_BATCH]
        told = await details(self._store, waiting)
        new = [
            next_cleanup(job, told[run], known.get(run, ()), revision=document.revision, at=now)
            for run in waiting
            if run in told
        ]
        if new:
            await self._store.enqueue(new, at=now, verb="clean up")

    async def _old(self, job: JobId, of: Kept) -> list[Run]:
        where = RunFilter(job=job, states=tuple(sorted(TERMINAL)), order=Order.OLDEST)
        oldest = await self._store.runs(where, limit=_PAGE)
        now, most = self._clock.now(), of.most.value
        beyond = (await self._store.nth_newest([job], n=most)).get(job, "") if most != NO_LIMIT else ""
        own = [
            run
            for run in oldest
            if run.origin is not Origin.CLEANUP
            and (run.id < beyond or (run.finished or now) < of.before(run.state, now))
        ]
        newest = (await self._store.latest([job], n=of.least.value)).get(job, []) if of.least.value else []
        kept = {run.id for run in newest}
        return [run for run in own if run.id not in kept and run.group not in kept][:_BATCH]

    def _is_to_begin(self, cleanups: Sequence[Run]) -> bool:
        if not cleanups:
            return True
        last = cleanups[-1]
        return last.state in TERMINAL and (last.finished or 0) + _AGAIN <= self._clock.now()
