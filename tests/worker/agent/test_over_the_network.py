"""A worker's link over real connections: half open, under TLS, compressed, with keys that change."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.services.proxy import Proxy
from tests.services.served import Served, served
from tests.services.tls import certify
from tests.worker.agent.fakes import Bench, FakeProcesses, shell, until
from tests.worker.agent.test_ends import SESSION
from tests.worker.agent.test_links import whole
from tickwork.core.model import Outcome
from tickwork.core.states import State
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.store.protocol import Chunk, LogWrite, Stream
from tickwork.telemetry import Telemetry
from tickwork.worker import http_link
from tickwork.worker.http_link import HttpLink
from tickwork.worker.link import Report


@pytest.fixture
async def server(bench: Bench) -> AsyncIterator[Served]:
    async with served(bench.store, clock=bench.clock, ids=bench.ids) as there:
        yield there


def a_link(bench: Bench, url: str, key: str, **fields) -> HttpLink:
    return HttpLink(url=url, key=key, clock=bench.clock, telemetry=Telemetry(), **fields)


# -- half open ----------------------------------------------------------------------------------------------


async def test_a_connection_that_is_half_open_is_noticed_and_made_anew(
    bench: Bench, server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    _id, key = await server.key("default")
    async with Proxy(("127.0.0.1", server.port)) as proxy:
        link = a_link(bench, f"http://127.0.0.1:{proxy.port}", key)
        await link.hello(SESSION)
        await bench.queue(shell())
        # Given connections that take everything and pass on nothing, and nobody is told
        monkeypatch.setattr(http_link, "ANSWER", 0.5)
        proxy.black_hole = True
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await link.claim(1, 0)
        # When the network is mended, but those connections are not
        before = proxy.connections
        proxy.cut()
        proxy.black_hole = False
        monkeypatch.undo()
        # Then new ones are made, and what the lost answer may have given is given again
        [claim] = await link.claim(1, 0)
        assert (await link.report(whole(claim), renew=True)).lost == ()
        assert proxy.connections > before
        await link.close()


async def test_a_worker_rides_out_a_dead_network_within_its_lease(
    bench: Bench, server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    _id, key = await server.key("default")
    processes = FakeProcesses()
    async with Proxy(("127.0.0.1", server.port)) as proxy:
        link = a_link(bench, f"http://127.0.0.1:{proxy.port}", key)
        bench.link = link
        agent = bench.worker(processes, lease=120.0)
        [run] = await bench.queue(shell())
        program = await processes.program()
        program.begin()
        monkeypatch.setattr(http_link, "ANSWER", 0.5)
        proxy.black_hole = True
        program.end()
        await until(lambda: agent._reporter._refusals)
        assert (await bench.run(run)).state is State.CLAIMED
        proxy.black_hole = False
        monkeypatch.undo()
        proxy.cut()
        await bench.run_in(State.SUCCEEDED, run)
        agent.stop()
        await bench.stopped(agent)
        await link.close()


# -- compressed ---------------------------------------------------------------------------------------------


async def test_what_is_long_is_compressed_both_ways(bench: Bench, server: Served) -> None:
    _id, key = await server.key("default")
    link = a_link(bench, server.url, key)
    seen: list[tuple[str | None, str | None]] = []

    async def look(answer: httpx2.Response) -> None:
        asked = answer.request
        seen.append((asked.headers.get("content-encoding"), answer.headers.get("content-encoding")))

    link._client.event_hooks["response"].append(look)
    await link.hello(SESSION)
    assert seen.pop() == (None, None)
    runs = await bench.queue(shell(), 50)
    claims = await link.claim(50, 0)
    assert sorted(claim.run.id for claim in claims) == sorted(runs)
    assert seen[-1] == (None, "gzip")
    log = tuple(
        LogWrite(
            run=claim.run.id,
            attempt=1,
            fence=claim.fence,
            chunks=(Chunk(seq=0, at=bench.clock.now(), stream=Stream.STDOUT, data=b"all is well\n" * 100),),
        )
        for claim in claims
    )
    await link.report(Report(logs=log), renew=False)
    assert seen[-1][0] == "gzip"
    [chunk] = await bench.store.read_log(runs[0])
    assert chunk.data == b"all is well\n" * 100
    await link.close()


# -- versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minor", [-1, 0, 1])
async def test_the_next_release_and_the_last_one_work_together(bench: Bench, server: Served, minor: int) -> None:
    own, *rest = SESSION.version.split(".")
    neighbour = f"{own}.{max(int(rest[0]) + minor, 0)}.7"
    _id, key = await server.key("default")
    link = a_link(bench, server.url, key)
    await link.hello(msgspec.structs.replace(SESSION, version=neighbour))
    [run] = await bench.queue(shell())
    [claim] = await link.claim(1, 0)
    await link.report(whole(claim, Outcome(state=State.SUCCEEDED)), renew=False)
    assert (await bench.run(run)).state is State.SUCCEEDED
    await link.close()


# -- keys ---------------------------------------------------------------------------------------------------


async def test_a_revoked_key_is_refused_at_once_and_its_worker_ends_when_its_lease_is_over(
    bench: Bench, server: Served
) -> None:
    id_, key = await server.key("default")
    processes = FakeProcesses()
    link = a_link(bench, server.url, key)
    bench.link = link
    agent = bench.worker(processes, lease=15.0)
    await bench.queue(shell())
    (await processes.program()).begin()
    renewed = len(processes.renewals)

    # When the key of a connected worker is revoked
    await server.backend.system.people.keys.revoke(id_)
    bench.let_pass(agent, 3.0)
    await until(lambda: any("the worker is refused" in str(event) for event in bench.events))

    # Then no deadline of its jobs is put off any more, and it ends with its lease
    assert len(processes.renewals) <= renewed + 1
    bench.let_pass(agent, 15.0)
    with pytest.raises(ExceptionGroup) as ended:
        await bench.stopped(agent)
    assert ended.group_contains(NotAllowed, match="revoked")
    await link.close()


async def test_a_rotated_key_that_stands_in_its_file_is_taken_up_without_a_pause(bench: Bench, server: Served) -> None:
    id_, key = await server.key("default")
    file = [key]
    link = a_link(bench, server.url, key, renewed=lambda: file[0])
    await link.hello(SESSION)
    _key, file[0] = await server.backend.system.people.keys.rotate(id_)
    [run] = await bench.queue(shell())
    [claim] = await link.claim(1, 0)
    assert claim.run.id == run
    await link.close()


async def test_a_rotated_key_that_nobody_has_written_down_is_refused(bench: Bench, server: Served) -> None:
    id_, key = await server.key("default")
    link = a_link(bench, server.url, key)
    await link.hello(SESSION)
    await server.backend.system.people.keys.rotate(id_)
    with pytest.raises(NotAllowed, match="not good"):
        await link.claim(1, 0)
    await link.close()


# -- TLS ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.pem, and with cert.pem and key.pem that it signed for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    certify(folder, "127.0.0.1")
    return folder


@pytest.fixture
async def tls_server(bench: Bench, authority: Path) -> AsyncIterator[Served]:
    pair = {"tls_cert": str(authority / "cert.pem"), "tls_key": str(authority / "key.pem")}
    async with served(bench.store, clock=bench.clock, ids=bench.ids, **pair) as there:
        assert there.url.startswith("https://")
        yield there


async def test_under_tls_the_server_that_its_authority_vouches_for_is_trusted(
    bench: Bench, tls_server: Served, authority: Path
) -> None:
    _id, key = await tls_server.key("default")
    link = a_link(bench, tls_server.url, key, verify=ssl.create_default_context(cafile=str(authority / "ca.pem")))
    await link.hello(SESSION)
    [run] = await bench.queue(shell())
    [claim] = await link.claim(1, 0)
    await link.report(whole(claim), renew=False)
    assert (await bench.run(run)).state is State.SUCCEEDED
    await link.close()


async def test_under_tls_a_server_that_nobody_vouches_for_gets_no_key(bench: Bench, tls_server: Served) -> None:
    link = a_link(bench, tls_server.url, "tww_secret")
    with pytest.raises(StoreUnavailable, match=r"is not trusted: .*(?i:certificate).*--server-ca"):
        await link.hello(SESSION)
    await link.close()


async def test_a_name_that_the_certificate_is_not_for_is_not_trusted(
    bench: Bench, tls_server: Served, authority: Path
) -> None:
    trusted = ssl.create_default_context(cafile=str(authority / "ca.pem"))
    link = a_link(bench, tls_server.url.replace("127.0.0.1", "localhost"), "tww_secret", verify=trusted)
    with pytest.raises(StoreUnavailable, match=r"(?i)certificate|mismatch"):
        await link.hello(SESSION)
    await link.close()
