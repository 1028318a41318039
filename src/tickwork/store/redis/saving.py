"""Saves of any size: a large one goes to the server in parts (functions/lib/parts.lua), and is still all or nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tickwork.core.ids import JobId, ScheduleId
from tickwork.core.model import Actor
from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Fire, Kind, Put, Timetable
from tickwork.store.redis import calls, packing

SIZE = 1000
"""Entries of one call: some 30 milliseconds in which the server answers nobody else."""

Send = Callable[..., Awaitable[Any]]


@dataclass(slots=True)
class Part:
    """What is written in one call. All that concerns one job is in the same part: the server decides it together."""

    puts: list[Put] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Where the puts stand in the whole save."""
    changes: list[Timetable] = field(default_factory=list)
    fires: list[Fire] = field(default_factory=list)
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """What goes with every part."""

    by: Actor
    at: int
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
        )
        return args, blobs.all


def parted(puts: Sequence[Put], changes: Sequence[Timetable], fires: Sequence[Fire]) -> list[Part]:
    """In the order in which they were given, as far as jobs stay together."""
    home = _Homes()
    jobs = {change.schedule: change.job for change in changes}
    for place, put in enumerate(puts):
        part = home.of(put.kind, put.id, entries=1)
        part.puts.append(put)
        part.places.append(place)
    for change in changes:
        home.of(Kind.JOB, change.job, entries=1).changes.append(change)
    for fire in fires:
        job = jobs.get(fire.schedule) or _job_of(fire.schedule)
        home.of(Kind.JOB, job, entries=1 + len(fire.runs) + len(fire.gaps)).fires.append(fire)
    return home.parts


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
            if self.parts[-1].entries >= SIZE:
                self.parts.append(Part())
            part = self._of[kind, id] = self.parts[-1]
        part.entries += entries
        return part


async def save_parts(save: Save, parts: Sequence[Part], *, token: str, write: Send, read: Send) -> list[int]:
    """Stage all parts, seal the save, carry it out step by step. Raises `Conflict`, and then nothing is written."""
    for number, part in enumerate(parts, 1):
        args, blobs = save.packed(part)
        await write("stage", token, number, blobs=[packing.texts([packing.pack(args), *blobs])])
    await write("seal", token, len(parts))
    while (told := await write("step", token)) == b"under way":
        pass
    if told == b"lost":
        raise StoreUnavailable("the server has lost the save before it was whole: nothing is written; repeat it")
    return _in_order(parts, await read("saved", token, len(parts)))


def _in_order(parts: Sequence[Part], packed: Sequence[bytes]) -> list[int]:
    found = [
        (place, revision)
        for part, one in zip(parts, packed, strict=True)
        for place, revision in zip(part.places, packing.unpack(one), strict=True)
    ]
    return [revision for _, revision in sorted(found)]
