"""Moving house: a store's records, part by part, as they are."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from queue import SimpleQueue

import msgspec

from tickwork.core.codec import pack, to_json
from tickwork.core.model import Attempt, Gap, Run
from tickwork.errors import StoreError
from tickwork.store.lanes import Call, Lane, Lanes
from tickwork.store.postgres.connection import explained
from tickwork.store.postgres.link import Link
from tickwork.store.postgres.logs import bar_row
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, Row, decoder, document_of
from tickwork.store.protocol import (
    AuditEntry,
    BarRecord,
    Chunk,
    Document,
    Event,
    LogRecord,
    Page,
    Part,
    PrunedRecord,
    RunRecord,
    ScheduleRow,
    Session,
    Stream,
)

Record = msgspec.Struct


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How a part is read: its record's type, the columns of its key (with what lies before them all) and where they
    stand in a row (the last ones, if nothing else is said)."""

    kind: type[Record]
    first: dict[str, str | int]
    record: Callable[[Row], Record]
    key: slice | None = None
    follow_up: bool = False
    """`load_<part>_after` puts right what goes by what is there (counters)."""

    def key_of(self, row: Row) -> list[str | int]:
        return list(row[self.key or slice(-len(self.first), None)])


def _json_of(kind: type[Record]) -> Callable[[Row], Record]:
    return lambda row: decoder(kind).decode(row[0])


def _run_of(row: Row) -> RunRecord:
    run, exclusive, params, result, error, pins, _ = row
    return RunRecord(
        run=decoder(Run).decode(run), exclusive=exclusive, params=params, result=result, error=error, pins=pins
    )


def _log_of(row: Row) -> LogRecord:
    run, attempt, seq, at, stream, data = row
    return LogRecord(run=run, attempt=attempt, chunk=Chunk(seq=seq, at=at, stream=Stream(stream), data=data))


def _bar_of(row: Row) -> BarRecord:
    *bar, run, attempt, _place = row
    return BarRecord(run=run, attempt=attempt, row=bar_row(tuple(bar)))


def _schedule_of(row: Row) -> ScheduleRow:
    schedule = decoder(ScheduleRow).decode(row[0])
    return msgspec.structs.replace(schedule, version=0)


_SHAPES = {
    Part.DOCUMENTS: _Shape(
        kind=Document,
        first={"kind": "", "id": "", "revision": 0},
        record=document_of,
        key=slice(0, 3),
        follow_up=True,
    ),
    Part.AUDIT: _Shape(kind=AuditEntry, first={"seq": -1}, record=_json_of(AuditEntry), follow_up=True),
    Part.SESSIONS: _Shape(kind=Session, first={"id": ""}, record=_json_of(Session)),
    Part.RUNS: _Shape(kind=RunRecord, first={"id": ""}, record=_run_of, follow_up=True),
    Part.ATTEMPTS: _Shape(
        kind=Attempt, first={"run": "", "fence": -1, "epoch": ""}, record=_json_of(Attempt), follow_up=True
    ),
    Part.GAPS: _Shape(kind=Gap, first={"id": ""}, record=_json_of(Gap)),
    Part.LOGS: _Shape(kind=LogRecord, first={"run": "", "attempt": -1, "seq": -1}, record=_log_of, key=slice(0, 3)),
    Part.BARS: _Shape(kind=BarRecord, first={"run": "", "attempt": -1, "place": -1}, record=_bar_of),
    Part.OUTBOX: _Shape(kind=Event, first={"seq": -1}, record=_json_of(Event), follow_up=True),
    Part.TIMETABLE: _Shape(kind=ScheduleRow, first={"schedule": ""}, record=_schedule_of),
    Part.PRUNED: _Shape(kind=PrunedRecord, first={"job": ""}, record=_json_of(PrunedRecord)),
}


def _page(tx: Tx, part: Part, *, after: str | None, limit: int) -> Page:
    shape = _SHAPES[part]
    behind = shape.first
    if after is not None:
        behind = dict(zip(shape.first, msgspec.json.decode(after, type=list[str | int]), strict=True))
    rows = tx.rows(f"page_{part}", limit=limit, **behind)
    return Page(
        records=[pack(shape.record(row)) for row in rows],
        after=to_json(shape.key_of(rows[-1])).decode() if len(rows) == limit else None,
    )


class _Still(Lane[Tx]):
    """One moment of the store: all that it reads is in one transaction."""

    def __init__(self, *, link: Link, queue: "SimpleQueue[Call[Tx] | None]") -> None:
        super().__init__(name=f"a snapshot of {link.address.shown}", queue=queue)
        self._link = link
        self._tx: Tx | None = None

    def carry_out(self, calls: list[Call[Tx]]) -> None:
        [call] = calls
        try:
            call.value = call.verb(self._begun())
        except Exception as error:  # noqa: BLE001 (its caller gets it)
            call.error = explained(error, self._link.address)

    def _begun(self) -> Tx:
        if self._tx is None:
            self._tx = self._link.tx()
            self._tx.begin("begin_reading")
            self._tx.rows("set_snapshot")
        if self._tx.db.closed:
            raise StoreError(f"{self.name} is gone (the connection broke); begin again with a new one")
        return self._tx

    def closed(self) -> None:
        self._link.drop()


class PostgresSnapshot:
    def __init__(self, lanes: Lanes[Tx]) -> None:
        self._lanes = lanes

    async def page(self, part: Part, *, after: str | None = None, limit: int = 1000) -> Page:
        return await self._lanes.submit(lambda tx: _page(tx, part, after=after, limit=limit))


@asynccontextmanager
async def snapshot(link: Link) -> AsyncIterator[PostgresSnapshot]:
    queue: SimpleQueue[Call[Tx] | None] = SimpleQueue()
    lanes = Lanes(queue=queue, lanes=[_Still(link=link, queue=queue)])
    try:
        await lanes.submit(lambda _tx: None)  # from this moment on
        yield PostgresSnapshot(lanes)
    finally:
        await asyncio.to_thread(lanes.stop)


def load(tx: Tx, part: Part, records: Sequence[bytes]) -> int:
    if not records:
        return 0
    shape = _SHAPES[part]
    decode = msgspec.msgpack.Decoder(shape.kind).decode
    tx.rows("load_begin")
    loaded = tx.do(f"load_{part}", records=Batch([decode(record) for record in records]))
    if shape.follow_up:
        tx.do(f"load_{part}_after")
    return loaded


def renew_epoch(tx: Tx, epoch: str) -> None:
    tx.do("renew_epoch", epoch=epoch)
