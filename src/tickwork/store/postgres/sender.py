"""What leaves a process: hints at once or, where many come in a few milliseconds, together; announcements."""

import binascii
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Condition, Thread

import psycopg

from tickwork.core.clock import Clock
from tickwork.errors import StoreError
from tickwork.store.postgres.link import Link
from tickwork.store.postgres.transaction import Letter
from tickwork.store.protocol import Topic

TOPICS = tuple(Topic)
MISSED = b""
"""In the place of announcements: there were more than could be kept."""
_TOGETHER_SECONDS = 0.005
_MOST_WAITING = 256
"""So many announcements wait for a server that is away; then they are gone, and whoever follows hears of that."""


class Sender:
    """Sends at once, and what comes within the next few milliseconds together."""

    def __init__(self, *, hints: str, feed: str, me: str, clock: Clock, link: Callable[[], Link]) -> None:
        self._hints = hints
        self._feed = feed
        self._me = me
        self._clock = clock
        self._link = link
        self._topics: dict[Topic, None] = {}
        """In the order in which they came."""
        self._payloads: list[bytes] = []
        self._changed = Condition()
        self._not_before = 0.0
        """Until then hints are collected, on the monotonic clock."""
        self._stopping = False
        self._thread: Thread | None = None

    def letter(self, topics: Iterable[Topic]) -> Letter | None:
        """These hints, for who sends them at once. None: some were sent just now."""
        with self._changed:
            now = self._clock.monotonic()
            if now < self._not_before or self._stopping:
                return None
            self._not_before = now + _TOGETHER_SECONDS
        return self._addressed([(self._hints, _digits(topics))])

    def send(self, topics: Iterable[Topic], payloads: Sequence[bytes]) -> None:
        with self._changed:
            if self._stopping:
                return
            self._topics |= dict.fromkeys(topics)
            self._payloads.extend(payloads)
            if len(self._payloads) > _MOST_WAITING:
                self._payloads = [MISSED]
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
        while letters := self._next():
            try:
                link.tx().rows("notify", **self._addressed(letters))
            except (psycopg.Error, StoreError):  # the others poll
                link.drop()
            time.sleep(_TOGETHER_SECONDS)
        link.drop()

    def _next(self) -> list[tuple[str, str]]:
        """Channels and letters; none: this is the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._topics or self._payloads or self._stopping)
            topics, self._topics = self._topics, {}
            payloads, self._payloads = self._payloads, []
        hints = _digits(topics)
        feed = [(self._feed, binascii.b2a_base64(payload, newline=False).decode()) for payload in payloads]
        return [(self._hints, hints), *feed] if hints else feed

    def _addressed(self, letters: Sequence[tuple[str, str]]) -> Letter:
        return {
            "channels": [channel for channel, _ in letters],
            "letters": [f"{self._me} {content}" for _, content in letters],
        }


def _digits(topics: Iterable[Topic]) -> str:
    return "".join(str(TOPICS.index(topic)) for topic in topics)
