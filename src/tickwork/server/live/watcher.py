"""One client of the feed: what it has asked for, what it may see, and what waits for it."""

import asyncio

from tickwork.core.ids import RunId
from tickwork.server.live.events import LogEnded, LogSkipped, Message, Refused, encoded
from tickwork.server.live.lines import Piece
from tickwork.server.live.outbox import Outbox
from tickwork.server.live.place import Ended, Place, Skipped
from tickwork.server.live.subscription import Key, Sight, Subscription, Topic


class Watcher:
    """Made by `Hub.join`."""

    def __init__(self, *, sight: Sight) -> None:
        self.sight = sight
        self.wake = asyncio.Event()
        self.outbox = Outbox(ready=self.wake.set)
        self.keys: set[Key] = set()
        self.messages = 0
        """So many were received."""
        self.places: dict[RunId, Place] = {}
        """In the logs that it reads; the one that was looked at last is the last."""
        self._log_first = False

    async def next(self) -> Message:
        """Waits for something to send. States and logs take turns, so that neither keeps the other from its way."""
        while True:
            self.wake.clear()
            message = await self._take()
            if message is not None:
                return message
            await self.wake.wait()

    async def _take(self) -> Message | None:
        self._log_first = not self._log_first
        if self._log_first:
            return await self._take_log() or self.outbox.take()
        return self.outbox.take() or await self._take_log()

    async def _take_log(self) -> Message | None:
        for run in list(self.places):
            place = self.places.pop(run, None)
            if place is None:  # it was unsubscribed meanwhile
                continue
            self.places[run] = place
            message = await self._take_of(run, place)
            if message is not None:
                return message
        return None

    async def _take_of(self, id: RunId, place: Place) -> Message | None:
        run = place.tail.run
        if run is None or not self.sight.run(run):
            self.close_log(id)
            refused = Subscription(topic=Topic.RUN, id=id, log=True)
            return encoded(Refused(subscription=refused, why=f"there is no run {id!r}"))
        match await place.take():
            case Piece() as piece:
                return piece.message
            case Skipped(attempt=attempt, lines=lines):
                return encoded(LogSkipped(run=id, attempt=attempt, lines=lines))
            case Ended():
                return encoded(LogEnded(run=id))
            case None:
                return None

    def close_log(self, id: RunId) -> None:
        place = self.places.pop(id, None)
        if place is not None:
            place.leave()
