"""The end of a worker: drain, stop, kill, deliver, leave."""

import asyncio

import pytest

from tests.worker.agent.fakes import Bench, FakeProcesses, call, once, outcome_of, shell, until
from tickwork.core.clock import Duration
from tickwork.core.states import State
from tickwork.errors import ServiceDied
from tickwork.worker.processes import Stop


async def test_an_idle_worker_ends_at_once_and_says_goodbye(bench: Bench) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes)
    await until(lambda: bench.link.asked)
    agent.stop()
    await bench.stopped(agent)
    assert bench.link.left
    assert processes.closed
    assert await bench.store.sessions() == []


async def test_a_stopping_worker_takes_nothing_new_and_lets_its_runs_end(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    agent = bench.worker(processes, seats=2)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    agent.stop()
    [later] = await bench.queue(shell())
    # Then heartbeats go on while it drains
    before = bench.link.renewals
    bench.let_pass(agent, 15)
    await until(lambda: bench.link.renewals > before)
    program.end()
    await bench.stopped(agent)
    assert program.stops == []
    assert (await bench.run(run)).state is State.SUCCEEDED
    assert (await bench.run(later)).state is State.QUEUED


async def test_after_the_grace_runs_are_stopped_and_go_back_to_the_queue(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    agent = bench.worker(processes, grace=0)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    agent.stop()
    await bench.stopped(agent)
    assert program.stops == [(Stop.WORKER_STOP, None)]
    entry = await bench.run(run)
    assert (entry.state, entry.attempt, entry.losses) == (State.QUEUED, 1, 0)


async def test_a_second_request_skips_the_drain_and_a_third_kills(bench: Bench) -> None:
    processes = FakeProcesses(obedient=False)
    [run] = await bench.queue(shell(grace=Duration(3_600_000_000)))
    agent = bench.worker(processes, grace=3600)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    agent.stop()
    agent.hurry()
    await until(lambda: program.stops == [(Stop.WORKER_STOP, None)])
    agent.hurry()
    await until(lambda: program.stops[1:] == [(Stop.WORKER_STOP, 0)])
    program.end(outcome_of(Stop.WORKER_STOP), stop=Stop.WORKER_STOP)
    await bench.stopped(agent)
    assert (await bench.run(run)).state is State.QUEUED


async def test_an_at_most_once_run_that_the_stop_ended_is_lost(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(once(shell()))
    agent = bench.worker(processes, grace=0)
    (await processes.program()).begin()
    agent.stop()
    await bench.stopped(agent)
    assert (await bench.run(run)).state is State.FAILED


async def test_what_never_began_goes_back_as_if_it_had_never_been_claimed(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(call())
    agent = bench.worker(processes, seats=1, grace=0)
    child = await processes.first_child()
    await until(lambda: child.queue)
    agent.stop()
    await bench.stopped(agent)
    entry = await bench.run(run)
    assert (entry.state, entry.attempt, entry.losses) == (State.QUEUED, 0, 0)


async def test_a_worker_that_cannot_deliver_leaves_its_session_to_the_reaper(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    agent = bench.worker(processes, lease=1)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    bench.link.cut = True
    program.end()
    agent.stop()
    await bench.stopped(agent)
    assert not bench.link.left
    assert (await bench.run(run)).state is State.RUNNING
    assert any("unfinished business" in str(event) for event in bench.events)


async def test_a_worker_that_is_cut_short_ends_its_processes_all_the_same(bench: Bench) -> None:
    processes = FakeProcesses()
    await bench.queue(shell())
    bench.worker(processes)
    await processes.program()
    [(_agent, task)] = bench.agents
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert processes.closed
    assert not bench.link.left


async def test_a_part_that_gives_up_ends_the_worker_loudly(bench: Bench, monkeypatch) -> None:
    monkeypatch.setattr("tickwork.service.MAX_FAILURES", 2)
    processes = FakeProcesses()
    reports = bench.link.report

    async def broken(batch, *, renew):
        if not renew:
            raise RuntimeError("a bug")
        return await reports(batch, renew=renew)

    bench.link.report = broken
    await bench.queue(shell())
    agent = bench.worker(processes)
    (await processes.program()).begin()
    with pytest.RaisesGroup(ServiceDied):
        await bench.stopped(agent)
    assert processes.closed
