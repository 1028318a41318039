"""An answer goes out at once: head and body are two writes, and the second must not wait for the first's receipt."""

import asyncio
import socket

from tests.services.served import served
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.node import make_store


async def test_what_is_accepted_has_no_delay(monkeypatch) -> None:
    accepted: list[int] = []
    create = asyncio.selector_events._SelectorSocketTransport.__init__

    def seen(self, loop, sock, *more, **named) -> None:
        create(self, loop, sock, *more, **named)
        accepted.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(asyncio.selector_events._SelectorSocketTransport, "__init__", seen)
    clock = SystemClock()
    store = make_store("memory://", clock=clock)
    await store.open()
    try:
        async with served(store, clock=clock, ids=Ids(clock=clock)) as site:
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            writer.write(b"GET /api/v1/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            writer.close()
    finally:
        await store.close()
    assert len(accepted) == 2, "ours, and the server's"
    assert all(accepted)
