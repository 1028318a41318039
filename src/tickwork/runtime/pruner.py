"""Deletes old history in small batches."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from tickwork.core.clock import Clock, Duration, Instant
from tickwork.runtime.cleaner import Cleaner
from tickwork.runtime.trimmer import Trimmer
from tickwork.service import Part, Service
from tickwork.store.protocol import Level, Store
from tickwork.telemetry import Telemetry

BATCH = 200
"""Small enough that no other writer waits noticeably."""
_EVERY = 60.0
_PAUSE = 0.05


class Pruner(Service):
    """One tick deletes one batch; while there is more it goes on after a short pause."""

    name: ClassVar[str] = "pruner"

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        telemetry: Telemetry,
        keep_for: Duration,
        keep_runs: int,
        keep_records: Mapping[Level, Duration] | None = None,
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._cleaner = Cleaner(store=store, clock=clock)
        self._trimmer = Trimmer(store=store, clock=clock, keep=keep_records or {})
        self._keep_for = keep_for
        self._keep_runs = keep_runs
        self._rest_until = 0.0
        self._deleted: float | None = None

    def parts(self) -> Sequence[Part]:
        return (Part(name="trimmer", last=self._trimmer.last), Part(name="deletion", last=self._deleted))

    async def tick(self) -> float:
        if self.clock.monotonic() < self._rest_until:
            return self._rest_until - self.clock.monotonic()
        before = Instant(self.clock.now() - self._keep_for)
        spare = await self._cleaner.clean(before=before, keep=self._keep_runs)
        gone = await self._store.prune(before=before, keep=self._keep_runs, limit=BATCH, spare=spare)
        swept = await self._store.sweep(at=self.clock.now(), limit=BATCH)
        self._deleted = self.clock.monotonic()
        if await self._trimmer.step() or BATCH in {gone, swept}:
            return _PAUSE
        self._rest_until = self.clock.monotonic() + _EVERY
        return _EVERY
