"""A command that a crontab starts is told of as a run; it runs whatever happens to the store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def tickwork(tmp_path: Path):
    env = {**os.environ, "TICKWORK_STORE": f"sqlite:///{tmp_path / 't.db'}"}

    def call(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        code = "from tickwork.cli import main; raise SystemExit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=env,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    (tmp_path / "board.yaml").write_text("jobs:\n  nightly: {shell: 'true', enabled: false}\n")
    assert call("apply", str(tmp_path / "board.yaml")).returncode == 0
    return call


def test_output_and_exit_code_come_through_and_into_the_ledger(tickwork):
    done = tickwork("wrap", "nightly", "--", "sh", "-c", "echo out; echo err >&2; exit 5")
    assert (done.returncode, done.stdout, done.stderr) == (5, "out\n", "err\n")
    listed = tickwork("runs").stdout
    assert "nightly" in listed
    assert "exit 5" in listed


def test_a_command_runs_also_where_nobody_can_be_told(tickwork):
    unknown = tickwork("wrap", "gone", "--", "echo", "still")
    assert (unknown.returncode, unknown.stdout) == (0, "still\n")
    assert "there is no job 'gone'" in unknown.stderr
    away = tickwork("wrap", "--store", "postgresql://x@127.0.0.1:9/y", "nightly", "--", "sh", "-c", "exit 3")
    assert away.returncode == 3


def test_secrets_of_the_project_come_out_and_stay_out_of_the_ledger(tickwork, tmp_path):
    board = "jobs:\n  nightly: {shell: 'true', enabled: false}\n"
    (tmp_path / "board.yaml").write_text(board)
    assert tickwork("secret", "set", "DB", given="hunter22-of-the-database\n").returncode == 0
    assert tickwork("apply", str(tmp_path / "board.yaml")).returncode == 0
    half = "printf 'with hunter22-of'; sleep 0.2; printf -- '-the-database\\n'; printf 'and hunter22' >&2"
    done = tickwork("wrap", "nightly", "--", "sh", "-c", half)
    assert done.stdout == "with hunter22-of-the-database\n"
    log = tickwork("logs", "nightly")
    assert "with [masked]\n" in log.stdout
    assert "and hunter22" in log.stderr, "the beginning of a secret alone is shown once nothing follows"
