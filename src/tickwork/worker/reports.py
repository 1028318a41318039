"""What the worker has to tell, sent in batches: while one is on its way the next accumulates.

Nothing is ever dropped: while nobody answers, the items wait here in their order.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Fence
from tickwork.crashpoint import crash_point
from tickwork.errors import StoreUnavailable
from tickwork.service import NAP, Service
from tickwork.store.protocol import LogWrite, ProgressWrite, Start
from tickwork.telemetry import Telemetry
from tickwork.worker.link import Ended, Link, Receipt, Report

COALESCE = 0.01
"""Seconds that the first item of a batch waits for company, if the last batch left so recently."""
FULL = 256
"""So many items wait no longer …"""
MOST = 4096
"""… and no more go in one batch."""

Release = tuple[RunId, Fence]
Item = Start | LogWrite | ProgressWrite | Ended | Release


class Reporter(Service):
    """One tick sends one batch. `delivered` is called with each batch and its receipt."""

    name: ClassVar[str] = "worker reports"

    def __init__(
        self, *, link: Link, clock: Clock, telemetry: Telemetry, delivered: Callable[[Report, Receipt], None]
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._link = link
        self._delivered = delivered
        self._items: deque[Item] = deque()
        self._left = clock.monotonic() - COALESCE
        self._refusals = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, item: Item) -> None:
        self._items.append(item)
        if len(self._items) in {1, FULL}:  # the first arms the tick, a full batch cuts its wait short
            self._empty.clear()
            self.wake()

    async def drained(self, within: float) -> bool:
        """Wait until everything was delivered, at most `within` seconds; whether it was."""
        try:
            async with asyncio.timeout(within):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    async def tick(self) -> float:
        if not self._items:
            return NAP
        early = self._left + COALESCE - self.clock.monotonic()
        if early > 0 and len(self._items) < FULL:
            return early
        return await self._send(min(len(self._items), MOST))

    async def _send(self, n: int) -> float:
        batch = _batch(islice(self._items, n))
        self._left = self.clock.monotonic()
        try:
            crash_point("worker.report.before")
            receipt = await self._link.report(batch, renew=False)
            crash_point("worker.report.after")
        except StoreUnavailable:
            self._refusals = min(self._refusals + 1, 5)
            return 0.05 * float(1 << self._refusals)
        self._refusals = 0
        for _ in range(n):
            self._items.popleft()
        self._delivered(batch, receipt)
        if self._items:
            return 0
        self._empty.set()
        return NAP


def _batch(items: "islice[Item]") -> Report:
    starts: list[Start] = []
    logs: list[LogWrite] = []
    progress: list[ProgressWrite] = []
    ends: list[Ended] = []
    releases: list[Release] = []
    for item in items:
        match item:
            case Start():
                starts.append(item)
            case Ended():
                ends.append(item)
            case LogWrite():
                logs.append(item)
            case ProgressWrite():
                progress.append(item)
            case _:
                releases.append(item)
    return Report(
        starts=tuple(starts),
        logs=tuple(logs),
        progress=tuple(progress),
        ends=tuple(ends),
        releases=tuple(releases),
    )
