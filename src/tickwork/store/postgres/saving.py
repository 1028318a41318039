"""The one verb that writes definitions, with what goes with them: timetable rows, decided occurrences, the audit."""

from collections.abc import Iterable, Sequence

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.model import Actor
from tickwork.errors import Conflict
from tickwork.store.postgres import timetable
from tickwork.store.postgres.locks import Locks, stripe_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, document_of, slices
from tickwork.store.protocol import Document, Fire, Kind, Put, Timetable, Topic

_Key = tuple[str, str]

LARGE = 5_000
"""Documents in one save from which on PostgreSQL is told that the tables have grown."""


def locks(puts: Iterable[Put], changes: Iterable[Timetable], fires: Iterable[Fire]) -> Locks:
    """What whoever puts them must hold: nobody else then reads a revision that is about to be followed."""
    own = {stripe_of(put.kind, put.id) for put in puts} | {stripe_of(Kind.JOB, change.job) for change in changes}
    born = timetable.locks(fires)
    return Locks(stripes={*own, *born.stripes}, of_jobs=born.of_jobs, timetable=True)


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
    if fires:
        _fire_all(tx, fires, at)
    revisions = _put_all(tx, puts, by=by, at=at, verb=verb, note=note)
    given = {put.id: revision for put, revision in zip(puts, revisions, strict=True) if put.kind is Kind.JOB}
    if changes:
        timetable.change(tx, changes, given=given)
    if len(puts) > LARGE:
        tx.do("put_analyze")
    tx.wakes.add(Topic.SCHEDULE)
    return revisions


def _fire_all(tx: Tx, fires: Sequence[Fire], at: Instant) -> None:
    timetable.lock(tx, [fire.schedule for fire in fires])  # waits: these must happen
    decided = [born for part in slices(fires) for born in timetable.fire_decided(tx, part, at=at)]
    for fire, born in zip(fires, decided, strict=True):
        if born is None:
            raise Conflict(f"schedule {fire.schedule} changed meanwhile; read it again and repeat the change")


def _put_all(tx: Tx, puts: Sequence[Put], *, by: Actor, at: Instant, verb: str, note: str | None) -> list[int]:
    return [revision for part in slices(puts) for revision in _put_slice(tx, part, by=by, at=at, verb=verb, note=note)]


def _put_slice(tx: Tx, puts: Sequence[Put], *, by: Actor, at: Instant, verb: str, note: str | None) -> list[int]:
    current = _current(tx, puts)
    written: list[Document] = []
    revisions = []
    for put in puts:
        before = current.get((put.kind, put.id))
        _expect(put, before)
        after = _successor(put, before, by=by, at=at)
        if after is not None:
            current[put.kind, put.id] = after
            written.append(after)
        revisions.append(_revision(after or before))
    if written:
        tx.do("put", documents=Batch(written), verb=verb, note=note)
    if any(document.kind is Kind.SWITCH for document in written):
        tx.do("put_switched")
    return revisions


class _Asked(msgspec.Struct, frozen=True):
    kind: Kind
    id: str


def _current(tx: Tx, puts: Sequence[Put]) -> dict[_Key, Document]:
    asked = list({_Asked(put.kind, put.id) for put in puts})
    found = [document_of(row) for row in tx.rows("put_current", keys=Batch(asked))]
    return {(document.kind, document.id): document for document in found}


def _revision(document: Document | None) -> int:
    return 0 if document is None else document.revision


def _successor(put: Put, before: Document | None, *, by: Actor, at: Instant) -> Document | None:
    """None: the put changes nothing."""
    gone = before is None or before.body is None
    if put.body is None and gone:
        return None
    if before is not None and put.body is not None:
        same = (put.body, put.project, put.name, put.owner) == (
            before.body,
            before.project,
            before.name,
            before.owner,
        )
        if same:
            return None
    described = put if put.body is not None or before is None else before  # a deletion keeps project, name and owner
    return Document(
        kind=put.kind,
        id=put.id,
        revision=_revision(before) + 1,
        body=put.body,
        project=described.project,
        name=described.name,
        owner=described.owner,
        changed=at,
        by=by,
    )


def _expect(put: Put, before: Document | None) -> None:
    """A deleted document does not exist: 0 holds for it, and so does the number of its deletion."""
    revision, exists = _revision(before), before is not None and before.body is not None
    if put.expect is None or put.expect == revision or (put.expect == 0 and not exists):
        return
    what = f"{put.kind} {put.id}"
    if put.expect == 0:
        raise Conflict(f"{what} exists already (revision {revision}); choose another name, or change that one")
    raise Conflict(f"{what} is at revision {revision}, not {put.expect}; read it again and repeat the change")
