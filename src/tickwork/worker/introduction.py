"""How a worker says who it is and which code it has: with each session, and again when its code changes."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

import msgspec

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.service import NAP, Service
from tickwork.store.protocol import Session
from tickwork.telemetry import Notice, Telemetry
from tickwork.worker.identity import Identity
from tickwork.worker.link import Link
from tickwork.worker.processes import Imported, Processes

_PAUSE = 0.2
"""Seconds before a store that did not answer is told again."""


class Introduction(Service):
    """A session begins with what was imported by then. A tick tells what has been imported since."""

    name: ClassVar[str] = "worker's introduction"

    def __init__(
        self,
        *,
        link: Link,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        identity: Identity,
        processes: Processes,
        code: Callable[[], tuple[str, ...]],
    ) -> None:
        """`code`: labels that tell which code there is now; it may block."""
        super().__init__(clock=clock, telemetry=telemetry)
        self._link = link
        self._ids = ids
        self._identity = identity
        self._processes = processes
        self._code = code
        self._labels: tuple[str, ...] | None = None
        self._tasks: tuple[str, ...] = ()
        self._opening: Session | None = None
        self._session: Session | None = None
        self._news = False
        self._speaking = asyncio.Lock()
        """One hello at a time: an old session's must not come behind the next one's."""

    async def open(self) -> float:
        """Begin a session; returns its lease in seconds. Raises `StoreUnavailable`: then it is the same session at the
        next try, as the answer may have got lost."""
        async with self._speaking:
            self._opening = self._opening or self._new_session()
            lease = await self._hello(self._opening)
            self._session, self._opening = self._opening, None
            return lease

    async def over(self) -> None:
        """Nothing more is said of the session."""
        async with self._speaking:
            self._session = None

    def imported(self, imported: Imported) -> None:
        """The app was imported, for the first time or anew."""
        self._tasks, self._labels, self._news = imported.tasks, None, True
        for module, why in imported.broken.items():
            self.telemetry.emit(Notice(text=f"{module} cannot be imported here, none of its jobs come: {why}"))
        self.wake()

    async def tick(self) -> float:
        async with self._speaking:
            if self._session is None or not self._news:
                return NAP
            try:
                await self._hello(self._session)
            except (StoreUnavailable, NotAllowed):  # whether a refusal is the end, the heartbeat says
                return _PAUSE
        return NAP

    def _new_session(self) -> Session:
        containment, now = self._processes.containment, self.clock.now()
        return self._identity.session(self._ids.session(), containment=containment, now=now)

    async def _hello(self, session: Session) -> float:
        self._news = False  # before it is said: what is imported meanwhile is news again
        if self._labels is None:
            self._labels = await asyncio.to_thread(self._code)
        labels = (*session.labels, *self._labels)
        try:
            return await self._link.hello(msgspec.structs.replace(session, labels=labels, tasks=self._tasks))
        except (StoreUnavailable, NotAllowed):
            self._news = True
            raise
