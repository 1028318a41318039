"""Who wants to be woken or told in this process: the half of hints and announcements that every store shares."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from tickwork.store.protocol import Topic


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    topics: frozenset[Topic]
    wake: Callable[[Topic], None]
    loop: asyncio.AbstractEventLoop

    def hint(self, topics: Iterable[Topic]) -> None:
        for topic in topics:
            if topic in self.topics:
                with suppress(RuntimeError):  # its loop is closed: it does not listen any more
                    self.loop.call_soon_threadsafe(self.wake, topic)


class Listeners:
    """May be hinted from any thread; each listener is called on the loop on which it began to listen."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: tuple[_Listener, ...] = ()

    def add(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        """Returns the function that ends it."""
        listener = _Listener(frozenset(topics), wake, asyncio.get_running_loop())
        with self._lock:
            self._all = (*self._all, listener)

        def end() -> None:
            with self._lock:
                self._all = tuple(other for other in self._all if other is not listener)

        return end

    def hint(self, topics: Iterable[Topic]) -> None:
        wanted = tuple(dict.fromkeys(topics))
        for listener in self._all:
            listener.hint(wanted)

    def clear(self) -> None:
        self._all = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Follower:
    hear: Callable[[bytes], None]
    loop: asyncio.AbstractEventLoop

    def tell(self, payloads: Sequence[bytes]) -> None:
        for payload in payloads:
            self.hear(payload)


class Followers:
    """May be told from any thread; each follower is called on the loop on which it began to follow."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: tuple[_Follower, ...] = ()

    def add(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        """Returns the function that ends it."""
        follower = _Follower(hear, asyncio.get_running_loop())
        with self._lock:
            self._all = (*self._all, follower)

        def end() -> None:
            with self._lock:
                self._all = tuple(other for other in self._all if other is not follower)

        return end

    def tell(self, payloads: Sequence[bytes]) -> None:
        for follower in self._all:
            with suppress(RuntimeError):  # its loop is closed: it does not follow any more
                follower.loop.call_soon_threadsafe(follower.tell, payloads)

    def missed(self) -> None:
        """Some may not have come."""
        self.tell((b"",))

    def clear(self) -> None:
        self._all = ()


class Hints(Protocol):
    """What brings hints and announcements to other processes, and theirs to this one."""

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]: ...
    def hears(self) -> bool | None: ...
    def notify(self, topics: Sequence[Topic]) -> None: ...
    def announce(self, payloads: Sequence[bytes]) -> None: ...
    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]: ...


class Hinting:
    """A store that leaves hints and announcements to its `_hints`."""

    @property
    def _hints(self) -> Hints:
        raise NotImplementedError  # pragma: no cover

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        return self._hints.listen(topics, wake)

    def hears(self) -> bool | None:
        return self._hints.hears()

    def notify(self, *topics: Topic) -> None:
        self._hints.notify(topics)

    def announce(self, payloads: Sequence[bytes]) -> None:
        self._hints.announce(payloads)

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        return self._hints.follow(hear)
