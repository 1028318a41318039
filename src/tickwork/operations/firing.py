"""From a due row to what the store is asked to write: one place for the scheduler and for edits."""

from collections.abc import Iterable

import msgspec

from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import SECOND, Instant, iso, later
from tickwork.core.codec import from_json
from tickwork.core.due import PlannedGap, decide_due
from tickwork.core.ids import Ids, JobId, RunId, schedule_id
from tickwork.core.model import Delivery, Gap, Job, Origin, Run, Switch
from tickwork.core.readiness import lane_at_birth, state_at_birth
from tickwork.core.states import Reason, State
from tickwork.core.switches import Switches, paused_because
from tickwork.core.timing.occurrences import following
from tickwork.core.timing.schedule import AfterCompletion, Occurrence, Schedule
from tickwork.store.protocol import Due, Fire, NewRun, ScheduleRow

MAX_RUNS = 1000
"""Runs that one decision may make; the rest of a long catch-up is decided by the next tick."""


class Firing:
    """Decides a batch of due rows. Two schedules of a job due at one instant: the first in the batch runs, the others
    are `missed(coalesced)` and point at it."""

    def __init__(self, *, ids: Ids, now: Instant, switches: Switches, max_runs: int = MAX_RUNS) -> None:
        self._ids = ids
        self._now = now
        self._switches = switches
        self._max_runs = max_runs
        self._taken: dict[tuple[JobId, Instant], RunId] = {}

    def decide(self, row: ScheduleRow, job: Job) -> Fire:
        """What becomes of the row's occurrences up to now, under the revision `job` of the row."""
        schedule = schedule_of(job, row)
        paused = paused_because(job, self._switches, self._now)
        if isinstance(schedule.trigger, AfterCompletion):
            return self._after_completion(row, job, schedule.trigger, paused)
        decision = decide_due(
            schedule, job.id, cursor=row.cursor, now=self._now, paused=paused, max_runs=self._max_runs
        )
        return Fire(
            schedule=row.schedule,
            expect=row.version,
            cursor=decision.cursor,
            due=decision.due,
            runs=tuple(self._new_run(row, job, schedule, occurrence) for occurrence in decision.runs),
            gaps=tuple(self._gaps(row, decision.gaps)),
        )

    def occurrence(self, row: ScheduleRow, job: Job, occurrence: Occurrence) -> Fire:
        """One occurrence outside the timetable (a boot); the cursor stays."""
        run = self._new_run(row, job, schedule_of(job, row), occurrence)
        return Fire(schedule=row.schedule, expect=row.version, cursor=row.cursor, due=row.due, runs=(run,))

    def _after_completion(self, row: ScheduleRow, job: Job, trigger: AfterCompletion, paused: str | None) -> Fire:
        """Its next occurrence is known when this one's run is over; while it is off it keeps its rhythm."""
        slot = row.due if row.due is not None else self._now
        if paused is None:
            fire = self.occurrence(row, job, Occurrence(slot=slot, nominal=iso(slot) or ""))
            return msgspec.structs.replace(fire, cursor=slot, due=None)
        gap = PlannedGap(first=slot, last=slot, count=1, state=State.SKIPPED, reason=Reason.PAUSED, note=paused)
        due = later(self._now, max(trigger.delay, SECOND))
        return Fire(
            schedule=row.schedule, expect=row.version, cursor=slot, due=due, gaps=tuple(self._gaps(row, (gap,)))
        )

    def _new_run(self, row: ScheduleRow, job: Job, schedule: Schedule, occurrence: Occurrence) -> NewRun:
        run_id = self._ids.run()
        first = self._taken.setdefault((job.id, occurrence.slot), run_id)
        coalesced = first != run_id
        state, wait = state_at_birth(job)
        run = Run(
            id=run_id,
            job=job.id,
            project=job.project,
            revision=row.revision,
            origin=Origin.SCHEDULE,
            state=State.MISSED if coalesced else state,
            wait=None if coalesced else wait,
            reason=Reason.COALESCED if coalesced else None,
            about=first if coalesced else None,
            note="another schedule of the job is due at the same instant" if coalesced else None,
            finished=self._now if coalesced else None,
            schedule=row.schedule,
            slot=occurrence.slot,
            nominal=occurrence.nominal,
            lane=lane_at_birth(job),
            priority=job.priority,
            ready_at=occurrence.slot,
            start_by=None if schedule.start_deadline is None else later(occurrence.slot, schedule.start_deadline),
            once=job.delivery is Delivery.AT_MOST_ONCE,
            created=self._now,
        )
        return NewRun(run=run, overlap=job.overlap)

    def _gaps(self, row: ScheduleRow, planned: Iterable[PlannedGap]) -> Iterable[Gap]:
        """The planned gaps as ledger entries; the first one extends the row's open gap where they say the same."""
        open_gap = row.gap
        for gap in planned:
            extends = open_gap is not None and _says_the_same(open_gap, gap, row)
            yield Gap(
                id=open_gap.id if open_gap is not None and extends else self._ids.gap(),
                schedule=row.schedule,
                job=row.job,
                project=row.project,
                revision=row.revision,
                first=gap.first,
                last=gap.last,
                count=gap.count,
                state=gap.state,
                reason=gap.reason,
                note=gap.note,
                created=self._now,
            )
            open_gap = None


def first_due(schedule: Schedule, job: JobId, now: Instant) -> Instant | None:
    """When a schedule that is in force from now on is due first."""
    if isinstance(schedule.trigger, AfterCompletion):
        return later(now, schedule.trigger.delay)
    occurrence = following(schedule, job, now)
    return None if occurrence is None else occurrence.slot


def decide_all(due: Due, *, ids: Ids, now: Instant, definitions: DefinitionCache) -> list[Fire]:
    """What becomes of all due rows, under the switches that were read with them."""
    switches = {d.id: from_json(d.body, Switch) for d in due.switches if d.body is not None}
    firing = Firing(ids=ids, now=now, switches=switches)
    return [
        firing.decide(entry.row, definitions.get(entry.row.job, entry.row.revision, entry.body)) for entry in due.rows
    ]


def schedule_of(job: Job, row: ScheduleRow) -> Schedule:
    """The schedule of `job` that the row is about."""
    return next(s for s in job.schedules if schedule_id(job.id, s.key) == row.schedule)


def _says_the_same(gap: Gap, planned: PlannedGap, row: ScheduleRow) -> bool:
    return (gap.state, gap.reason, gap.note, gap.revision) == (
        planned.state,
        planned.reason,
        planned.note,
        row.revision,
    )
