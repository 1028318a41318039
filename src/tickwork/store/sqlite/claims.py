"""Verbs of claims. Whoever writes for a claim names its fence, and each statement checks it."""

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, SessionId
from tickwork.core.model import Fence
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import Claim, ClaimLost, Finish, Orders, Session, Start, Topic
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.transaction import Row, Tx

_READY_AT, _PARAMS = 13, rows.RUN_WIDTH


def open_session(tx: Tx, session: Session) -> None:
    tx.do("open_session", rows.session_row(session))


def close_session(tx: Tx, session: SessionId, *, at: Instant) -> None:
    held = [(run, Fence(epoch, n)) for run, epoch, n in tx.rows("close_session_claims", (session,))]
    release(tx, held, at=at)
    tx.do("close_session", (session, at))


def sessions(tx: Tx, *, ended_since: Instant | None) -> list[Session]:
    return [rows.session_of(row) for row in tx.rows("sessions", (ended_since,))]


def claim(tx: Tx, session: SessionId, *, pools: Sequence[str], n: int, at: Instant) -> list[Claim]:
    worker = tx.value("claim_worker", (session,))
    queued = _first_queued(tx, pools, n, at) if worker is not None else []
    if not queued:
        return []
    last, epoch = tx.rows("claim_fences", (len(queued),))[0]
    fences = [Fence(epoch, number) for number in range(last - len(queued) + 1, last + 1)]
    tx.many("claim", [(row[0], session, worker, epoch, f.n) for row, f in zip(queued, fences, strict=True)])
    bodies = _definitions(tx, queued)
    return [
        Claim(
            run=rows.claimed_of(row, session=session, worker=worker, fence=fence),
            fence=fence,
            body=bodies[row[1], row[3]],
            params=row[_PARAMS],
        )
        for row, fence in zip(queued, fences, strict=True)
    ]


def _first_queued(tx: Tx, pools: Sequence[str], n: int, at: Instant) -> list[Row]:
    """Priority by priority, so that a statement reads only what it returns."""
    levels: set[int] = set()
    for pool in pools:
        levels.update(row[0] for row in tx.rows("claim_priorities", (pool,)))
    found: list[Row] = []
    for priority in sorted(levels, reverse=True):
        left = n - len(found)
        if left <= 0:
            break
        by_pool = [tx.rows("claim_select", (pool, priority, at, left)) for pool in dict.fromkeys(pools)]
        found += islice(merge(*by_pool, key=lambda row: (row[_READY_AT], row[0])), left)
    return found


def _definitions(tx: Tx, queued: list[Row]) -> dict[tuple[JobId, int], bytes]:
    return {
        (job, revision): tx.value("claim_definition", (job, revision))
        for job, revision in {(row[1], row[3]) for row in queued}
    }


def start(tx: Tx, starts: Sequence[Start]) -> list[ClaimLost]:
    begun = {(row[0], row[1]) for row in tx.many("start", [(s.run, s.fence.epoch, s.fence.n, s.at) for s in starts])}
    return [
        ClaimLost(run=start.run, fence=start.fence)
        for start in starts
        if (start.run, start.fence.n) not in begun
        and tx.row("start_repeated", (start.run, start.fence.epoch, start.fence.n)) is None
    ]


def finish(tx: Tx, finishes: Sequence[Finish]) -> list[ClaimLost]:
    event = tx.next("event", len(finishes))
    batch = [_finish_bindings(one, event + i) for i, one in enumerate(finishes)]
    ended = {(run, n): rows.state_of(state) for run, n, state in tx.many("finish", batch)}
    done = [one for one in finishes if (one.run, one.fence.n) in ended]
    tx.many("finish_attempt", [rows.attempt_row(one.run, one.attempt, one.fence, reported=True) for one in done])
    over = [one for one in done if ended[one.run, one.fence.n] in TERMINAL]
    results = [(one.run, one.result, one.error) for one in over if one.result is not None or one.error is not None]
    if results:
        tx.many("finish_result", results)
    _wake_after(tx, ended.values())
    if len(done) == len(finishes):
        return []
    return [
        ClaimLost(run=one.run, fence=one.fence)
        for one in finishes
        if (one.run, one.fence.n) not in ended
        and tx.row("finish_repeated", (one.run, one.fence.epoch, one.fence.n, one.attempt.n)) is None
    ]


def _finish_bindings(one: Finish, event: int) -> tuple[Any, ...]:
    attempt, terminal = one.attempt, one.state in TERMINAL
    ready_at = one.ready_at
    if ready_at is None and not terminal:
        ready_at = attempt.finished
    return (
        one.run,
        one.fence.epoch,
        one.fence.n,
        one.state,
        one.reason,
        one.wait,
        ready_at,
        one.note,
        attempt.exit_code,
        terminal,
        attempt.finished,
        event,
    )


def _wake_after(tx: Tx, states: Iterable[State]) -> None:
    now = set(states)
    if now & TERMINAL:
        tx.wakes.add(Topic.OUTBOX)
    if State.QUEUED in now:
        tx.wakes.add(Topic.QUEUED)


def release(tx: Tx, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
    if not claims:
        return []
    event = tx.next("event", len(claims))
    batch = [(run, fence.epoch, fence.n, at, event + i) for i, (run, fence) in enumerate(claims)]
    let_go = {(run, n): rows.state_of(state) for run, n, state in tx.many("release", batch)}
    _wake_after(tx, let_go.values())
    return [ClaimLost(run=run, fence=fence) for run, fence in claims if (run, fence.n) not in let_go]


def beat(tx: Tx, session: SessionId, *, at: Instant) -> Orders:
    if not tx.do("beat", (session, at)):
        return Orders(lost=True, cancels=[])
    cancels = [(run, Fence(epoch, n), cancel) for run, epoch, n, cancel in tx.rows("beat_orders", (session,))]
    return Orders(lost=False, cancels=cancels)
