"""A log as streaming text, for `curl -N`: all of it, at the pace of whoever reads, and on until the run is over."""

import asyncio
from collections.abc import AsyncIterator

from tickwork.core.clock import Clock
from tickwork.core.model import Run
from tickwork.errors import StoreUnavailable
from tickwork.server.live.hub import Hub
from tickwork.server.live.lines import Piece
from tickwork.server.live.place import Ended, Place
from tickwork.server.live.socket import CHECK_SECONDS, Viewer
from tickwork.server.live.text import Prefix, Text


def follow_text(
    hub: Hub, run: Run, *, viewer: Viewer, clock: Clock, attempt: int | None = None, prefix: Prefix | None = None
) -> AsyncIterator[str]:
    """The log of the run from the beginning of an attempt on (default: the one under way, and those that follow it).

    Nothing is left out, however slowly it is read. It ends when the run (or the attempt that was asked for) is over,
    and when the viewer is not let in any more. Raises `Conflict` at once where too many logs are read.
    """
    wake = asyncio.Event()
    at = (attempt or max(run.attempt, 1), -1)
    place = hub.tails.place(run, wake=wake, at=at, patient=True, only=attempt is not None)
    return _texts(place, wake=wake, text=Text(prefix or Prefix()), check=_Check(viewer, clock))


async def _texts(place: Place, *, wake: asyncio.Event, text: Text, check: "_Check") -> AsyncIterator[str]:
    try:
        while await check.passed(place):
            wake.clear()
            taken = await place.take()
            if isinstance(taken, Piece):
                yield "".join(text.of(line) for line in taken.lines)
            elif isinstance(taken, Ended):
                return
            else:
                await _wait(wake)
    finally:
        place.leave()


async def _wait(wake: asyncio.Event) -> None:
    """At most until the next check."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await wake.wait()
    except TimeoutError:
        pass


class _Check:
    """Whether the viewer still may see this; asked now and then."""

    def __init__(self, viewer: Viewer, clock: Clock) -> None:
        self._viewer = viewer
        self._clock = clock
        self._asked = clock.monotonic()

    async def passed(self, place: Place) -> bool:
        if self._clock.monotonic() < self._asked + CHECK_SECONDS:
            return True
        self._asked = self._clock.monotonic()
        try:
            valid = await self._viewer.still_valid()
        except StoreUnavailable:  # nobody can say; and nothing new can be read either
            return True
        return valid and place.tail.run is not None and self._viewer.run(place.tail.run)
