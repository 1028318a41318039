"""Jobsched's own curl session, against `tickwork up` in its place, as its documentation shows it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TICKWORK = str(Path(sys.executable).with_name("tickwork"))
PATIENCE = 60.0

CATALOG = """
[runfoo]
file=runscript.py
class=RunScript
script=foo.bash

[example]
file=example.py
class=ExampleJob
phrase=foo

[timeout]
file=timeout.py
class=TimeoutJob
phrase=awwwww
"""
EXAMPLE = """
class ExampleJob(object):
    def __init__(self, **my_parameters):
        self.phrase = my_parameters["phrase"]

    def __call__(self, info):
        print(self.phrase, info["id"])
"""
TIMEOUT = """
import time
from jobsched.watchdog import watchdog


class TimeoutJob(object):
    def __init__(self, **my_parameters):
        self.phrase = my_parameters["phrase"]

    @watchdog(1)
    def __call__(self, info):
        print(self.phrase, flush=True)
        time.sleep(60)
"""


@pytest.fixture
def jobsched(tmp_path: Path, unused_tcp_port: int) -> Iterator[str]:
    """The address of a server in Jobsched's place, with its two folders of configuration."""
    conf, tasks = tmp_path / "conf", tmp_path / "tasks"
    conf.mkdir()
    tasks.mkdir()
    (conf / "catalog.cfg").write_text(CATALOG)
    (conf / "jobsched.cfg").write_text(f"JOB_LIVETIME = 30\nJOBSCHED_PORT = {unused_tcp_port}\nSCHED_CONFIG = {{}}\n")
    (tasks / "example.py").write_text(EXAMPLE)
    (tasks / "timeout.py").write_text(TIMEOUT)
    (tasks / "foo.bash").write_text("#!/bin/bash\necho bar\n")
    (tasks / "foo.bash").chmod(0o755)
    folders = ["--conf-dir", str(conf), "--tasks-dir", str(tasks)]
    with _running("up", "--no-auth", *folders, "--lines", "--store", f"sqlite:///{tmp_path / 't.db'}") as lines:
        assert any("SCHED_CONFIG" in line for line in lines)
        assert any(f"127.0.0.1:{unused_tcp_port}" in line for line in lines)
        yield f"http://127.0.0.1:{unused_tcp_port}"


@contextmanager
def _running(*arguments: str) -> Iterator[list[str]]:
    """The lines up to the one that says where the pages are."""
    with subprocess.Popen([TICKWORK, *arguments], stdout=subprocess.PIPE, text=True, env={**os.environ}) as up:
        assert up.stdout is not None
        lines = []
        for line in up.stdout:
            lines.append(line)
            if "EVERYTHING" in line:
                break
        try:
            yield lines
        finally:
            up.terminate()
            up.communicate(timeout=PATIENCE)


def curl(*arguments: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of `curl -i …`."""
    program = shutil.which("curl")
    assert program is not None, "this test types what people type: it needs curl"
    done = subprocess.run([program, "-s", "-i", *arguments], capture_output=True, text=True, check=True)
    head, _, body = done.stdout.partition("\n\n") if "\r" not in done.stdout else done.stdout.partition("\r\n\r\n")
    first, *rest = head.splitlines()
    headers = dict(line.lower().split(": ", 1) for line in rest)
    return int(first.split()[1]), headers, body


def test_its_documented_session_works_verbatim(jobsched: str) -> None:
    status, headers, body = curl(f"{jobsched}/catalog")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert sorted(json.loads(body)["tasks"]) == ["example", "runfoo", "timeout"]

    status, headers, body = curl(
        "-H",
        "content-type:application/json",
        "-d",
        '{"task":"example","name": "fake", "interval": {"seconds": 1}}',
        f"{jobsched}/jobs",
    )
    assert (status, body) == (202, "")
    location = headers["location"]
    identity = location.removeprefix(f"{jobsched}/jobs/")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", identity)

    status, _, body = curl(location)
    details = json.loads(body)
    assert (status, details["interval"], details["id"], details["name"]) == (200, "0:00:01", identity, "fake")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", details["next_run"])

    status, _, body = curl(f"{jobsched}/jobs")
    assert status == 200
    assert [value["id"] for value in json.loads(body)["values"]] == [identity]

    _until_it_ran(jobsched, identity)

    status, _, body = curl("-X", "DELETE", location)
    assert (status, body) == (200, "")
    status, _, body = curl(location)
    assert (status, list(json.loads(body))) == (404, ["description"])


def test_two_jobs_may_have_one_name_and_only_the_catalogues_tasks_are_scheduled(jobsched: str) -> None:
    body = '{"task":"runfoo","name":"same","interval":{"weeks":1}}'
    made = [curl("-H", "content-type:application/json", "-d", body, f"{jobsched}/jobs") for _ in range(2)]
    assert [status for status, _, _ in made] == [202, 202]
    assert made[0][1]["location"] != made[1][1]["location"]

    for said, wanted in (
        ('{"task":"nothing","name":"x","interval":{"seconds":1}}', 404),
        ('{"task":"example","name":"x","interval":{"parsecs":1}}', 400),
        ('{"task":"example","name":"x"}', 400),
        ('{"task":"example","interval":{"seconds":1}}', 400),
        ("no json", 400),
    ):
        status, _, answer = curl("-H", "content-type:application/json", "-d", said, f"{jobsched}/jobs")
        assert (status, list(json.loads(answer))) == (wanted, ["description"]), said


def _until_it_ran(url: str, job: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        _, _, body = curl(f"{url}/api/v1/runs?job={job}&state=succeeded")
        if json.loads(body)["items"]:
            return
    raise AssertionError(f"{job} did not run within {PATIENCE:g} seconds")
