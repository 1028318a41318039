"""Wake hints and announcements, within this process and to the others on the same schema.

They never travel in the transactions that they tell of: NOTIFY takes a lock that all of a database share until its
commit. A hint leaves right behind its commit, on the same connection; what comes soon after it, and announcements, are
sent together by a thread that has one of its own. Another one listens. Nothing here may fail or block a writer: a hint
that is lost costs a poll, never an event.
"""

import binascii
from collections.abc import Callable, Collection, Sequence
from hashlib import sha1
from threading import Lock

from tickwork.core.clock import Clock
from tickwork.store.listeners import Followers, Listeners
from tickwork.store.postgres.address import Address
from tickwork.store.postgres.link import Link
from tickwork.store.postgres.receiver import Receiver
from tickwork.store.postgres.sender import TOPICS, Sender
from tickwork.store.postgres.transaction import Letter
from tickwork.store.protocol import Topic


class Wakes:
    """`me` tells this process's own hints from those of others. The threads begin when they are first needed."""

    def __init__(self, *, address: Address, me: str, clock: Clock, link: Callable[[], Link]) -> None:
        self._lock = Lock()
        self._listeners = Listeners()
        self._followers = Followers()
        hints, feed = address.schema, feed_of(address.schema)
        self._sender = Sender(hints=hints, feed=feed, me=me, clock=clock, link=link)
        # a pooler gives every transaction another session: there is nothing to listen on
        self._hints = self._feed = None
        if not address.pooled:
            self._hints = Receiver(
                channel=hints, me=me, link=link, receive=self._hear_hint, missed=lambda: self._listeners.hint(TOPICS)
            )
            self._feed = Receiver(
                channel=feed, me=me, link=link, receive=self._hear_payload, missed=self._followers.missed
            )

    def listen(self, topics: Sequence[Topic], wake: Callable[[Topic], None]) -> Callable[[], None]:
        end = self._listeners.add(topics, wake)
        self._begin(self._hints)
        return end

    def letter(self, topics: Collection[Topic]) -> Letter | None:
        """What is to be sent behind the commit that makes these hints true. None: there is nothing, or some were sent
        just now, and `notify` had better collect these."""
        return self._sender.letter(topics) if topics else None

    def notify(self, topics: Collection[Topic], *, sent: bool = False) -> None:
        """`sent`: other processes are told already."""
        if not topics:
            return
        self._listeners.hint(topics)
        if not sent:
            with self._lock:
                self._sender.send(topics, ())

    def follow(self, hear: Callable[[bytes], None]) -> Callable[[], None]:
        end = self._followers.add(hear)
        self._begin(self._feed)
        return end

    def announce(self, payloads: Sequence[bytes]) -> None:
        self._followers.tell(payloads)
        with self._lock:
            self._sender.send((), payloads)

    def hears(self) -> bool | None:
        """None: nobody listens, or there is a pooler in between."""
        receivers = (self._hints, self._feed)
        heard = [hears for one in receivers if one is not None and (hears := one.hears) is not None]
        return all(heard) if heard else None

    def _begin(self, receiver: Receiver | None) -> None:
        if receiver is not None:
            with self._lock:
                receiver.begin()

    def _hear_hint(self, digits: str) -> None:
        self._listeners.hint([TOPICS[int(digit)] for digit in digits if digit.isdigit() and int(digit) < len(TOPICS)])

    def _hear_payload(self, encoded: str) -> None:
        self._followers.tell((binascii.a2b_base64(encoded),))

    def close(self) -> None:
        """Blocks shortly."""
        self._listeners.clear()
        self._followers.clear()
        self._sender.stop()
        for receiver in (self._hints, self._feed):
            if receiver is not None:
                receiver.stop()


def feed_of(schema: str) -> str:
    """The channel of its announcements: a schema's name may be as long as a channel's."""
    return f"tickwork feed {sha1(schema.encode(), usedforsecurity=False).hexdigest()}"
