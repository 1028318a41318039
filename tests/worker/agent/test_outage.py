"""The server is away while runs log and end: when it is back, every result and every byte is there, once, in order.
And a server that refuses its worker is not away: only a person can mend that."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.worker.agent.fakes import Bench, CutLink, FakeProcesses, FakeProgram, shell, until
from tests.worker.agent.test_links import a_backend, a_key
from tickwork.core.clock import Instant
from tickwork.core.states import State
from tickwork.errors import NotAllowed
from tickwork.server.app import make_app
from tickwork.store.protocol import Chunk, LogWrite, RunFilter, Stream
from tickwork.telemetry import Notice, Telemetry
from tickwork.worker.http_link import HttpLink
from tickwork.worker.processes import Logged
from tickwork.worker.spool import MEMORY
from tickwork.worker.store_link import StoreLink

RUNS = 200
LINES = 8
LINE = 8 * 1024
"""Bytes: all runs together say several times what waits in memory."""


@pytest.fixture(params=["store", "http"])
async def cut_off(request: pytest.FixtureRequest, bench: Bench) -> AsyncIterator[Bench]:
    """A bench whose link can be cut."""
    if request.param == "store":
        yield bench
        return
    backend = a_backend(bench)
    link = HttpLink(
        url="http://localhost:8425",
        key=await a_key(backend, "default"),
        clock=bench.clock,
        telemetry=Telemetry(),
        transport=httpx2.ASGITransport(app=make_app(backend)),
    )
    bench.link = CutLink(link)
    yield bench
    await link.close()
    backend.desk.close()


def line(program: FakeProgram, n: int) -> bytes:
    return f"{program.run} {n} ".encode().ljust(LINE, b".")


def say(program: FakeProgram, n: int) -> None:
    chunk = Chunk(seq=n, at=Instant(n), stream=Stream.STDOUT, data=line(program, n))
    program.hear(Logged(run=program.run, chunks=(chunk,)))


async def test_all_that_runs_said_and_became_while_the_server_was_away_arrives_once_in_order(cut_off: Bench) -> None:
    bench, processes = cut_off, FakeProcesses()
    agent = bench.worker(processes, seats=RUNS, lease=120.0)
    await bench.queue(shell(), RUNS)
    await until(lambda: len(processes.programs) == RUNS)
    for program in processes.programs:
        program.begin()

    # Given that nobody answers while they log and end
    bench.link.cut = True
    for n in range(LINES):
        for program in processes.programs:
            say(program, n)
    for program in processes.programs:
        program.end()
    assert agent._reporter._spool.filed > RUNS * LINES * LINE - 2 * MEMORY

    # When the server is back, and its first answers get lost
    bench.link.answers_lost = 2
    bench.link.cut = False
    assert await agent._reporter.drained(60)

    # Then everything is there
    runs = await bench.store.runs(RunFilter(), limit=RUNS)
    assert [run.state for run in runs] == [State.SUCCEEDED] * RUNS
    for program in processes.programs:
        said = await bench.store.read_log(program.run)
        assert [chunk.data for chunk in said] == [line(program, n) for n in range(LINES)]
        assert len(await bench.store.attempts(program.run)) == 1
    # And each was sent once after those
    told = [write.chunks[0].seq for write in bench.link.told(LogWrite)]
    assert len(told) == RUNS * LINES
    assert agent._reporter._spool.empty


class Refusing(CutLink):
    """A link whose key is not good any more, while `refused`."""

    refused = False

    def _check(self) -> None:
        super()._check()
        if self.refused:
            raise NotAllowed("this key is not good any more")


@pytest.fixture
def refusing(bench: Bench) -> Refusing:
    link = Refusing(StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry))
    bench.link = link
    return link


async def test_a_key_that_is_mended_in_time_costs_nothing(bench: Bench, refusing: Refusing) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, lease=15.0)
    [run] = await bench.queue(shell())
    program = await processes.program()
    program.begin()
    refusing.refused = True
    program.end()
    await until(lambda: any("the worker is refused" in str(event) for event in bench.events))
    assert (await bench.run(run)).state is not State.SUCCEEDED
    refusing.refused = False
    await bench.run_in(State.SUCCEEDED, run)
    agent.stop()
    await bench.stopped(agent)


async def test_a_worker_that_is_refused_for_a_whole_lease_ends(bench: Bench, refusing: Refusing) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, lease=15.0)
    await bench.queue(shell())
    await processes.program()
    refusing.refused = True
    bench.let_pass(agent, 15.0)
    with pytest.raises(ExceptionGroup) as ended:
        await bench.stopped(agent)
    assert ended.group_contains(NotAllowed, match="not good any more")
    assert processes.closed


async def test_a_worker_that_may_not_even_begin_ends_at_once(bench: Bench, refusing: Refusing) -> None:
    refusing.refused = True
    agent = bench.worker(FakeProcesses())
    with pytest.raises(ExceptionGroup) as ended:
        await bench.stopped(agent)
    assert ended.group_contains(NotAllowed)


async def test_a_worker_that_cannot_begin_says_so_once_and_when_it_can(bench: Bench) -> None:
    bench.link.cut = True
    agent = bench.worker(FakeProcesses())
    while agent._tries < 3:
        agent.wake()
        await asyncio.sleep(0)
    bench.link.cut = False
    agent.wake()
    await until(lambda: bench.link.sessions)
    agent.stop()
    await bench.stopped(agent)
    said = [event.text for event in bench.events if isinstance(event, Notice)]
    assert said == [
        "worker w1 cannot begin, and goes on trying: cut",
        "worker w1 is answered again, and begins",
    ]
