"""What people and programs are shown: one shape per object, everywhere (CLI, REST, client).

Keys are the glossary's words; times are ISO-8601 UTC strings, durations seconds.
"""

import base64
from collections.abc import Sequence
from typing import Any

import msgspec

from tickwork.core.clock import SECOND, Instant, iso
from tickwork.core.lanes import ELSEWHERE
from tickwork.core.model import Attempt, Gap, Job, Run
from tickwork.core.states import State
from tickwork.core.timing.describe import describe
from tickwork.operations.absent import Absent
from tickwork.operations.overrides import Edit
from tickwork.store.protocol import Chunk, Document, RunDetail, Session, Stream


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views; `msgspec.to_builtins(view)` is its JSON."""


class RunView(View, frozen=True, kw_only=True):
    id: str
    job: str
    project: str
    origin: str
    state: str
    reason: str | None
    wait: str | None
    note: str | None
    about: str | None
    group: str | None
    schedule: str | None
    slot: str | None
    ready_at: str
    attempt: int
    exit_code: int | None
    worker: str | None
    revision: int
    created: str
    started: str | None
    finished: str | None
    duration: float | None
    """Seconds of the latest attempt; None while it runs."""
    elsewhere: bool = False
    """It happens elsewhere and is told of here: nobody here kills it once it has begun, or runs it again."""


class AttemptView(View, frozen=True, kw_only=True):
    n: int
    state: str
    reason: str | None
    exit_code: int | None
    error: str | None
    worker: str
    started: str | None
    finished: str
    duration: float | None


class FrameView(View, frozen=True, kw_only=True):
    """One frame of an exception's traceback."""

    file: str
    line: int
    function: str
    locals: dict[str, str]
    """What its variables held: `repr`, trimmed; what looks secret is masked."""


class ProgressView(View, frozen=True, kw_only=True):
    """A bar of a run, with those it is made of."""

    group: list[str]
    """The names that lead to it; empty: the run itself."""
    current: float
    total: float
    share: float | None
    """0 … 1; None where nobody knows how much there is to do."""
    status: str
    left: float | None
    """Seconds that are still to come, if it goes on like this; None for a run that is over."""
    children: list["ProgressView"]


class RunDetailView(View, frozen=True, kw_only=True):
    run: RunView
    params: Any
    pins: Any
    """The runs of other jobs that it stands on: {"needs": {job: run}, "after": {job: run}}."""
    result: Any
    error: str | None
    frames: list[FrameView]
    """Of the exception that ended its newest attempt, outermost first."""
    progress: ProgressView | None
    attempts: list[AttemptView]
    containment: str | None = None
    """What held the processes of its newest attempt together, as far as its worker is still known."""


class ChunkView(View, frozen=True, kw_only=True):
    """A piece of a log, as it came."""

    seq: int
    at: str
    stream: Stream
    text: str
    """Bytes that are no UTF-8 are shown as �. Of the stream `record`: JSON with level, logger and message."""
    base64: str | None = None
    """The bytes, where the text is not all of them."""

    @property
    def data(self) -> bytes:
        return self.text.encode() if self.base64 is None else base64.b64decode(self.base64)


class GapView(View, frozen=True, kw_only=True):
    id: str
    job: str
    project: str
    schedule: str
    first: str
    last: str
    count: int
    state: str
    reason: str
    note: str | None


class ScheduleView(View, frozen=True, kw_only=True):
    id: str
    key: str
    words: str
    zone: str
    next: str | None
    dst: str | None
    """When the zone's offset changes next, and what happens to this schedule then."""
    over: str | None = None
    """Why it is never due again, where it is not."""


class JobView(View, frozen=True, kw_only=True):
    id: str
    name: str
    project: str
    state: str
    """running, queued, waiting, paused, disabled, or idle."""
    enabled: bool
    paused: str | None
    """The sentence why it is off."""
    schedules: list[str]
    """In words."""
    next: str | None
    last: RunView | None
    owner: str
    """The board that made it; "" for a person."""
    revision: int
    after: list[str] = []
    """Ids of the jobs whose end sets it off."""
    tags: list[str] = []


class KeptView(View, frozen=True, kw_only=True):
    """One thing that is said about how long the ended runs of a job are kept."""

    what: str
    """A state: how long those are kept that ended so; `at_least`, `at_most`: how many of the newest."""
    value: str
    origin: str
    """Who says it: the job, its project, or the instance."""


