"""The one thread that talks to the server: callers that wait at the same time share a pipeline.

A connection that dies leaves calls of which nobody knows whether they happened. They are made again on the next
connection, which is safe: verbs are idempotent by the keys that their callers give, and the few whose *answer* would
be another one the second time carry a token, under which the server keeps the first answer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from tickwork.core.ids import Random
from tickwork.crashpoint import crash_point
from tickwork.errors import StoreError, StoreUnavailable
from tickwork.store.lanes import hand_back
from tickwork.store.protocol import Topic
from tickwork.store.redis.connection import Address, Broken, Refused, Wire, explained, is_forgotten, passes
from tickwork.store.redis.publishing import Spell
from tickwork.store.redis.wake import topics_of

_GROUP = 256
"""Calls in one pipeline at most."""
_TRIES, _PAUSE = 6, 0.05
"""Connecting again: pauses of 0.05, 0.1 … 0.8 seconds, each up to half as long again."""


@dataclass(slots=True, eq=False)
class Call:
    """One verb on its way. `writes`: its reply begins with the count of writes."""

    verb: str
    keys: Sequence[Any]
    args: Sequence[Any]
    writes: bool
    future: "asyncio.Future[Any]"
    value: Any = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A connection on which verbs may be called."""

    wire: Wire
    spell: Spell
    life: str


class Lane:
    """`connect` makes a connection ready; it is told the last life of the server and the count of writes seen in it.
    `hint` gets the topics of this process's own writes."""

    def __init__(
        self,
        *,
        address: Address,
        connect: Callable[[str | None, int], Ready],
        hint: Callable[[list[Topic]], None],
        random: Random,
    ) -> None:
        self._address = address
        self._hint = hint
        self._topics: set[str] = set()
        self._connect = connect
        self._random = random
        self._queue: SimpleQueue[Call | None] = SimpleQueue()
        self._stopping = Event()
        self._dead: StoreError | None = None
        self._seen = 0
        self._ready: Ready | None = connect(None, 0)
        self._life = self._ready.life
        self._thread = Thread(target=self._run, name="tickwork-redis", daemon=True)
        self._thread.start()

    def submit(self, verb: str, keys: Sequence[Any], args: Sequence[Any], *, writes: bool) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put(Call(verb, keys, args, writes, future))
        if self._dead is not None:  # nobody else would answer
            self._bury([])
        return future

    def stop(self) -> None:
        """Carry out what is queued, then end. Blocks."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join()
        self._disconnect()
        self._dead = self._dead or StoreError(f"{self._address.shown} is closed")

    # -- on the thread --

    def _run(self) -> None:
        calls: list[Call] = []
        try:
            while calls := self._collect():
                self._carry_out(calls)
                if self._topics:  # before their callers go on: who listens from then on is not hinted at the past
                    self._hint(topics_of(self._topics))
                    self._topics = set()
                hand_back(calls)
        except BaseException as error:  # noqa: BLE001 (a lane that dies must answer all who wait, and all who come)
            told = f"{type(error).__name__}: {error}"
            self._dead = StoreError(f"{self._address.shown}: its thread died ({told}); restart this process")
            self._bury(calls)

    def _collect(self) -> list[Call]:
        first = self._queue.get()
        if first is None:
            return []
        calls = [first]
        while len(calls) < _GROUP and not self._queue.empty():
            call = self._queue.get()
            if call is None:
                self._queue.put(None)
                break
            calls.append(call)
        return calls

    def _bury(self, calls: list[Call]) -> None:
        while not self._queue.empty():
            if (call := self._queue.get()) is not None:
                calls.append(call)
        for call in calls:
            call.error = self._dead
        hand_back(calls)

    def _carry_out(self, calls: list[Call]) -> None:
        left = deque(calls)
        for attempt in range(_TRIES):
            try:
                self._converse(left)
            except Exception as error:  # noqa: BLE001 (every caller that waits gets it)
                self._disconnect()
                told = explained(error, self._address)
                if not isinstance(told, StoreUnavailable) or attempt == _TRIES - 1 or self._stopping.is_set():
                    _fail(left, told)
                    return
                self._stopping.wait(_PAUSE * (1 << attempt) * (1 + self._random.random() / 2))
            else:
                return

    def _converse(self, left: deque[Call]) -> None:
        """Send all calls, read all replies; those answered leave `left`."""
        ready = self._ready = self._ready or self._reconnect()
        ready.wire.send([ready.spell(call.verb, call.keys, call.args) for call in left])
        crash_point("store.redis.sent")
        again, why = deque[Call](), Refused()
        while left:
            call = left[0]
            try:
                self._answer(call, ready.wire.reply())
            except Refused as error:
                if passes(error) or is_forgotten(error):
                    again.append(call)
                    why = error
                else:
                    call.error = error
            left.popleft()
        crash_point("store.redis.answered")
        if again:
            left.extend(again)
            raise _passing(why)

    def _answer(self, call: Call, reply: Any) -> None:
        if not call.writes:
            call.value = reply
            return
        self._seen = max(self._seen, reply[0])
        call.value = reply[1]
        self._topics.update(reply[2].decode().split())

    def _reconnect(self) -> Ready:
        ready = self._connect(self._life, self._seen)
        if ready.life != self._life:
            self._life, self._seen = ready.life, 0
        return ready

    def _disconnect(self) -> None:
        if self._ready is not None:
            with suppress(*Broken):
                self._ready.wire.close()
            self._ready = None


def _passing(error: Refused) -> Exception:
    """What makes the lane connect anew and call again."""
    if is_forgotten(error):  # the server lost the library, or this server is another one
        return ConnectionResetError("the server has lost Tickwork's functions")
    return error


def _fail(calls: deque[Call], error: Exception) -> None:
    for call in calls:
        call.error = error
