"""The socket on a server that really listens: who is let in, what they are told, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest
import websockets

from tests.server.conftest import Site, a_site
from tickwork.core.roles import Role
from tickwork.server.web import Web

PATIENCE = 60.0


@pytest.fixture
async def served() -> AsyncIterator[tuple[Site, str]]:
    """A site that listens, and its address without the scheme."""
    async with a_site(port=0) as site:
        web = Web(backend=site.backend)
        web.listen()
        tasks = [asyncio.create_task(service.run()) for service in web.services]
        tasks.append(asyncio.create_task(web.serve()))
        yield site, web.url.removeprefix("http://")
        web.stop()
        for service in web.services:
            service.stop()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks)
        web.close()


def socket(address: str, **headers: str) -> websockets.connect:
    return websockets.connect(f"ws://{address}/api/v1/live", additional_headers=headers, proxy=None)


async def told(feed: websockets.ClientConnection, event: str) -> dict:
    """The next message of that kind."""
    async with asyncio.timeout(PATIENCE):
        while True:
            message = json.loads(await feed.recv())
            if message["event"] == event:
                return message


async def key_of(site: Site, name: str, **fields) -> str:
    client = await site.person(name, **fields)
    return client.headers["authorization"]


async def test_a_run_that_is_queued_is_told_to_whom_may_see_it(served: tuple[Site, str]) -> None:
    site, address = served
    await site.job("etl:load", project="etl")
    await site.job("web:ping", project="web")
    key = await key_of(site, "ann", roles={"etl": Role.VIEWER})
    async with socket(address, authorization=key) as feed:
        await feed.send(json.dumps({"subscribe": [{"topic": "runs"}]}))
        await told(feed, "subscribed")
        await site.backend.system.runs.run("web:ping")
        run = await site.backend.system.runs.run("etl:load")
        message = await told(feed, "run")
    assert (message["run"]["id"], message["run"]["job"]) == (run.id, "etl:load")


async def test_nobody_and_no_foreign_page_opens_a_socket(served: tuple[Site, str]) -> None:
    site, address = served
    ann = await site.browser()
    cookie = "; ".join(f"{name}={value}" for name, value in ann.cookies.items())
    own = {"cookie": cookie, "origin": f"http://{address}"}
    for headers, status in (
        ({}, 401),
        ({"authorization": "Bearer twk_nobody_knows"}, 401),
        ({"cookie": cookie}, 403),
        ({**own, "origin": "https://evil.example"}, 403),
        ({**own, "origin": "null"}, 403),
    ):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await socket(address, **headers)
        assert refused.value.response.status_code == status, headers
    async with socket(address, **own) as feed:
        await feed.send(json.dumps({"subscribe": [{"topic": "workers"}]}))
        await told(feed, "subscribed")


async def test_signing_out_closes_the_socket_within_a_second(served: tuple[Site, str]) -> None:
    site, address = served
    ann = await site.browser()
    cookie = "; ".join(f"{name}={value}" for name, value in ann.cookies.items())
    async with socket(address, cookie=cookie, origin=f"http://{address}") as feed:
        await feed.send(json.dumps({"subscribe": [{"topic": "runs"}]}))
        await told(feed, "subscribed")
        await ann.delete("session")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await told(feed, "nothing that ever comes")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_the_health_of_a_server_tells_of_its_parts(served: tuple[Site, str]) -> None:
    _site, address = served
    async with httpx2.AsyncClient() as anybody:
        answer = await anybody.get(f"http://{address}/api/v1/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
