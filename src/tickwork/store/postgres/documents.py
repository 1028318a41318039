"""Reading definitions."""

from collections.abc import Sequence

from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import document_of
from tickwork.store.protocol import Document, Kind, Said


def get(tx: Tx, kind: Kind, id: str, revision: int | None = None) -> Document | None:
    if revision is None:
        return get_many(tx, kind, [id]).get(id)
    row = tx.row("get_revision", kind=kind, id=id, revision=revision)
    return None if row is None else document_of(row)


def get_many(tx: Tx, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
    found = tx.rows("get", kind=kind, ids=list(ids)) if ids else []
    return {row[1]: document_of(row) for row in found}


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
    limit: int | None = 1000,
) -> list[Document]:
    where = {"kind": kind, "project": project, "name": name, "owner": owner, "after": after or "", "limit": limit}
    if tags:
        return [document_of(row) for row in tx.rows("find_tagged", tags=list(tags), **where)]
    return [document_of(row) for row in tx.rows("find", deleted=deleted, **where)]


def saying(tx: Tx, kind: Kind, what: Said, *, after: str | None = None, limit: int = 1000) -> list[Document]:
    return [document_of(row) for row in tx.rows("saying", kind=kind, what=what, after=after or "", limit=limit)]


def revisions(tx: Tx, kind: Kind, id: str) -> list[Document]:
    return [document_of(row) for row in tx.rows("revisions", kind=kind, id=id)]
