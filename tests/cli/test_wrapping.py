"""A command that a crontab starts is told of as a run; it runs whatever happens to the store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def tickwork(tmp_path: Path):
    env = {**os.environ, "TICKWORK_STORE": f"sqlite:///{tmp_path / 't.db'}"}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from tickwork.cli import main; raise SystemExit(main())"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
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
