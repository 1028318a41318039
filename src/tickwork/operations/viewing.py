"""From the values of the house to what is shown."""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from tickwork.core.clock import SECOND, Instant, iso
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Attempt, Gap, Job, Run
from tickwork.core.states import State
from tickwork.core.timing.describe import describe
from tickwork.operations.views import (
    AttemptView,
    CheckinView,
    ChunkView,
    FrameView,
    GapView,
    JobView,
    ProgressView,
    RunDetailView,
    RunView,
    WorkerView,
)
from tickwork.store.protocol import Chunk, Document, RunDetail, Session


def run_view(run: Run) -> RunView:
    return RunView(
        id=run.id,
        job=run.job,
        project=run.project,
        origin=run.origin,
        state=run.state,
        reason=run.reason,
        wait=run.wait,
        note=run.note,
        about=run.about,
        group=run.group,
        schedule=run.schedule,
        slot=iso(run.slot),
        ready_at=iso(run.ready_at) or "",
        attempt=run.attempt,
        exit_code=run.exit_code,
        worker=run.worker,
        revision=run.revision,
        created=iso(run.created) or "",
        started=iso(run.started),
        finished=iso(run.finished),
        duration=length(run.started, run.finished),
        elsewhere=run.pool == ELSEWHERE,
    )


def detail_view(
    detail: RunDetail,
    attempts: list[Attempt],
    *,
    frames: list[FrameView],
    progress: ProgressView | None,
    containment: str | None,
) -> RunDetailView:
    return RunDetailView(
        run=run_view(detail.run),
        params=_json(detail.params),
        pins=_json(detail.pins),
        result=_json(detail.result),
        error=detail.error,
        frames=frames,
        progress=progress,
        attempts=[attempt_view(attempt) for attempt in attempts],
        containment=containment,
    )


def attempt_view(attempt: Attempt) -> AttemptView:
    return AttemptView(
        n=attempt.n,
        state=attempt.outcome,
        reason=attempt.reason,
        exit_code=attempt.exit_code,
        error=attempt.error,
        worker=attempt.worker,
        started=iso(attempt.started),
        finished=iso(attempt.finished) or "",
        duration=length(attempt.started, attempt.finished),
    )


def chunk_view(chunk: Chunk) -> ChunkView:
    text = chunk.data.decode(errors="replace")
    exact = text.encode() == chunk.data
    return ChunkView(
        seq=chunk.seq,
        at=iso(chunk.at) or "",
        stream=chunk.stream,
        text=text,
        base64=None if exact else base64.b64encode(chunk.data).decode(),
    )


def gap_view(gap: Gap) -> GapView:
    return GapView(
        id=gap.id,
        job=gap.job,
        project=gap.project,
        schedule=gap.schedule,
        first=iso(gap.first) or "",
        last=iso(gap.last) or "",
        count=gap.count,
        state=gap.state,
        reason=gap.reason,
        note=gap.note,
    )


def job_view(
    job: Job, *, owner: str, revision: int, paused: str | None, due: Instant | None, live: Run | None, last: Run | None
) -> JobView:
    """`live`: a run of it that is not over; `last`: the newest one that is."""
    return JobView(
        id=job.id,
        name=job.name,
        project=job.project,
        state=job_state(job, paused, live),
        enabled=job.enabled,
        paused=paused,
        schedules=[describe(schedule) for schedule in job.schedules],
        next=iso(due),
        last=None if last is None else run_view(last),
        owner=owner,
        revision=revision,
        after=[after.job for after in job.after],
        tags=list(job.tags),
    )


def checkin_view(job: str, found: Sequence[Document]) -> CheckinView | None:
    """`found`: its URLs. None: it has none."""
    return CheckinView(job=job, since=iso(found[-1].changed) or "", by=found[-1].by.name) if found else None


def worker_view(session: Session, *, silent: float | None = None, paused: str | None = None) -> WorkerView:
    return WorkerView(
        name=session.worker,
        session=session.id,
        pools=list(session.pools),
        concurrency=session.concurrency,
        containment=session.containment,
        version=session.version,
        host=session.host,
        pid=session.pid,
        seen=iso(session.seen) or "",
        labels=list(session.labels),
        load=session.load,
        silent=silent,
        paused=paused,
    )


def length(started: Instant | None, finished: Instant | None) -> float | None:
    if started is None or finished is None or finished < started:
        return None
    return (finished - started) / SECOND


def job_state(job: Job, paused: str | None, live: Run | None) -> str:
    if live is not None:
        return "running" if live.state in {State.RUNNING, State.CLAIMED} else str(live.state)
    if not job.enabled:
        return "disabled"
    return "paused" if paused else "idle"


def _json(data: bytes | None) -> Any:
    return None if data is None else msgspec.json.decode(data)
