"""What waits to be sent to one client: the newest state of each thing, bounded in count and bytes."""

from collections.abc import Callable, Hashable

from tickwork.server.live.events import Message, Resync, encoded

MOST_STATES = 1000
MOST_BYTES = 512 * 1024

OVERFLOWED = encoded(Resync(why="this client reads too slowly; what it has not read was dropped"))


class Outbox:
    """Takes in without ever waiting; `ready` is called when there is something to send.

    A new state of a thing takes the place of one that was not sent yet. When there is no room the oldest go, and the
    client is told to fetch anew before it gets what is left.
    """

    def __init__(self, *, ready: Callable[[], None]) -> None:
        self._ready = ready
        self._states: dict[Hashable, Message] = {}
        self._bytes = 0
        self._resync: Message | None = None

    def put(self, thing: Hashable, message: Message) -> None:
        self._drop(thing)
        self._states[thing] = message
        self._bytes += message.size
        while len(self._states) > MOST_STATES or (self._bytes > MOST_BYTES and len(self._states) > 1):
            self._drop(next(iter(self._states)))
            self._resync = OVERFLOWED
        self._ready()

    def resync(self, message: Message) -> None:
        """The client has to fetch anew. Said once, however often it happens until it is sent."""
        self._resync = self._resync or message
        self._ready()

    def take(self) -> Message | None:
        if self._resync is not None:
            message, self._resync = self._resync, None
            return message
        return self._drop(next(iter(self._states))) if self._states else None

    def forget(self, thing: Hashable) -> None:
        """It is not to be told any more."""
        self._drop(thing)

    def _drop(self, thing: Hashable) -> Message | None:
        message = self._states.pop(thing, None)
        if message is not None:
            self._bytes -= message.size
        return message
