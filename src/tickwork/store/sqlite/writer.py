"""The one thread that writes: concurrent callers' verbs share a transaction (group commit).

A verb is a function of the transaction. One that fails does so alone; all others of its group are durable, or none is,
when their futures are resolved.
"""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import apsw

from tickwork.core.clock import Clock
from tickwork.crashpoint import crash_point
from tickwork.store.lanes import Call, Lane, Lanes
from tickwork.store.protocol import Topic
from tickwork.store.sqlite.connection import READ_SECONDS, explained, name_of
from tickwork.store.sqlite.transaction import Tx

_GROUP = 512
"""Verbs in one transaction at most: what bounds the wait of the first of them."""

_STEPS = 100_000
"""Of SQLite's machine between two looks at the clock: some milliseconds."""

Queue = SimpleQueue[Call[Tx] | None]


class _SqliteLane(Lane[Tx]):
    """A lane with a connection of its own, which ends with it."""

    def __init__(self, *, db: apsw.Connection, path: Path | None, queue: Queue) -> None:
        super().__init__(name=f"the {type(self).__name__.lower()} of {name_of(path)}", queue=queue)
        self._db = db
        self._path = path
        self._tx = Tx(db)

    def closed(self) -> None:
        self._db.close()

    def _abandon(self, calls: list[Call[Tx]], error: Exception) -> None:
        if self._tx.open:
            self._tx.do("rollback")
        told = explained(error, self._path)
        for call in calls:
            call.error = told


class Writer(_SqliteLane):
    group = _GROUP

    def __init__(
        self, *, db: apsw.Connection, path: Path | None, queue: Queue, notify: Callable[[set[Topic]], None]
    ) -> None:
        super().__init__(db=db, path=path, queue=queue)
        self._notify = notify

    def carry_out(self, calls: list[Call[Tx]]) -> None:
        tx = self._tx
        tx.wakes = set()
        try:
            tx.do("begin")
            if not self._all_at_once(calls):
                for call in calls:
                    self._attempt(call)
            crash_point("store.commit.before")
            tx.do("commit")
            crash_point("store.commit.after")
        except Exception as error:  # noqa: BLE001 (every caller of the group gets it)
            self._abandon(calls, error)
        else:
            if tx.wakes:
                self._notify(tx.wakes)

    def _all_at_once(self, calls: list[Call[Tx]]) -> bool:
        """Without savepoints: they would keep copies of pages and double the cost of every verb. False: one of them
        failed and all is undone; each has to be carried out again, by itself."""
        try:
            for call in calls:
                call.value = call.verb(self._tx)
        except Exception:
            if len(calls) == 1:
                raise
            if self._tx.open:
                self._tx.do("rollback")
            self._tx.wakes = set()
            self._tx.do("begin")
            return False
        return True

    def _attempt(self, call: Call[Tx]) -> None:
        tx, wakes = self._tx, self._tx.wakes
        tx.wakes = set()
        try:
            tx.do("savepoint")
            call.value = call.verb(tx)
            tx.do("release_savepoint")
        except Exception as error:
            if not tx.open:  # SQLite has rolled back the whole group
                raise
            tx.do("rollback_to_savepoint")
            tx.do("release_savepoint")
            call.error = explained(error, self._path)
            tx.wakes = wakes
        else:
            tx.wakes |= wakes


class Reader(_SqliteLane):
    """Reads one consistent snapshot per verb, beside the writer; not for longer than readers may."""

    def __init__(self, *, db: apsw.Connection, path: Path | None, queue: Queue, clock: Clock) -> None:
        super().__init__(db=db, path=path, queue=queue)
        self._clock = clock
        self._until = float("inf")
        db.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        """SQLite asks now and then; if so, it interrupts the statement."""
        return self._clock.monotonic() > self._until

    def carry_out(self, calls: list[Call[Tx]]) -> None:
        [call] = calls
        self._until = self._clock.monotonic() + READ_SECONDS
        try:
            self._tx.do("begin_reading")
            call.value = call.verb(self._tx)
            self._tx.do("commit")
        except Exception as error:  # noqa: BLE001 (its caller gets it)
            self._abandon(calls, error)


class Moment(_SqliteLane):
    """Reads one and the same snapshot for all its verbs: that of the first one."""

    def carry_out(self, calls: list[Call[Tx]]) -> None:
        [call] = calls
        try:
            if not self._tx.open:
                self._tx.do("begin_reading")
            call.value = call.verb(self._tx)
        except Exception as error:  # noqa: BLE001 (its caller gets it)
            self._abandon(calls, error)


def writing(*, db: apsw.Connection, path: Path | None, notify: Callable[[set[Topic]], None]) -> Lanes[Tx]:
    queue = Queue()
    return Lanes(queue=queue, lanes=[Writer(db=db, path=path, queue=queue, notify=notify)])


def reading(*, connections: list[apsw.Connection], path: Path, clock: Clock) -> Lanes[Tx]:
    queue = Queue()
    return Lanes(queue=queue, lanes=[Reader(db=db, path=path, queue=queue, clock=clock) for db in connections])


def one_moment(*, db: apsw.Connection, path: Path) -> Lanes[Tx]:
    queue = Queue()
    return Lanes(queue=queue, lanes=[Moment(db=db, path=path, queue=queue)])
