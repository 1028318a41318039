"""Verbs of claims. Whoever writes for a claim names its fence, and each statement checks it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.heads import first_of
from tickwork.core.ids import JobId, RunId, SessionId
from tickwork.core.lanes import Limit, Room, limits_of
from tickwork.core.model import Epoch, Fence, Run
from tickwork.core.states import TERMINAL, Reason, State, Wait
from tickwork.store.postgres.bodies import Bodies, Revision
from tickwork.store.postgres.locks import Locks, stripe_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, Row, decoder, state_of
from tickwork.store.protocol import Claim, ClaimLost, Finish, Orders, Queued, Session, Start, Topic

_Report = TypeVar("_Report", "_Begun", "_Ended", "_Held")


def open_session(tx: Tx, session: Session) -> None:
    if not tx.do("open_session", sessions=Batch([session])):
        tx.do("open_session_again", session=session.id, labels=list(session.labels), tasks=list(session.tasks))


def close_session(tx: Tx, session: SessionId, *, at: Instant) -> None:
    if not tx.rows("close_session_lock", session=session):
        return
    held = [(run, Fence(epoch, n)) for run, epoch, n in tx.rows("close_session_claims", session=session)]
    release(tx, held, at=at)
    tx.do("close_session", session=session, at=at)


def sessions(tx: Tx, *, ended_since: Instant | None = None) -> list[Session]:
    return tx.values("sessions", Session, ended_since=ended_since)


def queues(tx: Tx) -> list[Queued]:
    return [Queued(lane=lane, ready_at=ready_at) for lane, ready_at in tx.rows("queues")]


def depths(tx: Tx) -> dict[str, int]:
    return dict(tx.rows("depths"))


def claim_locks(session: SessionId, pools: Sequence[str], limits: Sequence[Limit]) -> Locks:
    """Who looks what room a limit leaves, does so alone until what it takes is there for others to be seen."""
    keys = {limit.key for limit in (*limits, *limits_of(pools))}
    return Locks(sessions=[session], stripes={stripe_of("limit", key) for key in keys})


def claim(
    tx: Tx, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit], bodies: Bodies
) -> list[Claim]:
    """`claim_locks` are held."""
    decode = decoder(Run).decode
    taken = [(decode(run), params, pins) for run, params, pins in _take(tx, session, pools, n, at, limits)]
    found = bodies.of({_revision(run) for run, _, _ in taken}, read=partial(_definitions, tx))
    claims = [
        Claim(run=run, fence=run.fence, body=found[_revision(run)], params=params, pins=pins)
        for run, params, pins in taken
        if run.fence is not None  # it is: the statement has set it
    ]
    return sorted(claims, key=lambda claim: (-claim.run.priority, claim.run.ready_at, claim.run.id))


_ONE_LOOK = 256
"""Runs at most that are locked by a look which knows nothing of what is in the lanes."""


def _take(tx: Tx, session: SessionId, lanes: Sequence[str], n: int, at: Instant, limits: Sequence[Limit]) -> list[Row]:
    limited = bool(limits or limits_of(lanes))
    if not limited and (len(lanes) == 1 or n * len(lanes) <= _ONE_LOOK):
        return tx.rows("claim_first", session=session, pools=list(lanes), n=n, at=at)
    room = Room.left(limits, dict(tx.rows("claim_held"))) if limited else None
    runs = _pick(tx, session, lanes, n, at, room)
    return tx.rows("claim", session=session, runs=runs) if runs else []


def _pick(tx: Tx, session: SessionId, lanes: Sequence[str], n: int, at: Instant, room: Room | None) -> list[RunId]:
    """Locks them. What it locks beyond `n` in other lanes is free again at the commit."""
    most = {lane: n if room is None else room.of(lane, n) for lane in lanes}

    def read(wanted: Mapping[str, int]) -> dict[str, list[_Head]]:
        rows = tx.rows("claim_pick", session=session, pools=list(wanted), most=list(wanted.values()), at=at)
        by_lane: dict[str, list[_Head]] = {lane: [] for lane in wanted}
        for lane, priority, ready_at, run in rows:
            by_lane[lane].append((-priority, ready_at, run, lane))
        return {lane: sorted(heads) for lane, heads in by_lane.items()}

    found = first_of(most, n, read=read, key=_itself)
    return [run for _, _, run, lane in islice((head for head in found if room is None or room.take(head[3])), n)]


_Head = tuple[int, Instant, RunId, str]


def _itself(head: _Head) -> _Head:
    return head


class _Definition(msgspec.Struct, frozen=True):
    job: JobId
    revision: int


def _revision(run: Run) -> Revision:
    assert run.fence is not None, "it is claimed"
    return run.fence.epoch, run.job, run.revision


def _definitions(tx: Tx, revisions: Collection[Revision]) -> dict[Revision, bytes]:
    asked = Batch([_Definition(job, revision) for _, job, revision in revisions])
    bodies = {(job, revision): body for job, revision, body in tx.rows("claim_definitions", definitions=asked)}
    return {revision: bodies[revision[1:]] for revision in revisions}


class _Begun(msgspec.Struct, frozen=True):
    run: RunId
    epoch: Epoch
    n: int
    at: Instant


def start(tx: Tx, starts: Sequence[Start]) -> list[ClaimLost]:
    if not starts:
        return []
    begun = _in_order(_Begun(s.run, s.fence.epoch, s.fence.n, s.at) for s in starts)
    return _lost(tx, starts, begun, written=tx.rows("start", reports=Batch(begun)), repeated="start_repeated")


class _Ended(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A report, flat: PostgreSQL takes a third of the time for it."""

    run: RunId
    epoch: Epoch
    n: int
    state: State
    over: bool
    reason: Reason | None = None
    wait: Wait | None = None
    ready_at: Instant | None = None
    note: str | None = None
    result: bytes | None = None
    error: str | None = None
    attempt: int
    session: SessionId
    worker: str
    started: Instant | None = None
    finished: Instant
    outcome: State
    attempt_reason: Reason | None = None
    exit_code: int | None = None
    attempt_error: str | None = None


