"""Lines that nobody reads keep nobody waiting; their number is told to the next who reads."""

import asyncio
import io
import os
from collections.abc import Iterator

import pytest

from tickwork.cli import outlet
from tickwork.cli.outlet import Outlet

TOLD = b"[50000 lines are left out here: nobody read them]\n"


class Pipe(io.TextIOBase):
    """Stands in for standard output, with what was read from its other end."""

    def __init__(self) -> None:
        self.read_end, self._write_end = os.pipe()

    def fileno(self) -> int:
        return self._write_end

    def isatty(self) -> bool:
        return False

    def flush(self) -> None: ...

    def read_until(self, end: bytes) -> bytes:
        read = b""
        while not read.endswith(end):
            read += os.read(self.read_end, 1 << 20)
        return read

    def close(self) -> None:
        os.close(self.read_end)
        os.close(self._write_end)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.close()


async def test_lines_come_whole_and_in_order(pipe):
    with Outlet(pipe, broken=lambda: None) as out:
        for number in range(1000):
            out.line(str(number))
    assert pipe.read_until(b"999\n") == "".join(f"{number}\n" for number in range(1000)).encode()


async def test_what_nobody_reads_is_counted_and_the_next_reader_is_told(pipe):
    with Outlet(pipe, broken=lambda: None) as out:
        out.line("x" * 200_000)  # more than the pipe takes
        while out.behind:
            await asyncio.sleep(0)
        for number in range(outlet.MOST + 50_000):
            out.line(f"line {number}")
        assert out.behind
        read = await asyncio.to_thread(pipe.read_until, TOLD)
        assert read == b"x" * 200_000 + b"\n" + b"".join(b"line %d\n" % n for n in range(outlet.MOST)) + TOLD
        out.line("again")
        assert await asyncio.to_thread(pipe.read_until, b"again\n") == b"again\n"


async def test_the_end_waits_for_a_reader_only_so_long(pipe, monkeypatch):
    monkeypatch.setattr(outlet, "PATIENCE", 0.01)
    with Outlet(pipe, broken=lambda: None) as out:
        out.line("x" * 200_000)
    await asyncio.to_thread(pipe.read_until, b"x\n")  # so that its thread ends


async def test_letters_that_no_terminal_has_are_written_somehow(pipe):
    with Outlet(pipe, broken=lambda: None) as out:
        out.line("ä \udcff")
    assert pipe.read_until(b"\n") == "ä \\udcff\n".encode()


async def test_who_cannot_be_read_any_more_is_told_in_the_loop(pipe, monkeypatch):
    monkeypatch.setattr(outlet, "let_go_of_stdout", lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), pipe.fileno()))
    os.close(pipe.read_end)
    pipe.read_end = os.open(os.devnull, os.O_RDONLY)
    told = asyncio.Event()
    with Outlet(pipe, broken=told.set) as out:
        out.line("hello?")
        await asyncio.wait_for(told.wait(), 10)
