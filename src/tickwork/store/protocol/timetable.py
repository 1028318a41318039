"""When schedules are due, and what was decided about that."""

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, ScheduleId
from tickwork.core.model import Gap
from tickwork.store.protocol.definitions import Document
from tickwork.store.protocol.record import Record
from tickwork.store.protocol.runs import NewRun


class ScheduleRow(Record, frozen=True, kw_only=True):
    """A schedule's line in the timetable."""

    schedule: ScheduleId
    job: JobId
    project: str
    revision: int
    """The job's revision that decides its occurrences."""
    cursor: Instant
    """Every occurrence up to and including this instant is in the ledger."""
    due: Instant | None
    """The next occurrence; None: never again."""
    version: int
    """Goes up by one at every change of this row; what compare-and-swap compares."""
    gap: Gap | None = None
    """The schedule's newest ledger entry, where that is a gap (the scheduler may extend it)."""


class Timetable(Record, frozen=True, kw_only=True):
    """A change of the timetable that goes with a `put`. `due=None` and `remove=True` takes the row away."""

    schedule: ScheduleId
    job: JobId
    project: str
    revision: int | None
    """None: the revision that this same `put` gives the job's document."""
    cursor: Instant
    due: Instant | None
    expect: int | None
    """The row's version, after the fires of the same put (None: there is no row)."""
    remove: bool = False


class Fire(Record, frozen=True, kw_only=True):
    """What was decided about one schedule's due occurrences."""

    schedule: ScheduleId
    expect: int
    """The timetable row's version that the decision was made on."""
    cursor: Instant
    due: Instant | None
    runs: tuple[NewRun, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """In order. One with the id of the row's open gap extends it: its `last`, and `count` *added*."""


class DueRow(Record, frozen=True, kw_only=True):
    """A due schedule with the definition that decides it."""

    row: ScheduleRow
    body: bytes
    """The job document's JSON at `row.revision`."""


class Due(Record, frozen=True, kw_only=True):
    rows: list[DueRow]
    next_due: Instant | None
    """The earliest due instant that is later than the asked one."""
    switches: list[Document]
    """All current switches, read in the same snapshot."""
    switch_version: int
