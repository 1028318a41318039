"""The feed over real sockets: a server on loopback, clients of the `websockets` library, and one that is rude."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.conformance.opening import factory
from tests.conformance.world import World
from tests.server.live.conftest import Eyes
from tests.store.conftest import sqlite
from tickwork.core.clock import SystemClock
from tickwork.server.live import socket as live_socket
from tickwork.server.live.hub import Hub
from tickwork.server.live.socket import LONGEST_REQUEST, CloseCode, serve
from tickwork.store.announcing import announcing
from tickwork.store.protocol import Chunk, LogWrite, Stream
from tickwork.telemetry import Telemetry

RUNS = {"subscribe": [{"topic": "runs"}]}


@dataclass
class Line:
    """A server whose only route is the feed."""

    world: World
    hub: Hub
    eyes: Eyes
    url: str

    @asynccontextmanager
    async def client(self, **asked: Any) -> AsyncIterator[ClientConnection]:
        async with connect(self.url, compression=None) as client:
            if asked:
                await client.send(json.dumps(asked))
            yield client

    async def all_left(self) -> None:
        async with asyncio.timeout(10):
            while self.hub._watchers:
                await asyncio.sleep(0.01)


async def heard(client: ClientConnection, event: str) -> dict[str, Any]:
    """The next of this kind."""
    async with asyncio.timeout(10):
        while True:
            told = json.loads(await client.recv())
            if told["event"] == event:
                return told


async def closed(client: ClientConnection) -> tuple[int, str]:
    async with asyncio.timeout(10):
        while client.close_code is None:
            with suppress(ConnectionClosed):
                await client.recv()
    return client.close_code, client.close_reason or ""


@asynccontextmanager
async def serving(hub: Hub, eyes: Eyes) -> AsyncIterator[str]:
    async def live(socket: WebSocket) -> None:
        await serve(socket, hub=hub, viewer=eyes)

    app = Starlette(routes=[WebSocketRoute("/live", live)])
    config = uvicorn.Config(
        app, ws="websockets-sansio", log_level="error", lifespan="off", ws_per_message_deflate=False, loop="asyncio"
    )
    server = uvicorn.Server(config)
    with sockets.create_server(("127.0.0.1", 0)) as listening:
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}/live"
        finally:
            server.should_exit = True
            await server.shutdown(sockets=[listening])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


@pytest.fixture
async def line(path: Path) -> AsyncIterator[Line]:
    async with factory(lambda: announcing(sqlite(path), by="me")) as opened:
        world = World(await opened())
        await world.job()
        hub, eyes = Hub(store=world.store, clock=SystemClock(), telemetry=Telemetry()), Eyes()
        async with asyncio.TaskGroup() as group:
            for service in hub.services:
                group.create_task(service.run())
            async with serving(hub, eyes) as url:
                yield Line(world=world, hub=hub, eyes=eyes, url=url)
            for service in hub.services:
                service.stop()


async def test_a_client_is_told_what_happens_from_the_moment_that_its_subscription_is_confirmed(line: Line) -> None:
    async with line.client(**RUNS) as client:
        assert await heard(client, "subscribed") == {"event": "subscribed", "count": 1, "messages": 1}
        run = await line.world.queued()
        assert (await heard(client, "run"))["run"]["id"] == run
        claim = await line.world.claim(await line.world.session())
        assert (await heard(client, "run"))["run"]["state"] == "claimed"
        await line.world.start(claim[0])
        assert (await heard(client, "run"))["run"]["state"] == "running"
        await line.world.finish(claim[0])
        assert (await heard(client, "run"))["run"]["state"] == "succeeded"
    await line.all_left()


async def test_what_another_process_does_is_told_as_well(line: Line, path: Path) -> None:
    async with line.client(**RUNS) as client, factory(lambda: announcing(sqlite(path), by="another")) as opened:
        await heard(client, "subscribed")
        run = await World(await opened()).queued()
        assert (await heard(client, "run"))["run"]["id"] == run


async def test_a_log_arrives_while_it_is_written(line: Line) -> None:
    claim = await line.world.running(await line.world.session())
    async with line.client(subscribe=[{"topic": "run", "log": True, "id": claim.run.id}]) as client:
        await heard(client, "subscribed")
        chunk = Chunk(seq=0, at=claim.run.created, stream=Stream.STDOUT, data=b"hello\n")
        await line.world.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))])
        assert (await heard(client, "log"))["lines"][0]["text"] == "hello\n"
        await line.world.finish(claim)
        assert await heard(client, "end") == {"event": "end", "run": claim.run.id}


async def test_what_is_no_request_is_refused_and_the_line_stays_open(line: Line) -> None:
    async with line.client() as client:
        await client.send("what?")
        assert "not understood" in (await heard(client, "refused"))["why"]
        await client.send(json.dumps(RUNS))
        assert (await heard(client, "subscribed"))["messages"] == 2


async def test_a_message_that_is_too_long_ends_the_line(line: Line) -> None:
    async with line.client() as client:
        await client.send("x" * (LONGEST_REQUEST + 1))
        assert (await closed(client))[0] == CloseCode.TOO_BIG
    await line.all_left()


async def test_bytes_end_the_line(line: Line) -> None:
    async with line.client() as client:
        await client.send(b"{}")
        assert (await closed(client))[0] == CloseCode.NOT_TEXT


async def test_who_is_not_let_in_any_more_is_out_within_a_second(line: Line) -> None:
    async with line.client(**RUNS) as client:
        await heard(client, "subscribed")
        line.eyes.valid = False
        begin = asyncio.get_running_loop().time()
        assert await closed(client) == (CloseCode.SIGNED_OUT, "sign in again")
        assert asyncio.get_running_loop().time() - begin <= 1.0
    await line.all_left()


async def test_one_client_too_many_is_told_to_come_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.server.live.hub.MOST_WATCHERS", 0)
    async with line.client() as client:
        assert (await closed(client))[0] == CloseCode.TRY_LATER


async def test_a_quiet_line_is_pinged(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "PING_SECONDS", 0.05)
    async with line.client() as client:
        assert await heard(client, "ping") == {"event": "ping"}
        assert await heard(client, "ping") == {"event": "ping"}


async def test_who_reads_nothing_is_closed_and_nobody_else_waits_for_them(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_socket, "SLOW_SECONDS", 0.5)
    claim = await line.world.running(await line.world.session())
    log = {"topic": "run", "log": True, "id": claim.run.id}
    async with line.client(subscribe=[log]) as rude, line.client(**RUNS) as other:
        await heard(rude, "subscribed")
        await heard(other, "subscribed")
        rude.transport.pause_reading()
        data = b"x" * 32_000
        for first in range(0, 3000, 50):
            chunks = tuple(
                Chunk(seq=first + i, at=claim.run.created, stream=Stream.STDOUT, data=data) for i in range(50)
            )
            await line.world.store.append_log([LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=chunks)])
            if len(line.hub._watchers) == 1:
                break
        async with asyncio.timeout(10):
            while len(line.hub._watchers) > 1:
                await asyncio.sleep(0.01)
        run = await line.world.queued()
        async with asyncio.timeout(5):
            while (await heard(other, "run"))["run"]["id"] != run:
                pass
        rude.transport.abort()
