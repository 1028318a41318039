"""What the ends of runs are occasions for: the outbox's consumer that puts deliveries on their way.

Idempotent by the deliveries' ids; nothing is sent here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tickwork.core.clock import Clock
from tickwork.core.ids import JobId
from tickwork.core.model import PARTS, Job, Run
from tickwork.core.notices import Delivery, Notice, delivery, occasion_of, run_notice, told
from tickwork.core.rules import Occasion, channels_for
from tickwork.core.states import State
from tickwork.operations.notify.levels import Rules, read_rules
from tickwork.operations.notify.outgoing import Outgoing
from tickwork.store.protocol import Event, Store

MARKS: Final = (b'"notify"', b'"mailto"')
"""What the definition of a job with rules of its own has in it."""
_DECISIVE: Final = (State.SUCCEEDED, State.FAILED)
_LOOKED_BACK: Final = 10
_SILENT: Final = frozenset({State.SKIPPED, State.MISSED})
"""Ends of runs that never began, which cannot have printed anything."""


class Completions:
    """Makes deliveries of completions."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._outgoing = Outgoing(store=store, clock=clock)

    async def rules(self) -> Rules:
        """As they are now."""
        return await read_rules(self._store)

    async def follow(self, events: Sequence[Event], jobs: Mapping[JobId, Job], rules: Rules) -> None:
        """`jobs`: those of the events that somebody may be told about."""
        concerned = [event for event in events if event.job in jobs]
        if not concerned:
            return
        runs = await self._store.get_runs([event.run for event in concerned])
        found: list[Delivery] = []
        for event in concerned:
            run = runs.get(event.run)
            if run is not None and run.origin not in PARTS:
                found += await self._deliveries(run, jobs[event.job], rules)
        await self._outgoing.add(found)

    async def disabled(self, job: Job, event: Event, *, why: str) -> None:
        """The job is about to be switched off after this failure."""
        notice = Notice(
            occasion=Occasion.DISABLED,
            about=event.run,
            at=event.at,
            title=f"{job.id} is switched off",
            sentence=f"{job.id} is switched off: {why}; `tickwork resume {job.id}` switches it on again",
            job=job.id,
            project=job.project,
            pool=job.pool,
            run=event.run,
        )
        channels = channels_for((await self.rules()).of(job), Occasion.DISABLED)
        await self._outgoing.add(delivery(channel, notice) for channel in channels)

    async def _deliveries(self, run: Run, job: Job, rules: Rules) -> Iterable[Delivery]:
        said = rules.of(job)
        occasions = [one for one in (occasion_of(run),) if one is not None]
        if run.state is State.SUCCEEDED and channels_for(said, Occasion.RECOVERED) and await self._after_failure(run):
            occasions.append(Occasion.RECOVERED)
        if run.state not in _SILENT:
            occasions.append(Occasion.OUTPUT)
        now = self._clock.now()
        return [
            delivery(channel, run_notice(occasion, run, now=now)) for channel, occasion in told(said, occasions).items()
        ]

    async def _after_failure(self, run: Run) -> bool:
        """Whether the job's last run before it failed."""
        latest = await self._store.latest([run.job], n=_LOOKED_BACK, states=_DECISIVE)
        before = [one for one in latest.get(run.job, []) if one.id < run.id]
        return bool(before) and before[0].state is State.FAILED
