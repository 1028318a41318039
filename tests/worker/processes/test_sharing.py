"""Children that make several calls at a time: in threads, and on an event loop."""

import json
import os
from pathlib import Path

import pytest

from tests.worker.processes.test_tracking import RUN
from tests.worker.processes.watching import call
from tickwork.core.clock import SystemClock
from tickwork.core.ids import RunId
from tickwork.core.lease import Deadlines
from tickwork.core.model import Mode
from tickwork.core.progress import Bar
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.processes import Began, ChildSpec, Over, Progressed, Stop

JOBS = str(Path(__file__).parent / "jobs")
BOTH = pytest.mark.parametrize(("mode", "later"), [(Mode.THREAD, ""), (Mode.ASYNC, "_later")])


def spec(mode, **options):
    return ChildSpec(**{"env": {"PATH": os.defpath}, "path": (JOBS,), "mode": mode, "slots": 8, **options})


def job(name, *args, run="run", **options):
    return call(f"shared_jobs:{name}", *args, run=run, env={**RUN, "TICKWORK_RUN_ID": run}, **options)


def ends(watcher):
    return {over.run: over.outcome.state for over in watcher.find(Over)}


@BOTH
async def test_calls_are_made_at_the_same_time_and_each_knows_its_run(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"meet{later}", n, run=f"{n}") for n in range(3)])
    for n in range(3):
        assert json.loads((await watcher.over(f"{n}")).outcome.result)[:2] == [n, f"{n}"]


@BOTH
async def test_no_more_calls_are_made_at_a_time_than_there_are_slots(processes, watcher, mode, later):
    child = await processes.child(spec(mode, slots=2), watcher)
    child.call([job(f"hangs{later}", run=f"{n}") for n in range(3)])
    await watcher.printed("hanging", "0")
    await watcher.printed("hanging", "1")
    assert watcher.find(Began, "2") == []
    child.stop(Stop.WORKER_STOP, grace=0)
    await watcher.gone()
    assert set(ends(watcher)) == {"0", "1"}


@BOTH
async def test_what_is_printed_logged_and_reported_goes_to_its_own_run(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"talk{later}", f"word{n}", run=f"{n}") for n in range(4)])
    for n in range(4):
        await watcher.over(f"{n}")
        assert watcher.log(f"{n}", Stream.STDOUT).decode().split() == [f"word{n}"] * 50
        [record] = [c for c in watcher.chunks[RunId(f"{n}")].values() if c.stream is Stream.RECORD]
        assert json.loads(record.data) == {"level": "INFO", "logger": "shared", "message": f"record of word{n}"}
        assert watcher.find(Progressed, f"{n}")[-1].bars == (Bar(current=1, total=2, status=f"word{n}"),)


async def test_what_says_no_run_goes_to_the_worker_s_own_log(temp, watcher, capfd):
    worker = LocalProcesses(clock=SystemClock())
    await worker.open()
    child = await worker.child(spec(Mode.THREAD), watcher)
    child.call([job("raw", "written")])
    await watcher.over()
    await worker.close()
    assert watcher.log() == b""
    assert capfd.readouterr().err == "writtenfrom a program\n"


@BOTH
async def test_a_call_may_skip_itself_or_break(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"skips{later}", run="1"), job(f"breaks{later}", "why", run="2")])
    assert (await watcher.over("1")).outcome.reason is Reason.BY_JOB
    end = (await watcher.over("2")).outcome
    assert (end.reason, end.exception[0]) == (Reason.EXCEPTION, "builtins.ValueError")
    assert end.error.count("File ") == 1
    [frames] = [c for c in watcher.chunks[RunId("2")].values() if c.stream is Stream.FRAMES]
    assert json.loads(frames.data)[0]["locals"] == {"name": "'why'"}


async def test_an_async_generator_is_exhausted(processes, watcher):
    child = await processes.child(spec(Mode.ASYNC), watcher)
    child.call([job("counting", 3)])
    assert (await watcher.over()).outcome.result == b"2"


async def test_variables_are_in_the_current_run_and_not_in_the_environment(processes, watcher):
    child = await processes.child(spec(Mode.ASYNC), watcher)
    child.call([job("asks", 7)])
    assert json.loads((await watcher.over()).outcome.result) == {
        "job": "job",
        "in environment": False,
        "secret": 7,
    }


async def test_a_function_that_would_hold_up_the_loop_is_not_called(processes, watcher):
    child = await processes.child(spec(Mode.ASYNC), watcher)
    child.call([job("waits", 0), job("meet_later", run="2"), job("nonsense", run="3")])
    for run, words in (("run", "is not async"), ("2", "missing a required argument: 'n'"), ("3", "has no 'nonsense'")):
        end = (await watcher.over(run)).outcome
        assert end.reason is Reason.LAUNCH
        assert words in end.error
    assert watcher.find(Began) == []


# -- stopping --


async def test_a_coroutine_that_times_out_is_cancelled_and_nobody_else(processes, watcher):
    child = await processes.child(spec(Mode.ASYNC), watcher)
    child.call([job("hangs_later", timeout=0.2), job("waits_later", 0.5, run="other")])
    over = await watcher.over()
    assert (over.stop, over.outcome.reason, over.outcome.error) == (
        Stop.TIMEOUT,
        Reason.TIMEOUT,
        "timed out after 0.2 s",
    )
    assert watcher.log("run") == b"hanging\n[tickwork: told to end (timeout)]\ntidied up\n"
    assert (await watcher.over("other")).outcome.state is State.SUCCEEDED


