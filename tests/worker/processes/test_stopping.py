"""Kill means kill, whatever the job forked, daemonised or ignores, and nobody else is hit."""

import math
import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.worker.processes.watching import alive, eventually, pids_in, program, sh
from tickwork.core.clock import SystemClock
from tickwork.core.lease import Deadlines
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.process import tree
from tickwork.worker.process.channel import Kind
from tickwork.worker.processes import Began, Stop

STUBBORN = r"""
import os, signal, sys, time
folder = sys.argv[1]
def note(name):
    with open(f"{folder}/{name}", "w") as file: file.write(str(os.getpid()))
def stay():
    while True: time.sleep(1)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
note("main")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.environ.clear(); os.setpgid(0, 0); note("daemon"); stay()
    os._exit(0)
if os.fork() == 0:
    note("child")
    if os.fork() == 0: note("grandchild"); stay()
    stay()
os.wait()
print("ready", flush=True)
stay()
"""


@pytest.fixture
def canary():
    """A process outside of every tree."""
    with subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True) as process:
        yield process
        assert process.poll() is None
        process.kill()


def stubborn(folder, **options):
    folder.mkdir()
    return program(sys.executable, "-c", STUBBORN, str(folder), **options)


async def all_noted(folder):
    await eventually(lambda: folder.exists() and len(list(folder.iterdir())) == 4 and len(pids_in(folder)) == 4)
    return pids_in(folder)


async def test_a_timeout_kills_the_whole_stubborn_tree(processes, watcher, tmp_path, canary):
    await processes.spawn(stubborn(tmp_path / "pids", timeout=1.0, grace=0.2), watcher)
    over = await watcher.over()
    pids = pids_in(tmp_path / "pids")
    assert len(pids) == 4
    assert not any(alive(pid) for pid in pids)
    assert over.stop is Stop.TIMEOUT
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.TIMEOUT)
    assert over.outcome.error == "timed out after 1 s"
    assert watcher.log("run", Stream.SYSTEM) == b"[tickwork: SIGTERM (timeout)]\n[tickwork: SIGKILL (timeout)]\n"
    assert over.survivors == ()


@pytest.mark.parametrize(
    ("why", "state", "reason"),
    [
        (Stop.CANCEL, State.CANCELLED, Reason.USER),
        (Stop.WORKER_STOP, State.FAILED, Reason.LOST),
    ],
)
async def test_every_stop_from_outside_takes_the_same_path(processes, watcher, tmp_path, why, state, reason):
    handle = await processes.spawn(stubborn(tmp_path / "pids", grace=100), watcher)
    pids = await all_noted(tmp_path / "pids")
    handle.stop(why, grace=0.1)
    over = await watcher.over()
    assert (over.stop, over.outcome.state, over.outcome.reason) == (why, state, reason)
    assert not any(alive(pid) for pid in pids)


LEADERLESS = """
import ctypes, platform, signal, threading, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(1000,)).start()
print("up", flush=True)
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)  # exit of this thread alone
"""


async def test_a_job_whose_main_thread_is_gone_is_alive_and_can_be_killed(processes, watcher):
    handle = await processes.spawn(program(sys.executable, "-c", LEADERLESS), watcher)
    pid = (await watcher.began()).pid
    await watcher.printed("up")
    await eventually(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    assert not tree.look_up(pid).dead
    handle.stop(Stop.CANCEL, grace=0.1)
    over = await watcher.over()
    assert over.survivors == ()
    assert over.outcome.exit_code == 128 + signal.SIGKILL


async def test_a_job_may_tidy_up_within_its_grace(processes, watcher):
    handle = await processes.spawn(sh("trap 'echo tidy; exit 0' TERM; echo up; while :; do sleep 0.05; done"), watcher)
    await watcher.printed("up")
    handle.stop(Stop.CANCEL)
    over = await watcher.over()
    assert over.outcome.state is State.CANCELLED
    assert over.outcome.exit_code == 0
    assert watcher.log("run", Stream.STDOUT) == b"up\ntidy\n"


async def test_a_second_stop_may_shorten_the_grace_but_keeps_the_reason(processes, watcher):
    handle = await processes.spawn(sh("trap '' TERM; echo up; sleep 1000"), watcher)
    await watcher.printed("up")
    handle.stop(Stop.CANCEL, grace=1000)
    handle.stop(Stop.WORKER_STOP, grace=0)
    over = await watcher.over()
    assert over.stop is Stop.CANCEL
    assert over.outcome.exit_code == 128 + signal.SIGKILL


async def test_a_stop_that_comes_too_late_changes_nothing(processes, watcher):
    handle = await processes.spawn(sh("exit 5"), watcher)
    over = await watcher.over()
    handle.stop(Stop.CANCEL)
    assert over.stop is None
    assert over.outcome.exit_code == 5


async def test_a_fork_bomb_of_sorts_is_ended(processes, watcher):
    """Processes that fork faster than they could be listed once."""
    respawn = "trap '' TERM; f() { while :; do (trap '' TERM; sleep 0.01) & wait $!; done; }; f & f & f & echo up; f"
    handle = await processes.spawn(sh(respawn), watcher)
    await watcher.printed("up")
    handle.stop(Stop.CANCEL, grace=0)
    over = await watcher.over()
    assert over.survivors == ()


TALKATIVE = "trap '' TERM; while :; do echo up; sleep 0.05; done"
"""Its output makes the supervisor look at the lease again and again; TERM does not end it."""


async def test_without_a_lease_there_is_no_grace(processes, watcher):
    await processes.spawn(sh(TALKATIVE, grace=1000), watcher)
    await watcher.printed("up")
    processes.renew(Deadlines(renew_at=0, term_at=0, kill_at=0))
    over = await watcher.over()
    assert over.stop is Stop.LEASE
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.LOST)
    assert over.outcome.exit_code == 128 + signal.SIGKILL


