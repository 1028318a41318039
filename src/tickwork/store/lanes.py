"""Threads that carry out what callers on event loops hand them: the way from `await` to a blocking driver."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

from tickwork.errors import StoreError

T = TypeVar("T")
X = TypeVar("X")


@dataclass(slots=True, eq=False)
class Call(Generic[X]):
    """A verb (a function of a transaction `X`) and who waits for it. `needs`: what it asks of its lane, in words that
    the lane knows."""

    verb: Callable[[X], Any]
    future: asyncio.Future[Any]
    needs: Any = None
    value: Any = None
    error: Exception | None = None


class Waited(Protocol):
    """A call of any kind that somebody waits for."""

    future: asyncio.Future[Any]
    value: Any
    error: Exception | None


def _resolve(calls: Sequence[Waited]) -> None:
    for call in calls:
        if call.future.done():  # its caller was cancelled; what it wrote stays written
            continue
        if call.error is None:
            call.future.set_result(call.value)
        else:
            call.future.set_exception(call.error)


def hand_back(calls: Sequence[Waited]) -> None:
    """Resolve the futures on their loops, with one wake of each loop. From any thread."""
    by_loop = defaultdict[asyncio.AbstractEventLoop, list[Waited]](list)
    for call in calls:
        by_loop[call.future.get_loop()].append(call)
    for loop, mine in by_loop.items():
        with suppress(RuntimeError):  # that loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, mine)


class Lane(Generic[X]):
    """A thread that takes calls from a queue, which lanes may share; `carry_out` sets the value or error of each."""

    group: int = 1
    """Calls carried out together at most."""

    def __init__(self, *, name: str, queue: "SimpleQueue[Call[X] | None]") -> None:
        self.name = name
        self._queue = queue
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def carry_out(self, calls: list[Call[X]]) -> None:
        """Never raises for a fault of the store's: each call gets it as its error."""
        raise NotImplementedError  # pragma: no cover

    def closed(self) -> None:
        """Once, at the end, on the lane's thread."""

    def _run(self) -> None:
        calls: list[Call[X]] = []
        try:
            while calls := self._collect():
                self.carry_out(calls)
                hand_back(calls)
        except BaseException as error:  # noqa: BLE001 (a lane that dies must answer all who wait)
            self._bury(calls, StoreError(f"{self.name} died ({type(error).__name__}: {error}); restart this process"))
        finally:
            self.closed()

    def _collect(self) -> list[Call[X]]:
        first = self._queue.get()
        if first is None:
            return []
        calls = [first]
        while len(calls) < self.group and not self._queue.empty():
            with suppress(Empty):  # another lane was faster
                call = self._queue.get_nowait()
                if call is None:
                    self._queue.put(None)
                    break
                calls.append(call)
        return calls

    def _bury(self, calls: list[Call[X]], error: StoreError) -> None:
        """Answers its own calls, and from now on every call that it can get hold of."""
        while True:
            for call in calls:
                call.error = error
            hand_back(calls)
            if not (calls := self._collect()):
                return


class Lanes(Generic[X]):
    """Lanes on one queue."""

    def __init__(self, *, queue: "SimpleQueue[Call[X] | None]", lanes: Sequence[Lane[X]]) -> None:
        self._queue = queue
        self._lanes = lanes
        for lane in lanes:
            lane.begin()

    def submit(self, verb: Callable[[X], T], *, needs: Any = None) -> "asyncio.Future[T]":
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(Call(verb, future, needs))
        return future

    def stop(self) -> None:
        """Finish what is queued, then end. Blocks."""
        for _ in self._lanes:  # any of them may take any of the queue's stops
            self._queue.put(None)
        for lane in self._lanes:
            lane.join()