def _ended(one: Finish) -> _Ended:
    attempt = one.attempt
    return _Ended(
        run=one.run,
        epoch=one.fence.epoch,
        n=one.fence.n,
        state=one.state,
        over=one.state in TERMINAL,
        reason=one.reason,
        wait=one.wait,
        ready_at=one.ready_at,
        note=one.note,
        result=one.result,
        error=one.error,
        attempt=attempt.n,
        session=attempt.session,
        worker=attempt.worker,
        started=attempt.started,
        finished=attempt.finished,
        outcome=attempt.outcome,
        attempt_reason=attempt.reason,
        exit_code=attempt.exit_code,
        attempt_error=attempt.error,
    )


def finish(tx: Tx, finishes: Sequence[Finish]) -> list[ClaimLost]:
    if not finishes:
        return []
    reports = _in_order(map(_ended, finishes))
    ended = tx.rows("finish", reports=Batch(reports))
    _wake_after(tx, ended)
    return _lost(tx, finishes, reports, written=[row[:2] for row in ended], repeated="finish_repeated")


def _in_order(reports: Iterable[_Report]) -> list[_Report]:
    """Rows are locked in the order of the batch; in one that all share nobody waits in a circle."""
    return sorted(reports, key=lambda report: report.run)


def _lost(
    tx: Tx, asked: Sequence[Start | Finish], reports: Sequence[_Report], *, written: Iterable[Row], repeated: str
) -> list[ClaimLost]:
    """Those that changed nothing, unless they only repeat what has happened (statement `repeated`)."""
    done = set(written)
    missing = [report for report in reports if (report.run, report.n) not in done]
    if not missing:
        return []
    done.update(tx.rows(repeated, reports=Batch(missing)))
    return [ClaimLost(run=one.run, fence=one.fence) for one in asked if (one.run, one.fence.n) not in done]


def _wake_after(tx: Tx, moved: Iterable[Row]) -> None:
    """`moved`: run, fence, state."""
    now = {state_of(row[2]) for row in moved}
    if now & TERMINAL:
        tx.wakes.add(Topic.OUTBOX)
    if State.QUEUED in now:
        tx.wakes.add(Topic.QUEUED)


class _Held(msgspec.Struct, frozen=True):
    run: RunId
    epoch: Epoch
    n: int


def release(tx: Tx, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
    if not claims:
        return []
    held = _in_order(_Held(run, fence.epoch, fence.n) for run, fence in claims)
    released = tx.rows("release", claims=Batch(held), at=at)
    _wake_after(tx, released)
    let_go = {row[:2] for row in released}
    return [ClaimLost(run=run, fence=fence) for run, fence in claims if (run, fence.n) not in let_go]


def beat(tx: Tx, session: SessionId, *, at: Instant, load: float | None) -> Orders:
    if not tx.do("beat", session=session, at=at, load=load):
        return Orders(lost=True, cancels=[])
    cancels = [(run, Fence(epoch, n), cancel) for run, epoch, n, cancel in tx.rows("beat_orders", session=session)]
    return Orders(lost=False, cancels=cancels)
