"""The whole worker: agent, launcher, supervisors and jobs, at a store in memory."""

import os
import signal
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from tests.worker.agent.fakes import Bench, once, shell, until, until_await
from tickwork.core.clock import Duration
from tickwork.core.ids import JobId
from tickwork.core.model import Call, Job, Overlap, Retry, Shell
from tickwork.core.states import Reason, State
from tickwork.worker.process.launching import LocalProcesses

SHOP = """
import os, signal

def crash_or(n):
    if n == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return n
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "shop.py").write_text(SHOP)
    return str(tmp_path)


def shell_job(command: str, **fields) -> Job:
    job = shell(**fields)
    return replace(job, task=Shell(command=command))


async def test_a_shell_and_a_python_job_run_and_keep_what_they_said(bench: Bench, shop: str) -> None:
    printing = shell_job("echo $TICKWORK_JOB $TICKWORK_ATTEMPT")
    [program] = await bench.queue(printing)
    task = Call(target="shop:crash_or", kwargs={"n": 1}, path=shop)
    [python] = await bench.queue(Job(id=JobId("py"), name="py", task=task), params=b'{"n":2}')
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    assert (await bench.ended(program)).state is State.SUCCEEDED
    assert [chunk.data for chunk in await bench.store.read_log(program)] == [b"backup 1\n"]
    await bench.ended(python)
    detail = await bench.store.run(python)
    assert detail is not None
    assert detail.result == b"2"
    agent.stop()
    await bench.stopped(agent)


async def test_a_call_that_kills_its_child_costs_nobody_else_anything(bench: Bench, shop: str) -> None:
    task = Call(target="shop:crash_or", path=shop)
    job = Job(id=JobId("py"), name="py", task=task, overlap=Overlap.ALLOW)
    runs = [run for n in range(60) for run in await bench.queue(job, params=b'{"n":%d}' % (n % 6))]
    agent = bench.worker(LocalProcesses(clock=bench.clock), seats=2)
    entries = [await bench.ended(run) for run in runs]
    for n, entry in enumerate(entries):
        expected = (State.FAILED, Reason.SIGNAL) if n % 6 == 3 else (State.SUCCEEDED, None)
        assert (entry.state, entry.reason, entry.attempt) == (*expected, 1)
    agent.stop()
    await bench.stopped(agent)


async def test_a_cancel_ends_the_whole_tree(bench: Bench, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    [run] = await bench.queue(shell_job(f"sleep 300 & echo $! $$ > {pids}; wait"))
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    await until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    await bench.cancel(run)
    assert (await bench.ended(run)).state is State.CANCELLED
    assert not any(psutil.pid_exists(int(pid)) for pid in pids.read_text().split())
    agent.stop()
    await bench.stopped(agent)


@pytest.mark.parametrize(("careful", "state"), [(False, State.QUEUED), (True, State.FAILED)])
async def test_a_second_stop_ends_the_jobs(bench: Bench, careful: bool, state: State) -> None:
    job = shell_job("trap '' TERM; sleep 300", grace=Duration(50_000))
    [run] = await bench.queue(once(job) if careful else job)
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    await bench.run_in(State.RUNNING, run)
    agent.stop()
    agent.hurry()
    await bench.stopped(agent)
    assert (await bench.run(run)).state is state


async def test_a_supervisor_that_is_killed_costs_its_job_an_attempt(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "second"
    job = shell_job(f"test -e {mark} && exit 0; touch {mark}; sleep 300", retry=Retry(count=0))
    [run] = await bench.queue(job)
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    await until(mark.exists)

    async def pid() -> int | None:
        return next((p.ppid() for p in psutil.process_iter() if str(mark) in " ".join(_cmdline(p))), None)

    os.kill(await until_await(pid), signal.SIGKILL)
    entry = await bench.ended(run)
    assert (entry.state, entry.attempt) == (State.SUCCEEDED, 2)
    agent.stop()
    await bench.stopped(agent)


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


async def test_many_short_calls_at_once_are_all_tracked(bench: Bench) -> None:
    job = Job(id=JobId("noop"), name="noop", task=Call(target="operator:neg", args=(1,)), overlap=Overlap.ALLOW)
    runs = await bench.queue(job, 1000)
    agent = bench.worker(LocalProcesses(clock=bench.clock))

    async def all_done() -> bool:
        return (await bench.store.counts()).get(State.SUCCEEDED, 0) == len(runs)

    await until_await(all_done)
    for run in runs[::100]:
        detail = await bench.store.run(run)
        assert detail is not None
        assert (detail.result, detail.run.attempt) == (b"-1", 1)
    agent.stop()
    await bench.stopped(agent)
