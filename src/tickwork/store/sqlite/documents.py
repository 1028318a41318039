"""Verbs of `Documents`: definitions with all their revisions, and the audit."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.errors import Conflict
from tickwork.store.protocol import AuditEntry, Document, Fire, Kind, Put, Timetable, Topic
from tickwork.store.sqlite import rows, timetable
from tickwork.store.sqlite.transaction import Tx


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
    for fire in fires:
        if timetable.fire_one(tx, fire, at=at) is None:
            raise Conflict(f"schedule {fire.schedule} changed meanwhile; read it again and repeat the change")
    revisions = [_put_one(tx, put, by=by, at=at, verb=verb, note=note) for put in puts]
    given = {put.id: revision for put, revision in zip(puts, revisions, strict=True) if put.kind is Kind.JOB}
    for change in changes:
        timetable.change(tx, change, given=given.get(change.job))
    tx.wakes.add(Topic.SCHEDULE)
    return revisions


def _put_one(tx: Tx, put: Put, *, by: Actor, at: Instant, verb: str, note: str | None) -> int:
    current = tx.row("put_current", (put.kind, put.id))
    revision, body, project, name, owner = current or (0, None, "", "", "")
    _expect(put, revision, exists=body is not None)
    if put.body is None:
        if body is None:
            return int(revision)
    elif (put.body, put.project, put.name, put.owner) == (body, project, name, owner):
        return int(revision)
    else:
        project, name, owner = put.project, put.name, put.owner
    revision += 1
    tx.do("put_document", (put.kind, put.id, revision, put.body, project, name, owner, at, by.kind, by.name))
    tx.do("put_head", (put.kind, put.id, revision, put.body is None, project, name, owner))
    write_audit(tx, by=by, at=at, verb=verb, kind=put.kind, id=put.id, revision=revision, note=note)
    if put.kind is Kind.SWITCH:
        tx.next("switch")
    return int(revision)


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


def get(tx: Tx, kind: Kind, id: str, revision: int | None) -> Document | None:
    row = tx.row("get", (kind, id)) if revision is None else tx.row("get_revision", (kind, id, revision))
    return None if row is None else rows.document_of(row)


def get_many(tx: Tx, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
    found = [row for one in ids for row in tx.rows("get", (kind, one))]
    return {row[1]: rows.document_of(row) for row in found}


def find(
    tx: Tx,
    kind: Kind,
    *,
    project: str | None,
    name: str | None,
    owner: str | None,
    after: str | None,
    deleted: bool,
    limit: int,
) -> list[Document]:
    statement = "find_all" if deleted else "find" if name is None else "find_named"
    return [rows.document_of(row) for row in tx.rows(statement, (kind, project, name, owner, after or "", limit))]


def revisions(tx: Tx, kind: Kind, id: str) -> list[Document]:
    return [rows.document_of(row) for row in tx.rows("revisions", (kind, id))]


def audit(tx: Tx, *, kind: str | None, id: str | None, before: int | None, limit: int) -> list[AuditEntry]:
    statement = "audit" if kind is None or id is None else "audit_of_object"
    newest = (1 << 63) - 1
    return [rows.audit_of(row) for row in tx.rows(statement, (kind, id, newest if before is None else before, limit))]
