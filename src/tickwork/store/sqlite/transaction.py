"""One transaction on one connection, as the verbs see it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import apsw

from tickwork.store.protocol import Topic
from tickwork.store.sql import statements

Row = tuple[Any, ...]
Bindings = Sequence[Any] | Mapping[str, Any]

_SQL = statements("tickwork.store.sqlite")


class Tx:
    """Runs statements by the name of their file. `wakes` are the topics to hint after the commit."""

    __slots__ = ("_cursor", "_db", "wakes")

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._cursor = db.cursor()
        self.wakes: set[Topic] = set()

    def rows(self, name: str, bindings: Bindings = ()) -> list[Row]:
        return self._cursor.execute(_SQL[name], bindings).fetchall()

    def row(self, name: str, bindings: Bindings = ()) -> Row | None:
        found = self._cursor.execute(_SQL[name], bindings).fetchall()
        return found[0] if found else None

    def value(self, name: str, bindings: Bindings = ()) -> Any:
        """The first column of the only row; None where there is no row."""
        found = self._cursor.execute(_SQL[name], bindings).fetchall()
        return found[0][0] if found else None

    def do(self, name: str, bindings: Bindings = ()) -> int:
        """How many rows it changed."""
        self._cursor.execute(_SQL[name], bindings).fetchall()
        return self._db.changes()

    def many(self, name: str, batch: Iterable[Bindings]) -> int:
        """Once for each bindings of the batch; how many rows all of them changed. (`RETURNING` would cost as much
        as a third of the statement: where it matters which rows changed, the verbs ask when the count is short.)"""
        before = self._db.total_changes()
        self._cursor.executemany(_SQL[name], batch)
        return self._db.total_changes() - before

    def next(self, counter: str, n: int = 1) -> int:
        """Take `n` numbers of a counter; returns the first."""
        return int(self.value("counter_bump", (counter, n))) - n + 1

    @property
    def open(self) -> bool:
        """Whether SQLite still has the transaction (some errors end it)."""
        return self._db.in_transaction
