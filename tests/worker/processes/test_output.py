"""Output: soon, bounded, and never a reason for a job to wait."""

import time

import psutil

from tests.worker.processes.watching import eventually, sh
from tickwork.core.clock import SECOND, SystemClock
from tickwork.core.states import State
from tickwork.store.protocol import Stream
from tickwork.worker.processes import Began, Logged, Over

MB = 1 << 20
CAP = 819_200


async def test_the_first_bytes_come_at_once(processes, watcher):
    await processes.spawn(sh("echo first; sleep 1000"), watcher)
    await watcher.printed("first")
    delay = SystemClock().now() - watcher.find(Began)[0].at
    assert delay < 0.5 * SECOND  # 0.05 s, and what a busy machine adds


async def test_more_is_forwarded_in_steps(processes, watcher):
    await processes.spawn(sh("i=0; while [ $i -lt 150 ]; do echo $i; i=$((i+1)); sleep 0.01; done"), watcher)
    over = await watcher.over()
    seconds = (over.at - watcher.find(Began)[0].at) / SECOND
    assert len(watcher.find(Logged)) <= 3 + seconds / 0.2
    assert watcher.log() == b"".join(b"%d\n" % n for n in range(150))


async def test_a_hundred_megabytes_cost_their_cap(processes, watcher):
    handle = await processes.spawn(sh("yes 0123456 | head -c 104857600; echo; echo end; sleep 1000"), watcher)
    began = await watcher.began()
    supervisor = psutil.Process(began.pid).parent()
    await watcher.printed("end\n")
    assert supervisor.memory_info().rss < 60 * MB
    kept = watcher.log("run", Stream.STDOUT)
    assert kept.startswith(b"0123456\n" * 100)
    assert 0.9 * CAP < len(kept) <= CAP
    left_out = 100 * MB + len(b"\nend\n") - len(kept)
    assert watcher.log("run", Stream.SYSTEM) == b"[tickwork: %d bytes left out here]\n" % left_out
    handle.stop("cancel", grace=0)
    await watcher.over()


async def test_an_agent_that_does_not_read_slows_no_job_and_costs_no_memory(processes, watcher, tmp_path):
    done = tmp_path / "done"
    await processes.spawn(sh(f"yes 0123456 | head -c 52428800; echo ok > {done}; sleep 0.2"), watcher)
    began = await watcher.began()
    supervisor = psutil.Process(began.pid).parent()
    heaviest, until = 0, time.monotonic() + 20  # the loop stands still, as a busy agent's would
    while not done.exists() and time.monotonic() < until:
        heaviest = max(heaviest, supervisor.memory_info().rss)
    assert done.exists()
    assert heaviest < 60 * MB
    over = await watcher.over()
    assert over.outcome.state is State.SUCCEEDED
    assert len(watcher.log("run", Stream.STDOUT)) <= CAP
    assert watcher.log("run", Stream.STDOUT).endswith(b"0123456\n")


async def test_all_output_comes_before_the_end(processes, watcher):
    for n in range(20):
        await processes.spawn(sh("echo out; echo err >&2", run=f"run {n}"), watcher)
    for n in range(20):
        await watcher.over(f"run {n}")
        of_run = [e for e in watcher.events if e.run == f"run {n}"]
        assert isinstance(of_run[-1], Over)
        assert sorted(watcher.log(f"run {n}").split()) == [b"err", b"out"]


async def test_a_supervisor_is_gone_when_its_run_is(processes, watcher):
    await processes.spawn(sh("echo $PPID"), watcher)
    await watcher.over()
    supervisor = int(watcher.log())
    await eventually(lambda: not psutil.pid_exists(supervisor))