class CheckinView(View, frozen=True, kw_only=True):
    """That a job has a check-in URL; the URL itself nobody can look up."""

    job: str
    since: str
    """When it was made."""
    by: str


class JobDetailView(View, frozen=True, kw_only=True):
    job: JobView
    description: str
    definition: Any
    schedules: list[ScheduleView]
    runs: list[RunView]
    gaps: list[GapView]
    edits: list[Edit] = []
    """What people changed about a board's job."""
    kept: list[KeptView] = []
    """How long its ended runs are kept, and who says so."""
    checkin: CheckinView | None = None
    """Of what runs elsewhere: its check-in URL, if it has one."""
    absent: list[Absent] = []
    """What it waits for, and what does not exist."""


class RevisionView(View, frozen=True, kw_only=True):
    """A definition as it was from some moment on."""

    revision: int
    changed: str
    by: str
    owner: str
    definition: Any
    """In the words of a board; None: it was deleted."""


class TaskView(View, frozen=True, kw_only=True):
    """A task of the catalogue."""

    name: str
    project: str
    description: str
    definition: dict[str, Any]
    """What a job made from it begins as; a template has {{ script }} where the job's own script goes."""


class NextView(View, frozen=True, kw_only=True):
    job: str
    slot: str
    local: str
    """The slot on the schedule's own clock, with its offset."""
    schedule: str


class WorkerView(View, frozen=True, kw_only=True):
    name: str
    session: str
    pools: list[str]
    concurrency: int
    containment: str
    version: str
    host: str
    pid: int
    seen: str
    labels: list[str]
    load: float | None
    """Runnable processes per processor of its host, over a minute, as it said last."""
    silent: float | None = None
    """Seconds since it was heard, if that is longer than it should be."""
    paused: str | None = None
    """The sentence why it takes nothing new (it was drained)."""


class PoolView(View, frozen=True, kw_only=True):
    """A pool: what somebody has said of it, and how it is now."""

    name: str
    description: str
    lease: float | None
    max_running: int | None
    job_timeout: float | None
    """Seconds, for jobs that have none of their own."""
    projects: list[str]
    """Whose jobs may use it (empty: all)."""
    workers: list[str]
    seats: int
    busy: int
    waiting_since: str | None
    """When the run at the head of a queue became ready; None: none is queued."""
    unresponsive_since: str | None
    """Since when runs are queued and no worker is heard."""
    paused: str | None
    """The sentence why it is off."""


class SwitchView(View, frozen=True, kw_only=True):
    """Something that is off."""

    scope: str
    target: str
    project: str
    """Of a job or a project; empty: it is shared by all."""
    by: str
    since: str
    until: str | None
    why: str
    sentence: str


class GraphNode(View, frozen=True, kw_only=True):
    """A job in the graph."""

    job: str
    needs: list[str]
    after: dict[str, str]
    """By job: success, failure or any."""
    exists: bool
    outdated: bool
    """It has no successful run, or something that it needs has a newer one than it used."""
    success: str | None
    """Its newest successful run."""
    paused: str | None = None
    """The sentence why it is off, and so not set off by what it comes after."""


class GraphView(View, frozen=True, kw_only=True):
    """A job with all that it waits for and all that waits for it; each behind what it waits for."""

    job: str
    nodes: list[GraphNode]


class GroupView(View, frozen=True, kw_only=True):
    """Runs that belong together."""

    id: str
    state: str
    """running, succeeded or failed."""
    runs: list[RunView]


class LedgerEntry(View, frozen=True, kw_only=True):
    """One due moment and what became of it. `entry`: run, gap, pending (due, undecided) or planned."""

    job: str
    slot: str | None
    schedule: str | None = None
    entry: str
    run: str | None = None
    gap: str | None = None
    state: str | None = None
    reason: str | None = None
    sentence: str


class Explanation(View, frozen=True, kw_only=True):
    """The one sentence, and the facts behind it."""

    sentence: str
    facts: dict[str, Any]


class Overview(View, frozen=True, kw_only=True):
    running: list[RunView]
    next: list[NextView]
    finished: list[RunView]
    counts: dict[str, int]
    """By state: of what is alive all, of what has ended the last day's."""


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
