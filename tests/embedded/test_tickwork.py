"""Tickwork inside an application's own process."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.embedded import sample_app
from tests.embedded.sample_app import Sum, add, environment, fail, hang, skip
from tickwork import RunFailed, Tickwork, task
from tickwork.core.states import State
from tickwork.errors import InvalidDefinition, InvalidParameter, InvalidSetting, NotConnected, NotFound

JOBS = [add, fail, skip, hang, environment]
PATIENCE = 20.0


@pytest.fixture
def tw(tmp_path: Path):
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS, grace=0.1) as tw:
        yield tw


def test_a_run_gives_its_result_as_its_annotation_says(tw):
    assert add.run(a=1) == Sum(2)
    assert tw.submit(add, a=2, b=3).result(PATIENCE) == Sum(5)
    assert tw.submit("add", a=2).result(PATIENCE) == {"value": 3}


def test_a_handle_knows_state_and_log(tw):
    run = add.submit(a=1)
    run.result(PATIENCE)
    assert run.state is State.SUCCEEDED
    assert sorted(run.logs().splitlines()) == ["INFO add: as asked", "adding 1 and 1"]


def test_a_failed_run_raises_what_happened(tw):
    with pytest.raises(RunFailed, match=r"of fail failed \(exception\): ValueError: no luck") as caught:
        fail.run(why="no luck")
    assert (caught.value.state, caught.value.reason) == ("failed", "exception")
    assert "raise ValueError(why)" in caught.value.error


def test_a_skipped_run_is_no_result(tw):
    with pytest.raises(RunFailed, match=r"skipped \(by_job\): nothing new"):
        skip.run()


def test_waiting_ends_in_time_and_a_run_can_be_cancelled(tw):
    run = hang.submit()
    with pytest.raises(TimeoutError):
        run.result(0.1)
    run.cancel("enough")
    with pytest.raises(RunFailed, match=r"cancelled \(user\): killed by app:tests\.embedded\.sample_app: enough"):
        run.result(PATIENCE)


def test_parameters_are_checked_before_a_run_is_accepted(tw):
    with pytest.raises(InvalidParameter, match="job add: parameter 'a' must be int, but 'x' is str"):
        add.submit(a="x")
    with pytest.raises(InvalidParameter, match=r"cannot be written as JSON: objects of type builtins\.object"):
        add.submit(a=object())
    with pytest.raises(NotFound, match="there is no job 'nonsense'"):
        tw.submit("nonsense")
    assert tw.call(lambda ops: ops.reads.overview()).counts["queued"] == 0


async def test_coroutines_have_their_own_words(tmp_path):
    async with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=sample_app, env={"MARKS": str(tmp_path)}, grace=0.1) as tw:
        runs = [await tw.asubmit(add, a=n) for n in range(20)]
        assert await asyncio.gather(*(run.aresult(PATIENCE) for run in runs)) == [Sum(n + 1) for n in range(20)]
        assert await add.arun(a=5) == Sum(6)
        assert "adding 0" in await runs[0].alogs()
        run = await hang.asubmit()
        await run.acancel()
        with pytest.raises(RunFailed, match="cancelled"):
            await run.aresult(PATIENCE)
        assert await run.astate() is State.CANCELLED
        assert {job.id for job in await tw.acall(lambda ops: ops.jobs.all())} >= {"add", "mark"}


def test_jobs_get_the_variables_that_they_are_given_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_APP", "x")
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS, env={"GIVEN": "yes"}):
        seen = environment.run()
    assert seen["GIVEN"] == "yes"
    assert "SECRET_OF_THE_APP" not in seen


def test_it_leaves_signals_and_output_alone(tmp_path, capfd):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS):
        with pytest.raises(RunFailed):
            fail.run(why="no")
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)] == before
    assert capfd.readouterr() == ("", "")


def test_after_its_stop_nothing_is_left(tmp_path):
    threads = threading.active_count()
    tw = Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS).start()
    tw.stop()
    tw.stop()
    assert threading.active_count() == threads
    with pytest.raises(NotConnected, match="not started"):
        tw.submit(add, a=1)


def test_a_tickwork_that_only_submits_leaves_the_work_to_others(tmp_path):
    url = f"sqlite:///{tmp_path}/t.db"
    with Tickwork(url, serve=False, jobs=JOBS) as client:
        run = client.submit(add, a=1)
        assert run.state is State.QUEUED
        with Tickwork(url, jobs=JOBS):
            assert run.result(PATIENCE) == Sum(2)


def test_a_second_one_stands_by_can_submit_and_takes_over(tmp_path):
    url = f"sqlite:///{tmp_path}/t.db"
    first = Tickwork(url, jobs=JOBS).start()
    with Tickwork(url, jobs=JOBS) as second:
        assert second.submit(add, a=1).result(PATIENCE) == Sum(2)
        assert len(second.call(lambda ops: ops.reads.workers())) == 1
        first.stop()
        assert second.submit(add, a=2).result(PATIENCE) == Sum(3)


def test_what_is_wrong_is_said_at_the_start(tmp_path):
    with pytest.raises(InvalidSetting, match="is no job; decorate it with @job or @task"):
        Tickwork(jobs=[print])
    with pytest.raises(InvalidSetting, match=r"jobs: <job add> is neither a module nor its name; write jobs=\[…\]"):
        Tickwork(jobs=add)
    with pytest.raises(InvalidSetting, match="jobs: there is no module 'no_such_module' on the Python path"):
        Tickwork(jobs="no_such_module")
    with pytest.raises(InvalidSetting, match="workers: 0 is too small"):
        Tickwork(workers=0)
    with pytest.raises(InvalidDefinition, match="stands inside another function"):
        Tickwork(jobs=[_hidden()])
    (tmp_path / "no.db").mkdir()
    with pytest.raises(Exception, match=r"no\.db"):
        Tickwork(f"sqlite:///{tmp_path}/no.db").start()


def _hidden():
    from tickwork import task

    @task
    def hidden():
        pass

    return hidden


def test_a_tickwork_is_not_carried_over_a_fork(tw):
    pid = os.fork()
    if pid == 0:
        try:
            add.submit(a=1)
        except NotConnected:
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_a_need_that_does_not_exist_is_logged(tmp_path, caplog):
    hanging = task(needs="ad")(hang.function)
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=[add, hanging], serve=False):
        assert "job hang: needs ad, which does not exist" in caplog.text
        assert "did you mean add?" in caplog.text


def test_a_failure_of_the_whole_is_logged(tmp_path, caplog, monkeypatch):
    from tickwork.errors import ServiceDied
    from tickwork.node import Node

    async def dies(*_args, **_kwargs):
        raise ServiceDied("the scheduler failed 10 times in a row")

    monkeypatch.setattr(Node, "run", dies)
    with caplog.at_level(logging.CRITICAL, "tickwork"), Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS) as tw:
        assert tw.submit(add, a=1).state is State.QUEUED
    assert "the scheduler failed 10 times in a row" in caplog.text


FOUR = """
import sys, time
from tests.embedded import sample_app
from tickwork import Tickwork
from tests.embedded.sample_app import add
with Tickwork(sys.argv[1], jobs=sample_app, env={"MARKS": sys.argv[2]}, lease=2):
    print(add.run(a=1).value, flush=True)
    sys.stdin.read()
