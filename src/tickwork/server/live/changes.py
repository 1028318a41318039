"""Runs and definitions that have changed, read once and told to all who want to know."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from tickwork.core.clock import Clock
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Run
from tickwork.core.states import LIVE
from tickwork.operations.viewing import run_view
from tickwork.server.live.audience import Audience, Listener
from tickwork.server.live.events import DefinitionChanged, Message, Resync, RunChanged, encoded
from tickwork.server.live.subscription import Subject
from tickwork.service import NAP, Service
from tickwork.store.announcing import Announcement
from tickwork.store.protocol import Kind, RunFilter, Store
from tickwork.telemetry import Telemetry

_TOGETHER = 0.05
"""Seconds for which hints are collected."""
_FLOOR = 2.0
"""Seconds after which runs that were not over are looked at again: a hint may be lost."""
_MOST_LIVE = 500
_NEWEST = 5
"""Runs of a job that are looked at when it is not known which of them have changed."""
_MOST_TOLD = 20_000
"""Messages that are handed out at once; before there are more, all are told to fetch anew instead."""
_PAGE = 1000

MANY = encoded(Resync(why="more has changed than is told one by one"))


@dataclass(slots=True)
class _Heard:
    runs: set[RunId] = field(default_factory=set)
    jobs: set[JobId] = field(default_factory=set)
    documents: set[tuple[Kind, str, str]] = field(default_factory=set)
    many: bool = False


class Changes(Service):
    """`follow` begins to hear announcements and returns what ends it."""

    name: ClassVar[str] = "live changes"

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        telemetry: Telemetry,
        audience: Audience,
        follow: Callable[[], Callable[[], None]],
    ) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._audience = audience
        self._follow = follow
        self._heard = _Heard()
        self._timer: asyncio.TimerHandle | None = None
        self._live: dict[RunId, Run] | None = None
        """Runs that are not over, as they were told last; None: nobody wants to know."""
        self._looked = float("-inf")
        self._resynced = float("-inf")

    def hear(self, told: Announcement) -> None:
        heard = self._heard
        heard.runs.update(told.runs)
        heard.jobs.update(told.jobs)
        heard.documents.update(told.documents)
        heard.many |= told.many
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_TOGETHER, self._look)

    def _look(self) -> None:
        self._timer = None
        self.wake()

    async def opened(self) -> None:
        self._end = self._follow()

    async def closed(self) -> None:
        self._end()
        if self._timer is not None:
            self._timer.cancel()

    async def tick(self) -> float:
        heard, self._heard = self._heard, _Heard()
        self._tell_definitions(heard.documents)
        if not self._audience.wants_runs:
            self._live = None
            return NAP
        try:
            runs = await self._changed(heard)
        except BaseException:
            self._heard.many = True  # what was heard is lost: who watches has to fetch anew
            raise
        feeds = self._audience.of_feeds()
        if heard.many or len(runs) * len(feeds) > _MOST_TOLD:
            self._resync(feeds)
            runs = [run for run in runs if self._audience.of_id(run.id)]
        for run in runs:
            self._tell(run)
        return NAP

    async def _changed(self, heard: _Heard) -> list[Run]:
        """Runs of which it was said that they have changed, and those that have without a word. By their making."""
        live = await self._live_runs()
        ids = set(heard.runs)
        if heard.many:
            ids.update(self._audience.runs())
        if self._looked + _FLOOR <= self.clock.monotonic():
            self._looked = self.clock.monotonic()
            ids.update(live)
        found = await self._read(ids)
        if heard.jobs:
            newest = await self._store.latest(list(heard.jobs), n=_NEWEST)
            found.update((run.id, run) for runs in newest.values() for run in runs)
        for gone in ids - found.keys():
            live.pop(gone, None)
        changed = [run for run in found.values() if run.id in heard.runs or live.get(run.id) != run]
        return sorted(changed, key=lambda run: run.id)

    async def _live_runs(self) -> dict[RunId, Run]:
        if self._live is None:
            found = await self._store.runs(RunFilter(states=tuple(LIVE)), limit=_MOST_LIVE)
            self._live = {run.id: run for run in found}
            self._looked = self.clock.monotonic()
        return self._live

    async def _read(self, ids: Iterable[RunId]) -> dict[RunId, Run]:
        found: dict[RunId, Run] = {}
        wanted = list(ids)
        for first in range(0, len(wanted), _PAGE):
            found |= await self._store.get_runs(wanted[first : first + _PAGE])
        return found

    def remember(self, run: Run) -> None:
        """It was told just now; what comes of it is looked for."""
        if self._live is None:
            return
        self._live.pop(run.id, None)
        if run.state in LIVE:
            self._live[run.id] = run
            while len(self._live) > _MOST_LIVE:
                del self._live[next(iter(self._live))]

    def _tell(self, run: Run) -> None:
        self.remember(run)
        message = None
        for listener in self._audience.of_run(run):
            if listener.sight.run(run):
                message = message or run_message(run)
                listener.outbox.put((Subject.RUN, run.id), message)

    def _tell_definitions(self, documents: Iterable[tuple[Kind, str, str]]) -> None:
        listeners = self._audience.of((Subject.DEFINITIONS, ""))
        if not listeners:
            return
        for kind, name, project in documents:
            message = encoded(DefinitionChanged(kind=kind, id=name))
            for listener in listeners:
                if listener.sight.definition(kind, project):
                    listener.outbox.put((Subject.DEFINITIONS, kind, name), message)

    def _resync(self, listeners: Iterable[Listener]) -> None:
        """At most once a second, the last time included."""
        now = self.clock.monotonic()
        if now < self._resynced + NAP:
            self._heard.many = True
            return
        self._resynced = now
        for listener in listeners:
            listener.outbox.resync(MANY)


def run_message(run: Run) -> Message:
    return encoded(RunChanged(run=run_view(run)))
