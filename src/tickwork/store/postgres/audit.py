"""Who did what to which object."""

from collections.abc import Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch
from tickwork.store.protocol import Audited, AuditEntry


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A run that somebody did something to."""

    run: RunId
    revision: int | None = None
    note: str | None = None


def write(tx: Tx, touched: Sequence[Touched], *, by: Actor, at: Instant, verb: str) -> None:
    if touched:
        tx.do("audit_write", runs=Batch(touched), at=at, actor_kind=by.kind, actor_name=by.name, verb=verb)


def record(tx: Tx, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
    if entries:
        tx.do("audit_record", entries=Batch(entries), at=at, actor_kind=by.kind, actor_name=by.name)


def entries(
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
    where = {"kind": kind, "id": id, "by": by, "verb": verb, "since": since, "until": until, "before": before}
    return tx.values("audit", AuditEntry, **where, limit=limit)
