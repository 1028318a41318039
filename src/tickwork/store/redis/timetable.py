"""The verbs on the timetable: what is due, and that it was fired."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, ScheduleId
from tickwork.store.protocol import Born, Due, Fire, ScheduleRow
from tickwork.store.redis import calls, indexes, packing, replies
from tickwork.store.redis.caller import Caller

_JOBS_AT_A_TIME = 500


async def due(caller: Caller, at: Instant, *, limit: int) -> Due:
    return replies.due(await caller.read("due", at, limit))


async def fire(
    caller: Caller, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None
) -> list[list[Born] | None]:
    blobs = calls.Blobs()
    packed = [calls.fire(fire, blobs) for fire in fires]
    outcomes = await caller.write("fire", packed, at, packing.field(switch_version), blobs=blobs.all, once=True)
    return [
        None if outcome == 0 else replies.born(outcome, fire.runs)
        for fire, outcome in zip(fires, outcomes, strict=True)
    ]


async def timetable(caller: Caller, jobs: Sequence[JobId]) -> list[ScheduleRow]:
    found = list[ScheduleRow]()
    for some in replies.sliced(jobs):
        rows, gaps = await caller.read("timetable", some)
        found += [packing.schedule_of(row, gap) for row, gap in replies.padded(rows, gaps)]
    return sorted(found, key=lambda row: row.schedule)


async def upcoming(caller: Caller, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
    """Jobs come by their earliest due; a row may be later than one of a later job, hence the look beyond `limit`."""
    found = list[ScheduleRow]()
    first, size = 0, max(limit, _JOBS_AT_A_TIME)
    while True:
        packed, gaps, more = await caller.read("upcoming", packing.field(project), first, size)
        found += [packing.schedule_of(row, gap) for row, gap in replies.padded(packed, gaps)]
        if not more or len(found) >= limit:
            return sorted(found, key=lambda row: (row.due or 0, row.schedule))[:limit]
        first += size


async def idle(
    caller: Caller, *, projects: Sequence[str] | None = None, after: ScheduleId | None = None, limit: int = 1000
) -> list[ScheduleRow]:
    within = packing.field(None if projects is None else list(projects))
    found = list[ScheduleRow]()
    behind: str | None = after or ""
    while behind is not None and len(found) < limit:
        rows, gaps, *more = await indexes.look(caller, "idle", within, behind, limit - len(found))
        found += [packing.schedule_of(row, gap) for row, gap in replies.padded(rows, gaps)]
        behind = more[0].decode() if more else None
    return found
