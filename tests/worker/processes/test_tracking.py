"""What is known of a call beside its result: the run it is in, its progress, how it asked to end, its frames."""

import json
import math
import os
from pathlib import Path

import pytest

from tests.worker.processes.watching import call
from tickwork.core.clock import SECOND
from tickwork.core.ids import RunId
from tickwork.core.progress import Bar
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.processes import ChildSpec, Progressed, Stop

JOBS = str(Path(__file__).parent / "jobs")
SPEC = ChildSpec(env={"PATH": os.defpath}, path=(JOBS,))
RUN = {
    "TICKWORK_RUN_ID": "run",
    "TICKWORK_JOB": "job",
    "TICKWORK_PROJECT": "default",
    "TICKWORK_SLOT": "2026-01-01T02:00:00Z",
    "TICKWORK_ATTEMPT": "1",
    "TICKWORK_FENCE": "e.1",
    "TICKWORK_PARAMS": "{}",
}


@pytest.fixture
async def child(processes, watcher):
    return await processes.child(SPEC, watcher)


@pytest.fixture
def outcome(child, watcher):
    async def make(name, *args, **options):
        child.call([call(f"tracked_jobs:{name}", *args, **{"env": RUN, **options})])
        return (await watcher.over()).outcome

    return make


def frames(watcher):
    [chunk] = [c for c in watcher.chunks[RunId("run")].values() if c.stream is Stream.FRAMES]
    return json.loads(chunk.data)


async def test_a_decorated_function_is_called_with_typed_arguments(outcome):
    assert (await outcome("decorated", "2026-01-02")).result == b'"date 2026"'


async def test_a_parameter_of_a_wrong_type_fails_the_launch(outcome):
    end = await outcome("decorated", "tomorrow")
    assert (end.state, end.reason) == (State.FAILED, Reason.LAUNCH)
    assert "tracked_jobs:decorated: parameter 'day' must be date, but 'tomorrow' is str" in end.error


async def test_a_class_is_made_with_its_options_and_called_with_the_run(outcome):
    end = await outcome("Watched", kwargs={"greeting": "hi"}, timeout=30)
    assert json.loads(end.result) == ["hi", "run", 30]


async def test_a_class_whose_call_takes_nothing_is_called_with_nothing(outcome):
    assert (await outcome("Bare", 3)).result == b"3"


async def test_the_run_is_known_in_the_function_and_in_its_threads(outcome):
    assert json.loads((await outcome("who")).result) == ["run", "job", "run"]


@pytest.mark.parametrize("name", ["skips", "skips_later", "skips_in_a_generator", "skips_in_an_async_generator"])
async def test_a_job_may_skip_itself(outcome, name):
    end = await outcome(name)
    assert (end.state, end.reason, end.error) == (State.SKIPPED, Reason.BY_JOB, "nothing new")


@pytest.mark.parametrize("name", ["retries", "retries_later", "retries_in_a_generator"])
async def test_a_job_may_ask_to_be_tried_again(outcome, name):
    end = await outcome(name)
    assert (end.state, end.reason, end.retry_after) == (State.FAILED, Reason.EXCEPTION, 30 * SECOND)
    assert end.error == "not yet"


async def test_an_exception_keeps_the_variables_of_each_frame(outcome, watcher):
    end = await outcome("breaks", {"items": list(range(1000))})
    assert end.reason is Reason.EXCEPTION
    outer, inner = frames(watcher)
    assert (outer["function"], inner["function"]) == ("breaks", "breaks.<locals>.inner")
    assert outer["file"].endswith("tracked_jobs.py")
    assert outer["locals"]["order"].startswith("{'items': [0, 1, 2")
    assert all(len(text) <= 200 for frame in (outer, inner) for text in frame["locals"].values())
    assert inner["locals"]["broken"].startswith("<Broken instance at")


async def test_secrets_are_masked_by_name_and_by_value(outcome, watcher):
    end = await outcome("leaks", env={**RUN, "API_TOKEN": "s3cr3t-value"})
    [frame] = frames(watcher)
    assert frame["locals"] == {
        "password": "[masked]",
        "settings": "{'auth_token': '[masked]', 'user': 'ann'}",
        "copied": "'the header is [masked]'",
        "key": "[masked]",
    }
    assert "s3cr3t" not in end.error


async def test_a_deep_recursion_keeps_its_first_and_its_last_frames(outcome, watcher):
    await outcome("recurses")
    assert len(frames(watcher)) == 50


async def test_an_exception_whose_words_fail_is_described(outcome):
    end = await outcome("raises_the_unspeakable")
    assert (end.state, end.reason) == (State.FAILED, Reason.EXCEPTION)
    assert "Unspeakable" in end.error


async def test_progress_is_told_with_the_latest_of_each_bar_and_not_too_often(outcome, watcher):
    await outcome("progresses", 2000)
    told = watcher.find(Progressed, "run")
    latest = {bar.group: bar for event in told for bar in event.bars}
    assert latest == {
        (): Bar(current=2000, total=2000, status="step 2000"),
        ("part", "one"): Bar(group=("part", "one"), current=1, total=3),
    }
    assert len(told) < 20


async def test_progress_is_told_while_the_job_works_on(child, watcher):
    child.call([call("tracked_jobs:progresses_and_hangs", env=RUN)])
    await watcher.until(lambda: watcher.find(Progressed))
    assert watcher.find(Progressed)[0].bars == (Bar(current=1, total=2),)
    child.stop(Stop.CANCEL, grace=0)
    await watcher.gone()


async def test_a_job_sees_that_it_was_cancelled(child, watcher):
    child.call([call("tracked_jobs:tidies_up", env=RUN)])
    await watcher.printed("working")
    child.stop(Stop.CANCEL)
    await watcher.over()
    assert watcher.log("run", Stream.STDOUT) == b"working\ncancelled: True\n"


async def test_whole_numbers_may_be_of_any_size(outcome):
    assert (await outcome("plus_one", 2**70)).result == str(2**70 + 1).encode()


async def test_what_no_encoding_takes_is_escaped(outcome, watcher):
    end = await outcome("says_what_no_encoding_takes", "skips")
    assert (end.state, end.error) == (State.SKIPPED, "\\udcff")
    [record] = [c for c in watcher.chunks[RunId("run")].values() if c.stream is Stream.RECORD]
    assert json.loads(record.data)["message"] == "\\udcff"
    [told] = watcher.find(Progressed)
    assert told.bars == (Bar(group=("\\udcff",), current=1, total=2, status="\\udcff"),)


@pytest.mark.parametrize("current", ["a", math.nan, math.inf, None])
async def test_progress_that_is_no_number_is_the_job_s_mistake_and_reaches_nobody(child, watcher, current):
    child.call([call("tracked_jobs:reports", current, env=RUN)])
    end = (await watcher.over()).outcome
    assert (end.state, end.reason) == (State.FAILED, Reason.EXCEPTION)
    assert f"report_progress: current={current!r} is not accepted: write a number" in end.error
    assert not watcher.find(Progressed)
