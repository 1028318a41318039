"""The audit: who did what to which object, from where, and what was different before."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.ids import RunId
from tickwork.errors import NotFound
from tickwork.operations.context import Context
from tickwork.store.protocol import AuditEntry, Document, Kind

HIDDEN = "[hidden]"
_SECRET_FIELDS = {
    Kind.USER: {"password_hash", "stamp"},
    Kind.KEY: {"hash"},
    Kind.CHECKIN: {"hash"},
    Kind.SECRET: {"sealed"},
    Kind.CHANNEL: {"way"},
}
_KINDS = {kind.value for kind in Kind}
_PLACED = {"person", "user", "key", "worker", "run", "anonymous"}
"""Actors whose names say behind an @ where they are."""


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry."""

    seq: int
    at: str | None
    by: str
    """user, key, person (at a terminal), board, system, worker, …"""
    who: str
    where: str
    """The address, or the host of a person's terminal; "" where it is not known."""
    verb: str
    kind: str
    id: str
    revision: int | None
    note: str | None


class AuditDetail(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with the definition before and after it (None: there was none)."""

    entry: AuditView
    project: str | None
    """Of the object, as far as it is still known."""
    changed: Sequence[str]
    """The fields that differ; values of secret ones are hidden."""
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Audit:
    """Reads it. Nobody writes it but the verbs themselves."""

    def __init__(self, context: Context) -> None:
        self._store = context.store

    async def entries(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[AuditView]:
        """Newest first. `by`: a name, wherever and with whatever they did it; `before`: only from behind this `seq` on:
        the last one of the page before."""
        found = await self._store.audit(
            kind=kind, id=id, by=by, verb=verb, since=since, until=until, before=before, limit=limit
        )
        return [audit_view(entry) for entry in found]

    async def show(self, seq: int) -> AuditDetail:
        """Raises `NotFound`."""
        found = await self._store.audit(before=seq + 1, limit=1)
        if not found or found[0].seq != seq:
            raise NotFound(f"there is no entry {seq} in the audit; `tickwork audit` lists them")
        [entry] = found
        after = await self._revision(entry, entry.revision)
        before = await self._revision(entry, None if entry.revision is None else entry.revision - 1)
        old, new = _fields(before), _fields(after)
        return AuditDetail(
            entry=audit_view(entry),
            project=await self._project(entry, after or before),
            changed=sorted(name for name in {*(old or {}), *(new or {})} if _of(old, name) != _of(new, name)),
            before=_shown(entry.kind, old),
            after=_shown(entry.kind, new),
        )

    async def project_of(self, view: AuditView) -> str | None:
        """The project of the object, as far as it is still known."""
        if view.kind in _KINDS and view.revision:
            document = await self._store.get(Kind(view.kind), view.id, view.revision)
            before = document or await self._store.get(Kind(view.kind), view.id, view.revision - 1)
            return None if before is None else before.project or None
        detail = await self._store.run(RunId(view.id)) if view.kind == "run" else None
        return None if detail is None else detail.run.project

    async def _revision(self, entry: AuditEntry, revision: int | None) -> Document | None:
        if not revision or entry.kind not in _KINDS:
            return None
        return await self._store.get(Kind(entry.kind), entry.id, revision)

    async def _project(self, entry: AuditEntry, document: Document | None) -> str | None:
        if document is not None:
            return document.project or None
        detail = await self._store.run(RunId(entry.id)) if entry.kind == "run" else None
        return None if detail is None else detail.run.project


def audit_view(entry: AuditEntry) -> AuditView:
    who, at, where = entry.by.name.rpartition("@") if entry.by.kind in _PLACED else ("", "", "")
    return AuditView(
        seq=entry.seq,
        at=iso(entry.at),
        by=entry.by.kind,
        who=who if at else entry.by.name,
        where=where if at else "",
        verb=entry.verb,
        kind=entry.kind,
        id=entry.id,
        revision=entry.revision,
        note=entry.note,
    )


def _fields(document: Document | None) -> dict[str, Any] | None:
    if document is None or document.body is None:
        return None
    value = msgspec.json.decode(document.body)
    return value if isinstance(value, dict) else {"value": value}


def _of(fields: Mapping[str, Any] | None, name: str) -> Any:
    return None if fields is None else fields.get(name)


def _shown(kind: str, fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if fields is None:
        return None
    hidden = _SECRET_FIELDS.get(Kind(kind), set()) if kind in _KINDS else set()
    return {name: HIDDEN if name in hidden else value for name, value in fields.items()}
