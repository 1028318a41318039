"""The threads that write and read. Concurrent callers' verbs share a transaction (group commit).

A group is tried as it is first. Should one of its verbs fail, it is done once more with a savepoint around each, so
that the one fails alone: savepoints cost two round trips a verb, and failures are rare. A group that the server gave
up for another one (a deadlock), or whose connection broke, is done again: verbs are functions of the transaction.
"""

from queue import SimpleQueue
from time import sleep
from typing import Final

import psycopg

from tickwork.core.clock import SECOND, Clock
from tickwork.crashpoint import crash_point
from tickwork.errors import StoreUnavailable
from tickwork.store.lanes import Call, Lane
from tickwork.store.postgres.connection import explained, is_lost, is_passing
from tickwork.store.postgres.link import Link
from tickwork.store.postgres.locks import together
from tickwork.store.postgres.transaction import Letter, Tx
from tickwork.store.postgres.wake import Wakes
from tickwork.store.protocol import EARLY

_GROUP = 128
"""Verbs in one transaction at most: what bounds the wait of the first of them."""
_TRIES = 5

ALONE: Final = object()
"""A verb that reads by one statement needs no transaction around it: that would be two more, and a round trip."""

Queue = SimpleQueue[Call[Tx] | None]


class _Linked(Lane[Tx]):
    """What readers and writers share: a connection that may break, and transactions that are tried again then."""

    def __init__(self, *, name: str, link: Link, queue: Queue) -> None:
        super().__init__(name=f"{name} of {link.address.shown}", queue=queue)
        self._link = link

    def closed(self) -> None:
        self._link.drop()

    def carry_out(self, calls: list[Call[Tx]]) -> None:
        backoff = self._link.backoff()
        for tries_left in reversed(range(_TRIES)):
            try:
                self.transact(calls)
            except Exception as error:  # noqa: BLE001 (its callers get it)
                self._undo(error)
                if not (tries_left and is_passing(error)):
                    self._refuse(calls, error)
                    return
                backoff.pause()
            else:
                return

    def transact(self, calls: list[Call[Tx]]) -> None:
        """Carry them out and set their values. What it raises, it leaves to `carry_out`."""
        raise NotImplementedError  # pragma: no cover

    def _undo(self, error: Exception) -> None:
        """Leaves a connection without a transaction, or none."""
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction) or is_lost(error):
            self._link.drop()
            return
        try:
            self._link.tx().rollback()
        except Exception:  # noqa: BLE001 (the first error is the one that is told)
            self._link.drop()

    def _refuse(self, calls: list[Call[Tx]], error: Exception) -> None:
        told = explained(error, self._link.address)
        for call in calls:
            call.error = told


class Reader(_Linked):
    """Reads one consistent snapshot per verb, in a transaction unless it is `ALONE`."""

    def __init__(self, *, link: Link, queue: Queue) -> None:
        super().__init__(name="a reader", link=link, queue=queue)

    def transact(self, calls: list[Call[Tx]]) -> None:
        [call] = calls
        tx = self._link.tx()
        if call.needs is ALONE:
            tx.begin()
            call.value = call.verb(tx)
            return
        tx.begin("begin_reading")
        call.value = call.verb(tx)
        tx.commit()


class Writer(_Linked):
    """`lane` is its name in the table of marks."""

    group = _GROUP

    def __init__(self, *, link: Link, queue: Queue, lane: str, clock: Clock, wakes: Wakes) -> None:
        super().__init__(name="a writer", link=link, queue=queue)
        self.lane = lane
        self._clock = clock
        self._wakes = wakes
        self._transactions = 0

    def transact(self, calls: list[Call[Tx]]) -> None:
        calls = sorted(calls, key=lambda call: call.needs.turn)
        tx = self._begin(calls)
        try:
            for call in calls:
                self._attempt(tx, call)
        except Exception as error:
            if is_passing(error) or len(calls) == 1:
                raise
            tx.rollback()
            tx = self._begin(calls)
            for call in calls:
                self._attempt_alone(tx, call)
        self._close(tx)
        sent = self._commit(tx, self._wakes.letter(tx.wakes))
        self._wakes.notify(tx.wakes, sent=sent)

    def _begin(self, calls: list[Call[Tx]]) -> Tx:
        tx = self._link.tx()
        tx.begin(*self._link.begin)
        tx.lock(together([call.needs for call in calls]))
        return tx

    def _attempt(self, tx: Tx, call: Call[Tx]) -> None:
        call.error = None
        call.value = call.verb(tx)

    def _attempt_alone(self, tx: Tx, call: Call[Tx]) -> None:
        wakes, tx.wakes = tx.wakes, set()
        tx.do("savepoint")
        try:
            self._attempt(tx, call)
            tx.do("release_savepoint")
            tx.wakes |= wakes
        except Exception as error:
            if is_passing(error):
                raise
            tx.do("rollback_to_savepoint")
            call.error = explained(error, self._link.address)
            tx.wakes = wakes

    def _close(self, tx: Tx) -> None:
        """All but the commit, for which it may be too early."""
        if tx.idle:
            return
        self._transactions += 1
        tx.soon("mark", lane=self.lane, n=self._transactions, at=self._clock.now())
        if 0 < tx.moment - self._clock.now() <= EARLY:
            tx.flush()
            sleep(max(0, tx.moment - self._clock.now()) / SECOND)

    def _commit(self, tx: Tx, letter: Letter | None) -> bool:
        """A COMMIT without an answer is looked up, never repeated blindly. Returns whether the letter was sent."""
        sent = False
        crash_point("store.commit.before")
        try:
            sent = tx.commit(letter=letter)
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            self._link.drop()
            if not self._has_committed(self._transactions):
                raise
        crash_point("store.commit.after")
        return sent

    def _has_committed(self, transaction: int) -> bool:
        """Raises `StoreUnavailable` if that cannot be found out."""
        backoff = self._link.backoff()
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._newest_mark() == transaction
            except psycopg.Error as error:
                self._undo(error)
                if not tries_left:
                    raise StoreUnavailable(
                        f"{self._link.address.shown} cannot be reached; whether it has the last change is not known"
                    ) from error
                backoff.pause()
        raise AssertionError  # pragma: no cover (the last try returns or raises)

    def _newest_mark(self) -> int:
        tx = self._link.tx()
        tx.begin(*self._link.begin)
        newest: int = tx.value("mark_read", lane=self.lane)
        tx.commit()
        return newest
