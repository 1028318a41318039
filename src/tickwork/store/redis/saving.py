"""Saves of any size: a large one goes to the server in parts (functions/lib/parts.lua), and is still all or nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, ScheduleId
from tickwork.core.model import Actor
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Fire, Kind, Put, Timetable
from tickwork.store.redis import calls, packing
from tickwork.store.redis.newcomers import Newcomer, columns, newcomers

SIZE = 1000
"""Entries of one call: some 30 milliseconds at most in which the server answers nobody else."""

Send = Callable[..., Awaitable[Any]]


@dataclass(slots=True)
class Part:
    """What is written in one call. All that concerns one job is in the same part: the server decides it together."""

    puts: list[Put] = field(default_factory=list)
    changes: list[Timetable] = field(default_factory=list)
    fires: list[Fire] = field(default_factory=list)
    new: list[Newcomer] = field(default_factory=list)
    entries: int = 0
    _puts_at: list[int] = field(default_factory=list)
    _new_at: list[int] = field(default_factory=list)

    def put(self, put: Put, place: int) -> None:
        self.puts.append(put)
        self._puts_at.append(place)

    def welcome(self, newcomer: Newcomer, place: int) -> None:
        self.new.append(newcomer)
        self._new_at.append(place)
        self.entries += 1

    @property
    def places(self) -> list[int]:
        """Where what the server returns stands in the whole save."""
        return [*self._puts_at, *self._new_at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """What goes with every part."""

    by: Actor
    at: Instant
    verb: str
    note: str | None

    def packed(self, part: Part) -> tuple[tuple[Any, ...], list[bytes]]:
        """Arguments of the function `put`, and the blobs that they name."""
        blobs = calls.Blobs()
        args = (
            [calls.put(put, blobs) for put in part.puts],
            [self.by.kind, self.by.name],
            self.at,
            self.verb,
            packing.field(self.note),
            [calls.change(change) for change in part.changes],
            [calls.fire(fire, blobs) for fire in part.fires],
            blobs.add(self._columns(part.new)),
        )
        return args, blobs.all

    def _columns(self, new: Sequence[Newcomer]) -> bytes | None:
        return columns(new, by=self.by, at=self.at, verb=self.verb, note=self.note) if new else None


def parted(puts: Sequence[Put], changes: Sequence[Timetable], fires: Sequence[Fire]) -> list[Part]:
    """In the order in which they were given, as far as jobs stay together."""
    new = newcomers(puts, changes)
    homes = _Homes()
    jobs = {change.schedule: change.job for change in changes if change.job not in new}
    for place, put in enumerate(puts):
        if put.kind is Kind.JOB and put.id in new:
            homes.newest().welcome(new[put.id], place)
        else:
            homes.of(put.kind, put.id, entries=1).put(put, place)
    for change in changes:
        if change.job not in new:
            homes.of(Kind.JOB, change.job, entries=1).changes.append(change)
    for fire in fires:
        job = jobs.get(fire.schedule) or _job_of(fire.schedule)
        homes.of(Kind.JOB, job, entries=1 + len(fire.runs) + len(fire.gaps)).fires.append(fire)
    return homes.parts


def _job_of(schedule: ScheduleId) -> JobId:
    return JobId(schedule.rpartition("#")[0])


class _Homes:
    """Which part each object belongs to; new ones go into the newest part until that is full."""

    def __init__(self) -> None:
        self.parts = [Part()]
        self._of: dict[tuple[Kind, str], Part] = {}

    def of(self, kind: Kind, id: str, *, entries: int) -> Part:
        part = self._of.get((kind, id))
        if part is None:
            part = self._of[kind, id] = self.newest()
        part.entries += entries
        return part

    def newest(self) -> Part:
        if self.parts[-1].entries >= SIZE:
            self.parts.append(Part())
        return self.parts[-1]


async def save_parts(save: Save, parts: Sequence[Part], *, token: str, write: Send, read: Send) -> list[int]:
    """Stage all parts, seal the save, carry it out step by step. Raises `Conflict`, and then nothing is written."""
    await _stage(save, parts, token=token, write=write)
    await write("seal", token, len(parts))
    while (told := await write("step", token)) == b"under way":
        pass
    if told == b"lost":
        raise StoreUnavailable("the server has lost the save before it was whole: nothing is written; repeat it")
    return in_order(parts, [packing.unpack(one) for one in await read("saved", token, len(parts))])


async def _stage(save: Save, parts: Sequence[Part], *, token: str, write: Send) -> None:
    """While the server takes one part, the next one is made ready."""
    under_way: asyncio.Future[Any] | None = None
    for number, part in enumerate(parts, 1):
        args, blobs = save.packed(part)
        packed = packing.texts([packing.pack(args), *blobs])
        if under_way is not None:
            await under_way
        under_way = asyncio.ensure_future(write("stage", token, number, blobs=[packed]))
        await asyncio.sleep(0)  # it leaves now
    if under_way is not None:
        await under_way


def in_order(parts: Sequence[Part], revisions: Sequence[Sequence[int]]) -> list[int]:
    """The revisions that the parts have got, as the puts of the save stood."""
    found = [
        (place, revision)
        for part, some in zip(parts, revisions, strict=True)
        for place, revision in zip(part.places, some, strict=True)
    ]
    return [revision for _, revision in sorted(found)]
