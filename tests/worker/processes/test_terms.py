"""What a job's processes may use, and as whom they work."""

import os
import pwd
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.worker.processes.test_escapes import RUNGS
from tests.worker.processes.watching import Watcher, call, program, sh
from tickwork.core.clock import SECOND, Duration, SystemClock
from tickwork.core.model import Outcome, Resources
from tickwork.core.states import Reason, State
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.process.terms import judged
from tickwork.worker.processes import Account, ChildSpec, Over, SpawnSpec, Stop, Terms

MB = 1024 * 1024
CONTROLLER = "the memory controller"
JOBS = str(Path(__file__).parent / "jobs")
NOBODY = pwd.getpwnam("nobody")
ACCOUNT = Account(name="nobody", uid=NOBODY.pw_uid, gid=NOBODY.pw_gid, groups=(NOBODY.pw_gid, 4242), home=NOBODY.pw_dir)


@pytest.fixture
def temp(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder that other users can reach, too."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o755)
        monkeypatch.setenv("TMPDIR", made)
        yield folder
        assert list(folder.iterdir()) == []


async def ended(processes: LocalProcesses, watcher: Watcher, spec: SpawnSpec) -> Over:
    await processes.spawn(spec, watcher)
    return await watcher.over()


def python(text: str, **terms) -> SpawnSpec:
    return program(sys.executable, "-I", "-S", "-c", text, terms=Terms(**terms))


def resource_limits(**limits) -> Terms:
    return Terms(resources=Resources(**limits))


# -- limits of programs --


async def test_a_program_that_wants_more_memory_does_not_get_it(processes, watcher) -> None:
    spec = python("bytearray(b'x' * 200_000_000)", resources=Resources(memory=100 * MB))
    over = await ended(processes, watcher, spec)
    if processes.keepers["memory"] == CONTROLLER:
        assert over.outcome.error == "it hit its limit: 100 MB of memory"
        return
    assert (over.outcome.state, over.outcome.exit_code) == (State.FAILED, 1)
    assert b"MemoryError" in watcher.log()
    assert over.outcome.error.endswith("(it was limited: 100 MB of memory)")


async def test_within_its_limits_a_program_succeeds(processes, watcher) -> None:
    limits = Resources(memory=500 * MB, cpu=Duration(10 * SECOND), files=64, processes=5)
    over = await ended(processes, watcher, python("print(len(bytearray(1000)))", resources=limits))
    assert (over.outcome.state, over.outcome.error) == (State.SUCCEEDED, None)


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass",
        "import os\nif os.fork() == 0:\n  while True: pass\nraise SystemExit(128 + os.WTERMSIG(os.wait()[1]))",
    ],
    ids=["plain", "ignores the signal", "in a child, told as a shell does"],
)
async def test_processor_time_that_is_used_up_ends_a_program(processes, watcher, text: str) -> None:
    over = await ended(processes, watcher, python(text, resources=Resources(cpu=Duration(SECOND))))
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.RESOURCE)
    assert over.outcome.error == "it hit its limit: 1 s of processor time"


async def test_open_files_are_limited(processes, watcher) -> None:
    text = "import os\nfiles = [os.open('/dev/null', 0) for _ in range(100)]"
    over = await ended(processes, watcher, python(text, resources=Resources(files=32)))
    assert over.outcome.error == "exit status 1 (it was limited: 32 open files)"
    assert b"Too many open files" in watcher.log()


BOMB = "f() { sleep 0.2; f | f & }; f; sleep 1000"
"""Doubles every 200 ms or so, for ever."""


@pytest.mark.parametrize("rung", RUNGS)
async def test_a_fork_bomb_is_ended_by_its_limit(temp, watcher, rung) -> None:
    local = LocalProcesses(clock=SystemClock(), containment=rung)
    await local.open()
    try:
        refused = "controller" in local.keepers["processes"]  # then it goes on as it is, at its limit
        timeout = 5.0 if refused else None
        over = await ended(local, watcher, sh(BOMB, terms=resource_limits(processes=20), timeout=timeout, grace=0.1))
        assert over.outcome.reason is (Reason.TIMEOUT if refused else Reason.RESOURCE)
        assert over.survivors == ()
    finally:
        await local.close()


# -- limits of calls --


async def limited_child(processes, watcher, **limits):
    return await processes.child(ChildSpec(env={}, path=(JOBS,), terms=resource_limits(**limits)), watcher)


async def test_a_call_that_wants_more_memory_fails_for_that(processes, watcher) -> None:
    child = await limited_child(processes, watcher, memory=400 * MB)
    child.call([call("operator:mul", b"x", 800_000_000, run="big"), call("operator:add", 1, 2, run="small")])
    big = await watcher.over("big")
    assert (big.outcome.state, big.outcome.reason) == (State.FAILED, Reason.RESOURCE)
    assert big.outcome.error == "it hit its limit: 400 MB of memory"
    if processes.keepers["memory"] != CONTROLLER:  # which has ended the child; else the next call is made there
        assert (await watcher.over("small")).outcome.state is State.SUCCEEDED
    child.retire()
    await watcher.gone()


