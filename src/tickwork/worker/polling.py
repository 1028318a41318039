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

    def also_writable(self, fd: int, wanted: bool) -> None:
        """Call the handler of `fd` also when it takes data again."""
        if fd in self._handlers:
            self._poll.modify(fd, select.POLLIN | select.POLLOUT if wanted else select.POLLIN)

    def pause(self, fd: int, paused: bool) -> None:
        """Look only for the other side's end on `fd` for now."""
        if fd in self._handlers:
            self._poll.modify(fd, 0 if paused else select.POLLIN)

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
