"""What comes to a process: hints and announcements of the others, heard on a connection that does nothing else."""

import os
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Thread

import psycopg

from tickwork.errors import StoreError
from tickwork.store.postgres.connection import Connection
from tickwork.store.postgres.link import Link

_FIRST_SECONDS = 3.0
"""How long `begin` waits for the connection, so that whatever is hinted after it has returned is heard."""
_QUIET_SECONDS = 5.0
"""After so long without a hint it asks whether the server is still there."""


class Receiver:
    """`receive` gets the letters of other processes, without who sent them; `missed` hears that some may be lost."""

    def __init__(
        self,
        *,
        channel: str,
        me: str,
        link: Callable[[], Link],
        receive: Callable[[str], None],
        missed: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._me = me
        self._link = link
        self._receive = receive
        self._missed = missed
        self._stopping = Event()
        self._listening = Event()
        self._late = False
        self._stands = False
        self._thread: Thread | None = None
        self._heeded, self._rung = -1, -1
        """A pipe: what is written into it ends the sleep of the thread, which nothing else does on a quiet line."""

    def begin(self) -> None:
        if self._thread is None:
            self._heeded, self._rung = os.pipe()
            self._thread = Thread(target=self._run, name="tickwork-listen", daemon=True)
            self._thread.start()
            self._late = not self._listening.wait(_FIRST_SECONDS)

    @property
    def hears(self) -> bool | None:
        return None if self._thread is None else self._thread.is_alive() and self._stands

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None and self._thread.is_alive():
            os.write(self._rung, b".")
            self._thread.join()
            os.close(self._heeded)
            os.close(self._rung)

    def _run(self) -> None:
        link = self._link()
        backoff = link.backoff()
        while not self._stopping.is_set():
            try:
                db = link.tx().db
                db.execute(f'LISTEN "{self._channel}"'.encode())
                backoff = link.backoff()
                if self._listening.is_set() or self._late:
                    self._missed()
                self._listening.set()
                self._stands = True
                self._listen(db)
            except (psycopg.Error, StoreError):
                self._stands = False
                link.drop()
                backoff.pause()
        link.drop()

    def _listen(self, db: Connection) -> None:
        with DefaultSelector() as selector:
            selector.register(db, EVENT_READ)
            selector.register(self._heeded, EVENT_READ)
            while not self._stopping.is_set():
                for letter in db.notifies(timeout=0):
                    self._deliver(letter.payload)
                if not selector.select(_QUIET_SECONDS):
                    db.execute("SELECT")

    def _deliver(self, letter: str) -> None:
        sender, _, content = letter.partition(" ")
        if sender != self._me:
            self._receive(content)
