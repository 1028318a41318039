"""Which pools a session may claim from now: a pool or a worker that is switched off keeps its runs queued."""

from collections.abc import Callable

from tickwork.core.clock import Clock
from tickwork.core.codec import from_json
from tickwork.core.model import Scope, Switch
from tickwork.core.switches import Switches, off_because
from tickwork.store.protocol import Kind, Session, Store, Topic

FRESH = 1.0
"""Seconds for which the switches as they were read last are believed, where no hint says that they changed."""


class OpenPools:
    """Asks the store when a hint or the time says so, not at every claim."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._switches: Switches = {}
        self._until = 0.0

    def listen(self) -> Callable[[], None]:
        """Take hints; returns the function that ends it."""
        return self._store.listen([Topic.SCHEDULE], lambda _topic: self._forget())

    async def of(self, session: Session) -> tuple[str, ...]:
        """The session's pools that are on; none if its worker is off."""
        if self._clock.monotonic() >= self._until:
            await self._read()
        now = self._clock.now()
        if off_because(Scope.WORKER, session.worker, self._switches, now):
            return ()
        return tuple(pool for pool in session.pools if not off_because(Scope.POOL, pool, self._switches, now))

    async def _read(self) -> None:
        self._until = self._clock.monotonic() + FRESH  # before reading: a hint meanwhile is not lost
        documents = await self._store.find(Kind.SWITCH, limit=100_000)
        self._switches = {d.id: from_json(d.body, Switch) for d in documents if d.body is not None}

    def _forget(self) -> None:
        self._until = 0.0
