"""The store on PostgreSQL. What each verb promises stands in `store/protocol/`."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from queue import SimpleQueue
from typing import Self

import psycopg

from tickwork.core.clock import DAY, Clock, Instant
from tickwork.core.ids import Ids, RunId, SessionId, randomness
from tickwork.core.lanes import Limit
from tickwork.core.model import Actor, Fence, Run
from tickwork.core.states import Reason, State
from tickwork.store.lanes import Lanes
from tickwork.store.listeners import Hinting
from tickwork.store.postgres import (
    audit as of_audit,
    births,
    claims,
    documents,
    flow,
    history,
    logs,
    notes as of_notes,
    saving,
    settling,
    timetable as of_timetable,
    transfer,
    unblocking,
)
from tickwork.store.postgres.address import Address, address_of
from tickwork.store.postgres.bodies import Bodies
from tickwork.store.postgres.claims import release as let_go
from tickwork.store.postgres.connection import check_server, connect, explained
from tickwork.store.postgres.link import Link
from tickwork.store.postgres.locks import NONE, Locks, stripe_of
from tickwork.store.postgres.schema import new_epoch, prepare
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.wake import Wakes
from tickwork.store.postgres.writer import ALONE, Queue, Reader, Writer
from tickwork.store.protocol import (
    Born,
    CancelOutcome,
    Capability,
    Claim,
    ClaimLost,
    Finish,
    Fire,
    Keep,
    NewRun,
    Orders,
    Put,
    Session,
    Snapshot,
    Start,
    Timetable,
    Unblock,
)
from tickwork.store.verbs import OnLanes, looks, reads, writes

_WRITERS, _READERS = 3, 2
_MARKS_KEPT = 30 * DAY
_PRUNING = Locks(stripes=[stripe_of("pruning", "")])


class PostgresStore(OnLanes[Tx], Hinting):
    """A `Store`. Opened by any number of servers and workers at once."""

    _no_needs = NONE
    _one_statement = ALONE

    def __init__(self, *, address: Address, clock: Clock, ids: Ids) -> None:
        self.url = address.shown
        self.capabilities = frozenset(Capability)
        self._address = address
        self._clock = clock
        self._ids = ids
        self._wakes = Wakes(address=address, me=ids.session(), clock=clock, link=self._link)
        self._bodies = Bodies()
        self._firing: Lanes[Tx] | None = None
        """What is fired may wait for its moment with a transaction open: nothing else is to wait with it."""

    @classmethod
    def from_url(cls, url: str, *, clock: Clock, ids: Ids) -> Self:
        """`postgresql://user@host/database`; `?schema=NAME` (default `tickwork`) keeps several stores in one database,
        `?pgbouncer=1` goes through a pooler in transaction mode, the rest is libpq's. Raises `UnknownStore`."""
        return cls(address=address_of(url), clock=clock, ids=ids)

    def _link(self, *, writing: bool = False) -> Link:
        random = randomness(self._ids.seed())
        return Link(address=self._address, clock=self._clock, random=random, writing=writing)

    async def open(self) -> None:
        await asyncio.to_thread(self._prepare)
        writing: Queue = SimpleQueue()
        firing: Queue = SimpleQueue()
        reading: Queue = SimpleQueue()
        writers = [self._writer(writing) for _ in range(_WRITERS)]
        firer = self._writer(firing)
        self._writers = Lanes(queue=writing, lanes=writers)
        self._firing = Lanes(queue=firing, lanes=[firer])
        self._readers = Lanes(queue=reading, lanes=[Reader(link=self._link(), queue=reading) for _ in range(_READERS)])
        await self._write(_begin_marks, lanes=[writer.lane for writer in (*writers, firer)], at=self._clock.now())

    def _prepare(self) -> None:
        """Blocks."""
        try:
            with connect(self._address, plain=True) as db:
                check_server(db, self._address)
                prepare(db, self._address, clock=self._clock, ids=self._ids)
        except psycopg.Error as error:
            raise explained(error, self._address) from error

    def _writer(self, queue: Queue) -> Writer:
        lane = self._ids.session()
        link = self._link(writing=True)
        return Writer(link=link, queue=queue, lane=lane, clock=self._clock, wakes=self._wakes)

    async def close(self) -> None:
        """In this order: readers, the writers (they finish what is queued), the wakes that they send."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for lanes in (self._readers, self._firing, self._writers):
            if lanes is not None:
                lanes.stop()
        self._readers = self._firing = self._writers = None
        self._wakes.close()

    async def time(self) -> Instant:
        """See `store.protocol.Dated`."""
        return await self._read(of_timetable.time)

    async def serve(self) -> Callable[[], None] | None:
        return lambda: None

    # -- documents --

    async def put(
        self,
        puts: Sequence[Put],
        *,
        by: Actor,
        at: Instant,
        verb: str = "put",
        note: str | None = None,
        timetable: Sequence[Timetable] = (),
        fires: Sequence[Fire] = (),
    ) -> list[int]:
        return await self._write_holding(
            saving.locks(puts, timetable, fires),
            saving.put,
            puts,
            by=by,
            at=at,
            verb=verb,
            note=note,
            changes=timetable,
            fires=fires,
        )

    get = looks(documents.get)
    get_many = looks(documents.get_many)
    find = looks(documents.find)
    saying = reads(documents.saying)
    revisions = reads(documents.revisions)
    audit = reads(of_audit.entries)
    record = writes(of_audit.record)

    # -- the ledger: timetable --

    due = reads(of_timetable.due)

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        return await self._on(self._firing).submit(
            lambda tx: of_timetable.fire(tx, fires, at=at, switch_version=switch_version),
            needs=of_timetable.locks(fires),
        )

    timetable = reads(of_timetable.timetable)
    upcoming = reads(of_timetable.upcoming)
    idle = reads(of_timetable.idle)

    # -- the ledger: runs and claims --

    async def enqueue(
        self, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run"
    ) -> list[Born]:
        return await self._write_holding(births.locks(runs), births.enqueue, runs, at=at, by=by, verb=verb)

    async def open_session(self, session: Session) -> None:
        await self._write_holding(Locks(sessions=[session.id]), claims.open_session, session)

    async def close_session(self, session: SessionId, *, at: Instant) -> None:
        await self._write_holding(Locks(of_sessions=[session]), claims.close_session, session, at=at)

    async def claim(
        self, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
    ) -> list[Claim]:
        locks = claims.claim_locks(session, pools, limits)
        return await self._write_holding(
            locks, claims.claim, session, pools=pools, n=n, at=at, limits=limits, bodies=self._bodies
        )

    queues = looks(claims.queues)
    depths = reads(claims.depths)

    async def miss(self, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
        return await self._write_holding(Locks(runs=runs), flow.miss, runs, note=note, at=at)

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        return await self._write_holding(Locks(runs=[one.run for one in starts]), claims.start, starts)

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        return await self._write_holding(Locks(runs=[one.run for one in finishes]), claims.finish, finishes)

    async def release(self, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
        return await self._write_holding(Locks(runs=[run for run, _ in claims]), let_go, claims, at=at)

    async def beat(self, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
        return await self._write_holding(Locks(sessions=[session]), claims.beat, session, at=at, load=load)

    async def cancel(
        self, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
    ) -> list[CancelOutcome]:
        return await self._write_holding(Locks(runs=runs), flow.cancel, runs, reason=reason, note=note, at=at, by=by)

    sessions = looks(claims.sessions)

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        return await self._write_holding(
            Locks(of_sessions=[session]), settling.settle, session, beat=beat, max_losses=max_losses, at=at, note=note
        )

    promote = writes(flow.promote)

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        if not items:
            return []
        locks = await self._read(unblocking.locks, items)
        return await self._write_holding(locks, unblocking.unblock, items, at=at)

    outbox = looks(flow.outbox)
    consume = writes(flow.consume)

    # -- the ledger: reading, pruning --

    run = reads(history.run)
    held_by = reads(history.held_by)
    get_runs = reads(history.get_runs)
    resolve = reads(history.resolve)
    runs = reads(history.runs)
    latest = reads(history.latest)
    gaps = reads(history.gaps)
    attempts = reads(history.attempts)
    counts = reads(history.counts)
    tally = reads(history.tally)
    outcomes = reads(history.outcomes)
    outdated = reads(history.outdated)
    nth_newest = reads(history.nth_newest)
    crowded = reads(history.crowded)
    log_sizes = reads(history.log_sizes)

    async def prune_gaps(self, *, before: Instant, limit: int) -> int:
        return await self._write_holding(_PRUNING, history.prune_gaps, before=before, limit=limit)

    async def forget(self, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
        locks = Locks(stripes=_PRUNING.stripes, runs=runs)
        return await self._write_holding(locks, history.forget, runs, at=at, by=by)

    pruned = reads(history.pruned)

    # -- notes --

    async def keep(self, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
        held = of_notes.locks((keep.note.space, keep.note.key) for keep in keeps)
        return await self._write_holding(held, of_notes.keep, keeps, at=at)

    notes = reads(of_notes.notes)
    notes_under = looks(of_notes.notes_under)

    async def drop(self, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
        held = of_notes.locks((space, key) for key in keys)
        return await self._write_holding(held, of_notes.drop, space, keys, at=at)

    sweep = writes(of_notes.sweep)

    # -- streams --

    append_log = writes(logs.append_log)
    read_log = reads(logs.read_log)
    trim_log = writes(logs.trim_log)
    progress = writes(logs.progress)
    read_progress = reads(logs.read_progress)

    @property
    def _hints(self) -> Wakes:
        return self._wakes

    # -- moving house --

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        return transfer.snapshot(self._link())

    load = writes(transfer.load)

    async def renew_epoch(self) -> None:
        await self._write(transfer.renew_epoch, new_epoch(self._ids))


def _begin_marks(tx: Tx, *, lanes: Sequence[str], at: Instant) -> None:
    """A mark is there before the first transaction that may have to be looked up."""
    for lane in lanes:
        tx.do("mark_begin", lane=lane, at=at)
    tx.do("mark_forget", before=at - _MARKS_KEPT)
