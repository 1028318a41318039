"""The steps from a claim to what the processes are told."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.worker.agent.fakes import HOST
from tickwork.core.clock import SECOND, Duration, Instant, SystemClock
from tickwork.core.codec import to_json
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import (
    Call,
    Command,
    Console,
    Epoch,
    Fence,
    Job,
    Origin,
    Outcome,
    Run,
    Script,
    Shell,
    Task,
)
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Claim
from tickwork.worker.environment import Host
from tickwork.worker.executor import Executor, Prepared
from tickwork.worker.processes import CallSpec, SpawnSpec

FENCE = Fence(Epoch("e"), 4)


def claim(job: Job, *, params: bytes | None = None, body: bytes | None = None, **fields) -> Claim:
    run = Run(
        id=RunId("r1"),
        job=job.id,
        project=job.project,
        revision=1,
        origin=Origin.SCHEDULE,
        state=State.CLAIMED,
        slot=Instant(1_700_000_000 * SECOND),
        ready_at=Instant(0),
        created=Instant(0),
        fence=FENCE,
    )
    return Claim(run=replace(run, **fields), fence=FENCE, body=body or to_json(job), params=params)


def job(task: Task, **fields) -> Job:
    return Job(id=JobId("etl:load"), name="load", project="etl", task=task, **fields)


def prepare(claim: Claim) -> Prepared | Outcome:
    return Executor(host=HOST, clock=SystemClock()).prepare(claim)


def spawned(task: Task, *, params: bytes | None = None, **fields) -> SpawnSpec:
    prepared = prepare(claim(job(task, **fields), params=params))
    assert isinstance(prepared, Prepared), prepared
    assert isinstance(prepared.spec, SpawnSpec)
    return prepared.spec


def refused(task: Task, *, params: bytes | None = None, **fields) -> str:
    outcome = prepare(claim(job(task, **fields), params=params))
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.LAUNCH)
    assert outcome.error is not None
    return outcome.error


@pytest.mark.parametrize(("own", "given", "found"), [(None, 90, 90.0), (5, 90, 5.0), (None, None, None)])
def test_a_time_out_is_the_job_s_own_or_what_came_with_the_claim(own, given, found) -> None:
    length = {None: None} | {n: Duration(n * SECOND) for n in (own, given) if n}
    made = claim(job(Shell(command="true"), timeout=length[own]))
    prepared = prepare(replace(made, timeout=length[given]))
    assert isinstance(prepared, Prepared)
    assert prepared.spec.timeout == found


# -- what a job finds around it --


def test_a_job_gets_the_base_its_own_variables_and_what_tickwork_tells_it_and_nothing_else(monkeypatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    host = Host.of_this_process()
    executor = Executor(host=host, clock=SystemClock())
    prepared = executor.prepare(claim(job(Shell(command="true"), env={"MODE": "full", "TICKWORK_JOB": "forged"})))
    assert isinstance(prepared, Prepared)
    env = dict(prepared.spec.env)
    assert env.pop("PATH")
    for name in host.base:
        env.pop(name, None)
    assert env == {
        "MODE": "full",
        "TICKWORK_RUN_ID": "r1",
        "TICKWORK_JOB": "etl:load",
        "TICKWORK_PROJECT": "etl",
        "TICKWORK_SLOT": "2023-11-14T22:13:20Z",
        "TICKWORK_ATTEMPT": "1",
        "TICKWORK_FENCE": "e.4",
        "TICKWORK_PARAMS": "{}",
    }


def test_a_job_finds_where_its_server_is_whatever_its_own_variables_say() -> None:
    executor = Executor(host=Host.of_this_process().with_url("http://127.0.0.1:8425"), clock=SystemClock())
    prepared = executor.prepare(claim(job(Shell(command="true"), env={"TICKWORK_URL": "http://evil.example"})))
    assert isinstance(prepared, Prepared)
    assert dict(prepared.spec.env)["TICKWORK_URL"] == "http://127.0.0.1:8425"


def test_a_job_of_a_traced_worker_finds_the_context_of_its_attempt() -> None:
    host = Host.of_this_process().with_traceparent(lambda run, attempt: f"00-{run}-{attempt}-01")
    prepared = Executor(host=host, clock=SystemClock()).prepare(claim(job(Shell(command="true"))))
    assert isinstance(prepared, Prepared)
    assert prepared.spec.env["TRACEPARENT"] == "00-r1-1-01"


def test_a_job_may_change_the_base(tmp_path: Path) -> None:
    spec = spawned(Shell(command="true"), env={"PATH": "/opt/bin"}, cwd=str(tmp_path))
    assert (spec.env["PATH"], spec.cwd) == ("/opt/bin", str(tmp_path))


def test_the_limits_of_the_job_go_with_it() -> None:
    spec = spawned(Shell(command="true"), timeout=1_500_000, grace=2_000_000, max_log_bytes=99)
    assert (spec.timeout, spec.grace, spec.max_log_bytes) == (1.5, 2.0, 99)


# -- what ends before it begins --


def test_another_user_is_refused_with_what_to_do() -> None:
    told = refused(Shell(command="true"), user="postgres")
    assert "'postgres'" in told
    assert "'ann'" in told
    assert "may not become anybody else" in told


def test_the_worker_s_own_user_is_fine() -> None:
    assert spawned(Shell(command="true"), user="ann")


def test_a_missing_folder_is_named() -> None:
    assert "'/no/such/place'" in refused(Shell(command="true"), cwd="/no/such/place")


def test_a_definition_that_this_worker_cannot_read_fails_to_launch() -> None:
    outcome = prepare(claim(job(Shell(command="true")), body=b'{"id":"x","name":"x","task":{"runner":"lisp"}}'))
    assert isinstance(outcome, Outcome)
    assert "run workers of the server's version" in (outcome.error or "")


def test_parameters_that_are_no_object_fail_to_launch() -> None:
    assert "no JSON object" in refused(Call(target="m:f"), params=b"[1]")


def test_what_nobody_foresaw_fails_to_launch_too(monkeypatch) -> None:
    monkeypatch.setattr("tickwork.worker.executor.RUNNERS", {})
    assert "KeyError" in refused(Shell(command="true"))


def test_a_run_past_its_start_deadline_is_missed() -> None:
    outcome = prepare(claim(job(Shell(command="true")), start_by=Instant(1)))
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.reason) == (State.MISSED, Reason.DEADLINE)


def test_a_run_whose_cancel_was_asked_for_does_not_begin() -> None:
    outcome = prepare(claim(job(Shell(command="true")), cancel="user|ann@desk"))
    assert isinstance(outcome, Outcome)
    assert outcome.state is State.CANCELLED


# -- runners --


def test_shell_runs_a_command_line_by_sh_or_by_the_shell_that_the_job_names() -> None:
    spec = spawned(Shell(command="a | b", stdin="päck"))
    assert (spec.argv, spec.stdin) == (("/bin/sh", "-c", "a | b"), "päck".encode())
    assert spawned(Shell(command="a"), env={"SHELL": "/bin/bash"}).argv[0] == "/bin/bash"


def test_script_leaves_its_first_line_to_the_processes() -> None:
    spec = spawned(Script(text="#!/usr/bin/perl\nprint 'ü'"))
    assert (spec.argv, spec.script) == (("{script}",), "#!/usr/bin/perl\nprint 'ü'".encode())


def test_console_prints_its_payload() -> None:
    assert spawned(Console(payload="hello")).stdin == b"hello\n"


def test_python_merges_the_parameters_of_the_run_over_the_arguments() -> None:
    task = Call(target="shop:count", args=(1,), kwargs={"a": 1, "b": 2})
    prepared = prepare(claim(job(task, env={"X": "1"}), params=b'{"b":3}'))
    assert isinstance(prepared, Prepared)
    spec = prepared.spec
    assert isinstance(spec, CallSpec)
    assert (spec.target, spec.args, spec.kwargs, spec.cwd) == ("shop:count", (1,), {"a": 1, "b": 3}, None)
    assert spec.env["X"] == "1"
    assert "PATH" not in spec.env


def test_a_command_reads_what_it_is_about_on_its_standard_input() -> None:
    spec = spawned(Command(program="cat -", payload="p"), params=b'{"n":1}')
    assert spec.argv[0].endswith("/cat")
    assert json.loads(spec.stdin) == {
        "id": "r1",
        "job": "etl:load",
        "project": "etl",
        "slot": "2023-11-14T22:13:20Z",
        "attempt": 1,
        "params": {"n": 1},
        "payload": "p",
    }


def test_a_payload_in_the_command_line_is_one_argument_whatever_is_in_it() -> None:
    nasty = 'a b\'; rm -rf "$HOME" {payload}'
    spec = spawned(Command(program="echo --text={payload} '{payload}' end", payload=nasty))
    assert spec.argv[1:] == (f"--text={nasty}", nasty, "end")
    assert spec.stdin == b""


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("nonsuch --now", "'nonsuch' was not found"),
        ("/etc/passwd", "chmod +x /etc/passwd"),
        ("/etc", "is a folder"),
        ("", "program is empty"),
        ("echo 'open", "cannot be read as a command line"),
        ("sh -c 'echo {payload}'", "an argument of its own"),
    ],
)
def test_a_command_that_cannot_begin_says_why(program: str, told: str) -> None:
    assert told in refused(Command(program=program))
