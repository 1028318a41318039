"""Tells a dead man's switch elsewhere that the scheduler makes progress: it raises the alarm when it hears nothing."""

from collections.abc import Callable
from typing import ClassVar, Final

from tickwork.core.clock import SECOND, Clock, Duration
from tickwork.core.urls import Allowed
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.webhooks import called
from tickwork.service import NAP, Service
from tickwork.telemetry import Notice, Telemetry

_PATIENCE: Final = 10.0
_ANYWHERE: Final = Allowed.parse(["0.0.0.0/0", "::/0"])
"""Who set the URL runs the server."""


class Heartbeat(Service):
    """One GET each `every`, but none while `progress` stands still: a server that schedules nothing counts as dead."""

    name: ClassVar[str] = "heartbeat"

    def __init__(
        self, *, clock: Clock, telemetry: Telemetry, url: str, every: Duration, progress: Callable[[], int]
    ) -> None:
        """`progress`: a number that goes up as long as all is well."""
        super().__init__(clock=clock, telemetry=telemetry)
        self._url = url
        self._every = every / SECOND
        self._progress = progress
        self._seen = progress()
        self._next = clock.monotonic()
        self._refused = 0

    async def tick(self) -> float:
        now, at = self.clock.monotonic(), self._progress()
        if now < self._next or at == self._seen:
            return NAP
        self._next, self._seen = now + self._every, at
        try:
            await called("GET", self._url, body=None, headers={}, allowed=_ANYWHERE, patience=_PATIENCE)
        except NotDelivered as error:
            self._refused += 1
            if self._refused.bit_count() == 1:  # the 1st, 2nd, 4th, 8th …
                self.telemetry.emit(Notice(text=f"the heartbeat was not taken ({self._refused} in a row): {error}"))
        else:
            self._refused = 0
        return NAP
