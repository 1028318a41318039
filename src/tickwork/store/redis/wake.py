"""Wake hints and announcements by publish/subscribe. A hint that is lost costs a poll, never an event."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from threading import Event, Lock, Thread

from tickwork.core.ids import Random
from tickwork.store.listeners import Followers, Listeners
from tickwork.store.protocol import Topic
from tickwork.store.redis.connection import Address, Lost, PubSub, subscription

_POLL = 0.2
"""Seconds after which the thread looks whether it shall stop."""
_CONFIRM = 2.0
"""Seconds within which the server confirms a subscription."""
_QUIET = 25
"""Polls without a word after which it asks whether the server is still there; after as many more it is not."""
_PAUSE = 0.5


class Wakes:
    """Hints and announcements to this process: its own come from its lane and its callers, those of other processes
    from two channels.

    `origin`: what this store's own messages begin with; they are left out here.
    """

    def __init__(self, *, address: Address, prefix: str, origin: str, random: Random) -> None:
        """Blocks until the subscription to hints stands: none after this is missed."""
        self._listeners = Listeners()
        self._followers = Followers()
        self._lock = Lock()
        ear = partial(_Ear, address=address, origin=origin.encode(), random=random)
        self._hints = ear(channel=f"{prefix}tickwork:wake", receive=self._hear_hint, missed=lambda: self.hint(Topic))
        self._feed = ear(channel=f"{prefix}tickwork:feed", receive=self._hear_payload, missed=self._followers.missed)
        self._following = False
        self._hints.begin()

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._listeners.add(topics, wake)

    def hint(self, topics: Iterable[Topic]) -> None:
        self._listeners.hint(topics)

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        """Blocks shortly the first time."""
        end = self._followers.add(hear)
        with self._lock:
            if not self._following:
                self._following = True
                self._feed.begin_whenever()
        return end

    def tell(self, payloads: Sequence[bytes]) -> None:
        self._followers.tell(payloads)

    def hears(self) -> bool | None:
        """Hints are always listened to, announcements from the first follower on."""
        return all(ear.hears for ear in (self._hints, self._feed) if ear.began)

    def _hear_payload(self, payload: bytes) -> None:
        self.tell((payload,))

    def _hear_hint(self, words: bytes) -> None:
        self.hint(topics_of(words.decode().split(" ")))

    def close(self) -> None:
        """Blocks for as long as the threads poll."""
        self._listeners.clear()
        self._followers.clear()
        for ear in (self._hints, self._feed):
            ear.stop()
        for ear in (self._hints, self._feed):
            ear.join()


class _Ear:
    """A thread that hears one channel. `receive` gets the messages of other stores, without who sent them; `missed`
    hears that some may be lost."""

    def __init__(
        self,
        *,
        address: Address,
        channel: str,
        origin: bytes,
        random: Random,
        receive: Callable[[bytes], None],
        missed: Callable[[], None],
    ) -> None:
        self._address = address
        self._channel = channel
        self._origin = origin
        self._random = random
        self._deliver = receive
        self._missed = missed
        self._stopping = Event()
        self._standing = Event()
        self._late = False
        self._heard: PubSub | None = None
        self._hears = False
        self._thread: Thread | None = None

    def begin(self) -> None:
        """Blocks until the subscription stands: no message after this is missed. Raises one of `Lost`."""
        self._heard = self._subscribed()
        self._hears = True
        self._standing.set()
        self._start()

    def begin_whenever(self) -> None:
        """Blocks for a moment for the same. A server that is away is subscribed to as soon as it is there."""
        self._start()
        self._late = not self._standing.wait(_CONFIRM)

    def _start(self) -> None:
        self._thread = Thread(target=self._receive, name="tickwork-redis-wake", daemon=True)
        self._thread.start()

    @property
    def began(self) -> bool:
        return self._thread is not None

    @property
    def hears(self) -> bool:
        return self._thread is not None and self._thread.is_alive() and self._hears

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    # -- on the thread --

    def _receive(self) -> None:
        while not self._stopping.is_set():
            if self._heard is not None:
                with suppress(*Lost):
                    self._hear(self._heard)
                self._hears = False
                self._heard.close()
                self._stopping.wait(_PAUSE * (1 + self._random.random()))
            self._subscribe()

    def _subscribe(self) -> None:
        """However long it takes, unless it shall stop."""
        while not self._stopping.is_set():
            with suppress(*Lost):
                self._heard = self._subscribed()
                if self._standing.is_set() or self._late:
                    self._missed()
                self._standing.set()
                self._hears = True
                return
            self._stopping.wait(_PAUSE * (1 + self._random.random()))

    def _subscribed(self) -> PubSub:
        heard = subscription(self._address)
        try:
            heard.subscribe(self._channel)
            _require(heard.get_message(timeout=_CONFIRM), "the server does not confirm the subscription")
        except BaseException:
            heard.close()
            raise
        return heard

    def _hear(self, heard: PubSub) -> None:
        quiet = 0
        while not self._stopping.is_set():
            message = heard.get_message(timeout=_POLL)
            quiet = 0 if message else quiet + 1
            if message and message["type"] == "message":
                origin, _, content = message["data"].partition(b" ")
                if origin != self._origin:
                    self._deliver(content)
            elif quiet == _QUIET:
                heard.ping()
            elif quiet == 2 * _QUIET:  # a peer that vanished sends nothing, not even the end of the connection
                raise ConnectionResetError("the server has fallen silent")


def _require(message: object, otherwise: str) -> None:
    if message is None:
        raise ConnectionResetError(otherwise)


def topics_of(words: Iterable[str]) -> list[Topic]:
    """Those that this version knows."""
    return [Topic(word) for word in words if word in _TOPICS]


_TOPICS = frozenset(Topic)
