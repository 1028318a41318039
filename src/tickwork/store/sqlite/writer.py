"""The one thread that writes: concurrent callers' verbs share a transaction (group commit).

A verb is a function of the transaction. Each has a savepoint of its own, so that one that fails does so alone;
all of them are durable, or none is, when their futures are resolved.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import apsw

from tickwork.crashpoint import crash_point
from tickwork.errors import StoreError
from tickwork.store.protocol import Topic
from tickwork.store.sqlite.connection import explained, name_of
from tickwork.store.sqlite.transaction import Tx

T = TypeVar("T")
Verb = Callable[[Tx], T]

_GROUP = 512
"""Verbs in one transaction at most: what bounds the wait of the first of them."""


@dataclass(slots=True, eq=False)
class _Call:
    verb: Verb[Any]
    future: asyncio.Future[Any]
    value: Any = None
    error: Exception | None = None


def _resolve(calls: list[_Call]) -> None:
    for call in calls:
        if call.future.done():  # its caller was cancelled; what it wrote stays written
            continue
        if call.error is None:
            call.future.set_result(call.value)
        else:
            call.future.set_exception(call.error)


def _hand_back(calls: list[_Call]) -> None:
    """Resolve the futures on their loops, with one wake of each loop."""
    by_loop = defaultdict(list)
    for call in calls:
        by_loop[call.future.get_loop()].append(call)
    for loop, mine in by_loop.items():
        with suppress(RuntimeError):  # that loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, mine)


class Lane:
    """A thread with a queue of verbs; subclasses say how verbs that are waiting are carried out together."""

    group: int = 1

    def __init__(
        self, *, db: apsw.Connection, path: Path | None, queue: SimpleQueue[_Call | None] | None = None
    ) -> None:
        self._db = db
        self._path = path
        self._queue: SimpleQueue[_Call | None] = SimpleQueue() if queue is None else queue
        self._dead: StoreError | None = None
        self._tx = Tx(db)
        self._thread = Thread(target=self._run, name=f"tickwork-{type(self).__name__.lower()}", daemon=True)
        self._thread.start()

    def submit(self, verb: Verb[T]) -> "asyncio.Future[T]":
        """Carry out the verb on the lane's thread; if that has died, the future says so."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Call(verb, future))
        if self._dead is not None:  # nobody else would answer
            self._bury([])
        return future

    def stop(self) -> None:
        """Finish what is queued, then end and close the connection. Blocks."""
        self.tell_to_stop()
        self.join()

    def tell_to_stop(self) -> None:
        self._queue.put(None)

    def join(self) -> None:
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        calls: list[_Call] = []
        try:
            while calls := self._collect():
                self._carry_out(calls)
                _hand_back(calls)
        except BaseException as error:  # noqa: BLE001 (a lane that dies must answer all who wait, and all who come)
            told = f"{type(error).__name__}: {error}"
            self._dead = StoreError(f"{name_of(self._path)}: its thread died ({told}); restart this process")
            self._bury(calls)

    def _collect(self) -> list[_Call]:
        first = self._queue.get()
        if first is None:
            return []
        calls = [first]
        while len(calls) < self.group and not self._queue.empty():
            call = self._queue.get()
            if call is None:
                self._queue.put(None)
                break
            calls.append(call)
        return calls

    def _bury(self, calls: list[_Call]) -> None:
        while not self._queue.empty():
            if (call := self._queue.get()) is not None:
                calls.append(call)
        for call in calls:
            call.error = self._dead
        _hand_back(calls)

    def _carry_out(self, calls: list[_Call]) -> None:
        raise NotImplementedError  # pragma: no cover

    def _abandon(self, calls: list[_Call], error: Exception) -> None:
        if self._tx.open:
            self._tx.do("rollback")
        told = explained(error, self._path)
        for call in calls:
            call.error = told


class Writer(Lane):
    group = _GROUP

    def __init__(
        self,
        *,
        db: apsw.Connection,
        path: Path | None,
        notify: Callable[[set[Topic]], None],
    ) -> None:
        self._notify = notify
        super().__init__(db=db, path=path)

    def _carry_out(self, calls: list[_Call]) -> None:
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

    def _all_at_once(self, calls: list[_Call]) -> bool:
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

    def _attempt(self, call: _Call) -> None:
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


class Reader(Lane):
    """Reads one consistent snapshot per verb, beside the writer."""

    def _carry_out(self, calls: list[_Call]) -> None:
        [call] = calls
        try:
            self._tx.do("begin_reading")
            call.value = call.verb(self._tx)
            self._tx.do("commit")
        except Exception as error:  # noqa: BLE001 (its caller gets it)
            self._abandon(calls, error)


class Moment(Lane):
    """Reads one and the same snapshot for all its verbs: that of the first one."""

    def _carry_out(self, calls: list[_Call]) -> None:
        [call] = calls
        try:
            if not self._tx.open:
                self._tx.do("begin_reading")
            call.value = call.verb(self._tx)
        except Exception as error:  # noqa: BLE001 (its caller gets it)
            self._abandon(calls, error)


class Readers:
    """Several readers on one queue."""

    def __init__(self, *, connections: list[apsw.Connection], path: Path | None) -> None:
        queue: SimpleQueue[_Call | None] = SimpleQueue()
        self._lanes = [Reader(db=db, path=path, queue=queue) for db in connections]

    def submit(self, verb: Verb[T]) -> "asyncio.Future[T]":
        return self._lanes[0].submit(verb)

    def stop(self) -> None:
        for lane in self._lanes:  # any of them may take any of the queue's stops
            lane.tell_to_stop()
        for lane in self._lanes:
            lane.join()
