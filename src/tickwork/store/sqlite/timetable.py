"""Verbs of the timetable: which schedule is due when, and the one place where its cursor moves."""

from collections.abc import Mapping, Sequence
from itertools import islice

from tickwork.core.clock import Instant
from tickwork.core.ids import GapId, JobId, ScheduleId
from tickwork.errors import Conflict
from tickwork.store.protocol import Born, Due, DueRow, Fire, ScheduleRow, Timetable
from tickwork.store.sqlite import births, rows
from tickwork.store.sqlite.transaction import Row, Tx


def due(tx: Tx, at: Instant, *, limit: int) -> Due:
    return Due(
        rows=[DueRow(row=rows.schedule_of(row), body=row[19]) for row in tx.rows("due", (at, limit))],
        next_due=tx.value("due_next", (at,)),
        switches=[rows.document_of(row) for row in tx.rows("find", ("switch", None, None, None, "", -1))],
        switch_version=tx.value("counter_get", ("switch",)),
    )


def fire(tx: Tx, fires: Sequence[Fire], *, at: Instant, switch_version: int | None = None) -> list[list[Born] | None]:
    if switch_version is not None and switch_version != tx.value("counter_get", ("switch",)):
        return [None] * len(fires)
    return fire_all(tx, fires, at=at)


def fire_all(tx: Tx, fires: Sequence[Fire], *, at: Instant) -> list[list[Born] | None]:
    """None: the row is not the one that was decided on; nothing is written for it."""
    fit = _advance(tx, fires)
    runs = [run for one, fits in zip(fires, fit, strict=True) if fits for run in one.runs]
    born = iter(births.bear(tx, runs, at=at, asked=False))
    return [list(islice(born, len(one.runs))) if fits else None for one, fits in zip(fires, fit, strict=True)]


def _advance(tx: Tx, fires: Sequence[Fire]) -> list[bool]:
    """Move the cursors, and write the gaps that they pass; whether each fire fits its row."""
    known = _known(tx, [one.schedule for one in fires])
    fit, new, longer, moves = list[bool](), list[Row](), list[Row](), list[Row]()
    for one in fires:
        version, open_gap = known.get(one.schedule, (None, None))
        fit.append(version == one.expect)
        if version != one.expect:
            continue
        new += [rows.gap_row(gap) for gap in one.gaps if gap.id != open_gap]
        longer += [(gap.id, gap.last, gap.count) for gap in one.gaps if gap.id == open_gap]
        newest = _newest_gap(one, open_gap)
        moves.append((one.schedule, one.cursor, one.due, newest))
        known[one.schedule] = (version + 1, newest)
    tx.many("fire_gap", new)
    tx.many("fire_extend_gap", longer)
    tx.many("fire_advance", moves)
    return fit


def _known(tx: Tx, schedules: Sequence[ScheduleId]) -> dict[ScheduleId, tuple[int, GapId | None]]:
    """The version and the open gap of each row that there is."""
    found = tx.rows("timetable_rows", (rows.json_text(schedules),))
    return {schedule: (version, gap) for schedule, version, gap in found}


def _newest_gap(fire: Fire, open_gap: GapId | None) -> GapId | None:
    """The gap that is the schedule's newest entry afterwards, if one is."""
    newest_run = max((new.run.slot or 0 for new in fire.runs), default=None)
    newest_gap = fire.gaps[-1] if fire.gaps else None
    if newest_gap and (newest_run is None or newest_gap.last > newest_run):
        return newest_gap.id
    return open_gap if newest_run is None else None


def change(tx: Tx, changes: Sequence[Timetable], *, given: Mapping[str, int]) -> None:
    """Carry out the changes that go with a `put`; `given`: the revisions that the put gave to documents of jobs."""
    known = _known(tx, [new.schedule for new in changes])
    inserts, updates, removed = list[Row](), list[Row](), list[Timetable]()
    for new in changes:
        version, _gap = known.get(new.schedule, (None, None))
        if version != new.expect:
            raise Conflict(f"schedule {new.schedule} changed meanwhile; read it again and repeat the change")
        if not new.remove:
            (inserts if version is None else updates).append(_changed(new, given))
        elif version is not None:
            removed.append(new)
    tx.many("timetable_bury", [(new.expect,) for new in removed])
    tx.many("timetable_delete", [(new.schedule,) for new in removed])
    tx.many("timetable_insert", inserts)
    tx.many("timetable_update", updates)


def _changed(new: Timetable, given: Mapping[str, int]) -> Row:
    revision = new.revision if new.revision is not None else given.get(new.job)
    if revision is None:
        raise Conflict(f"schedule {new.schedule}: name the revision of {new.job}, which this change does not write")
    return (new.schedule, new.job, new.project, revision, new.cursor, new.due)


def timetable(tx: Tx, jobs: Sequence[JobId]) -> list[ScheduleRow]:
    return [rows.schedule_of(row) for row in tx.rows("timetable", (rows.json_text(jobs),))]


def upcoming(tx: Tx, *, limit: int, project: str | None = None) -> list[ScheduleRow]:
    return [rows.schedule_of(row) for row in tx.rows("upcoming", (project, limit))]


def idle(
    tx: Tx, *, projects: Sequence[str] | None = None, after: ScheduleId | None = None, limit: int = 1000
) -> list[ScheduleRow]:
    within = None if projects is None else rows.json_text(projects)
    return [rows.schedule_of(row) for row in tx.rows("idle", (within, limit, after or ""))]
