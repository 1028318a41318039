"""Wake hints, within this process and to the others on the same schema.

Hints never travel in the transactions that they tell of: NOTIFY takes a lock that all of a database share until its
commit. One thread sends them together on a connection of its own, another one listens. Nothing here may fail or block
a writer: a hint that is lost costs a poll, never an event.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from threading import Condition, Event, Lock, Thread

import psycopg

from tickwork.errors import StoreError
from tickwork.store.listeners import Listeners
from tickwork.store.postgres.address import Address
from tickwork.store.postgres.connection import Connection
from tickwork.store.postgres.link import Link
from tickwork.store.protocol import Topic

_TOPICS = tuple(Topic)
_TOGETHER_SECONDS = 0.005
_LISTEN_SECONDS = 0.1
"""How soon a listener sees that it was stopped."""
_FIRST_SECONDS = 3.0
"""How long `listen` waits for the connection, so that whatever is hinted after it has returned is heard."""
_QUIET_ROUNDS = 50
"""After so many without a hint it asks whether the server is still there."""


class Wakes:
    """`me` tells this process's own hints from those of others. The threads begin when they are first needed."""

    def __init__(self, *, address: Address, me: str, link: Callable[[], Link]) -> None:
        self._lock = Lock()
        self._listeners = Listeners()
        self._sender = _Sender(channel=address.schema, me=me, link=link)
        # a pooler gives every transaction another session: there is nothing to listen on
        self._receiver = (
            None
            if address.pooled
            else _Receiver(channel=address.schema, me=me, link=link, receive=self._listeners.hint)
        )

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        end = self._listeners.add(topics, wake)
        if self._receiver is not None:
            with self._lock:
                self._receiver.begin()
        return end

    def notify(self, topics: Iterable[Topic]) -> None:
        hinted = frozenset(topics)
        self._listeners.hint(hinted)
        with self._lock:
            self._sender.send(hinted)

    def close(self) -> None:
        """Blocks shortly."""
        self._listeners.clear()
        self._sender.stop()
        if self._receiver is not None:
            self._receiver.stop()


class _Sender:
    """Sends at once, and what comes within the next few milliseconds together."""

    def __init__(self, *, channel: str, me: str, link: Callable[[], Link]) -> None:
        self._channel = channel
        self._me = me
        self._link = link
        self._pending: set[Topic] = set()
        self._changed = Condition()
        self._stopping = False
        self._thread: Thread | None = None

    def send(self, topics: Iterable[Topic]) -> None:
        with self._changed:
            if self._stopping:
                return
            self._pending.update(topics)
            self._changed.notify()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="tickwork-notify", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        link = self._link()
        while topics := self._next():
            letter = f"{self._me} {''.join(str(_TOPICS.index(topic)) for topic in topics)}"
            try:
                tx = link.tx()
                tx.begin("notify_begin")
                tx.rows("notify", channel=self._channel, letter=letter)
                tx.commit()
            except (psycopg.Error, StoreError):  # the others poll
                link.drop()
            time.sleep(_TOGETHER_SECONDS)
        link.drop()

    def _next(self) -> set[Topic]:
        """Empty: this is the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending or self._stopping)
            topics, self._pending = self._pending, set()
            return topics


class _Receiver:
    def __init__(
        self, *, channel: str, me: str, link: Callable[[], Link], receive: Callable[[Iterable[Topic]], None]
    ) -> None:
        self._channel = channel
        self._me = me
        self._link = link
        self._receive = receive
        self._stopping = Event()
        self._listening = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="tickwork-listen", daemon=True)
            self._thread.start()
            self._listening.wait(_FIRST_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        link = self._link()
        backoff = link.backoff()
        while not self._stopping.is_set():
            try:
                db = link.tx().db
                db.execute(f'LISTEN "{self._channel}"'.encode())
                backoff = link.backoff()
                if self._listening.is_set():
                    self._receive(_TOPICS)  # whatever was hinted while nobody listened
                self._listening.set()
                self._listen(db)
            except (psycopg.Error, StoreError):
                link.drop()
                backoff.pause()
        link.drop()

    def _listen(self, db: Connection) -> None:
        while not self._stopping.is_set():
            for _ in range(_QUIET_ROUNDS):
                for letter in db.notifies(timeout=_LISTEN_SECONDS):
                    self._deliver(letter.payload)
                if self._stopping.is_set():
                    return
            db.execute("SELECT")

    def _deliver(self, letter: str) -> None:
        sender, _, topics = letter.partition(" ")
        if sender != self._me:
            self._receive({_TOPICS[int(digit)] for digit in topics if digit.isdigit() and int(digit) < len(_TOPICS)})
