"""The store on one SQLite file, or in memory. What each verb promises stands in `store/protocol/`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import apsw

from tickwork.core.clock import Clock, Instant
from tickwork.core.ids import Ids
from tickwork.core.model import Actor
from tickwork.errors import UnknownStore
from tickwork.store.listeners import Hinting
from tickwork.store.protocol import (
    Capability,
    Fire,
    Page,
    Part,
    Put,
    Snapshot,
    Timetable,
)
from tickwork.store.sqlite import (
    births,
    claims,
    documents,
    flow,
    history,
    logs,
    moving,
    notes as of_notes,
    settling,
    timetable as of_timetable,
    unblocking,
)
from tickwork.store.sqlite.checkpoints import Checkpoints
from tickwork.store.sqlite.connection import connect, explained, make_place
from tickwork.store.sqlite.schema import new_epoch, prepare
from tickwork.store.sqlite.seat import take_seat
from tickwork.store.sqlite.transaction import Tx
from tickwork.store.sqlite.wake import Wakes
from tickwork.store.sqlite.writer import one_moment, reading, writing
from tickwork.store.verbs import OnLanes, reads, writes

_MEMORY, _FILE = "memory://", "sqlite:///"
_READERS = 2


class _Snapshot:
    """A `Snapshot` through something that carries out a reading step."""

    def __init__(self, read: Callable[[Callable[[Tx], Page]], Awaitable[Page]]) -> None:
        self._read = read

    async def page(self, part: Part, *, after: str | None = None, limit: int = 1000) -> Page:
        return await self._read(lambda tx: moving.page(tx, part, after=after, limit=limit))


class SqliteStore(OnLanes[Tx], Hinting):
    """A `Store`. `path=None` is `memory://`: the same in memory, gone with the object, for one process."""

    def __init__(self, *, path: Path | None, clock: Clock, ids: Ids) -> None:
        self.url = _MEMORY if path is None else f"{_FILE}{path}"
        durable = frozenset({Capability.SNAPSHOT, Capability.DURABLE})
        self.capabilities = frozenset[Capability]() if path is None else durable
        self._path = path
        self._clock = clock
        self._ids = ids
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
        self._writers = writing(db=connections[0], path=path, notify=self._wakes.notify)
        # a database in memory belongs to its one connection: its writer reads too
        self._readers = (
            self._writers if path is None else reading(connections=connections[1:], path=path, clock=self._clock)
        )

    async def close(self) -> None:
        """In this order: readers, the writer (it finishes what is queued), its checkpoints, the wakes that it sends."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        if self._readers is not None and self._readers is not self._writers:
            self._readers.stop()
        if self._writers is not None:
            self._writers.stop()
        if self._checkpoints is not None:
            self._checkpoints.stop()
        self._readers = self._writers = self._checkpoints = None
        self._wakes.close()

    async def serve(self) -> Callable[[], None] | None:
        if self._path is None:
            return lambda: None
        return await asyncio.to_thread(take_seat, self._path)

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

    get = reads(documents.get)
    get_many = reads(documents.get_many)
    find = reads(documents.find)
    saying = reads(documents.saying)
    revisions = reads(documents.revisions)
    audit = reads(documents.audit)
    record = writes(documents.record)

    # -- the ledger: timetable --

    due = reads(of_timetable.due)
    fire = writes(of_timetable.fire)
    timetable = reads(of_timetable.timetable)
    upcoming = reads(of_timetable.upcoming)
    idle = reads(of_timetable.idle)

    # -- the ledger: runs and claims --

    enqueue = writes(births.enqueue)
    open_session = writes(claims.open_session)
    close_session = writes(claims.close_session)
    claim = writes(claims.claim)
    queues = reads(claims.queues)
    depths = reads(claims.depths)
    miss = writes(flow.miss)
    start = writes(claims.start)
    finish = writes(claims.finish)
    release = writes(claims.release)
    beat = writes(claims.beat)
    cancel = writes(flow.cancel)
    sessions = reads(claims.sessions)
    settle = writes(settling.settle)
    promote = writes(flow.promote)
    unblock = writes(unblocking.unblock)
    outbox = reads(flow.outbox)
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
    prune_gaps = writes(history.prune_gaps)
    forget = writes(history.forget)
    pruned = reads(history.pruned)

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

    load = writes(moving.load)

    async def renew_epoch(self) -> None:
        await self._write(moving.renew_epoch, new_epoch(self._ids))

    # -- notes --

    keep = writes(of_notes.keep)
    notes = reads(of_notes.notes)
    notes_under = reads(of_notes.notes_under)
    drop = writes(of_notes.drop)
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
