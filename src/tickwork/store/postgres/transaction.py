"""One transaction on one connection, as the verbs see it."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar
from zlib import crc32

from psycopg import Cursor, Error

from tickwork.core.clock import Instant
from tickwork.errors import StoreUnavailable
from tickwork.store.postgres.connection import Connection
from tickwork.store.postgres.locks import Locks
from tickwork.store.postgres.values import Row, decoder
from tickwork.store.protocol import Topic
from tickwork.store.sql import statements

T = TypeVar("T")
Letter = dict[str, list[str]]
"""Parameters of `notify`."""

_PACKAGE = "tickwork.store.postgres"
_SCHEMA = re.compile(r"\btickwork(?=\.)|(?<=CREATE SCHEMA )tickwork\b")


def in_schema(text: str, schema: str) -> str:
    """The files name the schema `tickwork`."""
    return _SCHEMA.sub(f'"{schema}"', text)


@cache
def _statements(schema: str) -> dict[str, bytes]:
    return {name: in_schema(text, schema).encode() for name, text in statements(_PACKAGE).items()}


def space_of(schema: str) -> int:
    """The first half of the keys of this store's advisory locks; several stores share a database."""
    return crc32(f"tickwork:{schema}".encode()) - (1 << 31)


class Tx:
    """Runs statements by the name of their file. `wakes` are the topics to hint after the commit, which is not to be
    before `moment`."""

    __slots__ = ("_ahead", "_cursor", "_idle", "_sql", "db", "moment", "space", "wakes")

    def __init__(self, db: Connection, *, schema: str) -> None:
        self.db = db
        self.space = space_of(schema)
        self._sql = _statements(schema)
        self._cursor = db.cursor(binary=True)
        self._ahead: list[tuple[str, dict[str, Any] | None]] = []
        self._idle = True
        """Nothing has been asked of the server."""
        self.wakes: set[Topic] = set()
        self.moment = Instant(0)

    def rows(self, name: str, /, **parameters: Any) -> list[Row]:
        return self._execute(name, parameters).fetchall()

    def row(self, name: str, /, **parameters: Any) -> Row | None:
        return self._execute(name, parameters).fetchone()

    def value(self, name: str, /, **parameters: Any) -> Any:
        """The first column of the only row; None where there is no row."""
        row = self._execute(name, parameters).fetchone()
        return None if row is None else row[0]

    def values(self, name: str, kind: type[T], /, **parameters: Any) -> list[T]:
        """The values that a statement returns as JSON."""
        decode = decoder(kind).decode
        return [decode(row[0]) for row in self._execute(name, parameters)]

    def do(self, name: str, /, **parameters: Any) -> int:
        """How many rows it changed."""
        return self._execute(name, parameters or None).rowcount

    def _execute(self, name: str, parameters: dict[str, Any] | None) -> Cursor[Row]:
        self._idle = False
        if self._ahead:
            with self.db.pipeline():
                self._send_ahead()
                self._cursor.execute(self._sql[name], parameters)
            return self._cursor
        return self._cursor.execute(self._sql[name], parameters)

    def _send_ahead(self) -> None:
        ahead, self._ahead = self._ahead, []
        for name, parameters in ahead:
            self.db.execute(self._sql[name], parameters, binary=True)

    def soon(self, name: str, /, **parameters: Any) -> None:
        """It leaves together with what follows: nobody waits for its answer."""
        self._idle = False
        self._ahead.append((name, parameters))

    def lock(self, locks: Locks) -> None:
        """Waits for them, in the order that `locks.py` states."""
        if stripes := sorted(locks.stripes):
            self.soon("lock_stripes", space=self.space, stripes=stripes)
        if sessions := sorted(locks.sessions):
            self.soon("lock_sessions", sessions=sessions)
        named = {name: list(getattr(locks, name)) for name in ("runs", "of_jobs", "of_sessions")}
        if any(named.values()):
            self.soon("lock_runs", **named)

    def lock_now(self, stripes: Iterable[int]) -> set[int]:
        """Those stripes that could be had without waiting (what this transaction holds already can)."""
        wanted = sorted(stripes)
        return {row[0] for row in self.rows("lock_stripes_now", space=self.space, stripes=wanted)} if wanted else set()

    def begin(self, *names: str) -> None:
        """These statements leave together with the first one that follows: nobody waits for their answers."""
        self._ahead = [(name, None) for name in names]
        self._idle = True
        self.wakes = set()
        self.moment = Instant(0)

    @property
    def idle(self) -> bool:
        """Nothing was asked of the server: there is nothing to commit."""
        return self._idle

    def flush(self) -> None:
        """What was to leave together with what follows does so now."""
        with self.db.pipeline():
            self._send_ahead()

    def commit(self, *, letter: Letter | None = None) -> bool:
        """`letter` leaves together with it, and is sent behind it; returns whether it was."""
        if self._idle:
            self._ahead.clear()
            return False
        sent = letter is not None
        ended = self.db.cursor()
        try:
            with self.db.pipeline():
                self._send_ahead()
                ended.execute(self._sql["commit"])
                if letter is not None:
                    self.db.execute(self._sql["notify"], letter, binary=True)
        except Error:
            if ended.statusmessage != "COMMIT":
                raise
            sent = False
        if ended.statusmessage != "COMMIT":  # the server answers so, and without an error, if it could not
            raise StoreUnavailable("PostgreSQL rolled the transaction back; try again")
        return sent

    def rollback(self) -> None:
        self._ahead.clear()
        self.db.execute(self._sql["rollback"])
