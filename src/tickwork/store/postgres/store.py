"""The store on PostgreSQL. What each verb promises stands in `store/protocol/`."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from queue import SimpleQueue
from typing import Concatenate, ParamSpec, Self, TypeVar

import psycopg

from tickwork.core.clock import DAY, Clock, Duration, Instant
from tickwork.core.ids import Ids, JobId, RunId, ScheduleId, SessionId, randomness
from tickwork.core.lanes import Limit
from tickwork.core.model import Actor, Attempt, Fence, Gap, Run
from tickwork.core.states import Reason, State
from tickwork.errors import StoreError
from tickwork.store.lanes import Lanes
from tickwork.store.postgres import (
    audit,
    births,
    claims,
    documents,
    flow,
    history,
    logs,
    notes,
    saving,
    settling,
    timetable,
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
from tickwork.store.postgres.writer import Queue, Reader, Writer
from tickwork.store.protocol import (
    Audited,
    AuditEntry,
    BarRow,
    Born,
    CancelOutcome,
    Capability,
    Chunk,
    Claim,
    ClaimLost,
    Document,
    Due,
    Event,
    Finish,
    Fire,
    Keep,
    Kind,
    Level,
    LogWrite,
    NewRun,
    Note,
    Olds,
    Orders,
    Outdated,
    Part,
    ProgressWrite,
    Put,
    Queued,
    RunDetail,
    RunFilter,
    ScheduleRow,
    Session,
    Snapshot,
    Start,
    Tally,
    Timetable,
    Topic,
    Unblock,
)

P = ParamSpec("P")
T = TypeVar("T")

_WRITERS, _READERS = 3, 2
_MARKS_KEPT = 30 * DAY
_PRUNING = Locks(stripes=[stripe_of("pruning", "")])


class PostgresStore:
    """A `Store`. Opened by any number of servers and workers at once."""

    def __init__(self, *, address: Address, clock: Clock, ids: Ids) -> None:
        self.url = address.shown
        self.capabilities = frozenset(Capability)
        self._address = address
        self._clock = clock
        self._ids = ids
        self._wakes = Wakes(address=address, me=ids.session(), clock=clock, link=self._link)
        self._bodies = Bodies()
        self._writers: Lanes[Tx] | None = None
        self._firing: Lanes[Tx] | None = None
        """What is fired may wait for its moment with a transaction open: nothing else is to wait with it."""
        self._readers: Lanes[Tx] | None = None

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
        return await self._read(timetable.time)

    async def serve(self) -> Callable[[], None] | None:
        return lambda: None

    async def _write(
        self,
        step: Callable[Concatenate[Tx, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await self._write_holding(NONE, step, *args, **kwargs)

    async def _write_holding(
        self,
        locks: Locks,
        step: Callable[Concatenate[Tx, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await self._open(self._writers).submit(lambda tx: step(tx, *args, **kwargs), needs=locks)

    async def _read(self, step: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._open(self._readers).submit(lambda tx: step(tx, *args, **kwargs))

    def _open(self, lanes: Lanes[Tx] | None) -> Lanes[Tx]:
        if lanes is None:
            raise StoreError(f"{self.url} is not open")
        return lanes

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

    async def get(self, kind: Kind, id: str, revision: int | None = None) -> Document | None:
        return await self._read(documents.get, kind, id, revision)

    async def get_many(self, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
        return await self._read(documents.get_many, kind, ids)

    async def find(
        self,
        kind: Kind,
        *,
        project: str | None = None,
        name: str | None = None,
        owner: str | None = None,
        tags: Sequence[str] = (),
        after: str | None = None,
        deleted: bool = False,
        limit: int = 1000,
    ) -> list[Document]:
        return await self._read(
            documents.find,
            kind,
            project=project,
            name=name,
            owner=owner,
            tags=tags,
            after=after,
            deleted=deleted,
            limit=limit,
        )

    async def revisions(self, kind: Kind, id: str) -> list[Document]:
        return await self._read(documents.revisions, kind, id)

    async def audit(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        return await self._read(
            audit.entries,
            kind=kind,
            id=id,
            by=by,
            verb=verb,
            since=since,
            until=until,
            before=before,
            limit=limit,
        )

    async def record(self, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
        await self._write(audit.record, entries, by=by, at=at)

    # -- the ledger: timetable --

    async def due(self, at: Instant, *, limit: int) -> Due:
        return await self._read(timetable.due, at, limit=limit)

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        return await self._open(self._firing).submit(
            lambda tx: timetable.fire(tx, fires, at=at, switch_version=switch_version), needs=timetable.locks(fires)
        )

    async def timetable(self, jobs: Sequence[JobId]) -> list[ScheduleRow]:
        return await self._read(timetable.timetable, jobs)

    async def upcoming(self, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
        return await self._read(timetable.upcoming, limit=limit, project=project)

    async def idle(self, *, projects: Sequence[str] | None = None, limit: int = 1000) -> list[ScheduleRow]:
        return await self._read(timetable.idle, projects=projects, limit=limit)

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

    async def queues(self) -> list[Queued]:
        return await self._read(claims.queues)

    async def depths(self) -> dict[str, int]:
        return await self._read(claims.depths)

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

    async def sessions(self, *, ended_since: Instant | None = None) -> list[Session]:
        return await self._read(claims.sessions, ended_since=ended_since)

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        return await self._write_holding(
            Locks(of_sessions=[session]), settling.settle, session, beat=beat, max_losses=max_losses, at=at, note=note
        )

    async def promote(self, *, at: Instant) -> Instant | None:
        return await self._write(flow.promote, at=at)

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        if not items:
            return []
        locks = await self._read(unblocking.locks, items)
        return await self._write_holding(locks, unblocking.unblock, items, at=at)

    async def outbox(self, *, limit: int) -> list[Event]:
        return await self._read(flow.outbox, limit=limit)

    async def consume(self, seqs: Sequence[int]) -> None:
        await self._write(flow.consume, seqs)

    # -- the ledger: reading, pruning --

    async def run(self, id: RunId) -> RunDetail | None:
        return await self._read(history.run, id)

    async def held_by(self, session: SessionId) -> list[Run]:
        return await self._read(history.held_by, session)

    async def get_runs(self, ids: Sequence[RunId]) -> dict[RunId, Run]:
        return await self._read(history.get_runs, ids)

    async def resolve(self, prefix: str, *, limit: int = 2) -> list[RunId]:
        return await self._read(history.resolve, prefix, limit=limit)

    async def runs(self, where: RunFilter, *, after: RunId | None = None, limit: int = 100) -> list[Run]:
        return await self._read(history.runs, where, after=after, limit=limit)

    async def latest(
        self, jobs: Sequence[JobId], *, n: int = 1, states: Sequence[State] = ()
    ) -> dict[JobId, list[Run]]:
        return await self._read(history.latest, jobs, n=n, states=states)

    async def gaps(
        self,
        *,
        job: JobId | None = None,
        schedule: ScheduleId | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        projects: Sequence[str] | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Gap]:
        return await self._read(
            history.gaps,
            job=job,
            schedule=schedule,
            since=since,
            until=until,
            projects=projects,
            newest=newest,
            limit=limit,
        )

    async def attempts(self, run: RunId) -> list[Attempt]:
        return await self._read(history.attempts, run)

    async def counts(self, *, project: str | None = None, since: Instant | None = None) -> dict[State, int]:
        return await self._read(history.counts, project=project, since=since)

    async def tally(
        self, *, since: Instant, until: Instant, width: Duration, projects: Sequence[str] | None = None
    ) -> list[Tally]:
        return await self._read(history.tally, since=since, until=until, width=width, projects=projects)

    async def outcomes(self) -> list[tuple[str, State]]:
        return await self._read(history.outcomes)

    async def outdated(self, which: Outdated, *, after: RunId | None = None, look: int = 1000) -> Olds:
        return await self._read(history.outdated, which, after=after, look=look)

    async def nth_newest(self, jobs: Sequence[JobId], *, n: int) -> dict[JobId, RunId]:
        return await self._read(history.nth_newest, jobs, n=n)

    async def log_sizes(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        return await self._read(history.log_sizes, runs)

    async def prune_gaps(self, *, before: Instant, limit: int) -> int:
        return await self._write_holding(_PRUNING, history.prune_gaps, before=before, limit=limit)

    async def forget(self, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
        locks = Locks(stripes=_PRUNING.stripes, runs=runs)
        return await self._write_holding(locks, history.forget, runs, at=at, by=by)

    async def pruned(self, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
        return await self._read(history.pruned, jobs)

    # -- notes --

    async def keep(self, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
        held = notes.locks((keep.note.space, keep.note.key) for keep in keeps)
        return await self._write_holding(held, notes.keep, keeps, at=at)

    async def notes(self, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
        return await self._read(notes.notes, space, keys, at=at)

    async def notes_under(
        self, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000
    ) -> list[Note]:
        return await self._read(notes.notes_under, space, prefix, at=at, after=after, limit=limit)

    async def drop(self, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
        held = notes.locks((space, key) for key in keys)
        return await self._write_holding(held, notes.drop, space, keys, at=at)

    async def sweep(self, *, at: Instant, limit: int) -> int:
        return await self._write(notes.sweep, at=at, limit=limit)

    # -- streams --

    async def append_log(self, writes: Sequence[LogWrite]) -> list[ClaimLost]:
        return await self._write(logs.append_log, writes)

    async def read_log(
        self, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000
    ) -> list[Chunk]:
        return await self._read(logs.read_log, run, attempt=attempt, after=after, limit=limit)

    async def trim_log(self, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
        return await self._write(logs.trim_log, runs, before=before)

    async def progress(self, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
        return await self._write(logs.progress, writes)

    async def read_progress(self, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
        return await self._read(logs.read_progress, run, attempt=attempt)

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._wakes.listen(topics, wake)

    def hears(self) -> bool | None:
        return self._wakes.hears()

    def notify(self, *topics: Topic) -> None:
        self._wakes.notify(topics)

    def announce(self, payloads: Sequence[bytes]) -> None:
        self._wakes.announce(payloads)

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        return self._wakes.follow(hear)

    # -- moving house --

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        return transfer.snapshot(self._link())

    async def load(self, part: Part, records: Sequence[bytes]) -> int:
        return await self._write(transfer.load, part, records)

    async def renew_epoch(self) -> None:
        await self._write(transfer.renew_epoch, new_epoch(self._ids))


def _begin_marks(tx: Tx, *, lanes: Sequence[str], at: Instant) -> None:
    """A mark is there before the first transaction that may have to be looked up."""
    for lane in lanes:
        tx.do("mark_begin", lane=lane, at=at)
    tx.do("mark_forget", before=at - _MARKS_KEPT)
