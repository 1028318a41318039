"""Runs that happen elsewhere, under somebody's own crontab, and are told of here: by whoever runs them, as by a worker
with one seat and a lane of its own, which no other worker looks into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from tickwork.core.clock import Instant
from tickwork.core.ids import SessionId
from tickwork.core.lease import DEFAULT_LEASE
from tickwork.core.model import Attempt, Fence, Job, Origin, Overlap, Run
from tickwork.core.states import Reason, State
from tickwork.errors import Conflict
from tickwork.operations.births import asked_run
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.store.protocol import Chunk, Finish, LogWrite, NewRun, Session, Start

_LANE: Final = "elsewhere-"
_ATTEMPT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowed:
    """A run that goes on elsewhere."""

    job: Job
    run: Run
    fence: Fence
    session: Session


class Shadow:
    """The verbs of `tickwork wrap`."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs

    async def begin(self, name: str, *, host: str, pid: int) -> Shadowed:
        """The run has begun. It is never begun again here: if it is not heard of for a lease, it is lost.

        Overlap, needs and switches do not hold for it: it runs, whatever is thought of that. Raises `NotFound`."""
        document = await self._jobs.document(name)
        job = decode_job(document)
        now = self._context.clock.now()
        session = _session(self._context.ids.session(), host=host, pid=pid, now=now)
        asked = asked_run(self._context, job, revision=document.revision, origin=Origin.API).run
        run = replace(
            asked,
            state=State.QUEUED,
            wait=None,
            lane=session.pools[0],
            once=True,
            note=f"wrapped on {host}, process {pid}",
        )
        await self._store.open_session(session)
        await self._store.enqueue([NewRun(run=run, overlap=Overlap.ALLOW)], at=now, by=self._context.actor)
        claims = await self._store.claim(session.id, pools=session.pools, n=1, at=self._context.clock.now())
        if not claims:
            raise Conflict(f"run {run.id} of {job.id} was cancelled before it began")
        [claim] = claims
        await self._store.start([Start(run=run.id, fence=claim.fence, at=self._context.clock.now(), pid=pid)])
        return Shadowed(job=job, run=claim.run, fence=claim.fence, session=session)

    async def say(self, shadowed: Shadowed, chunks: Sequence[Chunk]) -> None:
        """More of its log."""
        write = LogWrite(run=shadowed.run.id, attempt=_ATTEMPT, fence=shadowed.fence, chunks=tuple(chunks))
        await self._store.append_log([write])

    async def beat(self, shadowed: Shadowed) -> None:
        """It still runs."""
        await self._store.beat(shadowed.session.id, at=self._context.clock.now())

    async def end(self, shadowed: Shadowed, *, exit_code: int | None, error: str | None = None) -> None:
        """It is over. `exit_code`: below 0 by that signal; None: it could not be started."""
        now = self._context.clock.now()
        state, reason = _outcome(exit_code)
        attempt = Attempt(
            run=shadowed.run.id,
            n=_ATTEMPT,
            fence=shadowed.fence,
            session=shadowed.session.id,
            worker=shadowed.session.worker,
            started=shadowed.session.opened,
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
        await self._store.close_session(shadowed.session.id, at=now)


def _outcome(exit_code: int | None) -> tuple[State, Reason | None]:
    if exit_code is None:
        return State.FAILED, Reason.LAUNCH
    if exit_code == 0:
        return State.SUCCEEDED, None
    return State.FAILED, Reason.SIGNAL if exit_code < 0 else Reason.EXIT


def _session(id: SessionId, *, host: str, pid: int, now: Instant) -> Session:
    return Session(
        id=id,
        worker=f"{host} (wrap)",
        pools=(f"{_LANE}{id}",),
        concurrency=1,
        lease=DEFAULT_LEASE,
        version="",
        containment="none",
        host=host,
        pid=pid,
        opened=now,
        seen=now,
    )
