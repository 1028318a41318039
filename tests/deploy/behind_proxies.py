"""The configurations of `deploy/proxies/` in real proxies: TLS, two servers behind it, and workers, pages, sockets and
streams through it. `.ci/run` names this file where Debian's nginx or Caddy is installed; by itself the suite does not
collect it, so that no machine skips it in silence."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest
import websockets

from tests.server.conftest import Site, a_site
from tests.services.fronts import INSTALLED, Proxy
from tests.services.tls import certify
from tests.worker.agent.test_ends import SESSION
from tests.worker.agent.test_links import whole
from tickwork.core.people import KeyKind
from tickwork.core.roles import SCOPES
from tickwork.core.states import State
from tickwork.errors import StoreUnavailable
from tickwork.server.backend import Backend
from tickwork.server.web import Web
from tickwork.store.protocol import Chunk, LogWrite, Stream
from tickwork.telemetry import Telemetry
from tickwork.worker.http_link import HttpLink
from tickwork.worker.link import Report

PATIENCE = 20.0
T = TypeVar("T")


@dataclass
class Front:
    """Two servers over one store, and what stands before them."""

    site: Site
    backends: tuple[Backend, Backend]
    webs: tuple[Web, Web]
    proxy: Proxy
    trusted: ssl.SSLContext
    faults: bool
    """A worker may have to ask again when a server ends. Caddy (2.6) offers a body to one server only."""

    @property
    def url(self) -> str:
        return f"https://localhost:{self.proxy.port}"

    def client(self, key: str | None = None) -> httpx2.AsyncClient:
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        return httpx2.AsyncClient(base_url=f"{self.url}/api/v1/", verify=self.trusted, headers=headers)

    async def link(self) -> HttpLink:
        keys = self.site.backend.system.people.keys
        _key, secret = await keys.create("w1", kind=KeyKind.WORKER, pools=SESSION.pools)
        clock = self.site.house.clock
        return HttpLink(url=self.url, key=secret, clock=clock, telemetry=Telemetry(), verify=self.trusted)

    def seats(self) -> list[int]:
        """On each server: the sessions that it serves."""
        return [len(backend.desk._seats.here) for backend in self.backends]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    certify(folder, "localhost")
    return folder


@asynccontextmanager
async def listening(backend: Backend) -> AsyncIterator[Web]:
    web = Web(backend=backend)
    web.listen()
    tasks = [asyncio.create_task(service.run()) for service in web.services]
    tasks.append(asyncio.create_task(web.serve()))
    try:
        yield web
    finally:
        web.stop()
        for service in web.services:
            service.stop()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks)
        web.close()


@pytest.fixture(params=INSTALLED)
async def front(certificates: Path, request: pytest.FixtureRequest) -> AsyncIterator[Front]:
    async with a_site(port=0) as site:
        own = site.backend
        other = Backend(
            store=own.store, clock=site.house.clock, ids=site.house.ids, settings=own.settings, keyring=own.keyring
        )
        async with listening(own) as first, listening(other) as second:
            ports = [int(web.url.rpartition(":")[2]) for web in (first, second)]
            with INSTALLED[request.param](ports, certificates) as proxy:
                trusted = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
                yield Front(site, (own, other), (first, second), proxy, trusted, faults=request.param == "caddy")


async def test_a_worker_is_served_by_both_servers_over_tls(front: Front) -> None:
    await front.site.job()
    link = await front.link()
    await link.hello(SESSION)
    for _ in range(8):
        run = await front.site.house.ops.runs.run("backup")
        [claim] = await link.claim(1, 5)
        assert claim.run.id == run.id
        assert (await link.report(whole(claim), renew=True)).lost == ()
        assert (await front.site.house.store.run(claim.run.id)).run.state is State.SUCCEEDED
    assert front.seats() == [1, 1]
    await link.bye()
    await link.close()


async def test_a_request_for_work_waits_through_it_and_is_answered_at_once(front: Front) -> None:
    await front.site.job()
    link = await front.link()
    await link.hello(SESSION)
    asked = asyncio.create_task(link.claim(1, 20))
    while not any(backend.desk._seats.here for backend in front.backends):
        await asyncio.sleep(0.01)
    await front.site.house.ops.runs.run("backup")
    async with asyncio.timeout(5):
        assert len(await asked) == 1
    await link.close()


async def test_a_report_of_many_megabytes_passes(front: Front) -> None:
    await front.site.job(max_log_bytes=16 * 1024 * 1024)
    await front.site.house.ops.runs.run("backup")
    link = await front.link()
    await link.hello(SESSION)
    [claim] = await link.claim(1, 5)
    said = os.urandom(3 * 1024 * 1024)
    chunk = Chunk(seq=0, at=front.site.house.clock.now(), stream=Stream.STDOUT, data=said)
    log = LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))
    begun = Report(starts=whole(claim).starts, logs=(log,))
    assert (await link.report(begun, renew=False)).lost == ()
    [kept] = await front.site.house.store.read_log(claim.run.id)
    assert kept.data == said
    await link.close()


async def test_when_a_server_ends_the_other_one_takes_what_comes(front: Front) -> None:
    await front.site.job()
    link = await front.link()
    await link.hello(SESSION)
    port = int(front.webs[0].url.rpartition(":")[2])
    front.webs[0].stop()
    await refused(port)
    faults: list[str] = []
    for _ in range(6):
        await front.site.house.ops.runs.run("backup")
        [claim] = await answered(lambda: link.claim(1, 5), faults)
        report = whole(claim)
        assert (await answered(lambda report=report: link.report(report, renew=True), faults)).lost == ()
    assert not faults or front.faults
    await link.close()


async def answered(ask: Callable[[], Awaitable[T]], faults: list[str]) -> T:
    """Asks as often as a worker would."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await ask()
            except StoreUnavailable as error:
                faults.append(str(error))


