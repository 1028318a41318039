"""What a person sees at a terminal."""

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.cli.test_up import PATIENCE, TICKWORK, call

BOARD = "jobs:\n  beat: {shell: echo beat, every: 1s}\n  nightly: {console: x, cron: '30 2 * * *'}\n"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = os.openpty()
        self.popen = subprocess.Popen([TICKWORK, *arguments], preexec_fn=lambda: os.login_tty(slave))
        os.close(slave)
        self.raw = ""

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.raw)

    def until(self, pattern: str) -> None:
        """Read until the text so far matches."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"{pattern!r} never came:\n{self.text}"
            try:
                self.raw += os.read(self._master, 65536).decode(errors="replace")
            except OSError:  # the command has ended
                assert re.search(pattern, self.text), f"{pattern!r} never came:\n{self.text}"

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def hang_up(self) -> None:
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        if self._master != -1:
            self.hang_up()


@pytest.fixture
def terminal(tmp_path, monkeypatch) -> Iterator[type[Terminal]]:
    monkeypatch.setenv("TICKWORK_STORE", f"sqlite:///{tmp_path / 't.db'}")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "board.yaml").write_text(BOARD)
    opened: list[Terminal] = []

    def open_terminal(*arguments: str) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield open_terminal
    for one in opened:
        one.close()


def test_up_shows_what_runs_what_comes_and_what_has_ended(terminal):
    up = terminal("up", "board.yaml")
    up.until(r"ready: sqlite:///\S+, 2 jobs, 4 workers")
    up.until(r"running now\s")
    up.until(r"up next\s+beat +(now|in 1s)")
    up.until(r"last finished\s+✓ succeeded +beat +\d+ms")
    up.until(r"✓ \d+ succeeded")
    up.until("Ctrl-C stops · sqlite")
    up.type(b"\x03")
    up.until("stopping: ")
    up.until("stopped\r\n")
    assert up.popen.wait(PATIENCE) == 0


def test_lines_are_to_be_had_in_a_terminal_too(terminal):
    up = terminal("up", "board.yaml", "--lines")
    up.until(r"beat succeeded in \d+ms \(run \w{20}\)\r\n")
    assert "running now" not in up.text


@pytest.mark.parametrize("how", [[], ["--lines"]])
def test_a_terminal_that_is_closed_stops_it_gently(terminal, how):
    up = terminal("up", "board.yaml", *how)
    up.until("beat +(succeeded|\\d+ms)" if how else r"succeeded +beat")
    up.hang_up()
    assert up.popen.wait(PATIENCE) == 0


def test_nohup_is_respected(terminal):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        up = terminal("up", "board.yaml", "--lines")
    finally:
        signal.signal(signal.SIGHUP, before)
    up.until("^ready|\nready")
    up.popen.send_signal(signal.SIGHUP)
    up.until("beat succeeded.*\n(.*\n)*.*beat succeeded")
    assert "stopping" not in up.text


def test_a_list_has_colours_and_never_wraps(terminal):
    call("apply", "board.yaml")
    ls = terminal("ls")
    ls.until("nightly")
    assert ls.popen.wait(PATIENCE) == 0
    assert "\x1b[" in ls.raw
    assert [line.split()[0] for line in ls.text.splitlines() if line.strip()] == ["job", "beat", "nightly"]
