"""Calls in a warm child: what comes back, and to whom it belongs."""

import json
import os
from pathlib import Path

import pytest

from tests.worker.processes.watching import call
from tickwork.core.ids import RunId
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.processes import Began, ChildSpec, Logged, Over

JOBS = str(Path(__file__).parent / "jobs")
SPEC = ChildSpec(env={"PATH": os.defpath, "KEPT": "yes"}, path=(JOBS,))


def records(watcher):
    return [json.loads(c.data) for c in watcher.chunks[RunId("run")].values() if c.stream is Stream.RECORD]


@pytest.fixture
async def child(processes, watcher):
    return await processes.child(SPEC, watcher)


@pytest.fixture
def outcome(child, watcher):
    """Makes one call and gives its outcome."""

    async def make(name, *args, **options):
        child.call([call(f"sample_jobs:{name}", *args, **options)])
        return (await watcher.over()).outcome

    return make


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "result"),
    [
        ("nothing", (), {}, None),
        ("add", (1, 2), {}, 3),
        ("add", (1,), {"b": 41}, 42),
        ("add", ("ü", "ß"), {}, "üß"),
        ("gentle", ({"a": [1, None]},), {}, {"a": [1, None]}),
        ("counting", (3,), {}, 2),
        ("counting", (0,), {}, None),
        ("counting_with_result", (3,), {}, "done"),
        ("counting_later", (3,), {}, 2),
    ],
)
async def test_a_function_of_any_kind_gives_its_result(outcome, name, args, kwargs, result):
    end = await outcome(name, *args, kwargs=kwargs)
    assert end.state is State.SUCCEEDED
    assert (None if end.result is None else json.loads(end.result)) == result


async def test_coroutines_share_one_loop(child, watcher):
    child.call([call("sample_jobs:loop_id", run="1"), call("sample_jobs:loop_id", run="2")])
    assert (await watcher.over("1")).outcome.result == (await watcher.over("2")).outcome.result


async def test_an_exception_has_its_names_and_the_job_s_own_frames(outcome):
    end = await outcome("fail", "grüße")
    assert (end.state, end.reason) == (State.FAILED, Reason.EXCEPTION)
    assert end.exception == ("sample_jobs.Custom", "builtins.ValueError", "builtins.Exception")
    assert end.error.endswith("sample_jobs.Custom: grüße\n")
    assert end.error.count("File ") == 2
    assert "worker/process/" not in end.error


async def test_a_huge_traceback_is_shortened(outcome):
    end = await outcome("fail", "x" * 1_000_000)
    assert len(end.error) < 66_000
    assert "characters left out" in end.error


async def test_a_call_with_wrong_arguments_is_not_begun(outcome, watcher):
    end = await outcome("add")
    assert (end.state, end.reason) == (State.FAILED, Reason.LAUNCH)
    assert end.error == "sample_jobs:add: missing a required argument: 'a'; it takes (a, b=1)"
    assert watcher.find(Began) == []


@pytest.mark.parametrize(
    ("code", "state", "exit_code"),
    [(0, State.SUCCEEDED, 0), (None, State.SUCCEEDED, 0), (3, State.FAILED, 3), ("too bad", State.FAILED, 1)],
)
async def test_sys_exit_is_an_exit_code(outcome, watcher, code, state, exit_code):
    end = await outcome("leave", code)
    assert (end.state, end.exit_code) == (state, exit_code)
    assert end.reason is (Reason.EXIT if state is State.FAILED else None)
    assert (watcher.log() == b"too bad\n") == (code == "too bad")


async def test_a_result_that_is_not_json_names_its_type(outcome):
    end = await outcome("unserialisable")
    assert (end.state, end.reason) == (State.FAILED, Reason.RESULT)
    assert "Unserialisable" in end.error


async def test_a_result_that_is_too_big_names_its_size(outcome):
    end = await outcome("big", 2_000_000)
    assert (end.state, end.reason) == (State.FAILED, Reason.RESULT)
    assert "2,000,002 bytes" in end.error


async def test_a_result_just_under_the_cap_comes_whole(outcome):
    end = await outcome("big", 999_000)
    assert json.loads(end.result) == "x" * 999_000


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("sample_jobs:nothin", ["'sample_jobs'", "'nothin'", "did you mean nothing?"]),
        ("sample_job:nothing", ["'sample_job'", "did you mean sample_jobs"]),
        ("no.such.package:f", ["'no'"]),
        ("sample_jobs:NOT_A_FUNCTION", ["'sample_jobs:NOT_A_FUNCTION'", "int"]),
        ("sample_jobs:Custom.no", ["'no'"]),
        ("sample_jobs", ["module:function"]),
        ("broken_import:f", ["cannot be imported: RuntimeError: not today\n", "broken_import.py"]),
    ],
)
async def test_what_cannot_be_found_says_so_and_never_began(child, watcher, target, words):
    child.call([call(target), call("sample_jobs:nothing", run="next")])
    end = (await watcher.over()).outcome
    assert (end.state, end.reason) == (State.FAILED, Reason.LAUNCH)
    assert all(word in end.error for word in words)
    assert watcher.find(Began, "run") == []
    assert (await watcher.over("next")).outcome.state is State.SUCCEEDED


