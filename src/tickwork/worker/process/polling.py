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

    def wait(self, until: float) -> None:
        """One round: until something is ready or the monotonic clock says `until`."""
        patience = None if until == math.inf else max(0, math.ceil((until - self._clock.monotonic()) * 1000))
        ready = dict(self._poll.poll(patience))
        for fd, handler in tuple(self._handlers.items()):
            if fd in ready and fd in self._handlers:
                handler()
