"""Deaths: of the agent, the launcher, a supervisor. No job outlives whoever answers for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.worker.processes.watching import alive, eventually, pids_in, program, sh
from tickwork.core.states import Reason, State
from tickwork.worker.processes import Over

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def host(temp):
    """Starts a host process in a group of its own; after the test its launcher has ended."""
    launchers, hosts = [], []

    def start(line: str, grace: float) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.worker.processes.host", line, str(grace)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, process_group=0)
        hosts.append(process)
        launchers.append(int(process.stdout.readline().split()[1]))
        return process

    yield start
    for process in hosts:
        process.kill()
        process.wait()
        process.stdout.close()
    await eventually(lambda: not any(alive(pid) for pid in launchers))


TREE = "trap '' TERM; cd {folder}; echo $$ > main; (trap '' TERM; sleep 1000 & echo $! > child; wait) & sleep 1000"


@pytest.mark.parametrize("whom", ["process", "group"])
async def test_when_the_agent_is_killed_its_jobs_die_within_their_grace(host, tmp_path, whom):
    folder = tmp_path / "pids"
    folder.mkdir()
    agent = host(TREE.format(folder=folder), 0.5)
    await eventually(lambda: len(list(folder.iterdir())) == 2 and len(pids_in(folder)) == 2)
    pids = pids_in(folder)
    if whom == "group":
        os.killpg(agent.pid, signal.SIGKILL)
    else:
        agent.kill()
    await eventually(lambda: not any(alive(pid) for pid in pids), patience=10)


async def test_a_job_gets_its_grace_when_the_agent_is_killed(host, tmp_path):
    tidy, up = tmp_path / "tidy", tmp_path / "up"
    agent = host(f"trap 'echo > {tidy}; exit' TERM; echo > {up}; while :; do sleep 0.05; done", 1000)
    await eventually(up.exists)
    agent.kill()
    await eventually(tidy.exists)


async def test_when_a_supervisor_is_killed_its_whole_tree_dies_and_the_run_is_lost(processes, watcher, tmp_path, temp):
    folder = tmp_path / "pids"
    folder.mkdir()
    text = TREE.format(folder=folder) + " & (setsid sh -c 'echo $$ > daemon; sleep 1000' &) ; wait"
    await processes.spawn(program("{script}", script=text.encode()), watcher)
    await eventually(lambda: len(list(folder.iterdir())) == 3 and len(pids_in(folder)) == 3)
    began, pids = await watcher.began(), pids_in(folder)
    assert len(list(temp.iterdir())) == 1
    os.kill(psutil.Process(began.pid).ppid(), signal.SIGKILL)
    over = await watcher.over()
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.LOST)
    await eventually(lambda: not any(alive(pid) for pid in pids))
    await eventually(lambda: not list(temp.iterdir()))


async def test_a_supervisor_s_death_touches_no_other_run(processes, watcher):
    await processes.spawn(sh("sleep 0.5; (sleep 0.1; echo done)", run="other"), watcher)
    await processes.spawn(sh("sleep 1000"), watcher)
    await watcher.began("other")
    began = await watcher.began()
    os.kill(psutil.Process(began.pid).ppid(), signal.SIGKILL)
    await watcher.over()
    assert (await watcher.over("other")).outcome.state is State.SUCCEEDED
    assert watcher.log("other") == b"done\n"


async def test_supervisors_go_on_without_their_launcher_and_new_runs_get_a_new_one(processes, watcher, tmp_path):
    go = tmp_path / "go"
    first = processes.launcher_pid
    await processes.spawn(sh(f"while [ ! -e {go} ]; do sleep 0.02; done; echo survived", run="old"), watcher)
    await watcher.began("old")
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: not alive(first))
    await processes.spawn(sh("echo new", run="new"), watcher)
    assert (await watcher.over("new")).outcome.state is State.SUCCEEDED
    assert processes.launcher_pid != first
    go.touch()
    assert (await watcher.over("old")).outcome.state is State.SUCCEEDED
    assert watcher.log("old") == b"survived\n"


async def test_closing_ends_what_still_runs(processes, watcher):
    await processes.spawn(sh("sleep 1000", grace=0.2), watcher)
    began = await watcher.began()
    await processes.close()
    assert not alive(began.pid)
    assert watcher.find(Over) == []
