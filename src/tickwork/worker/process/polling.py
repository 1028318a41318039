"""Waiting for several descriptors at once, with handlers that are called in a fixed order."""

import math
import select
from collections.abc import Callable

from tickwork.core.clock import Clock


class Poller:
    """Handlers of one round run in the order in which they were first watched."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._poll = select.poll()
        self._handlers: dict[int, Callable[[], None]] = {}
        self._resting: int | None = None
        self._rested_at = 0.0

    def watch(self, fd: int, handler: Callable[[], None]) -> None:
        self._handlers[fd] = handler
        self._poll.register(fd, select.POLLIN)

    def want(self, fd: int, *, reading: bool = True, writing: bool) -> None:
        """What to wait for on `fd`; the other side's end is always noticed."""
        if fd in self._handlers:
            self._poll.modify(fd, (select.POLLIN if reading else 0) | (select.POLLOUT if writing else 0))

    def unwatch(self, fd: int) -> None:
        if self._handlers.pop(fd, None) is not None:
            self._poll.unregister(fd)

    def rest(self, fd: int, *, seconds: float) -> None:
        """The next round comes in so many seconds at the latest, whatever is ready on `fd`, and calls its handler in
        any case: who writes many small things is read once for all of them."""
        self._resting, self._rested_at = fd, self._clock.monotonic() + seconds

    def wait(self, until: float) -> None:
        """One round: until something is ready or the monotonic clock says `until`."""
        ready = self._poll_resting(until) if self._resting in self._handlers else self._poll_until(until)
        for fd, handler in tuple(self._handlers.items()):
            if fd in ready and fd in self._handlers:
                handler()

    def _poll_resting(self, until: float) -> dict[int, int]:
        resting, self._resting = self._resting, None
        assert resting is not None
        self._poll.modify(resting, 0)
        ready = self._poll_until(min(until, self._rested_at))
        self._poll.modify(resting, select.POLLIN)
        return {**ready, resting: select.POLLIN}

    def _poll_until(self, until: float) -> dict[int, int]:
        patience = None if until == math.inf else max(0, math.ceil((until - self._clock.monotonic()) * 1000))
        return dict(self._poll.poll(patience))
