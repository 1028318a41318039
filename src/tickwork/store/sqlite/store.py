"""The store on one SQLite file, or in memory. What each verb promises stands in `store/protocol/`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

import apsw

from tickwork.core.clock import Clock, Duration, Instant
from tickwork.core.ids import Ids, JobId, RunId, ScheduleId, SessionId
from tickwork.core.lanes import Limit
from tickwork.core.model import Actor, Attempt, Fence, Gap, Run
from tickwork.core.states import Reason, State
from tickwork.errors import StoreError, UnknownStore
from tickwork.store.lanes import Lanes
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
    Page,
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
from tickwork.store.sqlite import (
    births,
    claims,
    documents,
    flow,
    history,
    logs,
    moving,
    notes,
    settling,
    timetable,
    unblocking,
)
from tickwork.store.sqlite.checkpoints import Checkpoints
from tickwork.store.sqlite.claims import release as let_go
from tickwork.store.sqlite.connection import connect, explained, make_place
from tickwork.store.sqlite.schema import new_epoch, prepare
from tickwork.store.sqlite.seat import take_seat
from tickwork.store.sqlite.transaction import Tx
from tickwork.store.sqlite.wake import Wakes
from tickwork.store.sqlite.writer import one_moment, reading, writing

P = ParamSpec("P")
T = TypeVar("T")

_MEMORY, _FILE = "memory://", "sqlite:///"
_READERS = 2


class _Snapshot:
    """A `Snapshot` through something that carries out a reading step."""

    def __init__(self, read: Callable[[Callable[[Tx], Page]], Awaitable[Page]]) -> None:
        self._read = read

    async def page(self, part: Part, *, after: str | None = None, limit: int = 1000) -> Page:
        return await self._read(lambda tx: moving.page(tx, part, after=after, limit=limit))


class SqliteStore:
    """A `Store`. `path=None` is `memory://`: the same in memory, gone with the object, for one process."""

    def __init__(self, *, path: Path | None, clock: Clock, ids: Ids) -> None:
        self.url = _MEMORY if path is None else f"{_FILE}{path}"
        durable = frozenset({Capability.SNAPSHOT, Capability.DURABLE})
        self.capabilities = frozenset[Capability]() if path is None else durable
        self._path = path
        self._clock = clock
        self._ids = ids
        self._writer: Lanes[Tx] | None = None
        self._readers: Lanes[Tx] | None = None
        self._checkpoints: Checkpoints | None = None
        self._wakes = Wakes(folder=None)

    @classmethod
    def from_url(cls, url: str, *, clock: Clock, ids: Ids) -> Self:
        """`sqlite:///relative.db`, `sqlite:////absolute.db` or `memory://`. Raises `UnknownStore`."""
        if url == _MEMORY:
            return cls(path=None, clock=clock, ids=ids)
        if url.startswith(_FILE) and len(url) > len(_FILE):
            return cls(path=Path(url.removeprefix(_FILE)).expanduser(), clock=clock, ids=ids)
        raise UnknownStore(
            f"{url!r} is no SQLite store; write sqlite:///file.db, sqlite:////folder/file.db or memory://"
        )

    async def open(self) -> None:
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        """Blocks; a failure leaves nothing open."""
        path, connections = self._path, list[apsw.Connection]()
        if path is not None:
            make_place(path)
        try:
            connections.append(connect(path))
            prepare(connections[0], path, clock=self._clock, ids=self._ids)
            if path is not None:
                connections += [connect(path, reading=True) for _ in range(_READERS)]
        except Exception as error:
            for db in connections:
                db.close()
            raise explained(error, path) from error
        if path is not None:
            self._wakes = Wakes(folder=path.with_name(path.name + "-wake"))
            self._checkpoints = Checkpoints(path=path)
            self._checkpoints.watch(connections[0])
        self._writer = writing(db=connections[0], path=path, notify=self._wakes.notify)
        # a database in memory belongs to its one connection: its writer reads too
        self._readers = (
            self._writer if path is None else reading(connections=connections[1:], path=path, clock=self._clock)
        )

    async def close(self) -> None:
        """In this order: readers, the writer (it finishes what is queued), what it asked for, the wakes that it sends."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        if self._readers is not None and self._readers is not self._writer:
            self._readers.stop()
        if self._writer is not None:
            self._writer.stop()
        if self._checkpoints is not None:
            self._checkpoints.stop()
        self._readers = self._writer = self._checkpoints = None
        self._wakes.close()

    async def serve(self) -> Callable[[], None] | None:
        if self._path is None:
            return lambda: None
        return await asyncio.to_thread(take_seat, self._path)

    async def _write(self, step: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self._writer is None:
            raise StoreError(f"{self.url} is not open")
        return await self._writer.submit(lambda tx: step(tx, *args, **kwargs))

    async def _read(self, step: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self._readers is None:
            raise StoreError(f"{self.url} is not open")
        return await self._readers.submit(lambda tx: step(tx, *args, **kwargs))

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
        return await self._write(
            documents.put, puts, by=by, at=at, verb=verb, note=note, changes=timetable, fires=fires
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
            documents.audit,
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
        await self._write(documents.record, entries, by=by, at=at)

    # -- the ledger: timetable --

    async def due(self, at: Instant, *, limit: int) -> Due:
        return await self._read(timetable.due, at, limit=limit)

    async def fire(
        self, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
    ) -> list[list[Born] | None]:
        return await self._write(timetable.fire, fires, at=at, switch_version=switch_version)

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
        return await self._write(births.enqueue, runs, at=at, by=by, verb=verb)

    async def open_session(self, session: Session) -> None:
        await self._write(claims.open_session, session)

    async def close_session(self, session: SessionId, *, at: Instant) -> None:
        await self._write(claims.close_session, session, at=at)

    async def claim(
        self, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
    ) -> list[Claim]:
        return await self._write(claims.claim, session, pools=pools, n=n, at=at, limits=limits)

    async def queues(self) -> list[Queued]:
        return await self._read(claims.queues)

    async def depths(self) -> dict[str, int]:
        return await self._read(claims.depths)

    async def miss(self, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
        return await self._write(flow.miss, runs, note=note, at=at)

    async def start(self, starts: Sequence[Start]) -> list[ClaimLost]:
        return await self._write(claims.start, starts)

    async def finish(self, finishes: Sequence[Finish]) -> list[ClaimLost]:
        return await self._write(claims.finish, finishes)

    async def release(self, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
        return await self._write(let_go, claims, at=at)

    async def beat(self, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
        return await self._write(claims.beat, session, at=at, load=load)

    async def cancel(
        self, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
    ) -> list[CancelOutcome]:
        return await self._write(flow.cancel, runs, reason=reason, note=note, at=at, by=by)

    async def sessions(self, *, ended_since: Instant | None = None) -> list[Session]:
        return await self._read(claims.sessions, ended_since=ended_since)

    async def settle(
        self, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
    ) -> list[Run] | None:
        return await self._write(settling.settle, session, beat=beat, max_losses=max_losses, at=at, note=note)

    async def promote(self, *, at: Instant) -> Instant | None:
        return await self._write(flow.promote, at=at)

    async def unblock(self, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
        return await self._write(unblocking.unblock, items, at=at)

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
        return await self._write(history.prune_gaps, before=before, limit=limit)

    async def forget(self, runs: Sequence[RunId], *, at: Instant | None = None, by: Actor | None = None) -> int:
        return await self._write(history.forget, runs, at=at, by=by)

    async def pruned(self, jobs: Sequence[JobId]) -> dict[JobId, Instant]:
        return await self._read(history.pruned, jobs)

    # -- moving house --

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        if self._path is None:
            yield _Snapshot(self._read)
            return
        lane = one_moment(db=await asyncio.to_thread(connect, self._path, reading=True), path=self._path)
        try:
            yield _Snapshot(lane.submit)
        finally:
            await asyncio.to_thread(lane.stop)

    async def load(self, part: Part, records: Sequence[bytes]) -> int:
        return await self._write(moving.load, part, records)

    async def renew_epoch(self) -> None:
        await self._write(moving.renew_epoch, new_epoch(self._ids))

    # -- notes --

    async def keep(self, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
        return await self._write(notes.keep, keeps, at=at)

    async def notes(self, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
        return await self._read(notes.notes, space, keys, at=at)

    async def notes_under(
        self, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000
    ) -> list[Note]:
        return await self._read(notes.notes_under, space, prefix, at=at, after=after, limit=limit)

    async def drop(self, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
        return await self._write(notes.drop, space, keys, at=at)

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
