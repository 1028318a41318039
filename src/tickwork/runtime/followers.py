"""Chains: the jobs that come `after` another one, set off by its completions.

A follower's run has an id made of the runs that set it off. So however often an event comes, and however many nodes
see it, each of these makes one run.
"""

from collections.abc import Mapping, Sequence

from tickwork.core.births import lane_at_birth
from tickwork.core.clock import Clock
from tickwork.core.codec import from_json, to_json
from tickwork.core.dependencies import After, On, Pins
from tickwork.core.ids import JobId, RunId, derived_run
from tickwork.core.model import PARTS, Delivery, Job, Origin, Run
from tickwork.core.states import Reason, State, Wait
from tickwork.core.switches import Switches, paused_because
from tickwork.operations.switched import read_switches
from tickwork.operations.wiring import read_links
from tickwork.store.protocol import Document, Event, Kind, NewRun, RunFilter, Store

_ENDS: Mapping[On, frozenset[State]] = {
    On.SUCCESS: frozenset({State.SUCCEEDED}),
    On.FAILURE: frozenset({State.FAILED}),
    On.ANY: frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED}),
}
_DECISIVE = tuple(sorted(_ENDS[On.ANY]))
"""A run that was skipped or missed sets nothing off and takes nothing back."""


class Followers:
    """Bears the runs of followers."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def follow(self, events: Sequence[Event]) -> None:
        links = await read_links(self._store, sorted({event.job for event in events}))
        events = [event for event in events if event.job in links and links[event.job].followed_by]
        if not events:
            return
        names = {child for event in events for child in links[event.job].followed_by}
        jobs = await self._store.get_many(Kind.JOB, sorted(names))
        switches = await read_switches(self._store)
        born: dict[RunId, NewRun] = {}
        for event in events:
            for name in links[event.job].followed_by:
                if name in jobs and (new := await self._run_after(event, jobs[name], switches)) is not None:
                    born[new.run.id] = new
        if born:
            await self._store.enqueue(list(born.values()), at=self._clock.now(), verb="after")

    async def _run_after(self, event: Event, document: Document, switches: Switches) -> NewRun | None:
        """What this end sets off; None: nothing (yet)."""
        job = from_json(document.body or b"", Job)
        condition = next((after for after in job.after if after.job == event.job), None)
        if condition is None or event.state not in _ENDS[condition.on]:
            return None
        detail = await self._store.run(event.run)
        if detail is None or detail.run.origin in PARTS or await self._runs_in_group(job.id, detail.run):
            return None
        causes = {event.job: detail.run} if len(job.after) == 1 else await self._all_causes(job)
        if causes is None:
            return None
        return self._new_run(document, job, event, causes, paused_because(job, switches, self._clock.now()))

    async def _runs_in_group(self, child: JobId, parent: Run) -> bool:
        """Whether the child is in the parent's group: then it runs as a part of that."""
        if parent.group is None:
            return False
        return bool(await self._store.runs(RunFilter(group=parent.group, job=child), limit=1))

    async def _all_causes(self, job: Job) -> dict[JobId, Run] | None:
        """Fan-in: the newest end of every parent, if each fits its condition and has not set the job off before."""
        newest = await self._store.latest([after.job for after in job.after], states=_DECISIVE)
        used = await self._used_before(job.id)
        causes: dict[JobId, Run] = {}
        for after in job.after:
            ends = newest.get(after.job, [])
            if not ends or not _fits(ends[0], after, used):
                return None
            causes[after.job] = ends[0]
        return causes

    async def _used_before(self, job: JobId) -> Mapping[JobId, RunId]:
        last = await self._store.runs(RunFilter(job=job, origin=Origin.AFTER), limit=1)
        detail = await self._store.run(last[0].id) if last else None
        return {} if detail is None or detail.pins is None else from_json(detail.pins, Pins).after

    def _new_run(
        self, document: Document, job: Job, event: Event, causes: Mapping[JobId, Run], paused: str | None
    ) -> NewRun:
        last = max(causes.values(), key=lambda run: (run.finished or 0, run.id))
        now = self._clock.now()
        run = Run(
            id=derived_run(last.finished or event.at, "after", job.id, *sorted(run.id for run in causes.values())),
            job=job.id,
            project=job.project,
            revision=document.revision,
            origin=Origin.AFTER,
            state=State.WAITING if paused is None else State.SKIPPED,
            reason=None if paused is None else Reason.PAUSED,
            wait=Wait.UPSTREAM if paused is None else None,
            lane=lane_at_birth(job),
            priority=job.priority,
            ready_at=now,
            once=job.delivery is Delivery.AT_MOST_ONCE,
            about=last.id,
            note=paused or f"after {', '.join(f'{name} ({run.state})' for name, run in causes.items())}",
            created=now,
        )
        pins = Pins(after={name: cause.id for name, cause in causes.items()})
        return NewRun(run=run, overlap=job.overlap, pins=to_json(pins))


def _fits(end: Run, after: After, used: Mapping[JobId, RunId]) -> bool:
    return end.state in _ENDS[after.on] and used.get(after.job) != end.id
