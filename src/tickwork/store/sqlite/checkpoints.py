"""Bringing what was written from the log (`-wal`) into the file.

SQLite would do so within some commit, as soon as the log is long enough, and whoever waits for that commit would wait
for the disk: for hundreds of times as long as a commit takes, when much is deleted. So a thread does it.
"""

from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final

import apsw

from tickwork.store.sqlite.connection import CHECKPOINT_PAGES, connect

_TOO_MANY: Final = 4 * CHECKPOINT_PAGES
"""The thread does not keep up: the commit does after all what is left, as nothing is written meanwhile."""
_ROUNDS: Final = 5
"""A log begins anew only once all of it was brought over: what was written meanwhile is brought over, too."""


class Checkpoints:
    """Of one file, whose connection that writes is watched. The thread begins when it is needed first."""

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._thread: Thread | None = None
        self._asked = Event()
        self._stopping = False

    def watch(self, db: apsw.Connection) -> None:
        db.set_wal_hook(self._written)

    def stop(self) -> None:
        """After the last commit. Blocks until the thread is done."""
        self._stopping = True
        self._asked.set()
        if self._thread is not None:
            self._thread.join()

    def _written(self, db: apsw.Connection, _name: str, pages: int) -> int:
        """After each commit, on its thread."""
        if pages >= _TOO_MANY:
            with suppress(apsw.Error):  # as with SQLite itself: the commit holds
                db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)  # others would keep writers waiting for readers
        elif pages >= CHECKPOINT_PAGES:
            self._ask()
        return apsw.SQLITE_OK

    def _ask(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"checkpoints of {self._path}", daemon=True)
            self._thread.start()
        self._asked.set()

    def _run(self) -> None:
        while self._asked.wait() and not self._stopping:
            self._asked.clear()
            with suppress(apsw.Error):  # a full disk, somebody else's checkpoint: the next commit asks again
                self._bring_over()

    def _bring_over(self) -> None:
        with closing(connect(self._path)) as db:
            for _ in range(_ROUNDS):
                pages, done = db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                if done == pages:
                    return