async def test_what_comes_after_the_lease_is_not_started(processes, watcher, tmp_path):
    """An agent that was frozen while it handed a run over must not start it when it goes on."""
    processes.renew(Deadlines(renew_at=0, term_at=0, kill_at=math.inf))
    await processes.spawn(sh(f"touch {tmp_path / 'started'}"), watcher)
    over = await watcher.over()
    assert (over.stop, over.outcome.reason) == (Stop.LEASE, Reason.LOST)
    assert watcher.find(Began) == []
    assert not (tmp_path / "started").exists()


async def test_a_supervisor_without_a_job_has_nothing_to_stop(processes, watcher, capfd):
    """Its agent was frozen before it said what to start."""
    ours = await processes._supervisor(Kind.SPAWN)
    now = SystemClock().monotonic()
    processes.renew(Deadlines(renew_at=now, term_at=now, kill_at=now))
    launcher = psutil.Process(processes.launcher_pid)
    await eventually(launcher.children)
    await eventually(lambda: SystemClock().monotonic() > now + 0.3)
    assert len(launcher.children()) == 1
    ours.close()
    await eventually(lambda: not launcher.children())
    assert "Traceback" not in capfd.readouterr().err


async def test_a_job_has_from_term_to_kill_whatever_its_grace(processes, watcher):
    await processes.spawn(sh("trap 'echo tidy; exit 0' TERM; while :; do echo up; sleep 0.05; done"), watcher)
    await watcher.printed("up")
    processes.renew(Deadlines(renew_at=0, term_at=0, kill_at=math.inf))
    over = await watcher.over()
    assert (over.stop, over.outcome.exit_code) == (Stop.LEASE, 0)
    assert b"tidy\n" in watcher.log()


async def test_a_lease_that_is_renewed_lets_the_job_go_on(processes, watcher, tmp_path):
    go, clock = tmp_path / "go", SystemClock()
    await processes.spawn(sh("true", run="first"), watcher)
    await watcher.over("first")  # the launcher is up, so the next one starts at once
    deadline = clock.monotonic() + 1.5
    processes.renew(Deadlines(renew_at=0, term_at=deadline, kill_at=deadline))
    await processes.spawn(sh(f"echo up; while [ ! -e {go} ]; do sleep 0.02; done"), watcher)
    await watcher.printed("up")
    processes.renew(Deadlines(renew_at=0, term_at=math.inf, kill_at=math.inf))
    await eventually(lambda: clock.monotonic() > deadline + 0.1)
    go.touch()
    assert (await watcher.over()).outcome.state is State.SUCCEEDED


async def test_a_silent_job_is_ended_when_the_lease_runs_out(processes, watcher):
    now = SystemClock().monotonic()
    processes.renew(Deadlines(renew_at=now, term_at=now + 0.3, kill_at=now + 0.6))
    await processes.spawn(sh("sleep 1000", grace=1000), watcher)
    assert (await watcher.over(patience=10)).stop is Stop.LEASE


async def test_a_pid_that_belongs_to_another_by_now_is_not_hit(canary):
    found = tree.look_up(canary.pid)
    reused = tree.Proc(found.pid, found.parent, found.group, found.started - 1, dead=False)
    tree.send(reused, signal.SIGKILL)
    assert canary.poll() is None


async def test_descendants_are_found_without_the_spared_subtree():
    text = "sleep 1000 & (sleep 1000 & sleep 1000 & wait) & wait"
    with subprocess.Popen(["/bin/sh", "-c", text], start_new_session=True) as process:
        await eventually(lambda: len(tree.descendants(process.pid)) == 4)
        inner = next(p for p in psutil.Process(process.pid).children() if p.children())
        spared = tree.descendants(process.pid, spare={inner.pid})
        assert {p.pid for p in spared}.isdisjoint({inner.pid, *(c.pid for c in inner.children())})
        os.killpg(process.pid, signal.SIGKILL)