async def test_a_thread_that_is_cancelled_may_look_and_end(processes, watcher):
    child = await processes.child(spec(Mode.THREAD), watcher)
    child.call([job("obeys"), job("waits", 0.3, run="other")])
    await watcher.printed("hanging")
    child.stop(Stop.CANCEL, run="run")
    assert (await watcher.over()).outcome.state is State.CANCELLED
    assert watcher.log("run", Stream.STDOUT) == b"hanging\nsaw it\n"
    assert (await watcher.over("other")).outcome.state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("mode", "name", "other"), [(Mode.THREAD, "hangs", "hangs"), (Mode.ASYNC, "hangs_stubbornly", "hangs_later")]
)
async def test_a_call_that_does_not_end_takes_its_child_with_it_and_the_others_are_lost(
    processes, watcher, mode, name, other
):
    child = await processes.child(spec(mode), watcher)
    child.call([job(name, timeout=0.2, grace=0.2), job(other, run="other")])
    await watcher.printed("hanging", "other")
    gone = await watcher.gone()
    assert gone.expected
    assert watcher.find(Over, "run")[0].outcome.reason is Reason.TIMEOUT
    end = watcher.find(Over, "other")[0].outcome
    assert (end.reason, end.error) == (Reason.LOST, "it shared its process with run run, which would not end")


async def test_a_stop_for_a_call_to_come_waits_for_it(processes, watcher):
    child = await processes.child(spec(Mode.ASYNC, slots=1), watcher)
    child.call([job("waits_later", 0.2, run="1"), job("hangs_later", run="2")])
    child.stop(Stop.CANCEL, run="2")
    child.stop(Stop.CANCEL, run="never heard of")
    assert (await watcher.over("2")).outcome.state is State.CANCELLED
    assert watcher.find(Over, "1")[0].outcome.state is State.SUCCEEDED


async def test_a_call_that_waits_holds_no_time_out(processes, watcher):
    child = await processes.child(spec(Mode.THREAD, slots=1), watcher)
    child.call([job("waits", 0.4, run="1"), job("waits", 0, run="2", timeout=0.3)])
    assert (await watcher.over("2")).outcome.state is State.SUCCEEDED


@BOTH
async def test_a_whole_child_is_stopped_with_all_its_calls(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job("obeys" if mode is Mode.THREAD else "hangs_later", run=f"{n}") for n in range(3)])
    for n in range(3):
        await watcher.printed("hanging", f"{n}")
    child.stop(Stop.WORKER_STOP)
    assert (await watcher.gone()).expected
    assert [over.outcome.reason for over in watcher.find(Over)] == [Reason.LOST] * 3


async def test_a_lease_that_ran_out_ends_all_calls(processes, watcher):
    child = await processes.child(spec(Mode.THREAD), watcher)
    child.call([job("hangs", run="1"), job("hangs", run="2")])
    await watcher.printed("hanging", "2")
    processes.renew(Deadlines(renew_at=0, term_at=0, kill_at=0))
    child.call([job("waits", 0, run="next")])  # any news makes it look
    await watcher.gone()
    assert {over.stop for over in watcher.find(Over)} == {Stop.LEASE}


# -- crashes and the end --


@BOTH
async def test_a_crash_is_the_call_s_that_was_alone(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"waits{later}", 0, run="before")])
    await watcher.over("before")
    child.call([job(f"dies{later}")])
    assert not (await watcher.gone()).expected
    end = watcher.find(Over, "run")[0].outcome
    assert (end.state, end.reason, end.exit_code) == (State.FAILED, Reason.SIGNAL, 139)


@BOTH
async def test_a_crash_with_several_calls_is_on_nobody_s_account(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"hangs{later}", run="other")])
    await watcher.printed("hanging", "other")
    child.call([job(f"dies{later}")])
    await watcher.gone()
    for run in ("run", "other"):
        end = watcher.find(Over, run)[0].outcome
        assert end.reason is Reason.LOST
        assert "killed by SIGSEGV, with 2 calls in it" in end.error


@BOTH
async def test_a_worn_out_child_makes_the_calls_that_it_has_begun(processes, watcher, mode, later):
    child = await processes.child(spec(mode, max_calls=3, slots=1), watcher)
    child.call([job(f"waits{later}", 0, run=f"{n}") for n in range(5)])
    assert (await watcher.gone()).expected
    assert ends(watcher) == dict.fromkeys("012", State.SUCCEEDED)


@BOTH
async def test_a_retired_child_makes_all_calls_that_it_was_sent(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.call([job(f"waits{later}", 0, run=f"{n}") for n in range(50)])
    child.retire()
    assert (await watcher.gone()).expected
    assert len(ends(watcher)) == 50


@BOTH
async def test_an_idle_child_retires_and_is_stopped(processes, watcher, mode, later):
    child = await processes.child(spec(mode), watcher)
    child.stop(Stop.WORKER_STOP)
    assert (await watcher.gone()).expected
    assert watcher.find(Over) == []
