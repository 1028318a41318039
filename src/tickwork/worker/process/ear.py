"""The agent's ear for a launcher: what works on its machine, and then which tasks it has imported."""

import asyncio
from collections.abc import Callable

import msgspec

from tickwork.errors import LaunchFailed
from tickwork.worker.process.channel import Inbox, Kind, Socket, receive
from tickwork.worker.processes import Imported, Ready

_ready = msgspec.msgpack.Decoder(Ready)
_imported = msgspec.msgpack.Decoder(Imported)


class Ear:
    """Until it is closed, or the launcher has ended. `ready` fails with `LaunchFailed` where it says nothing at all."""

    def __init__(self, *, link: Socket, imported: Callable[[Imported], None]) -> None:
        self._link = link
        self._imported = imported
        self._inbox = Inbox()
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[Ready] = self._loop.create_future()
        self._loop.add_reader(link, self._on_readable)

    def close(self) -> None:
        self._loop.remove_reader(self._link)
        self.ready.cancel()

    def _on_readable(self) -> None:
        data = receive(self._link)
        if data is None:
            return
        for kind, body in self._inbox.feed(data):
            self._heard(kind, body)
        if not data:
            self._loop.remove_reader(self._link)
            if not self.ready.done():
                why = "the launcher ended as soon as it was started; see the worker's own log"
                self.ready.set_exception(LaunchFailed(why))
                self.ready.exception()  # where nobody waits for it, the next start of a process notices

    def _heard(self, kind: int, body: bytes) -> None:
        if kind == Kind.IMPORTED:
            self._imported(_imported.decode(body))
        elif not self.ready.done():
            self.ready.set_result(_ready.decode(body))
