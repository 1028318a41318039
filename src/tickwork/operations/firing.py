"""From a due row to what the store is asked to write: one place for the scheduler and for edits."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from tickwork.core.births import lane_at_birth, state_at_birth
from tickwork.core.cache import DefinitionCache
from tickwork.core.clock import MINUTE, SECOND, Instant, iso, later
from tickwork.core.codec import from_json
from tickwork.core.due import PlannedGap, decide_due
from tickwork.core.ids import Ids, JobId, RunId, schedule_id
from tickwork.core.lanes import lane_elsewhere
from tickwork.core.model import Delivery, Elsewhere, Gap, Job, Origin, Overlap, Run, Switch
from tickwork.core.states import Reason, State
from tickwork.core.switches import Switches, paused_because
from tickwork.core.timing.occurrences import following, whose
from tickwork.core.timing.schedule import AfterCompletion, CatchUp, Occurrence, Schedule
from tickwork.store.protocol import Due, DueRow, Fire, NewRun, ScheduleRow

MAX_RUNS = 1000
"""Runs that one decision may make; the rest of a long catch-up is decided by the next tick."""
_EARLY = MINUTE


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
        if isinstance(job.task, Elsewhere):
            schedule = _expected(schedule, job.task)
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

    def early(self, row: ScheduleRow, job: Job) -> Fire | None:
        """Of a job that runs elsewhere, which somebody tells of now: the occurrence that is meant, where that is not
        due yet. Clocks differ by a little (`_EARLY`); what follows a completion is due whenever it comes.
        None: none is meant."""
        schedule = schedule_of(job, row)
        if isinstance(schedule.trigger, AfterCompletion):
            occurrence, after = Occurrence(slot=self._now, nominal=iso(self._now) or ""), None
        else:
            found = following(schedule, job.id, row.cursor)
            after = None if found is None else following(schedule, job.id, found.slot)
            if found is None or found.slot - self._now > _closeness(found, after):
                return None
            occurrence = found
        fire = self.occurrence(row, job, occurrence)
        runs = [
            msgspec.structs.replace(new, run=msgspec.structs.replace(new.run, ready_at=self._now)) for new in fire.runs
        ]
        due = None if after is None else after.slot
        return msgspec.structs.replace(fire, cursor=occurrence.slot, due=due, runs=tuple(runs))

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
        if isinstance(job.task, Elsewhere):
            return _told_of(run, occurrence, job.task)
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
    return _first_slot(schedule, whose(schedule, job), now)


@lru_cache(maxsize=1024)
def _first_slot(schedule: Schedule, job: JobId, now: Instant) -> Instant | None:
    """Kept: the jobs of a board are saved at one moment, and most have the schedule of others."""
    occurrence = following(schedule, job, now)
    return None if occurrence is None else occurrence.slot


def decide_all(due: Due, *, ids: Ids, now: Instant, definitions: DefinitionCache) -> list[Fire]:
    """What becomes of all due rows, under the switches that were read with them."""
    firing = Firing(ids=ids, now=now, switches=switches_of(due))
    return [firing.decide(entry.row, definition_of(entry, definitions)) for entry in due.rows]


def definition_of(entry: DueRow, definitions: DefinitionCache) -> Job:
    """The job that decides the row."""
    return definitions.get(entry.body)


def switches_of(due: Due) -> Switches:
    """Those that were read with the rows."""
    return {document.id: from_json(document.body, Switch) for document in due.switches if document.body is not None}


def schedule_of(job: Job, row: ScheduleRow) -> Schedule:
    """The schedule of `job` that the row is about."""
    return next(s for s in job.schedules if schedule_id(job.id, s.key) == row.schedule)


def _closeness(found: Occurrence, after: Occurrence | None) -> int:
    """Nearer to the one before, it is not this one that is told of."""
    return _EARLY if after is None else min(_EARLY, (after.slot - found.slot) // 2)


def _expected(schedule: Schedule, task: Elsewhere) -> Schedule:
    """Somebody may still tell of moments that are not too old. Of older ones nobody here could be told: they were
    missed because nobody was here, not because nobody told."""
    return msgspec.structs.replace(
        schedule, catch_up=CatchUp.ALL, max_age=task.within, max_count=None, start_deadline=None
    )


def _told_of(run: Run, occurrence: Occurrence, task: Elsewhere) -> NewRun:
    """It waits in a lane of its own for whoever tells of it, and is missed if nobody does in time. Whether runs overlap
    is not ours to say."""
    own = msgspec.structs.replace(
        run, lane=lane_elsewhere(run.id), start_by=later(occurrence.slot, task.within), once=True
    )
    return NewRun(run=own, overlap=Overlap.ALLOW)


def _says_the_same(gap: Gap, planned: PlannedGap, row: ScheduleRow) -> bool:
    return (gap.state, gap.reason, gap.note, gap.revision) == (
        planned.state,
        planned.reason,
        planned.note,
        row.revision,
    )
