"""What needs somebody. Each need has its sentence and something that a person can do about it, and is gone when that
was done: what nothing can be done about (of a job that was deleted, say) is in the ledger and not here."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from tickwork.core.clock import DAY, Instant, iso, later
from tickwork.core.ids import JobId, ScheduleId, schedule_id
from tickwork.core.model import LATE_AFTER, Elsewhere, Gap, Job, Origin, Run
from tickwork.core.sentences import gap_sentence, late_sentence, never_sentence, pool_sentence, run_sentence
from tickwork.core.states import LIVE, Reason, State
from tickwork.core.timing.ending import never_again
from tickwork.operations.context import Context
from tickwork.operations.fleet import read_outages
from tickwork.operations.jobs import decode_job
from tickwork.operations.reads import Reads
from tickwork.operations.views import View
from tickwork.store.protocol import Kind, RunFilter

_SHOWN: Final = 50
_LOOKED_AT: Final = 200
_IDLE: Final = 1000
_MISSED: Final = frozenset({Reason.DOWN, Reason.NO_WORKER, Reason.DEADLINE})
_DECIDED: Final = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
"""A skipped or missed run says nothing about whether the job works again."""
_ASKED_FOR: Final = frozenset({Origin.MANUAL, Origin.API, Origin.REPLAY, Origin.BACKFILL, Origin.GRAPH})
_UNDER_WAY: Final = 5
"""So many live runs of a job are looked at for one that somebody asked for."""


class Need(StrEnum):
    """Why somebody should look."""

    FAILED = "failed"
    """The job's newest run failed, and nobody runs it again yet."""
    MISSED = "missed"
    """Due moments did not become runs, or their runs did not begin; the job has not succeeded since, and nobody makes
    up for it yet."""
    LATE = "late"
    """A run has been ready for long and nobody has begun it."""
    NEVER = "never_fires"
    """Nothing is due of the job any more, and none of its schedules was to end."""
    POOL = "pool"
    """Runs are queued and no worker of the pool is heard."""


class NeedView(View, frozen=True, kw_only=True):
    """Something that needs somebody, and what can be done about it."""

    kind: Need
    project: str | None
    """None: it is not one project's."""
    job: str | None
    run: str | None
    pool: str | None
    at: str
    count: int
    sentence: str
    elsewhere: bool = False
    """Nobody here can run the job: it is run again, or made up for, where it runs."""


