"""The long-running commands for real: processes, signals, boards that change."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.services.mortal import mortal

TICKWORK = str(Path(sys.executable).with_name("tickwork"))
PATIENCE = 60.0
"""Seconds until something counts as never coming; a busy machine is slow."""

BOARD = """
jobs:
  beat: {shell: echo beat, every: 1s}
  slow: {shell: 'echo begun; until [ -e go ]; do sleep 0.05; done; echo done'}
  endless: {shell: 'echo begun; sleep 600 & wait'}
  three: {shell: exit 3}
"""


class Process:
    """A running command whose lines are waited for."""

    def __init__(self, *arguments: str) -> None:
        self.popen = mortal(
            [TICKWORK, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        self.seen: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.popen.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, pattern: str) -> str:
        """The next line that matches."""
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.seen.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no line matches {pattern!r} in:\n" + "\n".join(self.seen))

    def signal(self, number: int) -> None:
        self.popen.send_signal(number)

    def ended(self) -> int:
        return self.popen.wait(PATIENCE)

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        self._reader.join()
        self.popen.stdout.close()


@contextmanager
def running(*arguments: str) -> Iterator[Process]:
    process = Process(*arguments)
    try:
        yield process
    finally:
        process.close()


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TICKWORK, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)


def started(job: str) -> str:
    return json.loads(call("run", job, "--json").stdout)["id"]


def run_state(run: str) -> tuple[str, str | None]:
    view = json.loads(call("show", run, "--json").stdout)["run"]
    return view["state"], view["reason"]


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.05)


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TICKWORK_STORE", f"sqlite:///{tmp_path / 't.db'}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "board.yaml").write_text(BOARD)
    return "board.yaml"


def test_up_applies_the_board_says_ready_and_tells_each_run(board, tmp_path):
    with running("up", board, "--workers", "2") as up:
        up.until(r"board\.yaml: 4 added; 4 jobs on the board")
        ready = up.until("^ready")
        assert ready == f"ready: sqlite:///{tmp_path / 't.db'}, 4 jobs, 2 workers; Ctrl-C stops"
        up.until(r"^\d\d:\d\d:\d\d beat started \(run \w{20}\)$")
        up.until(r"^\d\d:\d\d:\d\d beat succeeded in \S+ \(run \w{20}\)$")
        up.signal(signal.SIGINT)
        up.until("stopping: ")
        assert up.ended() == 0


def test_the_first_signal_lets_runs_finish(board, tmp_path):
    with running("up", board) as up:
        up.until("^ready")
        run = started("slow")
        up.until("slow started")
        up.signal(signal.SIGTERM)
        up.until("stopping: finishing [12] runs?; press Ctrl-C again to kill")
        (tmp_path / "go").touch()
        up.until("slow succeeded")
        assert up.ended() == 0
    assert run_state(run) == ("succeeded", None)


def test_the_second_signal_kills_what_runs(board):
    with running("up", board) as up:
        up.until("^ready")
        run = started("endless")
        up.until("endless started")
        up.signal(signal.SIGTERM)
        up.until("stopping: finishing [12] run")
        up.signal(signal.SIGTERM)
        assert up.ended() == 1
    assert run_state(run)[0] not in {"running", "claimed", "succeeded"}


def test_a_killed_run_is_followed_to_its_end(board):
    with running("up", board) as up:
        up.until("^ready")
        run = started("endless")
        with running("logs", "-f", run) as logs:
            logs.until("^begun$")
            sleepers = [p for p in psutil.Process(up.popen.pid).children(recursive=True) if "sleep" in p.cmdline()]
            assert sleepers
            assert call("kill", run, "--why", "a test").returncode == 0
            up.until("endless cancelled")
            assert logs.ended() == 0
        assert run_state(run) == ("cancelled", "user")
        psutil.wait_procs(sleepers, timeout=PATIENCE)
        assert not any(sleeper.is_running() for sleeper in sleepers)


def test_run_wait_exits_as_the_run_did(board):
    with running("up", board) as up:
        up.until("^ready")
        answer = call("run", "three", "--wait")
        assert answer.returncode == 3
        assert "three failed (exit 3) in " in answer.stdout
        answer = call("run", "beat", "--wait", "--json")
        assert answer.returncode == 0
        assert call("logs", json.loads(answer.stdout)["id"]).stdout == "beat\n"
        assert json.loads(call("workers", "--json").stdout)[0]["concurrency"] == 4
        assert call("doctor").returncode == 0


def test_following_a_log_goes_on_into_the_next_attempt(board, tmp_path):
    waits = "until [ -e go-$TICKWORK_ATTEMPT ]; do sleep 0.05; done"
    twice = (
        f"{{shell: 'echo try $TICKWORK_ATTEMPT; {waits}; [ $TICKWORK_ATTEMPT = 2 ]', retries: {{count: 1, delay: 1s}}}}"
    )
    (tmp_path / "board.yaml").write_text(f"jobs:\n  twice: {twice}\n")
    with running("up", board) as up:
        up.until("^ready")
        run = started("twice")
        with running("logs", "-f", run) as logs:
            logs.until("^try 1$")
            (tmp_path / "go-1").touch()
            logs.until("^try 2$")
            (tmp_path / "go-2").touch()
            assert logs.ended() == 0
        assert run_state(run) == ("succeeded", None)
        assert call("logs", run).stdout == "try 2\n"
        assert call("logs", run, "--attempt", "1").stdout == "try 1\n"


def test_a_board_that_changes_is_applied_again_and_a_bad_edit_is_not(board, tmp_path):
    with running("up", board, "--watch") as up:
        up.until("^ready")
        (tmp_path / "board.yaml").write_text(BOARD + "  more: {console: hello}\n")
        up.until(r"board\.yaml: \+ added more")
        (tmp_path / "board.yaml").write_text(BOARD + "  wrong: {shel: x}\n")
        up.until(r"board\.yaml:7: ")
        up.until("not applied; its jobs stay as they were")
        assert len(json.loads(call("ls", "--json").stdout)) == 5
        (tmp_path / "board.yaml").write_text(BOARD)
        up.until(r"board\.yaml: - removed more")


def test_server_and_worker_share_the_work(board):
    with running("server", board) as server:
        assert "4 jobs, no worker" in server.until("^ready")
        assert json.loads(call("workers", "--json").stdout) == []
        with running("worker", "--workers", "1", "--name", "other") as worker:
            worker.until("^ready")
            worker.until("beat succeeded")
            assert json.loads(call("workers", "--json").stdout)[0]["name"] == "other"


def test_a_second_server_stands_by_until_the_first_one_ends(board):
    with running("up", board) as first:
        first.until("^ready")
        with running("up") as second:
            second.until("standing by")
            first.signal(signal.SIGTERM)
            assert first.ended() == 0
            second.until("^ready")
            second.until("beat succeeded")


def test_the_demo_runs_in_a_store_of_its_own_that_goes_at_the_end(tmp_path, monkeypatch):
    """And what it says to try works when it is typed, in a shell that knows nothing of this one's environment."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("TICKWORK_STORE", raising=False)
    with running("up", "--demo") as up:
        up.until("^ready")
        typed = [up.until("export TICKWORK_STORE="), up.until(" ls$"), up.until(" next "), up.until(" runs$")]
        up.until("succeeded in ")
        answer = subprocess.run(
            ["/bin/sh", "-e", "-c", "\n".join(typed)],
            env={"PATH": os.defpath, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (answer.returncode, answer.stderr) == (0, "")
        assert "demo:hello" in answer.stdout
        assert list(tmp_path.iterdir()) != []
        up.signal(signal.SIGTERM)
        assert up.ended() == 0
    assert list(tmp_path.iterdir()) == []


def test_up_without_jobs_says_how_to_add_some(board):
    with running("up") as up:
        up.until("^ready: .*, 0 jobs, 4 workers")
        up.until("no jobs yet: `tickwork apply board.yaml`")


def test_up_stops_when_nobody_reads_its_lines_any_more(board):
    with subprocess.Popen([TICKWORK, "up", board], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as up:
        up.stdout.readline()
        up.stdout.close()
        assert up.wait(PATIENCE) == 0
        assert up.stderr.read() == b""


def test_a_terminal_that_is_held_keeps_neither_runs_nor_signals_waiting(board):
    read, write = os.pipe()
    os.set_blocking(write, False)
    os.write(write, b"." * 1_000_000)  # as much as it takes
    os.set_blocking(write, True)
    up = mortal([TICKWORK, "up", board], stdout=write)
    try:
        os.close(write)
        eventually(lambda: "succeeded" in call("runs", "beat").stdout)
        up.send_signal(signal.SIGTERM)
        assert up.wait(PATIENCE) == 0
    finally:
        up.kill()
        up.wait()
        os.close(read)


def test_a_reader_that_goes_early_is_no_error(board):
    call("apply", board)
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen([TICKWORK, "ls"], stdout=write, stderr=subprocess.PIPE) as ls:
        os.close(write)
        assert ls.wait(PATIENCE) == 141
        assert ls.stderr.read() == b""


def test_ls_imports_nothing_heavy(board):
    call("apply", board)
    code = (
        "import sys; from tickwork.cli import main; code = main(['ls']); "
        "heavy = {'rich', 'jinja2', 'yaml', 'dateutil', 'psutil', 'fastapi', 'holidays'} & set(sys.modules); "
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "beat" in answer.stdout
