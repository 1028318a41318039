"""Pause and resume: a job, a task, a project, a pool, a worker, or everything."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import schedule_id
from tickwork.core.model import Elsewhere, Gap, Job, Origin, Scope, Switch
from tickwork.core.states import Reason
from tickwork.core.switches import off_because, switch_id
from tickwork.core.timing.occurrences import last
from tickwork.core.timing.schedule import CatchUp, Schedule
from tickwork.errors import InvalidDefinition
from tickwork.operations.context import Context
from tickwork.operations.jobs import Jobs, decode_job
from tickwork.operations.replay import Missed, Replay
from tickwork.operations.saving import Saver
from tickwork.operations.viewing import run_view
from tickwork.operations.views import RunView
from tickwork.store.protocol import Kind, Put

_SHOWN = 1000
"""Missed slots of one schedule that a resume looks at, newest first."""


class Choice(StrEnum):
    """What a resume makes up for."""

    POLICY = "policy"
    """What each schedule's catch-up policy says."""
    NONE = "none"
    LATEST = "latest"
    ALL = "all"


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """What a resume found and did."""

    was_paused: bool
    missed: list[str]
    """Slots that were skipped meanwhile, ISO-8601, oldest first."""
    runs: list[RunView]
    """What makes up for them."""


class SwitchVerbs:
    """The verbs on switches."""

    def __init__(self, context: Context, jobs: Jobs, replay: Replay) -> None:
        self._context = context
        self._store = context.store
        self._jobs = jobs
        self._replay = replay
        self._saver = Saver(context)

    async def pause(self, scope: Scope, target: str, *, why: str = "", until: Instant | None = None) -> str:
        """Off from now on; running work is untouched. Returns the target's id. What was due before still runs."""
        name, project = await self._target(scope, target)
        now = self._context.clock.now()
        if until is not None and until <= now:
            raise InvalidDefinition(f"until: {iso(until)} is over; give a later moment or a length like 2h")
        switch = Switch(scope=scope, target=name, by=self._context.actor, since=now, why=why, until=until)
        identity = switch_id(scope, name)
        put = Put(kind=Kind.SWITCH, id=identity, body=to_json(switch), project=project, name=name)
        await self._saver.switch([put], verb="pause", note=why or None)
        return name

    async def resume(
        self, scope: Scope, target: str, *, choice: Choice = Choice.POLICY, pick: Sequence[Instant] = ()
    ) -> Resumed:
        """On again. Slots skipped meanwhile are made up for by `choice`, or exactly those in `pick`."""
        name, _ = await self._target(scope, target)
        identity = switch_id(scope, name)
        document = await self._store.get(Kind.SWITCH, identity)
        if document is None or document.body is None:
            return Resumed(was_paused=False, missed=[], runs=[])
        switch = from_json(document.body, Switch)
        await self._saver.switch([Put(kind=Kind.SWITCH, id=identity, body=None)], verb="resume", note=None)
        missed, wanted = [], []
        for job in await self._affected(scope, name):
            of_job = await self._missed(job, switch.since)
            missed += [iso(slot.slot) or "" for slot in of_job]
            if isinstance(job.task, Elsewhere):
                continue  # it is made up for where it runs
            wanted += (
                [slot for slot in of_job if slot.slot in pick] if pick else _chosen(job, of_job, choice, self._now)
            )
        runs = await self._replay.slots(wanted, origin=Origin.REPLAY)
        return Resumed(was_paused=True, missed=sorted(missed), runs=[run_view(run) for run in runs])

    async def off_because(self, scope: Scope, target: str) -> str | None:
        """The sentence why this very scope is off now, or None."""
        return off_because(scope, target, await self._jobs.switches(), self._now)

    @property
    def _now(self) -> Instant:
        return self._context.clock.now()

    async def _target(self, scope: Scope, target: str) -> tuple[str, str]:
        """The id and the project of what is switched; only jobs must exist."""
        if scope is Scope.JOB:
            job = await self._jobs.find(target)
            return job.id, job.project
        return ("" if scope is Scope.INSTANCE else target), (target if scope is Scope.PROJECT else "")

    async def _affected(self, scope: Scope, name: str) -> list[Job]:
        match scope:
            case Scope.JOB:
                return [await self._jobs.find(name)]
            case Scope.PROJECT:
                return [decode_job(document) for document in await self._jobs.all(project=name)]
            case Scope.TASK | Scope.INSTANCE:
                jobs = [decode_job(document) for document in await self._jobs.all()]
                return [job for job in jobs if scope is Scope.INSTANCE or job.of == name]
            case Scope.POOL | Scope.WORKER:
                return []  # their runs stayed queued

    async def _missed(self, job: Job, since: Instant) -> list[Missed]:
        gaps = await self._store.gaps(job=job.id, since=since)
        paused = [gap for gap in gaps if gap.reason is Reason.PAUSED]
        by_schedule = {schedule_id(job.id, schedule.key): schedule for schedule in job.schedules}
        return [
            slot
            for gap in paused
            if (schedule := by_schedule.get(gap.schedule)) is not None
            for slot in _expanded(job, schedule, gap, since)
        ]


def _expanded(job: Job, schedule: Schedule, gap: Gap, since: Instant) -> list[Missed]:
    after = Instant(max(gap.first, since) - 1)
    return [
        Missed(job=job.id, schedule=schedule, slot=occurrence.slot, entry=gap.id)
        for occurrence in last(schedule, job.id, after, gap.last, n=_SHOWN)
    ]


def _chosen(job: Job, missed: Sequence[Missed], choice: Choice, now: Instant) -> list[Missed]:
    chosen: list[Missed] = []
    for schedule in job.schedules:
        mine = [slot for slot in missed if slot.schedule.key == schedule.key]
        chosen += _of_schedule(schedule, mine, choice, now)
    return chosen


def _of_schedule(schedule: Schedule, mine: list[Missed], choice: Choice, now: Instant) -> list[Missed]:
    if choice is Choice.POLICY:
        if schedule.max_age is not None:
            oldest = now - schedule.max_age
            mine = [slot for slot in mine if slot.slot >= oldest]
        if schedule.catch_up is CatchUp.ALL and schedule.max_count is not None:
            mine = mine[-schedule.max_count :] if schedule.max_count else []
    match Choice(schedule.catch_up.value) if choice is Choice.POLICY else choice:
        case Choice.LATEST:
            return mine[-1:]
        case Choice.ALL:
            return mine
        case _:
            return []