class Needs:
    """`projects`: whose; None: all."""

    def __init__(self, context: Context, reads: Reads) -> None:
        self._store = context.store
        self._reads = reads

    async def look(self, queued: Sequence[Run], *, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        """`queued`: runs that are ready and that a worker is to begin, the oldest first."""
        outages = await read_outages(self._store)
        return [
            *_of_pools(outages, queued, projects),
            *await self._failed(projects, now),
            *await self._missed(projects, now),
            *await self._late([run for run in queued if run.pool not in outages], now),
            *await self._never(projects, now),
        ]

    async def _failed(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        failed = await self._last_day(State.FAILED, projects, now)
        newest = {run.job: run for run in reversed(failed)}
        jobs = await self._jobs(newest)
        decided = await self._store.latest(sorted(jobs), n=1, states=_DECIDED)
        seen_to = await self._seen_to(jobs)
        return [
            _failed_view(run, jobs[run.job], sum(1 for one in failed if one.job == run.job), now)
            for run in newest.values()
            if [one.state for one in decided.get(run.job, ())] == [State.FAILED]
            and all(other.id < run.id for other in seen_to[run.job])
        ]

    async def _missed(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        since = later(now, -DAY)
        gaps = await self._store.gaps(since=since, until=now, projects=projects, newest=True, limit=_LOOKED_AT)
        found: list[Gap | Run] = [*gaps, *await self._last_day(State.MISSED, projects, now)]
        missed = [one for one in found if one.state is State.MISSED and one.reason in _MISSED]
        jobs = await self._jobs({one.job for one in missed})
        seen_to = await self._seen_to(jobs)
        open_ = [
            one
            for one in sorted(missed, key=_last)
            if one.job in jobs
            and _is_of(one.schedule, jobs[one.job])
            and all(other.created <= _last(one) for other in seen_to[one.job])
        ]
        newest = {(one.job, one.reason): one for one in open_}
        counts = Counter[tuple[JobId, Reason | None]]()
        for one in open_:
            counts[one.job, one.reason] += one.count if isinstance(one, Gap) else 1
        ordered = sorted(newest.items(), key=lambda found: _last(found[1]), reverse=True)
        return [_missed_view(one, jobs[one.job], counts[key], now) for key, one in ordered]

    async def _late(self, queued: Sequence[Run], now: Instant) -> list[NeedView]:
        """By job: of many runs that wait, the one that waits longest."""
        ready = [run for run in queued if run.ready_at < now]
        jobs = await self._jobs({run.job for run in ready})
        limits = {name: job.late_after or LATE_AFTER for name, job in jobs.items()}
        waiting = [run for run in ready if run.ready_at < later(now, -limits.get(run.job, LATE_AFTER))]
        first = {run.job: run for run in reversed(waiting)}
        return [_late_view(run, sum(1 for one in waiting if one.job == run.job)) for run in first.values()]

    async def _never(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        idle = await self._store.idle(projects=projects, limit=_IDLE)
        jobs = [job for job in (await self._jobs({row.job for row in idle})).values() if job.enabled]
        resting = {row.schedule for row in idle}
        reasons = [(job, _never_because(job, resting, now)) for job in jobs]
        return [_never_view(job, why, now) for job, why in reasons if why is not None][:_SHOWN]

    async def _last_day(self, state: State, projects: Sequence[str] | None, now: Instant) -> list[Run]:
        """The newest first."""
        where = RunFilter(states=(state,), since=later(now, -DAY))
        return await self._reads.runs_page(where, projects=projects, after=None, limit=_LOOKED_AT)

    async def _jobs(self, names: Collection[JobId]) -> Mapping[JobId, Job]:
        """Those that are still there."""
        documents = await self._store.get_many(Kind.JOB, sorted(names))
        return {JobId(name): decode_job(document) for name, document in documents.items()}

    async def _seen_to(self, jobs: Collection[JobId]) -> Mapping[JobId, Sequence[Run]]:
        """Of each job its newest success, and what somebody has asked for and is under way: what was wrong before one
        of these needs nobody any more. (If that fails in its turn, it is a need of its own.)"""
        names = sorted(jobs)
        good = await self._store.latest(names, n=1, states=(State.SUCCEEDED,))
        live = await self._store.latest(names, n=_UNDER_WAY, states=tuple(sorted(LIVE)))
        asked = {job: [run for run in runs if run.origin in _ASKED_FOR] for job, runs in live.items()}
        return {job: [*good.get(job, ()), *asked.get(job, ())] for job in names}


def _failed_view(run: Run, job: Job, count: int, now: Instant) -> NeedView:
    return NeedView(
        kind=Need.FAILED,
        project=run.project,
        job=run.job,
        run=run.id,
        pool=None,
        at=iso(run.finished) or "",
        count=count,
        sentence=run_sentence(run, now=now),
        elsewhere=isinstance(job.task, Elsewhere),
    )


def _missed_view(missed: Gap | Run, job: Job, count: int, now: Instant) -> NeedView:
    """`count`: so many moments of the job were missed for its reason; it is the newest."""
    return NeedView(
        kind=Need.MISSED,
        project=missed.project,
        job=missed.job,
        run=None if isinstance(missed, Gap) else missed.id,
        pool=None,
        at=iso(_last(missed)) or "",
        count=count,
        sentence=gap_sentence(missed) if isinstance(missed, Gap) else run_sentence(missed, now=now),
        elsewhere=isinstance(job.task, Elsewhere),
    )


def _last(missed: Gap | Run) -> Instant:
    """The last moment that was missed."""
    return missed.last if isinstance(missed, Gap) else missed.slot or missed.created


def _is_of(schedule: ScheduleId | None, job: Job) -> bool:
    """Nobody makes up for the moments of a schedule that the job has no more."""
    return schedule is None or any(schedule_id(job.id, one.key) == schedule for one in job.schedules)


def _late_view(run: Run, count: int) -> NeedView:
    return NeedView(
        kind=Need.LATE,
        project=run.project,
        job=run.job,
        run=run.id,
        pool=run.pool,
        at=iso(run.ready_at) or "",
        count=count,
        sentence=late_sentence(run),
    )


def _never_because(job: Job, resting: Collection[ScheduleId], now: Instant) -> str | None:
    """None: something may be due yet, or it was to end."""
    is_over = all(schedule_id(job.id, one.key) in resting for one in job.schedules)
    return never_again(job, now) if is_over else None


def _never_view(job: Job, why: str, now: Instant) -> NeedView:
    written = max(schedule.since for schedule in job.schedules)
    return NeedView(
        kind=Need.NEVER,
        job=job.id,
        project=job.project,
        run=None,
        pool=None,
        at=iso(written or now) or "",
        count=1,
        sentence=never_sentence(job.id, why),
    )


def _of_pools(
    outages: Mapping[str, Instant], queued: Sequence[Run], projects: Sequence[str] | None
) -> Sequence[NeedView]:
    waiting = {run.pool for run in queued}
    return [
        NeedView(
            kind=Need.POOL,
            project=None,
            job=None,
            run=None,
            pool=pool,
            at=iso(since) or "",
            count=sum(1 for run in queued if run.pool == pool),
            sentence=pool_sentence(pool, since),
        )
        for pool, since in outages.items()
        if projects is None or pool in waiting
    ]
