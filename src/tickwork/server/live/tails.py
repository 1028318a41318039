"""Looks at what is followed of runs, whenever there may be something new."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.errors import Conflict
from tickwork.server.live.audience import Audience
from tickwork.server.live.followed import Followed
from tickwork.server.live.gauge import Gauge
from tickwork.server.live.lines import Position
from tickwork.server.live.place import Place
from tickwork.server.live.tail import Tail
from tickwork.service import NAP, Service
from tickwork.store.protocol import Store
from tickwork.telemetry import Telemetry

_TOGETHER = 0.1
"""Seconds between two looks at a run at least …"""
_FLOOR = 1.0
"""… and at most: a hint may be lost."""
MOST = 250
"""Logs that are followed at a time: each keeps up to a quarter of a megabyte."""


class Tails(Service):
    name: ClassVar[str] = "live logs"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, audience: Audience) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._audience = audience
        self._tails: dict[RunId, Tail] = {}
        self._gauges: dict[RunId, Gauge] = {}
        self._gate = asyncio.Semaphore(1)  # hundreds that open a log at once keep nobody's events waiting
        self._timer: asyncio.TimerHandle | None = None

    def place(self, run: Run, *, wake: asyncio.Event, at: Position, patient: bool = False, only: bool = False) -> Place:
        """Begin to read a log; see `Place`. Raises `Conflict` where too many are read already."""
        self._forget()
        tail = self._tails.get(run.id)
        if tail is None:
            if len(self._tails) >= MOST:
                raise Conflict(f"this server follows {MOST} logs already; close one, or read it by pages")
            tail = self._tails[run.id] = Tail(store=self._store, id=run.id, hint=lambda: self.hint([run.id]))
        tail.run = tail.run or run
        tail.hinted = True
        self._arm()
        return Place(tail=tail, store=self._store, gate=self._gate, wake=wake, at=at, patient=patient, only=only)

    def gauge(self, id: RunId) -> None:
        """Somebody new wants to know its progress."""
        gauge = self._gauges.get(id)
        if gauge is None:
            gauge = Gauge(store=self._store, clock=self.clock, audience=self._audience, id=id)
            self._gauges[id] = gauge
        gauge.fresh = gauge.hinted = True
        self._arm()

    def hint(self, runs: Iterable[RunId]) -> None:
        """Something about these runs may be new."""
        for run in runs:
            for followed in (self._tails.get(run), self._gauges.get(run)):
                if followed is not None:
                    followed.hinted = True
                    self._arm()

    def hint_all(self) -> None:
        self.hint([*self._tails, *self._gauges])

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_TOGETHER, self._look)

    def _look(self) -> None:
        self._timer = None
        self.wake()

    async def closed(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def tick(self) -> float:
        self._forget()
        now = self.clock.monotonic()
        due = [one for one in self._all() if one.hinted or one.looked + _FLOOR <= now]
        if not due:
            return NAP
        runs = await self._store.get_runs(list({one.id for one in due}))
        for one in due:
            one.hinted, one.looked = False, now
        more = await asyncio.gather(*(one.look(runs.get(one.id)) for one in due))
        for one, unread in zip(due, more, strict=True):
            one.hinted |= unread
        return _TOGETHER if any(more) else NAP

    def _all(self) -> list[Followed]:
        return [*self._tails.values(), *self._gauges.values()]

    def _forget(self) -> None:
        """What nobody follows any more."""
        self._tails = {run: tail for run, tail in self._tails.items() if tail.watched}
        self._gauges = {run: gauge for run, gauge in self._gauges.items() if gauge.watched}
