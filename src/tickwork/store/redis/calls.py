"""Arguments of verbs as the functions take them: packed by position, and blobs that they name by number."""

from typing import Any

import msgspec

from tickwork.core.codec import to_json
from tickwork.core.lanes import bare_lane
from tickwork.core.model import Actor, Overlap
from tickwork.core.progress import Bar
from tickwork.core.states import TERMINAL
from tickwork.store import ways
from tickwork.store.protocol import (
    Finish,
    Fire,
    Kind,
    LogWrite,
    NewRun,
    Order,
    ProgressWrite,
    Put,
    RunFilter,
    Session,
    Timetable,
    Unblock,
)
from tickwork.store.redis import packing
from tickwork.store.redis.door import view_of
from tickwork.store.redis.packing import field

_FIRST = 2
"""Lua counts from 1, and the packed arguments are number 1."""


class Blobs:
    """Bytes that travel beside the packed arguments, unpacked."""

    def __init__(self) -> None:
        self.all: list[bytes] = []

    def add(self, blob: bytes | None) -> int | bool:
        """Its number; false for none."""
        if blob is None:
            return False
        self.all.append(blob)
        return len(self.all) - 1 + _FIRST


def actor(by: Actor | None) -> list[str] | bool:
    return False if by is None else [by.kind, by.name]


def put(of: Put, blobs: Blobs) -> list[Any]:
    view = view_of(of.id, of.body) if of.kind is Kind.JOB and of.body is not None else None
    texts = [blobs.add(of.body), blobs.add(view or None)]
    return [of.kind, of.id, *texts, of.project, of.name, of.owner, field(of.expect)]


def change(of: Timetable) -> list[Any]:
    revision, due, expect = field(of.revision), field(of.due), field(of.expect)
    return [of.schedule, of.job, of.project, revision, of.cursor, due, expect, of.remove]


def fire(of: Fire, blobs: Blobs) -> list[Any]:
    runs = [new_run(new, blobs) for new in of.runs]
    return [of.schedule, of.expect, of.cursor, field(of.due), runs, [packing.gap_row(gap) for gap in of.gaps]]


def new_run(of: NewRun, blobs: Blobs) -> list[Any]:
    row = packing.run_row(
        of.run,
        exclusive=of.overlap is not Overlap.ALLOW,
        given=of.params is not None,
        pinned=of.pins is not None,
    )
    return [packing.text(packing.pack(row)), of.overlap, blobs.add(of.params), blobs.add(of.pins)]


def unblock(of: Unblock, blobs: Blobs) -> list[Any]:
    texts = [blobs.add(of.pins), blobs.add(of.result)]
    return [of.run, of.state, field(of.reason), field(of.note), *texts, of.overlap, of.asked]


def session(of: Session, blobs: Blobs) -> list[Any]:
    record, has = blobs.add(msgspec.msgpack.encode(of)), blobs.add(msgspec.msgpack.encode((of.labels, of.tasks)))
    return [of.id, of.worker, of.opened, record, of.beat, of.seen, field(of.ended), has]


def finish(of: Finish, blobs: Blobs) -> list[Any]:
    attempt, ready_at = of.attempt, of.ready_at
    if ready_at is None and of.state not in TERMINAL:
        ready_at = attempt.finished
    return [
        of.run,
        of.fence.epoch,
        of.fence.n,
        of.state,
        field(of.reason),
        field(of.wait),
        field(ready_at),
        field(of.note),
        attempt.n,
        field(attempt.exit_code),
        attempt.finished,
        blobs.add(packing.pack(packing.attempt_row(of.run, attempt, of.fence, reported=True))),
        blobs.add(of.result),
        blobs.add(None if of.error is None else of.error.encode()),
    ]


def where(of: RunFilter) -> list[Any]:
    given = [of.job, None, of.wait, of.group, of.origin, of.schedule, of.since, of.until]
    return [list(ways.states(of)), of.order is not Order.OLDEST, *map(field, given)]


def sought(of: RunFilter) -> list[Any]:
    """What an older library does not ask for stands behind what it does."""
    projects = None if of.projects is None else list(of.projects)
    lane = None if of.pool is None else bare_lane(of.pool)
    return [field(projects), list(of.reasons), *map(field, (lane, of.worker, ways.folded(of.text)))]


def progress(of: ProgressWrite) -> list[Any]:
    return [of.run, of.attempt, of.fence.epoch, of.fence.n, of.at, [bar(one) for one in of.bars]]


def bar(of: Bar) -> list[Any]:
    return [to_json(of.group).decode(), of.current, of.total, of.status]


def log_write(of: LogWrite, blobs: Blobs) -> list[Any]:
    chunks = [[chunk.seq, blobs.add(packing.chunk_row(chunk))] for chunk in of.chunks]
    first, past = (False, False) if of.drop is None else of.drop
    return [of.run, of.attempt, of.fence.epoch, of.fence.n, chunks, first, past]
