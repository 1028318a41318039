"""Standard output of what runs for years: written by a thread of its own, because whoever reads it may stop reading.

A terminal that is held (Ctrl-S) or a pipe that nobody empties must keep neither a due moment nor a signal waiting.
"""

import asyncio
import io
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Self, TextIO

from tickwork.cli.output import let_go_of_stdout

MOST: Final = 10_000
"""Texts that wait for a reader; what is said beyond them is left out and counted."""
PATIENCE: Final = 1.0
"""Seconds at the end for the last words."""


class Outlet(io.TextIOBase):
    """Takes text from any thread and never waits. A context, entered in an event loop, in which `broken` is called when
    nobody can read any more. It is a text file for who wants to write to one (rich).
    """

    def __init__(self, stdout: TextIO, *, broken: Callable[[], None]) -> None:
        self._stdout = stdout
        self._broken = broken
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._left_out = 0
        self._over = False
        self._thread = threading.Thread(target=self._speak, name="standard output", daemon=True)

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._stdout.flush()
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join(PATIENCE)

    @property
    def behind(self) -> bool:
        """Whether something waits for a reader."""
        return bool(self._waiting)

    def line(self, text: str) -> None:
        self.write(f"{text}\n")

    # -- a text file --

    encoding = "utf-8"

    def isatty(self) -> bool:
        return self._stdout.isatty()

    def fileno(self) -> int:
        return self._stdout.fileno()

    def write(self, text: str, /) -> int:
        with self._changed:
            if len(self._waiting) < MOST:
                self._waiting.append(text)
            else:
                self._left_out += 1
            self._changed.notify()
        return len(text)

    # -- its thread --

    def _speak(self) -> None:
        try:
            while text := self._next():
                _write_all(self.fileno(), text.encode(errors="backslashreplace"))
        except OSError:  # the pipe is broken, the terminal was closed
            let_go_of_stdout()
            if not self._over:
                self._loop.call_soon_threadsafe(self._broken)

    def _next(self) -> str:
        """All that waits, or nothing when it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._over)
            text = "".join(self._waiting)
            if self._left_out:
                text += f"[{self._left_out} lines are left out here: nobody read them]\n"
            self._waiting.clear()
            self._left_out = 0
        return text


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
