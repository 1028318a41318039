"""Wake hints by publish/subscribe. A hint that is lost costs a poll, never an event."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

from tickwork.core.ids import Random
from tickwork.store.protocol import Topic
from tickwork.store.redis.connection import Address, Broken, PubSub, subscription

_POLL = 0.2
"""Seconds after which the thread looks whether it shall stop."""
_PAUSE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    topics: frozenset[Topic]
    wake: Callable[[Topic], None]
    loop: asyncio.AbstractEventLoop

    def hint(self, topics: Iterable[Topic]) -> None:
        for topic in self.topics.intersection(topics):
            with suppress(RuntimeError):  # its loop is closed: it does not listen any more
                self.loop.call_soon_threadsafe(self.wake, topic)


class Wakes:
    """Hints to this process's listeners: its own come from its lane, those of other processes from a channel.

    `origin`: what this store's own messages begin with; they are left out here.
    """

    def __init__(self, *, address: Address, channel: str, origin: str, random: Random) -> None:
        """Blocks until the subscription stands: no hint after this is missed."""
        self._address = address
        self._channel = channel
        self._origin = origin
        self._random = random
        self._lock = Lock()
        self._listeners: tuple[_Listener, ...] = ()
        self._stopping = Event()
        self._heard = self._subscribed()
        self._thread = Thread(target=self._receive, name="tickwork-redis-wake", daemon=True)
        self._thread.start()

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        listener = _Listener(frozenset(topics), wake, asyncio.get_running_loop())
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return end

    def hint(self, topics: Iterable[Topic]) -> None:
        hinted = tuple(topics)
        for listener in self._listeners:
            listener.hint(hinted)

    def close(self) -> None:
        """Blocks for as long as the thread polls."""
        self._listeners = ()
        self._stopping.set()
        self._thread.join()

    # -- on the thread --

    def _receive(self) -> None:
        while not self._stopping.is_set():
            with suppress(*Broken):
                self._hear()
            self._heard.close()
            if self._stopping.wait(_PAUSE * (1 + self._random.random())):
                return
            with suppress(*Broken):
                self._heard = self._subscribed()
                self.hint(Topic)  # whatever was hinted while nobody listened

    def _subscribed(self) -> PubSub:
        heard = subscription(self._address)
        heard.subscribe(self._channel)
        heard.get_message(timeout=_POLL)  # the confirmation
        return heard

    def _hear(self) -> None:
        while not self._stopping.is_set():
            message = self._heard.get_message(timeout=_POLL)
            if message is not None and message["type"] == "message":
                origin, *words = message["data"].decode().split(" ")
                if origin != self._origin:
                    self.hint(topics_of(words))


def topics_of(words: Iterable[str]) -> list[Topic]:
    """Those that this version knows."""
    return [Topic(word) for word in words if word in _TOPICS]


_TOPICS = frozenset(Topic)
