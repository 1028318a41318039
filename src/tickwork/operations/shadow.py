"""Runs that happen elsewhere, under somebody's own crontab, and are told of here: by whoever runs them, as by a worker
with one seat and a lane of its own, which no other worker looks into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from tickwork.core.clock import Instant
from tickwork.core.codec import from_json
from tickwork.core.ids import SessionId
from tickwork.core.lanes import ELSEWHERE, lane_elsewhere
from tickwork.core.lease import DEFAULT_LEASE
from tickwork.core.masking import Masker
from tickwork.core.model import Attempt, Elsewhere, Fence, Job, Origin, Overlap, Run
from tickwork.core.states import Reason, State
from tickwork.core.switches import paused_because
from tickwork.errors import Conflict
from tickwork.operations.births import asked_run
from tickwork.operations.context import Context
from tickwork.operations.firing import Firing
from tickwork.operations.hidden import hidden_elsewhere
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.store.protocol import Chunk, Document, Finish, LogWrite, NewRun, RunFilter, Session, Start

_ATTEMPT: Final = 1
_LOOKED_AT: Final = 50
_TRIES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who tells of a run."""

    host: str
    way: str = "wrap"
    """How: what stands behind the host in the worker's name."""
    pid: int = 0
    lease: float = DEFAULT_LEASE
    """Seconds without a word after which the run is lost."""

    @property
    def worker(self) -> str:
        return f"{self.host} ({self.way})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """A run that goes on elsewhere."""

    job: Job
    run: Run
    fence: Fence
    session: SessionId
    worker: str
    began: Instant
    mask: tuple[bytes, ...]
    """What its output must be without: whoever tells of it takes it out (`core/masking.py`)."""


class Shadow:
    """The verbs of `tickwork wrap`, and below those of check-in URLs."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def begin(self, name: str, *, by: Teller) -> Shadowed:
        """The run has begun: the one that is expected now, where the job runs elsewhere and nobody has told of it yet,
        else a run beside its schedule. It is never begun again here: if it is not heard of for a lease, it is lost.

        Overlap, needs and switches do not hold for it: it runs, whatever is thought of that. Raises `NotFound`."""
        document = await self._jobs.document(name)
        for _ in range(_TRIES):
            expected = await self.expected(document)
            if expected is None:
                break
            if (shadowed := await self._taken(expected, by)) is not None:
                return shadowed
        new = await self._enqueued(document, by)
        if (shadowed := await self._taken(new, by)) is None:
            raise Conflict(f"run {new.id} of {new.job} was cancelled before it began")
        return shadowed

    async def expected(self, document: Document) -> Run | None:
        """The run of a job elsewhere that nobody has told of, if one is expected now; of several the newest."""
        job, now = decode_job(document), self._context.clock.now()
        if not isinstance(job.task, Elsewhere):
            return None
        if (waiting := await self._waiting(job)) is not None:
            return waiting
        switches = await self._jobs.switches()
        if paused_because(job, switches, now) is not None:
            return None
        firing = Firing(ids=self._context.ids, now=now, switches=switches)
        for row in await self._store.timetable([job.id]):
            if row.due is None or row.revision != document.revision:
                continue
            fire = firing.decide(row, job) if row.due <= now else firing.early(row, job)
            if fire is not None:
                await self._store.fire([fire], at=now)  # or a scheduler was faster, with the same
        return await self._waiting(job)

    async def _waiting(self, job: Job) -> Run | None:
        where = RunFilter(job=job.id, states=(State.QUEUED,))
        queued = await self._store.runs(where, limit=_LOOKED_AT)
        return next((run for run in queued if run.pool == ELSEWHERE and run.slot is not None), None)

    async def _enqueued(self, document: Document, by: Teller) -> Run:
        job, now = decode_job(document), self._context.clock.now()
        asked = asked_run(
            self._context,
            job,
            revision=document.revision,
            origin=Origin.API,
            outside=True,
            note=f"told of by {by.worker}",
        ).run
        run = replace(asked, state=State.QUEUED, wait=None, lane=lane_elsewhere(asked.id), once=True)
        await self._store.enqueue([NewRun(run=run, overlap=Overlap.ALLOW)], at=now, by=self._context.actor)
        return run

    async def _taken(self, run: Run, by: Teller) -> Shadowed | None:
        """None: somebody else has it, or it is over."""
        now = self._context.clock.now()
        session = _session(self._context.ids.session(), lane=run.lane, by=by, now=now)
        await self._store.open_session(session)
        claims = await self._store.claim(session.id, pools=session.pools, n=1, at=now)
        if not claims:
            await self._store.close_session(session.id, at=now)
            return None
        [claim] = claims
        await self._store.start([Start(run=run.id, fence=claim.fence, at=now, pid=by.pid)])
        return Shadowed(
            job=from_json(claim.body, Job),
            run=claim.run,
            fence=claim.fence,
            session=session.id,
            worker=session.worker,
            began=now,
            mask=await hidden_elsewhere(self._context, claim.run.project),
        )

    async def say(self, shadowed: Shadowed, chunks: Sequence[Chunk]) -> None:
        """More of its log, without what is in `mask`."""
        write = LogWrite(run=shadowed.run.id, attempt=_ATTEMPT, fence=shadowed.fence, chunks=tuple(chunks))
        await self._store.append_log([write])

    async def beat(self, shadowed: Shadowed) -> None:
        """It still runs."""
        await self._store.beat(shadowed.session, at=self._context.clock.now())

    async def end(self, shadowed: Shadowed, *, exit_code: int | None, error: str | None = None) -> None:
        """It is over. `exit_code`: below 0 by that signal; None: it could not be started."""
        now = self._context.clock.now()
        state, reason = _outcome(exit_code)
        error = None if error is None else Masker(shadowed.mask).text(error)
        attempt = Attempt(
            run=shadowed.run.id,
            n=_ATTEMPT,
            fence=shadowed.fence,
            session=shadowed.session,
            worker=shadowed.worker,
            started=shadowed.began,
            finished=now,
            outcome=state,
            reason=reason,
            exit_code=exit_code,
            error=error,
        )
        finish = Finish(
            run=shadowed.run.id,
            fence=shadowed.fence,
            state=state,
            reason=reason,
            attempt=attempt,
            error=error,
            note=error,
        )
        await self._store.finish([finish])
        await self._store.close_session(shadowed.session, at=now)

    async def held(self, document: Document, *, way: str) -> list[Shadowed]:
        """The runs of the job that go on and were told of this way, newest first."""
        job = decode_job(document)
        mask = await hidden_elsewhere(self._context, job.project)
        where = RunFilter(job=job.id, states=(State.RUNNING,))
        return [
            Shadowed(
                job=job,
                run=run,
                fence=run.fence,
                session=run.session,
                worker=run.worker,
                began=run.started or run.created,
                mask=mask,
            )
            for run in await self._store.runs(where, limit=_LOOKED_AT)
            if run.pool == ELSEWHERE and run.fence and run.session and run.worker and run.worker.endswith(f"({way})")
        ]


def _outcome(exit_code: int | None) -> tuple[State, Reason | None]:
    if exit_code is None:
        return State.FAILED, Reason.LAUNCH
    if exit_code == 0:
        return State.SUCCEEDED, None
    return State.FAILED, Reason.SIGNAL if exit_code < 0 else Reason.EXIT


def _session(id: SessionId, *, lane: str, by: Teller, now: Instant) -> Session:
    return Session(
        id=id,
        worker=by.worker,
        pools=(lane,),
        concurrency=1,
        lease=by.lease,
        version="",
        containment="none",
        host=by.host,
        pid=by.pid,
        opened=now,
        seen=now,
    )
