"""Settles the claims of dead sessions.

A session is judged by its beat alone: no clock of anybody else is trusted. The reaper remembers when (on its own
monotonic clock) it first saw the beat that it still sees; after one whole lease of having reached the store
without a break, the session may be settled (core/lease.py).
"""

from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.core.lease import MAX_LOSSES, RENEW_EVERY, may_settle
from tickwork.core.states import TERMINAL
from tickwork.crashpoint import crash_point
from tickwork.runtime.outcomes import outcomes
from tickwork.runtime.sightings import Sightings
from tickwork.service import NAP, Service
from tickwork.store.protocol import Session, Store
from tickwork.telemetry import SessionSettled, Telemetry

_BLIND_AFTER = 5.0
"""Seconds between two successful looks that count as a break in reaching the store."""


class Reaper(Service):
    """One tick looks at every open session."""

    name: ClassVar[str] = "reaper"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._sightings = Sightings()
        self._reachable_since = clock.monotonic()
        self._last_look = clock.monotonic()

    async def tick(self) -> float:
        sessions = await self._store.sessions()
        now = self.clock.monotonic()
        if now - self._last_look > _BLIND_AFTER:
            self._reachable_since = now
        self._last_look = now
        self._sightings.look(sessions, now)
        for session in sessions:
            if self._is_dead(session, now):
                await self._settle(session)
        shortest = min((session.lease for session in sessions), default=NAP)
        return min(NAP, shortest * RENEW_EVERY)

    def _is_dead(self, session: Session, now: float) -> bool:
        return may_settle(
            seen=self._sightings.since(session), now=now, reachable_since=self._reachable_since, lease=session.lease
        )

    async def _settle(self, session: Session) -> None:
        note = f"worker {session.worker} gave no sign of life for {session.lease:g} s"
        runs = await self._store.settle(
            session.id, beat=session.beat, max_losses=MAX_LOSSES, at=self.clock.now(), note=note
        )
        crash_point("reaper.settled")
        if runs is not None:
            over = outcomes((run.state, run.reason) for run in runs if run.state in TERMINAL)
            self.telemetry.emit(SessionSettled(worker=session.worker, session=session.id, runs=len(runs), over=over))