async def test_a_folder_that_is_not_there_is_a_launch_failure(outcome):
    end = await outcome("nothing", cwd="/no/such/folder")
    assert end.reason is Reason.LAUNCH
    assert "/no/such/folder" in end.error


async def test_a_call_has_its_surroundings_and_the_next_one_its_own(child, watcher):
    child.call(
        [
            call("sample_jobs:surroundings", run="1", env={"TICKWORK_RUN_ID": "1"}, cwd="/usr"),
            call("sample_jobs:litter", run="2"),
            call("sample_jobs:surroundings", run="3", env={"TICKWORK_JOB": "x"}),
        ]
    )
    await watcher.over("3")
    first, third = (json.loads(watcher.find(Over, run)[0].outcome.result) for run in ("1", "3"))
    assert first["env"] == SPEC.env | {"TICKWORK_RUN_ID": "1"}
    assert first["cwd"] == "/usr"
    assert third["env"] == SPEC.env | {"TICKWORK_JOB": "x"}
    assert third["cwd"] == os.getcwd()
    assert first["pid"] == third["pid"] == third["sid"] == watcher.find(Began, "1")[0].pid


async def test_what_is_printed_belongs_to_the_call_that_printed_it(child, watcher):
    calls = []
    for n in range(300):
        name = ("say", "say_unfinished", "nothing")[n % 3]
        calls.append(call(f"sample_jobs:{name}", *((f"<{n}>",) if n % 3 < 2 else ()), run=f"{n}"))
    child.call(calls)
    await watcher.over("299")
    for n in range(300):
        said = f"<{n}>".encode()
        assert watcher.log(f"{n}", Stream.STDOUT) == (said + b"\n", said, b"")[n % 3]
        assert watcher.log(f"{n}", Stream.STDERR) == (said + b"\n", b"", b"")[n % 3]
    order = [(e.run, type(e)) for e in watcher.events]
    assert order.index((RunId("6"), Began)) < order.index((RunId("6"), Logged)) < order.index((RunId("6"), Over))


async def test_what_bypasses_python_is_captured_too(outcome, watcher):
    await outcome("say_raw", "raw\n")
    assert watcher.log() == b"raw\nfrom a program\n"


async def test_printing_while_being_imported_belongs_to_the_first_call(child, watcher):
    child.call([call("noisy_import:nothing"), call("noisy_import:nothing", run="next")])
    await watcher.over("next")
    assert watcher.log() == b"imported\n"
    assert watcher.log("next") == b""


async def test_log_records_come_with_level_logger_and_exception(outcome, watcher):
    await outcome("logs")
    first, second = records(watcher)
    assert first == {"level": "INFO", "logger": "sample", "message": "hello world"}
    assert (second["level"], second["message"]) == ("ERROR", "it failed")
    assert second["exception"].endswith("sample_jobs.Custom: no\n")


async def test_threads_may_log_at_once(outcome, watcher):
    await outcome("logs_from_threads", 50)
    assert {record["message"] for record in records(watcher)} == {f"line {n}" for n in range(50)}


async def test_a_forked_process_logs_to_stderr(outcome, watcher):
    await outcome("logs_from_a_fork")
    assert watcher.log("run", Stream.STDERR) == b"WARNING sample: in the fork\n"


async def test_a_job_that_forks_and_comes_back_twice_ends_once(child, watcher):
    child.call([call("sample_jobs:forks_and_returns"), call("sample_jobs:nothing", run="next")])
    await watcher.over("next")
    assert len(watcher.find(Over, "run")) == 1


async def test_each_call_has_its_own_log_cap(child, watcher):
    child.call([call("sample_jobs:flood", 2_000_000, run=f"{n}", max_log_bytes=10_000) for n in range(3)])
    await watcher.over("2")
    for n in range(3):
        assert 9_000 < len(watcher.log(f"{n}", Stream.STDOUT)) <= 10_000
        assert b"bytes left out" in watcher.log(f"{n}", Stream.SYSTEM)


async def test_what_a_call_spoils_is_whole_again_for_the_next(child, watcher):
    child.call([call("sample_jobs:spoil", run="1"), call("sample_jobs:tidies_up", run="2", grace=100)])
    await watcher.printed("hanging", "2")
    child.stop("cancel")
    await watcher.over("2")
    assert b"tidied up" in watcher.log("2")


async def test_a_task_that_a_call_leaves_behind_does_not_go_on_in_the_next(child, watcher):
    child.call([call("sample_jobs:leaves_a_task", "ghost", run="1"), call("sample_jobs:gentle", 1, run="2")])
    await watcher.over("2")
    assert watcher.chunks == {}
