"""Notices workers that are not heard, and pools in which runs wait for nobody. Tells each once, and when it is over.

It settles nothing: that is the reaper's, a whole lease later.
"""

from collections.abc import Mapping
from typing import ClassVar

from tickwork.core.clock import SECOND, Clock, Instant
from tickwork.core.codec import to_json
from tickwork.core.ids import SessionId
from tickwork.core.lanes import ELSEWHERE, pool_of
from tickwork.core.lease import DEFAULT_LEASE, Patience
from tickwork.core.model import SYSTEM, Scope
from tickwork.core.switches import off_because
from tickwork.errors import Conflict
from tickwork.operations.fleet import OUTAGES, Outages, outages_of
from tickwork.operations.switched import read_switches
from tickwork.runtime.sightings import Sightings
from tickwork.service import NAP, Service
from tickwork.store.protocol import Kind, Put, Session, Store
from tickwork.telemetry import PoolResponsive, PoolUnresponsive, Telemetry, WorkerResponsive, WorkerUnresponsive


class Watchdog(Service):
    """One tick looks at the workers and at what is queued for them."""

    name: ClassVar[str] = "watchdog"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, patience: Patience) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._patience = patience
        self._sightings = Sightings()
        self._silent: dict[SessionId, str] = {}
        """Workers that are not heard, by session."""
        self._alone: dict[str, float] = {}
        """Pools with queued runs and no worker that is heard: since when, monotonic."""
        self._noted = True
        """There may be outages in the note."""

    async def tick(self) -> float:
        found, now = await self._store.sessions(), self.clock.monotonic()
        sessions = [session for session in found if not _is_elsewhere(session)]
        self._sightings.look(sessions, now)
        silent = [session for session in sessions if self._is_silent(session, now)]
        self._tell_of_workers({session.id: session.worker for session in silent})
        served = {pool for session in sessions if session not in silent for pool in session.pools}
        await self._note_pools(await self._waiting(), served, now)
        return NAP

    def _is_silent(self, session: Session, now: float) -> bool:
        return now - self._sightings.since(session) > self._patience.seconds(session.lease)

    def _tell_of_workers(self, silent: Mapping[SessionId, str]) -> None:
        for session in silent.keys() - self._silent.keys():
            self.telemetry.emit(WorkerUnresponsive(worker=silent[session], session=session))
        for session in self._silent.keys() - silent.keys():
            self.telemetry.emit(WorkerResponsive(worker=self._silent[session], session=session))
        self._silent = dict(silent)

    async def _waiting(self) -> set[str]:
        """The pools in which runs are ready, and that are not switched off."""
        now = self.clock.now()
        ready = {pool_of(queue.lane) for queue in await self._store.queues() if queue.ready_at <= now} - {ELSEWHERE}
        switches = await read_switches(self._store) if ready else {}
        return {pool for pool in ready if not off_because(Scope.POOL, pool, switches, now)}

    async def _note_pools(self, waiting: set[str], served: set[str], now: float) -> None:
        self._alone = {pool: self._alone.get(pool, now) for pool in sorted(waiting - served)}
        wall = self.clock.now()
        out = {
            pool: Instant(wall - round((now - since) * SECOND))
            for pool, since in self._alone.items()
            if now - since > self._patience.seconds(DEFAULT_LEASE)
        }
        if out or self._noted:
            await self._keep(out, waiting, served)

    async def _keep(self, out: Mapping[str, Instant], waiting: set[str], served: set[str]) -> None:
        """Who writes the note is the one that tells: of several nodes, one."""
        document = await self._store.get(Kind.MARK, OUTAGES)
        before = outages_of(document)
        lasting = {pool: since for pool, since in before.items() if pool in waiting - served}
        after = {**out, **lasting}
        self._noted = bool(before or after)
        if after.keys() == before.keys():
            return
        expect = 0 if document is None else document.revision
        put = Put(kind=Kind.MARK, id=OUTAGES, body=to_json(Outages(pools=after)), expect=expect)
        try:
            await self._store.put([put], by=SYSTEM, at=self.clock.now(), verb="note")
        except Conflict:  # another node was faster; the next look sees what it noted
            return
        for pool in after.keys() - before.keys():
            self.telemetry.emit(PoolUnresponsive(pool=pool, since=after[pool]))
        for pool in before.keys() - after.keys():
            self.telemetry.emit(PoolResponsive(pool=pool))


def _is_elsewhere(session: Session) -> bool:
    """Who tells of a run of theirs speaks when there is something to say."""
    return all(pool_of(lane) == ELSEWHERE for lane in session.pools)
