"""Verbs of the timetable: which schedule is due when, and the one place where its cursor moves."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import GapId, JobId
from tickwork.errors import Conflict
from tickwork.store.protocol import Born, Due, DueRow, Fire, ScheduleRow, Timetable
from tickwork.store.sqlite import births, rows
from tickwork.store.sqlite.transaction import Tx


def due(tx: Tx, at: Instant, *, limit: int) -> Due:
    return Due(
        rows=[DueRow(row=rows.schedule_of(row), body=row[19]) for row in tx.rows("due", (at, limit))],
        next_due=tx.value("due_next", (at,)),
        switches=[rows.document_of(row) for row in tx.rows("find", ("switch", None, None, None, "", -1))],
        switch_version=tx.value("counter_get", ("switch",)),
    )


def fire(tx: Tx, fires: Sequence[Fire], *, at: Instant, switch_version: int | None) -> list[list[Born] | None]:
    if switch_version is not None and switch_version != tx.value("counter_get", ("switch",)):
        return [None] * len(fires)
    return [fire_one(tx, one, at=at) for one in fires]


def fire_one(tx: Tx, fire: Fire, *, at: Instant) -> list[Born] | None:
    """None: the row is not the one that was decided on; nothing is written."""
    row = tx.row("timetable_row", (fire.schedule,))
    if row is None or row[0] != fire.expect:
        return None
    born = births.bear(tx, fire.runs, at=at, asked=False)
    gap = _write_gaps(tx, fire, row[1])
    tx.do("fire_advance", (fire.schedule, fire.cursor, fire.due, gap))
    return born


def _write_gaps(tx: Tx, fire: Fire, open_gap: GapId | None) -> GapId | None:
    """Returns the gap that is the schedule's newest entry afterwards, if one is."""
    for gap in fire.gaps:
        if gap.id == open_gap:
            tx.do("fire_extend_gap", (gap.id, gap.last, gap.count))
        else:
            tx.do("fire_gap", rows.gap_row(gap))
    newest_run = max((new.run.slot or 0 for new in fire.runs), default=None)
    newest_gap = fire.gaps[-1] if fire.gaps else None
    if newest_gap and (newest_run is None or newest_gap.last > newest_run):
        return newest_gap.id
    return open_gap if newest_run is None else None


def change(tx: Tx, new: Timetable, *, given: int | None) -> None:
    """Carry out one change that goes with a `put`; `given` is the revision that the put gave the job's document."""
    row = tx.row("timetable_row", (new.schedule,))
    version = None if row is None else row[0]
    if version != new.expect:
        raise Conflict(f"schedule {new.schedule} changed meanwhile; read it again and repeat the change")
    if new.remove:
        if row is not None:
            tx.do("timetable_bury", (row[0],))
            tx.do("timetable_delete", (new.schedule,))
        return
    revision = new.revision if new.revision is not None else given
    if revision is None:
        raise Conflict(f"schedule {new.schedule}: name the revision of {new.job}, which this change does not write")
    statement = "timetable_insert" if row is None else "timetable_update"
    tx.do(statement, (new.schedule, new.job, new.project, revision, new.cursor, new.due))


def timetable(tx: Tx, jobs: Sequence[JobId]) -> list[ScheduleRow]:
    found = [rows.schedule_of(row) for job in jobs for row in tx.rows("timetable", (job,))]
    return sorted(found, key=lambda row: row.schedule)


def upcoming(tx: Tx, *, limit: int, project: str | None) -> list[ScheduleRow]:
    return [rows.schedule_of(row) for row in tx.rows("upcoming", (project, limit))]
