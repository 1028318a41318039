"""The log of a run: the job's bytes as they were, with Tickwork's own words and log records as lines between."""

import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import BinaryIO

import msgspec
import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import clean, clock_time
from tickwork.core.clock import Instant, from_datetime
from tickwork.operations.views import ChunkView
from tickwork.store.protocol import Chunk, Stream


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the job's own logging."""

    level: str = ""
    logger: str = ""
    message: str = ""
    exception: str | None = None


@click.command("logs")
@click.argument("name", metavar="RUN|JOB")
@click.option("-f", "--follow", is_flag=True, help="Go on until the run is over.")
@click.option("--attempt", type=click.IntRange(min=1), metavar="N", help="Of this attempt; default: the newest.")
@json_option
@over_either
async def logs_command(verbs: Verbs, *, name: str, follow: bool, attempt: int | None, as_json: bool) -> None:
    """Print the log of a run, or of a job's newest run.

    What the job wrote goes to stdout and stderr unchanged; log records and Tickwork's own lines go to stderr.
    """
    run = await verbs.runs.run_or_newest(name)
    chunks = verbs.runs.log(run, attempt=attempt, follow=follow)
    await (_print_array(chunks) if as_json else _print_through(chunks))


async def _print_through(chunks: AsyncIterator[ChunkView]) -> None:
    lines = Lines(stdout=sys.stdout.buffer, stderr=sys.stderr.buffer, together=_together())
    async for chunk in chunks:
        lines.write(_chunk(chunk))


def _together() -> bool:
    """Whether stdout and stderr are one file: a terminal, or a pipe with `2>&1`."""
    return os.path.sameopenfile(sys.stdout.fileno(), sys.stderr.fileno())


class Lines:
    """Writes chunks where they belong; formatted lines (on stderr) begin at the beginning of a line.

    `together`: both streams go to the same place, so that a line begun on stdout is in the way too.
    """

    def __init__(self, *, stdout: BinaryIO, stderr: BinaryIO, together: bool) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._together = together
        self._mid_line = False

    def write(self, chunk: Chunk) -> None:
        match chunk.stream:
            case Stream.STDOUT:
                self._through(self._stdout, chunk.data)
            case Stream.STDERR:
                self._through(self._stderr, chunk.data)
            case Stream.RECORD:
                self._line(record_text(chunk.data, chunk.at))
            case Stream.FRAMES:
                pass  # what is known of the failure, not what was said: `tickwork show` has it
            case Stream.SYSTEM:
                self._line(f"{clock_time(chunk.at)} {clean(_text(chunk.data).strip())}")

    def _through(self, out: BinaryIO, data: bytes) -> None:
        out.write(data)
        out.flush()
        if data and (self._together or out is self._stderr):
            self._mid_line = not data.endswith(b"\n")

    def _line(self, text: str) -> None:
        begin = "\n" if self._mid_line else ""
        self._through(self._stderr, f"{begin}{text}\n".encode(errors="backslashreplace"))


def record_text(data: bytes, at: Instant) -> str:
    """A log record as a line, its traceback below it."""
    try:
        record = msgspec.json.decode(data, type=Record)
    except msgspec.DecodeError:
        return _text(data).rstrip()
    trace = f"\n{record.exception.rstrip()}" if record.exception else ""
    return f"{clock_time(at)} {record.level:<7} {clean(record.logger)}: {record.message}{trace}"


async def _print_array(chunks: AsyncIterator[ChunkView]) -> None:
    """One array, an object per line, each printed as it comes."""
    begin = "["
    async for chunk in chunks:
        print(begin, msgspec.json.encode(chunk).decode(), sep="\n", end="", flush=True)
        begin = ","
    print("[]" if begin == "[" else "\n]")


def _chunk(view: ChunkView) -> Chunk:
    at = from_datetime(datetime.fromisoformat(view.at))
    return Chunk(seq=view.seq, at=at, stream=view.stream, data=view.data)


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
