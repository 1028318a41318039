"""The command line on a Redis store: plain clients, and servers that may lose something."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_up import call, eventually, running
from tests.services import redis_cli, valkey
from tests.services.valkey import ValkeyServer

JSET = (
    "redis-cli EVALSHA $(redis-cli HGET commands jset) 3 jobs jobs:schedule jobs:runners "
    "$(date +%s) 'my job' console 'hello world' 185 -1 $(($(date +%s)+3600))"
)
"""As the documentation says it."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ValkeyServer]:
    """A server that the commands find by the environment."""
    with valkey.running() as server:
        monkeypatch.setenv("TICKWORK_STORE", server.url)
        monkeypatch.chdir(tmp_path)
        yield server


def typed(line: str, server: ValkeyServer, folder: Path) -> str:
    redis_cli.install(folder, server.socket)
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def findings(*arguments: str) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in json.loads(call("doctor", "--json", *arguments).stdout)}


def test_the_documented_line_makes_a_job_that_ls_shows_and_tickwork_runs(server, tmp_path) -> None:
    # Given a store whose commands are published
    told = call("init").stdout
    assert f"ready: {server.url}" in told
    shas = json.loads(call("init", "--json").stdout)["commands"]
    assert all(f"{name} " in told and sha in told for name, sha in shas.items())

    # When somebody types the line
    assert typed(JSET, server, tmp_path) == "1"

    # Then the job is there, and runs
    assert [job["id"] for job in json.loads(call("ls", "--json").stdout)] == ["my job"]
    with running("up", "--lines") as node:
        eventually(lambda: [run["state"] for run in json.loads(call("runs", "--json").stdout)] == ["succeeded"])
        node.signal(15)
        assert node.ended() == 0
    assert call("logs", "my job").stdout.strip().endswith("hello world")


def test_doctor_says_what_a_crash_may_lose_and_how_to_mend_it(server) -> None:
    loss = findings()["loss"]
    assert (loss["state"], "last second" in loss["found"], "appendfsync always" in loss["fix"]) == ("warn", True, True)
    with server.client() as client:
        client.config_set("appendfsync", "always")
    assert "loss" not in findings()


def test_a_server_that_forgets_is_refused_in_one_line_until_somebody_accepts_it(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with valkey.running(appendonly="no") as server:
        refused = call("up", "--store", server.url)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (6, 1)
        assert "set appendonly yes" in refused.stderr
        assert "--accept-loss" in refused.stderr
        assert findings("--store", server.url)["store"]["state"] == "bad"

        with running("up", "--lines", "--accept-loss", "--store", server.url) as node:
            node.until("ready: ")
            node.signal(15)
            assert node.ended() == 0
        monkeypatch.setenv("TICKWORK_ACCEPT_LOSS", "yes")
        assert call("ls", "--store", server.url).returncode == 0
        assert "append-only" in findings("--store", server.url)["loss"]["found"]