async def test_each_call_has_its_own_processor_time(processes, watcher) -> None:
    child = await limited_child(processes, watcher, cpu=Duration(SECOND))
    work = [call("terms_jobs:burn", 0.6, run=f"r{n}") for n in range(3)]
    child.call([*work, call("terms_jobs:burn", 100, run="long")])
    for n in range(3):
        assert (await watcher.over(f"r{n}")).outcome.state is State.SUCCEEDED
    over = await watcher.over("long")
    assert (over.outcome.reason, over.outcome.error) == (
        Reason.RESOURCE,
        "it hit its limit: 1 s of processor time",
    )


# -- umask, nice, user --


async def test_umask_and_nice_are_the_job_s(processes, watcher) -> None:
    await ended(processes, watcher, sh("umask; nice", terms=Terms(umask=0o027, nice=7)))
    assert watcher.log() == b"0027\n7\n"


async def test_a_call_has_umask_and_nice_too(processes, watcher) -> None:
    child = await processes.child(ChildSpec(env={}, path=(JOBS,), terms=Terms(umask=0o027, nice=7)), watcher)
    child.call([call("terms_jobs:manners")])
    assert (await watcher.over()).outcome.result == b"[23,7]"
    child.retire()
    await watcher.gone()


IDS = "grep -E '^(Uid|Gid|Groups|CapEff|NoNewPrivs)' /proc/self/status"


@pytest.fixture
def root() -> None:
    assert os.geteuid() == 0, "these tests need a worker that may become others: run them as root"


@pytest.mark.usefixtures("root")
async def test_another_user_has_all_ids_groups_and_no_way_back(processes, watcher) -> None:
    await ended(processes, watcher, sh(IDS, terms=Terms(account=ACCOUNT)))
    told = {name: words for name, *words in map(str.split, watcher.log().decode().splitlines())}
    assert told == {
        "Uid:": [str(NOBODY.pw_uid)] * 4,
        "Gid:": [str(NOBODY.pw_gid)] * 4,
        "Groups:": ["4242", str(NOBODY.pw_gid)],
        "CapEff:": ["0" * 16],
        "NoNewPrivs:": ["1"],
    }


@pytest.mark.usefixtures("root")
async def test_another_user_can_read_its_script_and_write_to_its_output(processes, watcher) -> None:
    script = b"#!/bin/sh\nid -un\necho told > /dev/stdout\necho wrong > /dev/stderr\n"
    spec = program("{script}", script=script, terms=Terms(account=ACCOUNT))
    assert (await ended(processes, watcher, spec)).outcome.state is State.SUCCEEDED
    assert sorted(watcher.log().split()) == [b"nobody", b"told", b"wrong"]


@pytest.mark.usefixtures("root")
async def test_a_call_is_made_as_another_user(processes, watcher) -> None:
    child = await processes.child(ChildSpec(env={}, path=(JOBS,), terms=Terms(account=ACCOUNT)), watcher)
    child.call([call("os:getresuid")])
    assert (await watcher.over()).outcome.result == str([NOBODY.pw_uid] * 3).replace(" ", "").encode()
    child.retire()
    await watcher.gone()


@pytest.mark.usefixtures("root")
async def test_a_job_of_another_user_is_killed_like_any_other(processes, watcher) -> None:
    spec = sh("trap '' TERM; setsid sleep 1000 & echo up; while :; do sleep 1; done", terms=Terms(account=ACCOUNT))
    handle = await processes.spawn(spec, watcher)
    await watcher.printed("up")
    handle.stop(Stop.CANCEL, grace=0.1)
    over = await watcher.over()
    assert (over.outcome.state, over.survivors) == (State.CANCELLED, ())


@pytest.mark.usefixtures("root")
async def test_a_job_of_another_user_dies_with_its_supervisor(processes, watcher) -> None:
    await processes.spawn(sh("exec sleep 1000", terms=Terms(account=ACCOUNT)), watcher)
    began = psutil.Process((await watcher.began()).pid)
    began.parent().kill()
    began.wait(10)
    assert (await watcher.over()).outcome.reason is Reason.LOST


@pytest.mark.usefixtures("root")
async def test_a_user_that_cannot_be_is_a_launch_failure(processes, watcher) -> None:
    account = Account(name="ghost", uid=2**32 - 1, gid=5, groups=(5,), home="/")
    over = await ended(processes, watcher, sh("true", terms=Terms(account=account)))
    assert (over.outcome.state, over.outcome.reason) == (State.FAILED, Reason.LAUNCH)
    assert over.outcome.error.startswith("cannot become user 'ghost'")


# -- what the end says --

FAILED = Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=1, error="exit status 1")


def test_a_limit_that_was_hit_is_the_reason() -> None:
    outcome = judged(FAILED, Resources(memory=64 * MB, processes=3), hit="processes")
    assert (outcome.reason, outcome.error) == (Reason.RESOURCE, "it hit its limit: 3 processes")


def test_without_limits_an_end_stays_what_it_is() -> None:
    assert judged(FAILED, Resources(), cpu=1e9) is FAILED


def test_what_ended_otherwise_has_nothing_to_do_with_limits() -> None:
    timed_out = Outcome(state=State.FAILED, reason=Reason.TIMEOUT, error="timed out after 1 s")
    assert judged(timed_out, Resources(files=50)) == timed_out
    succeeded = Outcome(state=State.SUCCEEDED, exit_code=0)
    assert judged(succeeded, Resources(files=50), hit="memory") is succeeded
