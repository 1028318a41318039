"""What a session may claim from now: the lanes of its pools that it serves, and the room that limits of pools leave.

A pool or a worker that is switched off keeps its runs queued.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tickwork.core.clock import Clock, Duration, seconds
from tickwork.core.lanes import Lane, Limit, bare_lane, parse_lane, pool_key
from tickwork.core.model import Pool, Scope
from tickwork.core.switches import Switches, off_because
from tickwork.operations.fleet import read_pools
from tickwork.operations.switched import read_switches
from tickwork.store.protocol import Queued, Session, Store, Topic

FRESH = 1.0
"""Seconds for which what was read last is believed, where no hint says that it changed."""
MOST = 1000
"""Lanes that one claim looks into, those whose heads are ready first: each costs it a look."""
USUAL = 16
"""Tasks whose lanes a claim looks into without knowing whether there is anything in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a claim may look into."""

    lanes: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()


class OpenPools:
    """Asks the store when a hint or the time says so, not at every claim."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._switches: Switches = {}
        self._pools: dict[str, Pool] = {}
        self._queues: list[Queued] = []
        self._queued = False
        """Runs were queued since the queues were read: there may be lanes that nobody here knows."""
        self._until = 0.0

    def listen(self) -> Callable[[], None]:
        """Take hints; returns the function that ends it."""
        return self._store.listen([Topic.SCHEDULE, Topic.QUEUED], self._hear)

    async def of(self, session: Session) -> Offer:
        """The bare lanes of the session's pools, and the lanes in which runs are queued that it serves; nothing if its
        worker is off."""
        if self._clock.monotonic() >= self._until:
            await self._read()
        now = self._clock.now()
        if off_because(Scope.WORKER, session.worker, self._switches, now):
            return Offer()
        pools = [pool for pool in session.pools if not off_because(Scope.POOL, pool, self._switches, now)]
        lanes = [lane for pool in pools for lane in _usual(pool, session)]
        tasks = frozenset(session.tasks)
        lanes += [queue.lane for queue in self._queues if _serves(session, tasks, queue.lane, pools)]
        return Offer(lanes=tuple(dict.fromkeys(lanes)), limits=tuple(self._limits(pools)))

    async def refresh(self) -> None:
        """For who has nothing to do: read what would soon be too old, so that the next run need not wait for that."""
        if self._clock.monotonic() >= self._until - FRESH / 2:
            await self._read()

    async def news(self, session: Session, before: Offer) -> Offer | None:
        """For a claim that found nothing: the offer of now, if it has lanes that `before` had not; else None."""
        if not self._queued:
            return None
        await self._read_queues()
        offer = await self.of(session)
        return offer if set(offer.lanes) - set(before.lanes) else None

    async def job_timeout(self, pool: str) -> Duration | None:
        """Of jobs in this pool that have none of their own."""
        if self._clock.monotonic() >= self._until:
            await self._read()
        described = self._pools.get(pool)
        return None if described is None or described.job_timeout is None else seconds(described.job_timeout)

    def _limits(self, pools: list[str]) -> list[Limit]:
        known = (self._pools.get(pool) for pool in pools)
        return [Limit(key=pool_key(one.name), max=one.max_running) for one in known if one and one.max_running]

    async def _read(self) -> None:
        self._until = self._clock.monotonic() + FRESH  # before reading: a hint meanwhile is not lost
        self._switches = await read_switches(self._store)
        self._pools = await read_pools(self._store)
        await self._read_queues()

    async def _read_queues(self) -> None:
        self._queued = False
        queues = await self._store.queues()
        self._queues = sorted(queues, key=lambda queue: queue.ready_at)[:MOST]

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.QUEUED:
            self._queued = True
        else:
            self._until = 0.0


def _usual(pool: str, session: Session) -> list[str]:
    """The lanes in which most runs stand: nobody needs to look for them first."""
    return [bare_lane(pool), *(str(Lane(pool=pool, task=task)) for task in session.tasks[:USUAL])]


def _serves(session: Session, tasks: frozenset[str], lane: str, pools: list[str]) -> bool:
    asked = parse_lane(lane)
    return asked.pool in pools and asked.serves(worker=session.worker, labels=session.labels, tasks=tasks)
