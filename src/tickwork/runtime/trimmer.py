"""Deletes log records that are older than those of their level are kept. What was printed stays as long as its run."""

from collections.abc import Mapping

from tickwork.core.clock import Clock, Duration, Instant
from tickwork.core.ids import RunId
from tickwork.store.protocol import Level, Order, RunFilter, Store

_PAGE = 200
"""Runs whose logs are looked at in one step."""
_EVERY = 3600.0
"""Seconds between two ways through all runs: a day more or less matters to nobody."""


class Trimmer:
    """Goes through the runs that are old enough, oldest first, again and again: there is nothing to remember."""

    def __init__(self, *, store: Store, clock: Clock, keep: Mapping[Level, Duration]) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep
        self._after: RunId | None = None
        self._rest_until = 0.0
        self.last: float | None = None
        """When it last got on, on the monotonic clock."""

    async def step(self) -> bool:
        """Look at the next portion; whether there is more."""
        if not self._keep or self._clock.monotonic() < self._rest_until:
            return False
        now = self._clock.now()
        before = {level: Instant(now - length) for level, length in self._keep.items()}
        where = RunFilter(until=max(before.values()), order=Order.OLDEST)
        runs = [run.id for run in await self._store.runs(where, after=self._after, limit=_PAGE)]
        if runs:
            await self._store.trim_log(runs, before=before)
        self.last = self._clock.monotonic()
        if len(runs) == _PAGE:
            self._after = runs[-1]
            return True
        self._after = None
        self._rest_until = self._clock.monotonic() + _EVERY
        return False
