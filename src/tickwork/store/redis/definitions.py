"""The verbs on definitions, and on what was done to them."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.store.protocol import Audited, AuditEntry, Document, Fire, Kind, Put, Said, Timetable
from tickwork.store.redis import indexes, packing, replies
from tickwork.store.redis.caller import Caller
from tickwork.store.redis.documents import document_of
from tickwork.store.redis.saving import Save, in_order, parted, save_parts


async def put(
    caller: Caller,
    puts: Sequence[Put],
    *,
    by: Actor,
    at: Instant,
    verb: str = "put",
    note: str | None = None,
    timetable: Sequence[Timetable] = (),
    fires: Sequence[Fire] = (),
) -> list[int]:
    save, parts = Save(by=by, at=at, verb=verb, note=note), parted(puts, timetable, fires)
    if len(parts) > 1:
        return await save_parts(save, parts, token=caller.token(), write=caller.write, read=caller.read)
    args, blobs = save.packed(parts[0])
    return in_order(parts, [await caller.write("put", *args, blobs=blobs, once=True)])


async def get(caller: Caller, kind: Kind, id: str, revision: int | None = None) -> Document | None:
    [text] = await caller.read("get", kind, [id], packing.field(revision)) or [None]
    return None if text is None else document_of(kind, id, text)


async def get_many(caller: Caller, kind: Kind, ids: Sequence[str]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for some in replies.sliced(ids):
        texts = await caller.read("get", kind, some, packing.field(None))
        found |= {one: document_of(kind, one, text) for one, text in replies.padded(some, texts) if text is not None}
    return found


async def find(
    caller: Caller,
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
    found: list[Document] = []
    where = [packing.field(project), packing.field(name), packing.field(owner)]
    behind: str | None = after or ""
    while behind is not None and len(found) < limit:
        ids, texts, *more = await caller.read("find", kind, *where, behind, deleted, limit - len(found), list(tags))
        found += [document_of(kind, id_.decode(), text) for id_, text in zip(ids, texts, strict=True)]
        behind = more[0].decode() if more else None
    return found


async def saying(
    caller: Caller, kind: Kind, what: Said, *, after: str | None = None, limit: int = 1000
) -> list[Document]:
    found: list[Document] = []
    behind: str | None = after or ""
    while behind is not None and len(found) < limit:
        ids, texts, *more = await indexes.look(caller, "saying", kind, what, behind, limit - len(found))
        found += [document_of(kind, id_.decode(), text) for id_, text in zip(ids, texts, strict=True)]
        behind = more[0].decode() if more else None
    return found


async def revisions(caller: Caller, kind: Kind, id: str) -> list[Document]:
    return [document_of(kind, id, text) for text in await caller.read("revisions", kind, id)]


async def audit(
    caller: Caller,
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
    found: list[AuditEntry] = []
    below = before
    while len(found) < limit:
        where = [packing.field(given) for given in (kind, id, below, by, verb, since, until)]
        seqs, packed, *more = await caller.read("audit", *where, limit - len(found))
        found += [packing.audit_of(int(seq), entry) for seq, entry in zip(seqs, packed, strict=True)]
        if not more:
            break
        below = int(more[0])
    return found


async def record(caller: Caller, entries: Sequence[Audited], *, by: Actor, at: Instant) -> None:
    packed = [[one.verb, one.kind, one.id, packing.field(one.note)] for one in entries]
    await caller.write("record", packed, [by.kind, by.name], at, once=True)
