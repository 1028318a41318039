"""Verbs that move runs nobody holds: cancel, promote, and the outbox of what ended."""

from collections.abc import Sequence
from itertools import chain

from tickwork.core.clock import MILLISECOND, Instant, later
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Actor
from tickwork.core.states import HELD, TERMINAL, Reason
from tickwork.store.postgres import audit
from tickwork.store.postgres.locks import stripe_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import state_of
from tickwork.store.protocol import CancelOutcome, Event, Kind, Topic

_SOON = 10 * MILLISECOND


def cancel(
    tx: Tx, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None
) -> list[CancelOutcome]:
    if not runs:
        return []
    states = {run: state_of(state) for run, state in tx.rows("cancel_lock", runs=list(runs))}
    held = [run for run, state in states.items() if state in HELD]
    pending = [run for run, state in states.items() if state not in HELD | TERMINAL]
    changed = set(pending)
    if held:
        changed |= {row[0] for row in tx.rows("cancel_held", runs=held, request=f"{reason}|{note}")}
        tx.wakes.add(Topic.ORDERS)
    if pending:
        tx.do("cancel_pending", runs=pending, reason=reason, note=note, at=at)
        tx.wakes.add(Topic.OUTBOX)
    if by is not None:
        touched = [audit.Touched(run=run, note=note) for run in dict.fromkeys(runs) if run in changed]
        audit.write(tx, touched, by=by, at=at, verb="cancel")
    outcomes = {
        **dict.fromkeys(states, CancelOutcome.OVER),
        **dict.fromkeys(held, CancelOutcome.ORDERED),
        **dict.fromkeys(pending, CancelOutcome.DONE),
    }
    return [outcomes.get(run, CancelOutcome.UNKNOWN) for run in runs]


def miss(tx: Tx, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
    """The runs are locked."""
    missed = [run for (run,) in tx.rows("miss", runs=list(runs), note=note, at=at)]
    if missed:
        tx.wakes.add(Topic.OUTBOX)
    return missed


def promote(tx: Tx, *, at: Instant) -> Instant | None:
    if tx.do("promote_late", at=at):
        tx.wakes.add(Topic.OUTBOX)
    promoted, postponed = _promote_waiting(tx, at)
    if promoted or tx.row("promote_ripe", at=at):
        tx.wakes.add(Topic.QUEUED)
    following: Instant | None = tx.value("promote_next", at=at)
    if postponed:
        return min(following or later(at, _SOON), later(at, _SOON))
    return following


def _promote_waiting(tx: Tx, at: Instant) -> tuple[int, bool]:
    """How many were promoted, and whether some have to be looked at again soon: somebody else decides about them or
    their jobs at this moment, and it is not worth waiting for it with locks in hand."""
    deferred = tx.rows("promote_deferred", at=at)
    heads = tx.rows("promote_overlap")
    jobs = {row[1] for row in heads} | {job for _, job, exclusive in deferred if exclusive}
    free = _free_jobs(tx, jobs)
    going: list[RunId] = []
    behind: list[RunId] = []
    for run, job, exclusive in chain(deferred, ((run, job, True) for run, job in heads)):
        if not exclusive:
            going.append(run)
            if job in free:
                free[job] = False
        elif (is_free := free.get(job)) is None:
            continue  # locked by somebody else
        elif is_free:
            going.append(run)
            free[job] = False
        else:
            behind.append(run)
    moved = tx.do("promote_behind", runs=behind) if behind else 0
    promoted = tx.do("promote", runs=going) if going else 0
    return promoted, len(free) < len(jobs) or moved + promoted < len(behind) + len(going)


def _free_jobs(tx: Tx, jobs: set[JobId]) -> dict[JobId, bool]:
    """Of the jobs whose locks could be had at once: whether none of their runs is busy."""
    stripes = tx.lock_now({stripe_of(Kind.JOB, job) for job in jobs})
    mine = sorted(job for job in jobs if stripe_of(Kind.JOB, job) in stripes)
    return {job: busy is None for job, busy, _ in tx.rows("overlap_others", jobs=mine)} if mine else {}


def outbox(tx: Tx, *, limit: int) -> list[Event]:
    return tx.values("outbox", Event, limit=limit)


def consume(tx: Tx, seqs: Sequence[int]) -> None:
    if seqs:
        tx.do("consume", seqs=list(seqs))
