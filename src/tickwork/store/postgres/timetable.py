"""Verbs of the timetable: which schedule is due when, and the one place where its cursor moves."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import msgspec

from tickwork.core.clock import Instant
from tickwork.core.ids import GapId, JobId, ScheduleId
from tickwork.core.model import Gap
from tickwork.errors import Conflict
from tickwork.store.postgres import births, documents
from tickwork.store.postgres.locks import Locks
from tickwork.store.postgres.transaction import Tx
from tickwork.store.postgres.values import Batch, decoder, slices
from tickwork.store.protocol import Born, Due, DueRow, Fire, Kind, ScheduleRow, Timetable


def due(tx: Tx, at: Instant, *, limit: int) -> Due:
    decode = decoder(ScheduleRow).decode
    return Due(
        rows=[DueRow(row=decode(row), body=body) for row, body in tx.rows("due", at=at, limit=limit)],
        next_due=tx.value("due_next", at=at),
        switches=documents.find(
            tx, Kind.SWITCH, project=None, name=None, owner=None, after=None, deleted=False, limit=None
        ),
        switch_version=tx.value("switch_version"),
    )


def time(tx: Tx) -> Instant:
    found: Instant = tx.value("time")
    return found


def locks(fires: Iterable[Fire]) -> Locks:
    return births.locks(new for fire in fires for new in fire.runs)


def fire(tx: Tx, fires: Sequence[Fire], *, at: Instant, switch_version: int | None) -> list[list[Born] | None]:
    if not fires:
        births.rehearse(tx)
        rehearse(tx)
        return []
    if switch_version is not None and switch_version != tx.value("switch_version_hold"):
        return [None] * len(fires)
    tx.moment = max(tx.moment, at)
    return fire_decided(tx, fires, at=at)


def rehearse(tx: Tx) -> None:
    """What a fire says, about nothing: before the first slot its connection is made and its statements are planned."""
    tx.value("switch_version_hold")
    tx.rows("fire_lock", schedules=[])
    tx.do("fire_advance", rows=Batch([]))


class _Moved(msgspec.Struct, frozen=True, kw_only=True):
    schedule: ScheduleId
    cursor: Instant
    due: Instant | None
    gap: GapId | None


def fire_decided(tx: Tx, fires: Sequence[Fire], *, at: Instant) -> list[list[Born] | None]:
    """None: the row is not the one that was decided on; nothing of that fire is written."""
    if not fires:
        return []
    locked = tx.rows("fire_lock", schedules=[fire.schedule for fire in fires])
    versions = {schedule: version for schedule, version, _ in locked}
    open_gaps: dict[str, GapId | None] = {schedule: gap for schedule, _, gap in locked}
    fits = [versions.pop(fire.schedule, None) == fire.expect for fire in fires]
    valid = list(compress(fires, fits))
    born = iter(births.bear(tx, [new for fire in valid for new in fire.runs], at=at, asked=False))
    _write_gaps(tx, valid, open_gaps)
    _advance(tx, valid, open_gaps)
    return [[next(born) for _ in fire.runs] if fit else None for fire, fit in zip(fires, fits, strict=True)]


def _advance(tx: Tx, fires: Sequence[Fire], open_gaps: Mapping[str, GapId | None]) -> None:
    moved = [
        _Moved(
            schedule=fire.schedule, cursor=fire.cursor, due=fire.due, gap=_newest_gap(fire, open_gaps[fire.schedule])
        )
        for fire in fires
    ]
    if moved:
        tx.soon("fire_advance", rows=Batch(moved))


def _write_gaps(tx: Tx, fires: Sequence[Fire], open_gaps: Mapping[str, GapId | None]) -> None:
    fresh: list[Gap] = []
    longer: list[Gap] = []
    for fire in fires:
        for gap in fire.gaps:
            (longer if gap.id == open_gaps[fire.schedule] else fresh).append(gap)
    if fresh:
        tx.soon("fire_gap", gaps=Batch(fresh))
    if longer:
        tx.soon("fire_extend_gap", gaps=Batch(longer))


def _newest_gap(fire: Fire, open_gap: GapId | None) -> GapId | None:
    """The gap that is the schedule's newest entry afterwards, if one is."""
    newest_run = max((new.run.slot or 0 for new in fire.runs), default=None)
    newest_gap = fire.gaps[-1] if fire.gaps else None
    if newest_gap and (newest_run is None or newest_gap.last > newest_run):
        return newest_gap.id
    return open_gap if newest_run is None else None


def change(tx: Tx, changes: Sequence[Timetable], *, given: Mapping[str, int]) -> None:
    """Carry out the changes that go with a `put`; `given` are the revisions that it gave to the jobs' documents."""
    versions = lock(tx, [new.schedule for new in changes])
    for new in changes:
        if versions.get(new.schedule) != new.expect:
            raise Conflict(f"schedule {new.schedule} changed meanwhile; read it again and repeat the change")
    for removed in slices([new.schedule for new in changes if new.remove]):
        tx.do("timetable_remove", schedules=removed)
    for written in slices([new for new in changes if not new.remove]):
        tx.do("timetable_write", rows=Batch([_with_revision(new, given.get(new.job)) for new in written]))


def lock(tx: Tx, schedules: Iterable[ScheduleId]) -> dict[ScheduleId, int]:
    """The versions of those rows that exist. They are locked in one order, so that nobody waits in a circle."""
    return {row[0]: row[1] for part in slices(sorted(schedules)) for row in tx.rows("timetable_lock", schedules=part)}


def _with_revision(new: Timetable, given: int | None) -> Timetable:
    revision = new.revision if new.revision is not None else given
    if revision is None:
        raise Conflict(f"schedule {new.schedule}: name the revision of {new.job}, which this change does not write")
    return msgspec.structs.replace(new, revision=revision)


def timetable(tx: Tx, jobs: Sequence[JobId]) -> list[ScheduleRow]:
    return tx.values("timetable", ScheduleRow, jobs=list(jobs)) if jobs else []


def upcoming(tx: Tx, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
    return tx.values("upcoming", ScheduleRow, limit=limit, project=project)


def idle(
    tx: Tx, *, projects: Sequence[str] | None = None, after: ScheduleId | None = None, limit: int = 1000
) -> list[ScheduleRow]:
    within = None if projects is None else list(projects)
    return tx.values("idle", ScheduleRow, projects=within, after=after or "", limit=limit)
