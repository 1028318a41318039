"""Verbs of `Notes`."""

from collections.abc import Iterable, Sequence

from tickwork.core.clock import Instant
from tickwork.store.postgres.locks import Locks, stripe_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Row
from tickwork.store.protocol import Keep, Note


def locks(names: Iterable[tuple[str, str]]) -> Locks:
    """What whoever changes these notes (space, key) must hold: nobody else then waits for one of their rows."""
    return Locks(stripes={stripe_of("note", f"{space}/{key}") for space, key in names})


def keep(tx: Tx, keeps: Sequence[Keep], *, at: Instant) -> list[bool]:
    return [_keep(tx, one, at=at) for one in keeps]


def _keep(tx: Tx, one: Keep, *, at: Instant) -> bool:
    note = one.note
    fields = {"space": note.space, "key": note.key, "body": note.body, "expires": note.expires, "at": at}
    if one.expect is None:
        return tx.do("note_keep", new=one.new, **fields) == 1
    return tx.do("note_swap", expect=one.expect, **fields) == 1


def notes(tx: Tx, space: str, keys: Sequence[str], *, at: Instant) -> dict[str, Note]:
    return {row[1]: _note(row) for row in tx.rows("notes", space=space, keys=list(keys), at=at)} if keys else {}


def notes_under(tx: Tx, space: str, prefix: str, *, at: Instant, after: str = "", limit: int = 1000) -> list[Note]:
    found = tx.rows("notes_under", space=space, prefix=prefix, after=after, at=at, limit=limit)
    return [_note(row) for row in found]


def drop(tx: Tx, space: str, keys: Sequence[str], *, at: Instant) -> list[bool]:
    gone = {row[0] for row in tx.rows("note_drop", space=space, keys=list(keys), at=at)} if keys else set()
    return [key in gone for key in keys]


def sweep(tx: Tx, *, at: Instant, limit: int) -> int:
    return tx.do("note_sweep", at=at, limit=limit)


def _note(row: Row) -> Note:
    space, key, body, expires = row
    return Note(space=space, key=key, body=body, expires=expires)
