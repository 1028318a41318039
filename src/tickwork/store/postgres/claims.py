"""Verbs of claims. Whoever writes for a claim names its fence, and each statement checks it."""

from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import islice
from typing import TypeVar

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, SessionId
from tickwork.core.model import Fence, Run
from tickwork.core.states import LIVE, TERMINAL, State
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, Row, decoder, state_of
from tickwork.store.protocol import Claim, ClaimLost, Finish, Orders, Session, Start, Topic

_Report = TypeVar("_Report", Start, Finish)


def open_session(tx: Tx, session: Session) -> None:
    tx.do("open_session", sessions=Batch([session]))


def close_session(tx: Tx, session: SessionId, *, at: Instant) -> None:
    if not tx.rows("close_session_lock", session=session):
        return
    held = [(run, Fence(epoch, n)) for run, epoch, n in tx.rows("close_session_claims", session=session)]
    release(tx, held, at=at)
    tx.do("close_session", session=session, at=at)


def sessions(tx: Tx, *, ended_since: Instant | None) -> list[Session]:
    return tx.values("sessions", Session, ended_since=ended_since)


def claim(tx: Tx, session: SessionId, *, pools: Sequence[str], n: int, at: Instant) -> list[Claim]:
    runs = _pick(tx, session, pools, n, at)
    if not runs:
        return []
    decode = decoder(Run).decode
    taken = [(decode(run), params) for run, params in tx.rows("claim", session=session, runs=runs)]
    bodies = _definitions(tx, [run for run, _ in taken])
    claims = [
        Claim(run=run, fence=run.fence, body=bodies[run.job, run.revision], params=params)
        for run, params in taken
        if run.fence is not None  # it is: the statement has set it
    ]
    return sorted(claims, key=lambda claim: (-claim.run.priority, claim.run.ready_at, claim.run.id))


def _pick(tx: Tx, session: SessionId, pools: Sequence[str], n: int, at: Instant) -> list[RunId]:
    """Locks them. What it locks beyond `n` in other pools is free again at the commit."""
    by_pool = [tx.rows("claim_pick", session=session, pool=pool, n=n, at=at) for pool in dict.fromkeys(pools) if n > 0]
    in_order = merge(*by_pool, key=lambda row: (-row[0], row[1], row[2]))
    return [row[2] for row in islice(in_order, max(n, 0))]


class _Definition(msgspec.Struct, frozen=True):
    job: JobId
    revision: int


def _definitions(tx: Tx, runs: Iterable[Run]) -> dict[tuple[JobId, int], bytes]:
    asked = list({_Definition(run.job, run.revision) for run in runs})
    return {(job, revision): body for job, revision, body in tx.rows("claim_definitions", definitions=Batch(asked))}


def start(tx: Tx, starts: Sequence[Start]) -> list[ClaimLost]:
    if not starts:
        return []
    return _lost(tx, starts, written=tx.rows("start", reports=_in_order(starts)), repeated="start_repeated")


def finish(tx: Tx, finishes: Sequence[Finish]) -> list[ClaimLost]:
    if not finishes:
        return []
    ended = tx.rows("finish", reports=_in_order(finishes), live=sorted(LIVE))
    _wake_after(tx, ended)
    return _lost(tx, finishes, written=[row[:2] for row in ended], repeated="finish_repeated")


def _in_order(reports: Iterable[_Report]) -> Batch:
    """Rows are locked in the order of the batch; in one that all share nobody waits in a circle."""
    return Batch(sorted(reports, key=lambda report: report.run))


def _lost(tx: Tx, reports: Sequence[_Report], *, written: Iterable[Row], repeated: str) -> list[ClaimLost]:
    """Those that changed nothing, unless they only repeat what has happened (statement `repeated`)."""
    done = set(written)
    missing = [report for report in reports if (report.run, report.fence.n) not in done]
    if missing:
        done.update(tx.rows(repeated, reports=Batch(missing)))
    return [
        ClaimLost(run=report.run, fence=report.fence) for report in missing if (report.run, report.fence.n) not in done
    ]


def _wake_after(tx: Tx, moved: Iterable[Row]) -> None:
    """`moved`: run, fence, state."""
    now = {state_of(row[2]) for row in moved}
    if now & TERMINAL:
        tx.wakes.add(Topic.OUTBOX)
    if State.QUEUED in now:
        tx.wakes.add(Topic.QUEUED)


class _Held(msgspec.Struct, frozen=True):
    run: RunId
    fence: Fence


def release(tx: Tx, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
    if not claims:
        return []
    held = sorted((_Held(run, fence) for run, fence in claims), key=lambda claim: claim.run)
    released = tx.rows("release", claims=Batch(held), at=at)
    _wake_after(tx, released)
    let_go = {row[:2] for row in released}
    return [ClaimLost(run=run, fence=fence) for run, fence in claims if (run, fence.n) not in let_go]


def beat(tx: Tx, session: SessionId, *, at: Instant) -> Orders:
    if not tx.do("beat", session=session, at=at):
        return Orders(lost=True, cancels=[])
    cancels = [(run, Fence(epoch, n), cancel) for run, epoch, n, cancel in tx.rows("beat_orders", session=session)]
    return Orders(lost=False, cancels=cancels)
