"""What listings and pages show, read in few queries."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import msgspec

from tickwork.core.clock import DAY, Instant, iso, later
from tickwork.core.codec import from_json
from tickwork.core.ids import JobId, RunId, ScheduleId, schedule_id
from tickwork.core.model import Attempt, Elsewhere, Job, Run, Scope, Switch
from tickwork.core.states import TERMINAL, State
from tickwork.core.switches import off_because, paused_because, sentence
from tickwork.core.timing.describe import describe, dst_note
from tickwork.core.timing.ending import over_because
from tickwork.core.timing.schedule import Schedule
from tickwork.operations import tracking
from tickwork.operations.absent import absent_from
from tickwork.operations.context import Context
from tickwork.operations.fleet import silence
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.overrides import overrides_of, told
from tickwork.operations.paging import every
from tickwork.operations.retention import kept_views
from tickwork.operations.upcoming import next_view
from tickwork.operations.viewing import checkin_view, detail_view, gap_view, job_view, run_view, worker_view
from tickwork.operations.views import (
    CheckinView,
    JobDetailView,
    JobView,
    NextView,
    Overview,
    RunDetailView,
    RunView,
    ScheduleView,
    SwitchView,
    WorkerView,
)
from tickwork.store.protocol import Document, Kind, Order, RunFilter, ScheduleRow

_RECENT = 10
_NEVER = Instant(1 << 62)


class Reads:
    """The reading verbs."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def jobs(self, *, project: str | None = None, tags: Sequence[str] = ()) -> list[JobView]:
        documents = await self._jobs.all(project=project, tags=tags)
        return await self._views(documents)

    async def jobs_page(
        self,
        *,
        projects: Sequence[str] | None,
        text: str = "",
        tags: Sequence[str] = (),
        after: str | None,
        limit: int,
    ) -> list[JobView]:
        """Jobs of these projects (None: of all) with all of the tags, and with `text` in their id or name, by id, from
        behind `after` on."""
        found: list[Document] = []
        while len(found) < limit and (page := await self._documents(projects, tags, after, limit)):
            found += [one for one in page if text.lower() in f"{one.id}\0{one.name}".lower()]
            after = page[-1].id
        return await self._views(found[:limit])

    async def _documents(
        self, projects: Sequence[str] | None, tags: Sequence[str], after: str | None, limit: int
    ) -> list[Document]:
        pages = [
            await self._store.find(Kind.JOB, project=project, tags=tags, after=after, limit=limit)
            for project in (projects if projects is not None else [None])
        ]
        return list(islice(heapq.merge(*pages, key=lambda document: document.id), limit))

    async def job(
        self, name: str, *, start: Instant | None = None, sees: Callable[[str], bool] = lambda _project: True
    ) -> JobDetailView:
        """What its schedules say of the clocks, they say as seen from `start` (default: now). `sees`: whether the asker
        sees a project."""
        document = await self._jobs.document(name)
        (view,) = await self._views([document])
        job = decode_job(document)
        rows = {row.schedule: row for row in await self._store.timetable([job.id])}
        runs = await self._store.runs(RunFilter(job=job.id), limit=_RECENT)
        gaps = await self._store.gaps(job=job.id, limit=_RECENT)
        now = start if start is not None else self._context.clock.now()
        return JobDetailView(
            job=view,
            description=job.description,
            definition=from_json(document.body or b"{}", dict),
            schedules=[_schedule_view(job, schedule, rows, now) for schedule in job.schedules],
            runs=[run_view(run) for run in runs],
            gaps=[gap_view(gap) for gap in gaps],
            edits=list(told(job.id, overrides_of(await self._store.get(Kind.OVERRIDE, job.id)))),
            kept=await kept_views(self._store, job, instance=self._context.retention),
            checkin=await self._checkin(job),
            absent=await absent_from(self._store, [job], sees=sees),
        )

    async def _checkin(self, job: Job) -> CheckinView | None:
        if not isinstance(job.task, Elsewhere):
            return None
        return checkin_view(job.id, await self._store.find(Kind.CHECKIN, name=job.id))

    async def runs(self, where: RunFilter, *, limit: int = 100) -> list[RunView]:
        return [run_view(run) for run in await self._store.runs(where, limit=limit)]

    async def runs_page(
        self, where: RunFilter, *, projects: Sequence[str] | None, after: RunId | None, limit: int
    ) -> list[Run]:
        """Runs of these projects (None: of those that `where` names), in its order, from behind `after` on."""
        within = where if projects is None else msgspec.structs.replace(where, projects=tuple(projects))
        return await self._store.runs(within, after=after, limit=limit)

    async def run(self, run: RunId) -> RunDetailView | None:
        detail = await self._store.run(run)
        if detail is None:
            return None
        now = None if detail.run.state in TERMINAL else self._context.clock.now()
        attempts = await self._store.attempts(run)
        return detail_view(
            detail,
            attempts,
            frames=await tracking.frames(self._store, detail.run),
            progress=await tracking.progress(self._store, run, now=now),
            containment=await self._containment(detail.run, attempts),
        )

    async def _containment(self, run: Run, attempts: Sequence[Attempt]) -> str | None:
        """Of the session that has the run, or had it last."""
        had = run.session or (attempts[-1].session if attempts else None)
        if had is None:
            return None
        sessions = await self._store.sessions(ended_since=run.created)
        return next((session.containment for session in sessions if session.id == had), None)

    async def workers(self) -> list[WorkerView]:
        """Those that have not ended, the oldest first."""
        switches, now = await self._jobs.switches(), self._context.clock.now()
        return [
            worker_view(
                session,
                silent=silence(session, now, self._context.patience),
                paused=off_because(Scope.WORKER, session.worker, switches, now),
            )
            for session in await self._store.sessions()
        ]

    async def switches(self) -> list[SwitchView]:
        """What is off now, by scope and target."""
        documents = await every(self._store, Kind.SWITCH)
        now = self._context.clock.now()
        found = [(document, from_json(document.body or b"", Switch)) for document in documents]
        return [
            SwitchView(
                scope=switch.scope,
                target=switch.target,
                project=document.project,
                by=switch.by.name,
                since=iso(switch.since) or "",
                until=iso(switch.until),
                why=switch.why,
                sentence=sentence(switch),
            )
            for document, switch in found
            if switch.until is None or switch.until > now
        ]

    async def overview(self, *, limit: int = 8) -> Overview:
        """Running now, up next, last finished; how many are alive, and how the last day's runs ended."""
        running = await self._store.runs(RunFilter(states=(State.RUNNING, State.CLAIMED)), limit=limit)
        finished = await self._store.runs(RunFilter(order=Order.ENDED), limit=limit)
        counts = await self._store.counts(since=later(self._context.clock.now(), -DAY))
        return Overview(
            running=[run_view(run) for run in running],
            next=await self.upcoming(limit=limit),
            finished=[run_view(run) for run in finished],
            counts=dict(counts.items()),
        )

    async def share(self, run: RunId) -> float | None:
        """How far a run is, 0 … 1, where it reports that."""
        found = await tracking.progress(self._store, run, now=None)
        return None if found is None else found.share

    async def upcoming(self, *, limit: int, projects: Sequence[str] | None = None) -> list[NextView]:
        """The next occurrence of the schedules (of these projects; None: of all) that are due first."""
        pages = [
            await self._store.upcoming(limit=limit, project=project)
            for project in (projects if projects is not None else [None])
        ]
        rows = list(islice(heapq.merge(*pages, key=lambda row: row.due or _NEVER), limit))
        documents = await self._store.get_many(Kind.JOB, list({row.job for row in rows}))
        jobs = {name: decode_job(document) for name, document in documents.items()}
        return [view for row in rows if (view := _upcoming(row, jobs.get(row.job))) is not None]

    async def _views(self, documents: Sequence[Document]) -> list[JobView]:
        ids = [JobId(document.id) for document in documents]
        rows = await self._store.timetable(ids)
        latest = await self._store.latest(ids, n=2)
        switches = await self._jobs.switches()
        dues = _earliest(rows)
        now = self._context.clock.now()
        views = []
        for document in documents:
            job = decode_job(document)
            runs = latest.get(job.id, [])
            views.append(
                job_view(
                    job,
                    owner=document.owner,
                    revision=document.revision,
                    paused=paused_because(job, switches, now),
                    due=dues.get(job.id),
                    live=_first(runs, over=False),
                    last=_first(runs, over=True),
                )
            )
        return views


def _upcoming(row: ScheduleRow, job: Job | None) -> NextView | None:
    """None: the job was edited or deleted between the two reads."""
    if job is None or row.due is None:
        return None
    schedule = next((s for s in job.schedules if schedule_id(job.id, s.key) == row.schedule), None)
    return None if schedule is None else next_view(row.due, job, schedule)


def _first(runs: Sequence[Run], *, over: bool) -> Run | None:
    return next((run for run in runs if (run.state in TERMINAL) is over), None)


def _earliest(rows: Sequence[ScheduleRow]) -> dict[JobId, Instant]:
    dues: dict[JobId, Instant] = {}
    for row in rows:
        if row.due is not None:
            dues[row.job] = min(dues.get(row.job, row.due), row.due)
    return dues


def _schedule_view(job: Job, schedule: Schedule, rows: Mapping[ScheduleId, ScheduleRow], now: Instant) -> ScheduleView:
    identity = schedule_id(job.id, schedule.key)
    row = rows.get(identity)
    return ScheduleView(
        id=identity,
        key=schedule.key,
        words=describe(schedule),
        zone=schedule.zone,
        next=iso(row.due) if row is not None else None,
        dst=dst_note(schedule, job.id, now),
        over=over_because(schedule, job.id, now),
    )
