"""Verbs of claims. Whoever writes for a claim names its fence, and each statement checks it."""

from collections.abc import Mapping, Sequence
from itertools import islice

from tickwork.core.clock import Instant
from tickwork.core.heads import first_of
from tickwork.core.ids import JobId, RunId, SessionId
from tickwork.core.lanes import Limit, Room, limits_of
from tickwork.core.model import Fence
from tickwork.core.states import TERMINAL, State
from tickwork.store.protocol import Claim, ClaimLost, Finish, Orders, Queued, Session, Start, Topic
from tickwork.store.sqlite import rows
from tickwork.store.sqlite.transaction import Row, Tx

_LANE, _PRIORITY, _READY_AT, _PARAMS, _PINS = 11, 12, 13, rows.RUN_WIDTH, rows.RUN_WIDTH + 1


def open_session(tx: Tx, session: Session) -> None:
    if not tx.do("open_session", rows.session_row(session)):
        tx.do("open_session_again", (session.id, rows.json_text(session.labels), rows.json_text(session.tasks)))


def close_session(tx: Tx, session: SessionId, *, at: Instant) -> None:
    held = [(run, Fence(epoch, n)) for run, epoch, n in tx.rows("close_session_claims", (session,))]
    release(tx, held, at=at)
    tx.do("close_session", (session, at))


def sessions(tx: Tx, *, ended_since: Instant | None = None) -> list[Session]:
    return [rows.session_of(row) for row in tx.rows("sessions", (ended_since,))]


def queues(tx: Tx) -> list[Queued]:
    return [Queued(lane=lane, ready_at=ready_at) for lane, ready_at in tx.rows("queues")]


def depths(tx: Tx) -> dict[str, int]:
    return dict(tx.rows("depths"))


def claim(
    tx: Tx, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
) -> list[Claim]:
    worker = tx.value("claim_worker", (session,))
    if worker is None:
        return []
    room = _room(tx, limits) if limits or limits_of(pools) else None
    queued = _first_queued(tx, pools, n, at, (session, worker), room)
    if not queued:
        return []
    last, epoch = tx.rows("claim_fences", (len(queued),))[0]
    fences = [Fence(epoch, number) for number in range(last - len(queued) + 1, last + 1)]
    tx.many("claim", [(row[0], session, worker, epoch, f.n) for row, f in zip(queued, fences, strict=True)])
    bodies = _definitions(tx, queued)
    return [
        Claim(
            run=rows.run_of(row, fence=fence),
            fence=fence,
            body=bodies[row[1], row[3]],
            params=row[_PARAMS],
            pins=row[_PINS],
        )
        for row, fence in zip(queued, fences, strict=True)
    ]


def _room(tx: Tx, limits: Sequence[Limit]) -> Room:
    return Room.left(limits, dict(tx.rows("claim_held")))


def _first_queued(
    tx: Tx, lanes: Sequence[str], n: int, at: Instant, holder: tuple[SessionId, str], room: Room | None
) -> list[Row]:
    most = {lane: n if room is None else room.of(lane, n) for lane in lanes}

    def read(wanted: Mapping[str, int]) -> dict[str, list[Row]]:
        return {lane: _heads(tx, lane, some, at, holder) for lane, some in wanted.items()}

    found = first_of(most, n, read=read, key=_in_order)
    return list(islice((row for row in found if room is None or room.take(row[_LANE])), n))


def _heads(tx: Tx, lane: str, n: int, at: Instant, holder: tuple[SessionId, str]) -> list[Row]:
    """Priority by priority, so that a statement reads only what it returns."""
    found: list[Row] = []
    for (priority,) in tx.rows("claim_priorities", (lane,)):
        if len(found) == n:
            break
        found += tx.rows("claim_select", (lane, priority, at, n - len(found), *holder))
    return found


def _in_order(row: Row) -> tuple[int, Instant, RunId]:
    return -row[_PRIORITY], row[_READY_AT], row[0]


def _definitions(tx: Tx, queued: list[Row]) -> dict[tuple[JobId, int], bytes]:
    return {
        (job, revision): tx.value("claim_definition", (job, revision))
        for job, revision in {(row[1], row[3]) for row in queued}
    }


def start(tx: Tx, starts: Sequence[Start]) -> list[ClaimLost]:
    begun = tx.many("start", [(s.run, s.fence.epoch, s.fence.n, s.at) for s in starts])
    if begun == len(starts):
        return []
    return [_lost(s) for s in starts if tx.row("start_holds", (s.run, s.fence.epoch, s.fence.n)) is None]


def finish(tx: Tx, finishes: Sequence[Finish]) -> list[ClaimLost]:
    ending = [one for one in finishes if one.state in TERMINAL]
    done = _end(tx, ending)
    done += [one for one in finishes if one.state not in TERMINAL and _go_on(tx, one)]
    tx.many("finish_attempt", [rows.attempt_row(one.run, one.attempt, one.fence, reported=True) for one in done])
    if len(done) == len(finishes):
        return []
    moved = {(one.run, one.fence) for one in done}
    return [_lost(one) for one in finishes if (one.run, one.fence) not in moved and not _is_repeated(tx, one)]


def _end(tx: Tx, finishes: list[Finish]) -> list[Finish]:
    """Those that held their claims; the usual case is all of them."""
    if not finishes:
        return []
    event = tx.next("event", len(finishes))
    batch = [
        (f.run, f.fence.epoch, f.fence.n, f.state, f.reason, f.note, f.attempt.exit_code, f.attempt.finished, event + i)
        for i, f in enumerate(finishes)
    ]
    done = finishes
    if tx.many("finish", batch) < len(finishes):
        done = [f for i, f in enumerate(finishes) if tx.row("finish_moved", (f.run, event + i))]
    results = [(f.run, f.result, f.error) for f in done if f.result is not None or f.error is not None]
    if results:
        tx.many("finish_result", results)
    if done:
        tx.wakes.add(Topic.OUTBOX)
    return done


def _go_on(tx: Tx, one: Finish) -> bool:
    attempt = one.attempt
    ready_at = attempt.finished if one.ready_at is None else one.ready_at
    move = (one.state, one.wait, ready_at, one.note, attempt.exit_code, attempt.finished, tx.next("event"))
    state = tx.value("finish_onward", (one.run, one.fence.epoch, one.fence.n, *move))
    return _wake_after(tx, state)


def _is_repeated(tx: Tx, one: Finish) -> bool:
    """Whether this very report was written before (its acknowledgement was lost)."""
    return tx.row("finish_repeated", (one.run, one.fence.epoch, one.fence.n, one.attempt.n)) is not None


def _lost(write: Start | Finish) -> ClaimLost:
    return ClaimLost(run=write.run, fence=write.fence)


def _wake_after(tx: Tx, state: str | None) -> bool:
    """Returns whether there is a new state at all: None means that the claim was gone."""
    if state == State.QUEUED:
        tx.wakes.add(Topic.QUEUED)
    elif state == State.CANCELLED:
        tx.wakes.add(Topic.OUTBOX)
    return state is not None


def release(tx: Tx, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
    lost = []
    for run, fence in claims:
        state = tx.value("release", (run, fence.epoch, fence.n, at, tx.next("event")))
        if not _wake_after(tx, state):
            lost.append(ClaimLost(run=run, fence=fence))
    return lost


def beat(tx: Tx, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
    if not tx.do("beat", (session, at, load)):
        return Orders(lost=True, cancels=[])
    cancels = [(run, Fence(epoch, n), cancel) for run, epoch, n, cancel in tx.rows("beat_orders", (session,))]
    return Orders(lost=False, cancels=cancels)
