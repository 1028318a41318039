"""A server of Tickwork that really listens, in the process of the test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from tickwork.config import Settings
from tickwork.core.clock import Clock, SystemClock
from tickwork.core.ids import Ids
from tickwork.keyring import Keyring
from tickwork.node import make_store
from tickwork.server.backend import Backend
from tickwork.server.web import Web
from tickwork.store.protocol import Store

PATIENCE = 60.0


class Served:
    """What listens, and what stands behind it."""

    def __init__(self, web: Web, backend: Backend) -> None:
        self.backend = backend
        self.url = web.url
        self.port = int(web.url.rpartition(":")[2])

    async def key(self, *pools: str, name: str = "w1") -> tuple[str, str]:
        """Of a worker: its id, and its secret."""
        enrolments = self.backend.system.people.enrolments
        key, secret = await enrolments.use((await enrolments.make(pools=pools)).token, name=name)
        return key.id, secret


@asynccontextmanager
async def served(store: Store, *, clock: Clock, ids: Ids, **settings: Any) -> AsyncIterator[Served]:
    """Over an opened store, on any free port."""
    backend = Backend(
        store=store,
        clock=clock,
        ids=ids,
        settings=Settings(store="memory://", **{"port": 0, **settings}),
        keyring=Keyring(texts=["test"]),
    )
    web = Web(backend=backend)
    web.listen()
    serving = asyncio.create_task(web.serve())
    try:
        yield Served(web, backend)
    finally:
        web.stop()
        async with asyncio.timeout(PATIENCE):
            await serving
        web.close()


@contextmanager
def served_in_a_thread(url: str) -> Iterator[Served]:
    """Over the store of this URL, for tests that have no loop."""
    made: list[tuple[Served, asyncio.AbstractEventLoop, asyncio.Event]] = []
    ready = threading.Event()

    async def serve() -> None:
        clock = SystemClock()
        store = make_store(url, clock=clock)
        await store.open()
        stop = asyncio.Event()
        async with served(store, clock=clock, ids=Ids(clock=clock)) as there:
            made.append((there, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(PATIENCE)
    [(there, loop, stop)] = made
    try:
        yield there
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        assert not thread.is_alive()
