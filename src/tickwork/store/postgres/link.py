"""A connection that is made anew when it breaks."""

import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
from psycopg import errors

from tickwork.core.clock import Clock
from tickwork.core.ids import Random
from tickwork.errors import StoreTooNew, StoreUnavailable
from tickwork.store.postgres.address import Address
from tickwork.store.postgres.connection import Connection, connect, explained
from tickwork.store.postgres.schema import refuse_newer
from tickwork.store.postgres.transaction import Tx

PATIENCE = 5.0
"""Seconds that callers are kept waiting for a server that does not answer, before they are told."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0


class Backoff:
    """Pauses that double, each of a random length, so that many clients do not come back at the same moment."""

    def __init__(self, *, random: Random, sleep: Callable[[float], object] = time.sleep) -> None:
        self._random = random
        self._sleep = sleep
        self._pause = _FIRST_PAUSE

    def pause(self) -> None:
        self._sleep(self._pause * self._random.uniform(0.5, 1.0))
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)


class Link:
    """For one thread."""

    def __init__(self, *, address: Address, clock: Clock, random: Random, writing: bool = False) -> None:
        self.address = address
        self.begin = ("begin", "set_pooled") if address.pooled else ("begin",)
        """The statements that a transaction which may write begins with."""
        self._clock = clock
        self._random = random
        self._writing = writing
        self._tx: Tx | None = None
        self._down_since: float | None = None

    def tx(self) -> Tx:
        """The transaction of a live connection. Raises `StoreUnavailable` after `PATIENCE` (once for an outage: those
        who come later in it are told after one try), and `StoreError` for what waiting does not help
        (`StoreTooNew` among it)."""
        if self._tx is None:
            self._tx = Tx(self._connect(), schema=self.address.schema)
            try:
                refuse_newer(self._tx, self.address)
                self._look_around(self._tx)
            except StoreTooNew:
                self.drop()
                raise
        return self._tx

    def _look_around(self, tx: Tx) -> None:
        """A server that took over, or was restored, may have lost the newest claims: no fence is given twice."""
        try:
            tx.rows("origin", at=self._clock.now())
        except (errors.InsufficientPrivilege, errors.UndefinedFunction):  # a server that hides what it is
            return

    def drop(self) -> None:
        """The connection is gone, or in a state that nobody knows."""
        if self._tx is not None:
            with suppress(psycopg.Error):
                self._tx.db.close()
            self._tx = None

    def backoff(self) -> Backoff:
        return Backoff(random=self._random)

    def _connect(self) -> Connection:
        now = self._clock.monotonic
        if self._down_since is None:
            self._down_since = now()
        backoff = self.backoff()
        while True:
            try:
                db = connect(self.address, writing=self._writing)
            except psycopg.Error as error:
                told = explained(error, self.address)
                if not isinstance(told, StoreUnavailable) or now() - self._down_since >= PATIENCE:
                    raise told from error
                backoff.pause()
            else:
                self._down_since = None
                return db
