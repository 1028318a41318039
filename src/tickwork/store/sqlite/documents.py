"""Verbs of `Documents`: definitions with all their revisions, and the audit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.errors import Conflict
from tickwork.store.protocol import Audited, AuditEntry, Document, Fire, Kind, Put, Said, Timetable, Topic
from tickwork.store.sqlite import rows, timetable
from tickwork.store.sqlite.transaction import Row, Tx

T = TypeVar("T")

_SLICE = 1000
_NEWEST = (1 << 63) - 1


def put(
    tx: Tx,
    puts: Sequence[Put],
    *,
    by: Actor,
    at: Instant,
    verb: str,
    note: str | None,
    changes: Sequence[Timetable],
    fires: Sequence[Fire],
) -> list[int]:
    for fire, born in zip(fires, timetable.fire_all(tx, fires, at=at), strict=True):
        if born is None:
            raise Conflict(f"schedule {fire.schedule} changed meanwhile; read it again and repeat the change")
    revisions = list[int]()
    for some in _slices(puts):
        revisions += _put_some(tx, some, by=by, at=at, verb=verb, note=note)
    given = {put.id: revision for put, revision in zip(puts, revisions, strict=True) if put.kind is Kind.JOB}
    for part in _slices(changes):
        timetable.change(tx, part, given=given)
    tx.wakes.add(Topic.SCHEDULE)
    return revisions


def _slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """A million definitions are one transaction, but never a million rows in memory."""
    return (items[first : first + _SLICE] for first in range(0, len(items), _SLICE))


class _Head(NamedTuple):
    """The current revision of a document."""

    revision: int = 0
    body: bytes | None = None
    project: str = ""
    name: str = ""
    owner: str = ""

    def put(self, put: Put) -> "_Head":
        """What it is after the put; itself where that changes nothing. Raises `Conflict`."""
        _expect(put, self.revision, exists=self.body is not None)
        if put.body is None:
            return self if self.body is None else self._replace(revision=self.revision + 1, body=None)
        after = _Head(self.revision, put.body, put.project, put.name, put.owner)
        return self if after == self else after._replace(revision=self.revision + 1)


def _put_some(tx: Tx, puts: Sequence[Put], *, by: Actor, at: Instant, verb: str, note: str | None) -> list[int]:
    heads, revisions = _heads(tx, puts), list[int]()
    new, current, audit = list[Row](), list[Row](), list[Row]()
    for put in puts:
        before = heads.get((put.kind, put.id), _Head())
        revision, body, *labels = heads[put.kind, put.id] = before.put(put)
        revisions.append(revision)
        if revision != before.revision:
            new.append((put.kind, put.id, revision, body, *labels, at, by.kind, by.name))
            current.append((put.kind, put.id, revision, body is None, *labels))
            audit.append((at, by.kind, by.name, verb, put.kind, put.id, revision, note))
    tx.many("put_document", new)
    tx.many("put_head", current)
    tx.many("audit_write", audit)
    if switches := sum(row[0] is Kind.SWITCH for row in new):
        tx.next("switch", switches)
    return revisions


def _heads(tx: Tx, puts: Sequence[Put]) -> dict[tuple[Kind, str], _Head]:
    ids = defaultdict[Kind, list[str]](list)
    for put in puts:
        ids[put.kind].append(put.id)
    found = ((kind, tx.rows("put_current", (kind, rows.json_text(some)))) for kind, some in ids.items())
    return {(kind, name): _Head(*head) for kind, some in found for name, *head in some}


def _expect(put: Put, revision: int, *, exists: bool) -> None:
    """A deleted document does not exist: 0 holds for it, and so does the number of its deletion."""
    if put.expect is None or put.expect == revision or (put.expect == 0 and not exists):
        return
    what = f"{put.kind} {put.id}"
    if put.expect == 0:
        raise Conflict(f"{what} exists already (revision {revision}); choose another name, or change that one")
    raise Conflict(f"{what} is at revision {revision}, not {put.expect}; read it again and repeat the change")


def write_audit(
    tx: Tx, *, by: Actor, at: Instant, verb: str, kind: str, id: str, revision: int | None, note: str | None
) -> None:
    tx.do("audit_write", (at, by.kind, by.name, verb, kind, id, revision, note))


def get(tx: Tx, kind: Kind, id: str, revision: int | None = None) -> Document | None:
    row = tx.row("get", (kind, id)) if revision is None else tx.row("get_revision", (kind, id, revision))
    return None if row is None else rows.document_of(row)


def get_many(tx: Tx, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
    return {row[1]: rows.document_of(row) for row in tx.rows("get_many", (kind, rows.json_text(ids)))}


def find(
    tx: Tx,
    kind: Kind,
    *,
    project: str | None = None,
    name: str | None = None,
    owner: str | None = None,
    tags: Sequence[str] = (),
    after: str | None = None,
    deleted: bool = False,
    limit: int = 1000,
) -> list[Document]:
    where = (kind, project, name, owner, after or "", limit)
    if tags:
        return [rows.document_of(row) for row in tx.rows("find_tagged", (*where, rows.json_text(tags)))]
    statement = "find_all" if deleted else "find" if name is None else "find_named"
    return [rows.document_of(row) for row in tx.rows(statement, where)]


def saying(tx: Tx, kind: Kind, what: Said, *, after: str | None = None, limit: int = 1000) -> list[Document]:
    return [rows.document_of(row) for row in tx.rows("saying", (kind, what, after or "", limit))]


def revisions(tx: Tx, kind: Kind, id: str) -> list[Document]:
    return [rows.document_of(row) for row in tx.rows("revisions", (kind, id))]


def audit(
    tx: Tx,
    *,
    kind: str | None = None,
    id: str | None = None,
    by: str | None = None,
    verb: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    statement = "audit" if kind is None or id is None else "audit_of_object"
    where = (kind, id, _NEWEST if before is None else before, limit, by, verb, since, until)
    return [rows.audit_of(row) for row in tx.rows(statement, where)]


def record(tx: Tx, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
    for one in entries:
        write_audit(tx, by=by, at=at, verb=one.verb, kind=one.kind, id=one.id, revision=None, note=one.note)
