"""Wake hints by publish/subscribe. A hint that is lost costs a poll, never an event."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Event, Thread

from tickwork.core.ids import Random
from tickwork.store.listeners import Listeners
from tickwork.store.protocol import Topic
from tickwork.store.redis.connection import Address, Broken, PubSub, subscription

_POLL = 0.2
"""Seconds after which the thread looks whether it shall stop."""
_CONFIRM = 2.0
"""Seconds within which the server confirms a subscription."""
_QUIET = 25
"""Polls without a word after which it asks whether the server is still there; after as many more it is not."""
_PAUSE = 0.5


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
        self._listeners = Listeners()
        self._stopping = Event()
        self._heard = self._subscribed()
        self._thread = Thread(target=self._receive, name="tickwork-redis-wake", daemon=True)
        self._thread.start()

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._listeners.add(topics, wake)

    def hint(self, topics: Iterable[Topic]) -> None:
        self._listeners.hint(topics)

    def close(self) -> None:
        """Blocks for as long as the thread polls."""
        self._listeners.clear()
        self._stopping.set()
        self._thread.join()

    # -- on the thread --

    def _receive(self) -> None:
        while not self._stopping.is_set():
            with suppress(*Broken):
                self._hear()
            self._heard.close()
            self._subscribe_again()

    def _subscribe_again(self) -> None:
        """However long it takes, unless it shall stop."""
        while not self._stopping.wait(_PAUSE * (1 + self._random.random())):
            with suppress(*Broken):
                self._heard = self._subscribed()
                self.hint(Topic)  # whatever was hinted while nobody listened
                return

    def _subscribed(self) -> PubSub:
        heard = subscription(self._address)
        try:
            heard.subscribe(self._channel)
            _require(heard.get_message(timeout=_CONFIRM), "the server does not confirm the subscription to wakes")
        except BaseException:
            heard.close()
            raise
        return heard

    def _hear(self) -> None:
        quiet = 0
        while not self._stopping.is_set():
            message = self._heard.get_message(timeout=_POLL)
            quiet = 0 if message else quiet + 1
            if message and message["type"] == "message":
                origin, *words = message["data"].decode().split(" ")
                if origin != self._origin:
                    self.hint(topics_of(words))
            elif quiet == _QUIET:
                self._heard.ping()
            elif quiet == 2 * _QUIET:  # a peer that vanished sends nothing, not even the end of the connection
                raise ConnectionResetError("the server has fallen silent")


def _require(message: object, otherwise: str) -> None:
    if message is None:
        raise ConnectionResetError(otherwise)


def topics_of(words: Iterable[str]) -> list[Topic]:
    """Those that this version knows."""
    return [Topic(word) for word in words if word in _TOPICS]


_TOPICS = frozenset(Topic)
