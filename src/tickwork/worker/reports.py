"""What the worker has to tell, sent in batches: while one is on its way the next accumulates.

Nothing is ever dropped: while nobody answers, the items wait in their order (spool.py).
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.crashpoint import crash_point
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.service import NAP, Service, came
from tickwork.telemetry import Telemetry
from tickwork.worker.link import Link, Receipt, Report
from tickwork.worker.spool import Item, Spool

COALESCE = 0.01
"""Seconds that the first item of a batch waits for company, if the last batch left so recently."""
FULL = 256
"""So many items wait no longer."""


class Reporter(Service):
    """One tick sends one batch. `delivered` is called with each batch and its receipt."""

    name: ClassVar[str] = "worker reports"

    def __init__(
        self,
        *,
        link: Link,
        clock: Clock,
        telemetry: Telemetry,
        delivered: Callable[[Report, Receipt], None],
        spool: Spool,
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._link = link
        self._delivered = delivered
        self._spool = spool
        self._left = clock.monotonic() - COALESCE
        self._refusals = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, item: Item) -> None:
        self._spool.add(item)
        self._empty.clear()
        if len(self._spool) in {0, 1, FULL}:  # the first arms the tick, a full batch cuts its wait short
            self.wake()

    async def drained(self, within: float) -> bool:
        """Wait until everything was delivered, at most `within` seconds; whether it was."""
        return await came(self._empty, within=within)

    async def tick(self) -> float:
        if self._spool.empty:
            return NAP
        early = self._left + COALESCE - self.clock.monotonic()
        if early > 0 and len(self._spool) < FULL:
            return early
        batch = self._spool.batch()
        return NAP if batch is None else await self._send(batch)

    async def _send(self, batch: Report) -> float:
        self._left = self.clock.monotonic()
        try:
            crash_point("worker.report.before")
            receipt = await self._link.report(batch, renew=False)
            crash_point("worker.report.after")
        except (StoreUnavailable, NotAllowed):  # whether a refusal is the end, the heartbeat says
            self._refusals = min(self._refusals + 1, 5)
            return 0.05 * float(1 << self._refusals)
        self._refusals = 0
        self._spool.taken()
        self._delivered(batch, receipt)
        if not self._spool.empty:
            return 0
        self._empty.set()
        return NAP

    async def closed(self) -> None:
        self._spool.close()
