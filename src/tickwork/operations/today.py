"""What a person wants to know first: what runs, what is next, and what needs somebody."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from statistics import median
from typing import Final

from tickwork.core.clock import DAY, MINUTE, Instant, iso, later
from tickwork.core.ids import JobId, ScheduleId, schedule_id
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Gap, Job, Run
from tickwork.core.sentences import entry_words, run_sentence
from tickwork.core.states import HELD, Reason, State
from tickwork.core.timing.ending import ends_as_written, over_because
from tickwork.operations.context import Context
from tickwork.operations.fleet import read_outages
from tickwork.operations.jobs import decode_job
from tickwork.operations.reads import Reads
from tickwork.operations.views import NextView, RunView, View, length, run_view
from tickwork.store.protocol import Kind, Order, RunFilter

_SHOWN: Final = 50
_LOOKED_AT: Final = 200
_IDLE: Final = 1000
_USUAL_OF: Final = 10
"""So many successful runs make what is usual."""
_LATE: Final = MINUTE
_MISSED: Final = frozenset({Reason.DOWN, Reason.NO_WORKER, Reason.DEADLINE})


class Need(StrEnum):
    """Why somebody should look."""

    FAILED = "failed"
    """The job's newest run failed."""
    MISSED = "missed"
    """Due moments did not become runs."""
    LATE = "late"
    """A run has been ready for long and nobody has begun it."""
    NEVER = "never_fires"
    """Nothing is due of the job any more, and none of its schedules was to end."""
    POOL = "pool"
    """Runs are queued and no worker of the pool is heard."""


class RunningView(View, frozen=True, kw_only=True):
    run: RunView
    usual: float | None
    """Seconds that its job's last successful runs took (their median)."""
    share: float | None
    """0 … 1: its progress, where it reports any."""


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


class TodayView(View, frozen=True, kw_only=True):
    now: str
    running: list[RunningView]
    queued: int
    """Runs that are ready and wait for a seat, as far as they were counted (at most 200)."""
    next: list[NextView]
    needs: list[NeedView]


class Today:
    """The verbs of the first page. `projects`: whose; None: all."""

    def __init__(self, context: Context, reads: Reads) -> None:
        self._store = context.store
        self._clock = context.clock
        self._reads = reads

    async def look(self, *, projects: Sequence[str] | None) -> TodayView:
        now = self._clock.now()
        running = await self._page(RunFilter(states=tuple(HELD), order=Order.OLDEST), projects)
        ready = await self._page(RunFilter(states=(State.QUEUED,), order=Order.OLDEST), projects)
        queued = [run for run in ready if run.pool != ELSEWHERE]
        return TodayView(
            now=iso(now) or "",
            running=await self._running(running[:_SHOWN]),
            queued=len(queued),
            next=await self._reads.upcoming(limit=_SHOWN, projects=projects),
            needs=[
                *await self._outages(projects, queued),
                *await self._failed(projects, now),
                *await self._missed(projects, now),
                *_late(queued, now),
                *await self._never(projects, now),
            ],
        )

    async def _page(self, where: RunFilter, projects: Sequence[str] | None) -> list[Run]:
        return await self._reads.runs_page(where, projects=projects, after=None, limit=_LOOKED_AT)

    async def _running(self, runs: Sequence[Run]) -> list[RunningView]:
        usual = await self._usual({run.job for run in runs})
        shares = await asyncio.gather(*(self._reads.share(run.id) for run in runs))
        return [
            RunningView(run=run_view(run), usual=usual.get(run.job), share=share)
            for run, share in zip(runs, shares, strict=True)
        ]

    async def _usual(self, jobs: Iterable[JobId]) -> dict[JobId, float]:
        latest = await self._store.latest(sorted(jobs), n=_USUAL_OF, states=(State.SUCCEEDED,))
        lengths = {job: [length(run.started, run.finished) for run in runs] for job, runs in latest.items()}
        known = {job: [one for one in found if one is not None] for job, found in lengths.items()}
        return {job: median(found) for job, found in known.items() if found}

    async def _failed(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        where = RunFilter(states=(State.FAILED,), since=later(now, -DAY))
        failed = await self._page(where, projects)
        newest = {run.job: run for run in reversed(failed)}
        latest = await self._store.latest(sorted(newest), n=1, states=_DECIDED)
        return [
            NeedView(
                kind=Need.FAILED,
                project=run.project,
                job=run.job,
                run=run.id,
                pool=None,
                at=iso(run.finished) or "",
                count=sum(1 for one in failed if one.job == run.job),
                sentence=run_sentence(run, now=now),
            )
            for run in newest.values()
            if latest.get(run.job) and latest[run.job][0].state is State.FAILED
        ]

    async def _missed(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        gaps = await self._store.gaps(
            since=later(now, -DAY), until=now, projects=projects, newest=True, limit=_LOOKED_AT
        )
        return [_missed_view(gap) for gap in gaps if gap.state is State.MISSED and gap.reason in _MISSED]

    async def _never(self, projects: Sequence[str] | None, now: Instant) -> list[NeedView]:
        idle = await self._store.idle(projects=projects, limit=_IDLE)
        documents = await self._store.get_many(Kind.JOB, sorted({row.job for row in idle}))
        resting = {row.schedule for row in idle}
        jobs = [job for document in documents.values() if (job := decode_job(document)).enabled]
        reasons = [(job, _never_because(job, resting, now)) for job in jobs]
        return [_never_view(job, why, now) for job, why in reasons if why is not None][:_SHOWN]

    async def _outages(self, projects: Sequence[str] | None, queued: Sequence[Run]) -> list[NeedView]:
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
                sentence=f"runs are queued in pool {pool}, and no worker of it has been heard since {iso(since)}",
            )
            for pool, since in (await read_outages(self._store)).items()
            if projects is None or pool in waiting
        ]


_DECIDED: Final = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
"""A skipped or missed run says nothing about whether the job works again."""


def _missed_view(gap: Gap) -> NeedView:
    words = entry_words(gap.state, gap.reason)
    what = f" {words}" if gap.count == 1 else f": {gap.count} due moments {words.replace('was', 'were', 1)}"
    return NeedView(
        kind=Need.MISSED,
        project=gap.project,
        job=gap.job,
        run=None,
        pool=None,
        at=iso(gap.last) or "",
        count=gap.count,
        sentence=f"{gap.job}{what}{f' ({gap.note})' if gap.note else ''}",
    )


def _never_because(job: Job, resting: Collection[ScheduleId], now: Instant) -> str | None:
    """None: something may be due yet, or it was to end."""
    if not job.schedules or any(schedule_id(job.id, one.key) not in resting for one in job.schedules):
        return None
    reasons = [over_because(one, job.id, now) for one in job.schedules]
    if None in reasons or all(ends_as_written(one, now) for one in job.schedules):
        return None
    return reasons[0]


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
        sentence=f"{job.id} is never due again: {why}",
    )


def _late(queued: Sequence[Run], now: Instant) -> list[NeedView]:
    """By job: of many runs that wait, the one that waits longest."""
    waiting = [run for run in queued if run.ready_at < later(now, -_LATE)]
    first = {run.job: run for run in reversed(waiting)}
    return [
        NeedView(
            kind=Need.LATE,
            project=run.project,
            job=run.job,
            run=run.id,
            pool=run.pool,
            at=iso(run.ready_at) or "",
            count=sum(1 for one in waiting if one.job == run.job),
            sentence=run_sentence(run, now=now),
        )
        for run in first.values()
    ]