"""


def test_four_processes_on_one_store_run_nothing_twice(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    command = [sys.executable, "-c", FOUR, f"sqlite:///{tmp_path}/t.db", str(marks)]
    servers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    assert [server.stdout.readline() for server in servers] == [b"2\n"] * 4
    for server in servers:
        server.stdin.close()
    assert [server.wait(PATIENCE) for server in servers] == [0] * 4
    for server in servers:
        server.stdout.close()
    with Tickwork(f"sqlite:///{tmp_path}/t.db", serve=False) as tw:
        runs = tw.call(lambda ops: ops.reads.job("mark")).runs
    assert {run.id for run in runs if run.state == "succeeded"} == {mark.name for mark in marks.iterdir()}
    assert len({run.slot for run in runs}) == len(runs)


def test_when_the_one_that_works_is_killed_another_takes_over(tmp_path):
    url, marks = f"sqlite:///{tmp_path}/t.db", tmp_path / "marks"
    marks.mkdir()
    command = [sys.executable, "-c", FOUR, url, str(marks)]
    servers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        assert [server.stdout.readline() for server in servers] == [b"2\n"] * 2
        with Tickwork(url, jobs=sample_app, serve=False) as tw:
            [winner] = [worker.pid for worker in tw.call(lambda ops: ops.reads.workers())]
            os.kill(winner, signal.SIGKILL)
            assert tw.submit(add, a=5).result(PATIENCE) == Sum(6)
            assert {worker.pid for worker in tw.call(lambda ops: ops.reads.workers())} - {winner} <= {
                server.pid for server in servers
            }
    finally:
        for server in servers:
            server.communicate()  # its stdin ends, and with it the server
    assert sorted(server.returncode for server in servers) == [-signal.SIGKILL, 0]
