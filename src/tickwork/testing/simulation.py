"""The real scheduler on virtual time: what would the ledger say?

Only time and the jobs themselves are pretended: definitions go through `apply` into a store in memory, the
scheduler, the promoter and the store decide as they always do, and every run succeeds after `duration`.
"""

from collections.abc import Sequence
from heapq import heappop, heappush

import msgspec

from tickwork.core.clock import Duration, Instant, later
from tickwork.core.ids import Ids, SessionId, randomness
from tickwork.core.model import Actor, Attempt, Job
from tickwork.core.states import State
from tickwork.errors import InvalidDefinition
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.operations.views import LedgerEntry
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.scheduler import Scheduler
from tickwork.service import Service
from tickwork.store.protocol import Claim, Finish, Session, Start, Store
from tickwork.telemetry import Telemetry
from tickwork.testing.clock import FakeClock

_SEATS = 1_000_000
_NO_TIME = Duration(0)
_ACTOR = Actor(kind="system", name="simulation")


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """No scheduler looks from `begin` until `end`."""

    begin: Instant
    end: Instant


async def simulate(
    jobs: Sequence[Job],
    *,
    start: Instant,
    end: Instant,
    outages: Sequence[Outage] = (),
    duration: Duration = _NO_TIME,
) -> list[LedgerEntry]:
    """The ledger of [start, end) as it would be if `jobs` were saved at `start`, in the order of the slots.

    `duration`: how long each run takes (overlap policies then show). Raises `InvalidDefinition` for an empty stretch.
    """
    if end <= start:
        raise InvalidDefinition("the simulation ends before it begins; give --to a later moment than --from")
    clock = FakeClock(start)
    store = make_store("memory://", clock=clock)
    await store.open()
    try:
        pools = sorted({job.pool for job in jobs})
        driver = _Driver(store=store, clock=clock, pools=pools, duration=duration, seed=int(start))
        await driver.ops.jobs.apply("simulation", jobs)
        await driver.run_until(end, sorted(outages, key=lambda outage: outage.begin))
        entries = [
            entry
            for job in jobs
            for entry in await driver.ops.ledger.entries(job.id, start=start, end=end, limit=1_000_000)
        ]
        return sorted(entries, key=lambda entry: (entry.slot or "", entry.job))
    finally:
        await store.close()


class _Driver:
    """Moves the clock from one thing that happens to the next."""

    def __init__(self, *, store: Store, clock: FakeClock, pools: Sequence[str], duration: Duration, seed: int) -> None:
        ids = Ids(clock=clock, bits=randomness(seed).getrandbits)
        telemetry = Telemetry()
        self.ops = Operations(store=store, clock=clock, ids=ids, actor=_ACTOR)
        self._store = store
        self._clock = clock
        self._worker = _Worker(store=store, clock=clock, session=ids.session(), pools=pools, duration=duration)
        self._services: list[Service] = [
            Scheduler(store=store, clock=clock, ids=ids, telemetry=telemetry),
            Promoter(store=store, clock=clock, telemetry=telemetry),
        ]

    async def run_until(self, end: Instant, outages: Sequence[Outage]) -> None:
        for service in self._services:
            await service.opened()
        await self._worker.open()
        try:
            while (moment := await self._next_moment(outages)) is not None and moment < end:
                self._clock.advance_to(moment)
                await self._settle_down()
            self._clock.advance_to(end)
        finally:
            for service in self._services:
                await service.closed()

    async def _next_moment(self, outages: Sequence[Outage]) -> Instant | None:
        rows = await self._store.upcoming(limit=1)
        dues = [row.due for row in rows if row.due is not None]
        moment = min([*dues, *self._worker.next_end()], default=None)
        if moment is None:
            return None
        return next((outage.end for outage in outages if outage.begin <= moment < outage.end), moment)

    async def _settle_down(self) -> None:
        """Everything that happens at this one moment."""
        while True:
            await self._worker.end_due()
            for service in self._services:
                while await service.tick() == 0.0:
                    pass
            if not await self._worker.claim():
                return


class _Worker:
    """Has a seat for everyone; each run succeeds after `duration`."""

    def __init__(
        self, *, store: Store, clock: FakeClock, session: SessionId, pools: Sequence[str], duration: Duration
    ) -> None:
        self._store = store
        self._clock = clock
        self._session = session
        self._duration = duration
        self._running: list[tuple[Instant, str, Claim]] = []
        self._pools = tuple(pools)

    async def open(self) -> None:
        now = self._clock.now()
        session = Session(
            id=self._session,
            worker="simulated",
            pools=self._pools,
            concurrency=_SEATS,
            lease=15.0,
            version="",
            containment="none",
            host="",
            pid=0,
            opened=now,
            seen=now,
        )
        await self._store.open_session(session)

    def next_end(self) -> list[Instant]:
        return [self._running[0][0]] if self._running else []

    async def claim(self) -> bool:
        """Whether there was anything."""
        now = self._clock.now()
        claims = await self._store.claim(self._session, pools=self._pools, n=_SEATS, at=now)
        await self._store.start([Start(run=c.run.id, fence=c.fence, at=now) for c in claims])
        for claim in claims:
            heappush(self._running, (later(now, self._duration), claim.run.id, claim))
        return bool(claims)

    async def end_due(self) -> None:
        now = self._clock.now()
        finishes = []
        while self._running and self._running[0][0] <= now:
            end, _, claim = heappop(self._running)  # earlier than now, where an outage lies between
            finishes.append(self._finish(claim, end))
        if finishes:
            await self._store.finish(finishes)

    def _finish(self, claim: Claim, now: Instant) -> Finish:
        attempt = Attempt(
            run=claim.run.id,
            n=claim.run.attempt + 1,
            fence=claim.fence,
            session=self._session,
            worker="simulated",
            started=Instant(now - self._duration),
            finished=now,
            outcome=State.SUCCEEDED,
        )
        return Finish(run=claim.run.id, fence=claim.fence, state=State.SUCCEEDED, attempt=attempt)