async def refused(port: int) -> None:
    """Once nobody listens there any more."""
    async with asyncio.timeout(PATIENCE):
        while await listens(port):
            pass


async def listens(port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    return True


async def test_a_page_s_socket_and_a_sign_in_pass(front: Front) -> None:
    await front.site.job()
    people = front.site.backend.system.people
    await people.users.create("ann", password="correct horse battery staple", superuser=True)
    async with front.client() as browser:
        browser.headers["origin"] = front.url
        answer = await browser.post("session", json={"name": "ann", "password": "correct horse battery staple"})
        assert answer.status_code == 200, answer.text
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"cookie": cookie, "origin": front.url}
    address = f"wss://localhost:{front.proxy.port}/api/v1/live"
    async with websockets.connect(address, ssl=front.trusted, additional_headers=headers, proxy=None) as feed:
        await feed.send(json.dumps({"subscribe": [{"topic": "runs"}]}))
        run = await front.site.house.ops.runs.run("backup")
        async with asyncio.timeout(PATIENCE):
            while run.id not in str(await feed.recv()):
                pass


async def test_a_page_of_another_site_gets_no_socket(front: Front) -> None:
    address = f"wss://localhost:{front.proxy.port}/api/v1/live"
    foreign = {"origin": "https://elsewhere.example"}
    with pytest.raises(websockets.InvalidStatus, match="403"):
        await websockets.connect(address, ssl=front.trusted, additional_headers=foreign, proxy=None)


async def test_a_log_that_is_followed_arrives_while_it_is_written(front: Front) -> None:
    await front.site.job()
    run = await front.site.house.ops.runs.run("backup")
    people = front.site.backend.system.people
    await people.users.create("ann", superuser=True)
    _key, secret = await people.keys.create("test", owner="ann", scopes=SCOPES)
    link = await front.link()
    await link.hello(SESSION)
    [claim] = await link.claim(1, 5)
    async with front.client(secret) as client, client.stream("GET", f"runs/{run.id}/log?follow=true") as answer:
        assert answer.status_code == 200
        lines = answer.aiter_lines()
        for number in range(3):
            data = f"line {number}\n".encode()
            chunk = Chunk(seq=number, at=front.site.house.clock.now(), stream=Stream.STDOUT, data=data)
            log = LogWrite(run=claim.run.id, attempt=1, fence=claim.fence, chunks=(chunk,))
            starts = whole(claim).starts if number == 0 else ()
            await link.report(Report(starts=starts, logs=(log,)), renew=False)
            async with asyncio.timeout(5):
                assert await anext(lines) == f"line {number}"
    await link.close()


@pytest.mark.parametrize("proxy", INSTALLED.values(), ids=INSTALLED)
def test_without_tls_everybody_is_sent_to_where_there_is_some(proxy, certificates: Path) -> None:
    with proxy((1, 2), certificates) as there:
        answer = httpx2.get(f"http://localhost:{there.plain}/ui/runs?state=failed")
    assert answer.status_code in {301, 308}
    assert answer.headers["location"] == "https://localhost/ui/runs?state=failed"
