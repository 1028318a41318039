"""Keys and the audit over a store."""

from collections.abc import AsyncIterator, Sequence

from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.people import KeyKind
from tickwork.core.roles import Permission
from tickwork.operations import Operations
from tickwork.operations.audit import AuditDetail, AuditView
from tickwork.operations.people.enrolments import TTL
from tickwork.operations.people.views import EnrolmentView, KeyView, MadeKey


class LocalKeys:
    def __init__(self, ops: Operations) -> None:
        self._keys = ops.people.keys
        self._enrolments = ops.people.enrolments

    async def list(self, *, owner: str | None = None) -> Sequence[KeyView]:
        return await self._keys.list(owner=owner)

    async def create(
        self,
        name: str,
        *,
        kind: KeyKind = KeyKind.API,
        owner: str = "",
        project: str | None = None,
        scopes: Sequence[Permission] = (),
        pools: Sequence[str] = (),
        lasts: float | None = None,
    ) -> MadeKey:
        key, secret = await self._keys.create(
            name,
            kind=kind,
            owner=owner,
            project=project,
            scopes=scopes,
            pools=pools,
            lasts=None if lasts is None else Duration(round(lasts * SECOND)),
        )
        return MadeKey(key=key, secret=secret)

    async def revoke(self, key: str) -> KeyView:
        return await self._keys.revoke(key)

    async def rotate(self, key: str) -> MadeKey:
        view, secret = await self._keys.rotate(key)
        return MadeKey(key=view, secret=secret)

    async def enrol(self, *, pools: Sequence[str] = (), lasts: float | None = None) -> EnrolmentView:
        ttl = TTL if lasts is None else Duration(round(lasts * SECOND))
        return await self._enrolments.make(pools=pools, ttl=ttl)


class LocalAudit:
    def __init__(self, ops: Operations) -> None:
        self._audit = ops.audit

    async def list(
        self,
        *,
        kind: str | None = None,
        id: str | None = None,
        by: str | None = None,
        verb: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[AuditView]:
        most = 10_000 if limit is None else limit
        entries = await self._audit.entries(
            kind=kind, id=id, by=by, verb=verb, since=since, until=until, before=before, limit=most
        )
        for entry in entries:
            yield entry

    async def show(self, seq: int) -> AuditDetail:
        return await self._audit.show(seq)
