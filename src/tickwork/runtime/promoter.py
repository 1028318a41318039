"""Lets runs go on when what they waited for has come, and consumes the outbox."""

from collections.abc import Sequence
from typing import ClassVar

from tickwork.core.clock import SECOND, Clock, Instant
from tickwork.core.states import State
from tickwork.crashpoint import crash_point
from tickwork.runtime.effects import Effects
from tickwork.runtime.outcomes import outcomes
from tickwork.runtime.upstream import Upstream
from tickwork.service import NAP, Service
from tickwork.store.protocol import Event, Store, Topic
from tickwork.telemetry import RunsOver, Telemetry

BATCH = 1000
_AFTER_CLAIMS = 0.005
"""Seconds."""
_LEAST = 0.001
"""Seconds: a run that is ready at this very microsecond must not make the loop spin."""


class Promoter(Service):
    """Waiting → queued; completions → what follows from them.

    The overlap queue needs no record of its own: `promote` looks at which jobs are free. So an event is consumed
    only after a promotion that saw its completion.
    """

    name: ClassVar[str] = "promoter"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, ship: bool = False) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._effects = Effects(store=store, clock=clock, telemetry=telemetry, ship=ship)
        self._upstream = Upstream(store=store, clock=clock)
        self._ready: Instant | None = None

    async def opened(self) -> None:
        self._stop_listening = self._store.listen([Topic.OUTBOX, Topic.QUEUED], self._heard)

    async def closed(self) -> None:
        self._stop_listening()

    def _heard(self, topic: Topic) -> None:
        """Of what is queued only those matter here that are to be ready later; first come those who claim the rest."""
        if topic is Topic.OUTBOX:
            self.wake()
        else:
            self.wake_in(_AFTER_CLAIMS)

    async def tick(self) -> float:
        events = await self._store.outbox(limit=BATCH)
        now = self.clock.now()
        self._ring(now)
        self._ready = await self._store.promote(at=now)
        crash_point("promoter.promoted")
        if events:
            await self._effects.follow(events)
            crash_point("promoter.followed")
        moved = await self._upstream.resolve({event.job for event in events})
        if events:
            await self._tell(events)
            await self._store.consume([event.seq for event in events])
        if moved or len(events) == BATCH:
            return 0.0
        return NAP if self._ready is None else max(_LEAST, (self._ready - now) / SECOND)

    async def _tell(self, events: Sequence[Event]) -> None:
        """Of those that no worker has told of. Where two nodes follow up the same event, both tell."""
        unusual = [event.run for event in events if event.state is not State.SUCCEEDED]
        if unusual:
            runs = await self._store.get_runs(unusual)
            ends = outcomes((run.state, run.reason) for run in runs.values() if run.worker is None)
            if ends:
                self.telemetry.emit(RunsOver(outcomes=ends))

    def _ring(self, now: Instant) -> None:
        """Tell the workers that a delayed run has become ready: nothing is written at that moment."""
        if self._ready is not None and self._ready <= now:
            self._store.notify(Topic.QUEUED)
