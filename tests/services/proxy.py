"""A network that misbehaves on request, between a client and a server."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Self

_COMMITTED = b"COMMIT\x00"
"""How PostgreSQL answers a COMMIT: the tag of its CommandComplete message."""


class Proxy:
    """Listens on `port` of the loopback. `upstream`: a socket's path, or (host, port); `committed`: what is in its
    answer to a commit."""

    def __init__(self, upstream: Path | tuple[str, int], *, committed: bytes = _COMMITTED) -> None:
        self._upstream = upstream
        self._committed = committed
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.port = 0
        self.connections = 0
        """How many there have been."""
        self.delay = 0.0
        """Seconds that each chunk takes longer."""
        self.black_hole = False
        """Everything is taken and nothing is passed on; nobody is told."""
        self.refuse = False
        """New connections are closed at once."""
        self.drop_commit_replies = 0
        """So many more times the answer to a COMMIT is swallowed and its connection cut."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def cut(self) -> None:
        """Every connection ends now, in the middle of whatever it does."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuse:
            writer.transport.abort()
            return
        if isinstance(self._upstream, Path):
            up_reader, up_writer = await asyncio.open_unix_connection(str(self._upstream))
        else:
            up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        self.connections += 1
        both = {writer, up_writer}
        self._writers |= both
        for pump in (self._pump(reader, up_writer, answers=False), self._pump(up_reader, writer, answers=True)):
            task = asyncio.ensure_future(pump)
            self._pumps.add(task)
            task.add_done_callback(lambda _: [one.transport.abort() for one in both])

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65_536):
                if self.black_hole:
                    continue
                if answers and self.drop_commit_replies and self._committed in data:
                    self.drop_commit_replies -= 1
                    return
                await asyncio.sleep(self.delay)
                target.write(data)
                await target.drain()
