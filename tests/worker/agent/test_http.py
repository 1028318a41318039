"""Requests over HTTP through the whole worker."""

import asyncio
import json

import pytest

from tests.worker.agent.fakes import Bench
from tickwork.core.clock import SECOND, Duration
from tickwork.core.ids import JobId
from tickwork.core.model import Http, Job
from tickwork.core.states import Reason, State
from tickwork.worker.environment import Host
from tickwork.worker.process.launching import LocalProcesses


@pytest.fixture
async def silent():
    """A server that takes a request and never answers; its address, and an event: it has one."""
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", asked


@pytest.fixture
async def quick():
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n["fine"]')
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


def calling(url: str, **fields) -> Job:
    return Job(id=JobId("ping"), name="ping", task=Http(url=url), **fields)


def at_work(bench: Bench, *allow: str):
    host = Host.of_this_process().with_http_allow(allow)
    return bench.worker(LocalProcesses(clock=bench.clock), host=host)


async def test_the_response_is_kept_as_the_result(bench: Bench, quick: str) -> None:
    [run] = await bench.queue(calling(quick))
    agent = at_work(bench, "127.0.0.1")
    assert (await bench.ended(run)).state is State.SUCCEEDED
    detail = await bench.store.run(run)
    assert detail is not None
    result = json.loads(detail.result or b"")
    assert (result["status"], result["json"]) == (200, ["fine"])
    assert [chunk.data for chunk in await bench.store.read_log(run)] == [f"GET {quick} → 200 OK\n".encode()]
    agent.stop()
    await bench.stopped(agent)


async def test_a_worker_that_does_not_allow_it_calls_nothing_inside(bench: Bench, quick: str) -> None:
    [run] = await bench.queue(calling(quick))
    agent = at_work(bench)
    ended = await bench.ended(run)
    assert (ended.state, ended.reason) == (State.FAILED, Reason.EXCEPTION)
    detail = await bench.store.run(run)
    assert detail is not None
    assert "127.0.0.1 is a loopback address; a worker calls it only if its setting http_allow says so" in detail.error
    agent.stop()
    await bench.stopped(agent)


async def test_a_request_that_takes_too_long_is_killed_like_any_run(bench: Bench, silent) -> None:
    url, _ = silent
    [run] = await bench.queue(calling(url, timeout=Duration(SECOND), grace=Duration(0)))
    agent = at_work(bench, "127.0.0.1")
    ended = await bench.ended(run)
    assert (ended.state, ended.reason) == (State.FAILED, Reason.TIMEOUT)
    agent.stop()
    await bench.stopped(agent)


async def test_a_request_is_cancelled_like_any_run(bench: Bench, silent) -> None:
    url, asked = silent
    [run] = await bench.queue(calling(url, grace=Duration(0)))
    agent = at_work(bench, "127.0.0.1")
    await asyncio.wait_for(asked.wait(), 30)
    await bench.store.cancel([run], reason=Reason.USER, note="ann", at=bench.clock.now())
    assert (await bench.ended(run)).state is State.CANCELLED
    agent.stop()
    await bench.stopped(agent)
