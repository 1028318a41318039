"""The kit for users' tests: jobs run inline, time stands until it is moved."""

import threading

import pytest

from tickwork import Retry, RunFailed, Skip, current_run, every, job, report_progress, task
from tickwork.core.states import State
from tickwork.errors import InvalidParameter, NotConnected
from tickwork.testing import assert_enqueued, inline

made: list[object] = []


@pytest.fixture(autouse=True)
def _nothing_made():
    made.clear()


@task
def tally(day: str, times: int = 1) -> int:
    made.append((day, current_run.attempt, threading.current_thread().name))
    report_progress(None, 1, 2)
    return len(day) * times


@task
async def later(n: int) -> int:
    return n + 1


@task(retries={"count": 2, "delay": "10s"})
def flaky() -> str:
    made.append(current_run.attempt)
    if current_run.attempt < 3:
        raise Retry(after="30s") if current_run.attempt == 1 else ConnectionError
    return "worked"


@task
def fails() -> None:
    variable = 3
    raise ValueError(variable)


@task
def skips() -> None:
    raise Skip("nothing new")


@task
def chain(n: int) -> None:
    if n:
        chain.submit(n=n - 1)


@job(schedule=every("10m"), overlap="allow")
def beat() -> None:
    made.append(current_run.slot.minute)


class Report:
    def __init__(self, title: str) -> None:
        self.title = title

    def __call__(self, info) -> str:
        return f"{self.title} of {info.job}"


report = task(name="report")(Report)
JOBS = [tally, later, flaky, fails, skips, chain, report]


def test_a_job_runs_in_the_thread_that_submits_it():
    with inline(JOBS):
        assert tally.run(day="mon") == 3
    assert made == [("mon", 1, threading.current_thread().name)]


def test_what_was_submitted_can_be_asserted():
    with inline(JOBS) as tw:
        tally.submit(day="mon", times=2)
        tally.submit(day="tue")
        assert_enqueued(tally)
        assert_enqueued(tally, day="mon")
        assert_enqueued(tally, times=2)
        assert tw.enqueued(tally) == [{"day": "mon", "times": 2}, {"day": "tue"}]
        with pytest.raises(
            AssertionError, match=r"<job tally> was not submitted with {'day': 'sun'}; it was with: .*mon"
        ):
            assert_enqueued(tally, day="sun")


def test_how_often_can_be_asserted():
    with inline(JOBS, eager=False):
        tally.submit(day="mon")
        assert_enqueued(tally, times=1)
        assert_enqueued(tally, day="mon")
    with pytest.raises(NotConnected):
        assert_enqueued(tally)


def test_nothing_runs_before_it_is_told_to_unless_it_is_eager():
    with inline(JOBS, eager=False) as tw:
        run = tally.submit(day="mon")
        assert (run.state, made) == (State.QUEUED, [])
        assert tw.work() == 1
        assert run.result() == 3


def test_parameters_are_checked_as_always():
    with inline(JOBS), pytest.raises(InvalidParameter, match="needs the parameter 'day'"):
        tally.submit()


def test_retries_come_when_their_time_has_come():
    with inline(JOBS) as tw:
        run = flaky.submit()
        assert (run.state, made) == (State.QUEUED, [1])
        assert tw.advance("29s") == 0
        assert tw.advance("1s") == 1
        assert tw.advance("1h") == 1
        assert (run.result(), made) == ("worked", [1, 2, 3])


def test_a_failure_keeps_its_frames_and_a_skip_its_words():
    with inline(JOBS) as tw:
        with pytest.raises(RunFailed, match="ValueError: 3"):
            fails.run()
        run = tw.submit("fails")
        detail = tw.call(lambda ops: ops.reads.run(run.id))
        assert detail.frames[0].locals == {"variable": "3"}
        with pytest.raises(RunFailed, match=r"skipped \(by_job\): nothing new"):
            skips.run()


def test_progress_is_kept():
    with inline(JOBS) as tw:
        run = tally.submit(day="mon")
        assert tw.call(lambda ops: ops.reads.run(run.id)).progress.share == 0.5


def test_jobs_may_submit_jobs():
    with inline([chain.job("chain_allowed"), task(overlap="allow", name="chain")(chain.function)]) as tw:
        tw.submit("chain", n=3)
        assert [given["n"] for given in tw.enqueued("chain")] == [3, 2, 1, 0]


def test_a_class_is_called_with_the_run():
    with inline(JOBS):
        assert report.run(title="Sales") == "Sales of report"


def test_schedules_are_due_when_time_passes():
    with inline([beat]) as tw:
        assert tw.advance("1h") == 6
    assert made == [10, 20, 30, 40, 50, 0]


def test_functions_of_a_test_can_be_jobs():
    @task
    def local(n: int) -> int:
        return n * 2

    with inline([local]):
        assert local.run(n=4) == 8


async def test_coroutines_have_their_own_words():
    async with inline(JOBS) as tw:
        assert await later.arun(n=1) == 2
        assert await (await tw.asubmit(tally, day="mon")).aresult() == 3
        run = later.submit(n=2)
        assert run.result() == 3
        assert await tw.aadvance("1s") == 0
