"""Verbs of `Notes`."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.store.protocol import Keep, Note
from tickwork.store.sqlite.rows import json_text
from tickwork.store.sqlite.transaction import Row, Tx


def keep(tx: Tx, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
    return [_keep(tx, one, at=at) for one in keeps]


def _keep(tx: Tx, one: Keep, *, at: Instant) -> bool:
    note = one.note
    if one.new or one.expect is not None:
        present = tx.value("note_get", (note.space, note.key, at))
        if present is not None if one.new else present != one.expect:
            return False
    tx.do("note_put", (note.space, note.key, note.body, note.expires))
    return True


def notes(tx: Tx, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
    return {row[1]: _note(row) for row in tx.rows("notes", (space, json_text(keys), at))}


def notes_under(tx: Tx, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000) -> list[Note]:
    return [_note(row) for row in tx.rows("notes_under", (space, prefix, after, at, limit))]


def drop(tx: Tx, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
    return [tx.do("note_drop", (space, key, at)) == 1 for key in keys]


def sweep(tx: Tx, *, at: Instant, limit: int) -> int:
    return tx.do("note_sweep", (at, limit))


def _note(row: Row) -> Note:
    space, key, body, expires = row
    return Note(space=space, key=key, body=body, expires=expires)
