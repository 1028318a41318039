"""A folder of its own and a shell in it, which types what a page says."""

import contextlib
import ctypes
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.docs.blocks import is_shown

PATIENCE = 90.0
"""Seconds for one command, and for what a reader waits for."""
OURS = Path(sys.executable).parent
_PORTS = ("8425", "2525")
"""What pages call the ports of a server and of a mail server."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    printed: str


class Terminal:
    """Its store, its home and its port are nobody else's. What it started is gone when it is closed."""

    def __init__(self, folder: Path, *, inside: Sequence[str] = (), programs: Path = OURS) -> None:
        """`inside`: words before every command, like those that enter a namespace. `programs`: where `tickwork` is."""
        self.folder = folder
        self._ports = {shown: str(_free_port()) for shown in _PORTS}
        self._inside = list(inside)
        self._env = _environment(folder, self._ports[_PORTS[0]], programs)
        self._staying: list[tuple[subprocess.Popen[bytes], Path]] = []
        reading, writing = os.pipe()
        self._status = reading
        self._shell = subprocess.Popen(
            [*self._inside, "bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE,
            cwd=folder,
            env=self._env,
            pass_fds=[writing],
            start_new_session=True,
        )
        self._writing = writing
        os.close(writing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._staying:
            self.stop()
        self._shell.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()
        os.close(self._status)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(text))

    def run(self, command: str) -> Done:
        """In the shell, which keeps variables and its folder from command to command."""
        step, out = self.folder / ".step", self.folder / ".printed"
        step.write_text(self._here(command) + "\n")
        self._shell.stdin.write(f". ./.step </dev/null >'{out}' 2>&1; echo $? >&{self._writing}\n".encode())
        self._shell.stdin.flush()
        if not select.select([self._status], [], [], PATIENCE)[0]:
            raise TimeoutError(f"after {PATIENCE:g} s this has not ended: {command}\n{out.read_text()}")
        return Done(int(os.read(self._status, 16)), self._as_shown(out.read_text(errors="replace")))

    def until(self, command: str) -> None:
        """Again and again until it succeeds."""
        wait_for(lambda: self.run(command).code == 0, f"{command} succeeds")

    def stay(self, command: str, *, prints: str) -> None:
        """Start what goes on until it is stopped, and wait for what it prints at first."""
        out = self.folder / f".stays-{len(self._staying)}"
        with out.open("wb") as printed:
            process = subprocess.Popen(
                [*self._inside, "bash", "-c", self._here(command)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._env,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self._staying.append((process, out))
        wait_for(
            lambda: process.poll() is not None or is_shown(prints, self._as_shown(out.read_text()), whole=False),
            lambda: f"{command} prints\n{prints}\nbut it prints\n{out.read_text()}",
        )
        if not is_shown(prints, self._as_shown(out.read_text()), whole=False):
            raise AssertionError(f"{command} ended with {process.returncode}:\n{out.read_text()}")

    def stop(self) -> str:
        """Ctrl-C for what was started last, and once more if it takes long; returns all that it printed."""
        process, out = self._staying.pop()
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
                break
        return self._as_shown(out.read_text(errors="replace"))

    def expect_end(self, code: int) -> None:
        """Wait until what was started last ends by itself."""
        process, out = self._staying.pop()
        try:
            ended = process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._staying.append((process, out))
            raise
        assert ended == code, f"it ended with {ended}:\n{out.read_text()}"

    def sees(self, text: str) -> None:
        """Wait until what stays has printed this."""
        _process, out = self._staying[-1]
        wait_for(lambda: text in out.read_text(errors="replace"), f"{text!r} is printed")

    def _here(self, text: str) -> str:
        """Pages say 8425; here several are read at a time."""
        for shown, port in self._ports.items():
            text = re.sub(rf"\b{shown}\b", port, text)
        return text

    def _as_shown(self, text: str) -> str:
        for shown, port in self._ports.items():
            text = re.sub(rf"\b{port}\b", shown, text)
        return text.replace(str(self.folder), "~").replace("~/home/", "~/")


def wait_for(condition: Callable[[], bool], what: str | Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE:g} s it is not so that {what if isinstance(what, str) else what()}")
        time.sleep(0.3)


def _environment(folder: Path, port: str, programs: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "COLUMNS": "140",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",  # in the order in which a terminal shows it
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # those of this project are not a reader's
        "TICKWORK_PORT": port,
    }


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _die_with_parent() -> None:
    """Whatever happens to the test: the first Ctrl-C of a terminal that closes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
