"""Workers that come, change or go."""

from collections.abc import Set as AbstractSet
from typing import ClassVar

import msgspec

from tickwork.core.clock import Clock, Instant
from tickwork.core.ids import SessionId
from tickwork.operations.viewing import worker_view
from tickwork.server.live.audience import Audience, Listener
from tickwork.server.live.events import Message, WorkerChanged, encoded
from tickwork.server.live.subscription import Subject
from tickwork.service import NAP, Service
from tickwork.store.protocol import Session, Store
from tickwork.telemetry import Telemetry

_FLOOR = 2.0
"""Seconds after which the workers are looked at, hint or not."""
_KEY = (Subject.WORKERS, "")


class Roster(Service):
    """Tells of a session when it is new, when it says something else of itself, and when it has ended."""

    name: ClassVar[str] = "live workers"

    def __init__(self, *, store: Store, clock: Clock, telemetry: Telemetry, audience: Audience) -> None:
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._audience = audience
        self._known: dict[SessionId, Session] = {}
        self._newcomers: set[Listener] = set()
        self._looked = float("-inf")
        self._hinted = False

    def hint(self) -> None:
        self._hinted = True
        self.wake()

    def welcome(self, listener: Listener) -> None:
        """It gets all workers that there are."""
        self._newcomers.add(listener)
        self.hint()

    async def tick(self) -> float:
        listeners = self._audience.of(_KEY)
        if not listeners:
            self._known = {}
            self._newcomers.clear()
            return NAP
        if not self._hinted and self.clock.monotonic() < self._looked + _FLOOR:
            return NAP
        self._hinted, self._looked = False, self.clock.monotonic()
        now = {session.id: session for session in await self._store.sessions()}
        before, self._known = self._known, now
        newcomers, self._newcomers = self._newcomers, set()
        for session in now.values():
            old = before.get(session.id)
            self._tell(session, newcomers if old is not None and _same(old, session) else listeners, gone=False)
        for ended in before.keys() - now.keys():
            self._tell(before[ended], listeners, gone=True)
        return NAP

    @staticmethod
    def _tell(session: Session, listeners: AbstractSet[Listener], *, gone: bool) -> None:
        message: Message | None = None
        for listener in listeners:
            if listener.sight.workers():
                message = message or encoded(WorkerChanged(worker=worker_view(session), gone=gone))
                listener.outbox.put((Subject.WORKERS, session.id), message)


def _same(one: Session, other: Session) -> bool:
    """But for its beat."""
    return _still(one) == _still(other)


def _still(session: Session) -> Session:
    return msgspec.structs.replace(session, seen=Instant(0), beat=0, load=None)
