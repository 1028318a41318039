"""The end of waiting for other runs."""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Overlap, Run
from tickwork.core.states import TERMINAL, Reason, State
from tickwork.store.postgres.locks import Locks, stripe_of
from tickwork.store.postgres.neighbours import Neighbours
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch
from tickwork.store.protocol import Kind, Topic, Unblock


def locks(tx: Tx, items: Sequence[Unblock]) -> Locks:
    """What whoever unblocks these runs must hold."""
    runs = [item.run for item in items]
    jobs: list[JobId] = [row[0] for row in tx.rows("unblock_jobs", runs=runs)]
    replacing = any(item.overlap is Overlap.REPLACE for item in items)
    return Locks(stripes={stripe_of(Kind.JOB, job) for job in jobs}, runs=runs, of_jobs=jobs if replacing else ())


def unblock(tx: Tx, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
    return _Unblocking(tx, items, at=at).carry_out(items)


class _Fate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    run: RunId
    state: State
    over: bool
    reason: Reason | None = None
    note: str | None = None
    about: RunId | None = None
    exclusive: bool
    pins: bytes | None = None
    result: bytes | None = None


class _Unblocking:
    """Decides one item after the other, in memory, and writes them together."""

    def __init__(self, tx: Tx, items: Sequence[Unblock], *, at: Instant) -> None:
        self._tx = tx
        self._at = at
        self._waiting = {run.id: run for run in tx.values("unblock_lock", Run, runs=[item.run for item in items])}
        jobs = {run.job for run in self._waiting.values()}
        self._neighbours = Neighbours(tx, jobs, at=at, write=self._write)
        self._fates: list[_Fate] = []

    def carry_out(self, items: Sequence[Unblock]) -> list[State | None]:
        states = [self._decide(item) for item in items]
        self._write()
        return states

    def _decide(self, item: Unblock) -> State | None:
        waiting = self._waiting.pop(item.run, None)
        if waiting is None:
            return None
        run = msgspec.structs.replace(
            waiting, state=item.state, reason=item.reason, wait=None, about=None, note=item.note
        )
        if run.state is State.QUEUED:
            run = self._neighbours.let(run, item.overlap, asked=item.asked)
        self._neighbours.add(run)
        self._fates.append(_fate(run, item))
        self._tx.wakes.add(Topic.OUTBOX if run.state in TERMINAL else Topic.QUEUED)
        return run.state

    def _write(self) -> None:
        if self._fates:
            fates, self._fates = self._fates, []
            self._tx.do("unblock", fates=Batch(fates), at=self._at)


def _fate(run: Run, item: Unblock) -> _Fate:
    return _Fate(
        run=run.id,
        state=run.state,
        over=run.state in TERMINAL,
        reason=run.reason,
        note=run.note,
        about=run.about,
        exclusive=item.overlap is not Overlap.ALLOW,
        pins=item.pins,
        result=item.result,
    )
