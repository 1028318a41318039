"""What waits to be told, in its order: the newest in memory, and what is too much for that in a file.

Each batch is handed out until it was taken, always the same one. A batch that was taken without our hearing of it comes
again, and needs no number to be known by: every item in it names a run, a fence, and (a log) the attempt and the place
in it, so that the ledger takes it for what it is.
"""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Final

from tickwork.core.ids import RunId
from tickwork.core.model import Fence
from tickwork.store.protocol import LogWrite, ProgressWrite, Start
from tickwork.worker.link import Ended, Report
from tickwork.worker.wire import decode, encode

MEMORY: Final = 4 * 1024 * 1024
"""Bytes that wait in memory, about; more goes to the file."""
MOST: Final = 4096
"""Items of a batch."""
_EACH: Final = 250
"""Bytes that an item takes, whatever it says."""

Release = tuple[RunId, Fence]
Item = Start | LogWrite | ProgressWrite | Ended | Release


class Spool:
    """A queue of items that leave in batches. Its file has no name: it goes with the process, however that ends."""

    def __init__(self, *, folder: str = "", memory: int = MEMORY, say: Callable[[str], None]) -> None:
        """`folder`: of the file; empty: /var/tmp, which is on a disk where /tmp may be memory."""
        self._folder = folder or _disk()
        self._memory = memory
        self._say = say
        self._broken = False
        self._batch: Report | None = None
        """Taken out, and not yet known to be taken."""
        self._file: IO[bytes] | None = None
        self._blocks: deque[tuple[int, int]] = deque()
        """Where in the file the next batches are: offset and length."""
        self._items: deque[Item] = deque()
        self._size = 0

    def __len__(self) -> int:
        """Items in memory that are in no batch yet."""
        return len(self._items)

    @property
    def empty(self) -> bool:
        return self._batch is None and not self._blocks and not self._items

    @property
    def filed(self) -> int:
        """Bytes that wait in the file."""
        return sum(length for _offset, length in self._blocks)

    def add(self, item: Item) -> None:
        self._items.append(item)
        self._size += _size(item)
        if self._size > self._memory and not self._broken:
            self._put_away()

    def batch(self) -> Report | None:
        """The oldest items, the same ones until `taken`; None: there are none."""
        if self._batch is None:
            self._batch = self._from_file() if self._blocks else self._from_memory()
        return self._batch

    def taken(self) -> None:
        """The batch has arrived."""
        self._batch = None
        if not self._blocks:
            self.close()

    def close(self) -> None:
        """Give the file back, with what is in it."""
        self._blocks.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    # -- memory and file --

    def _from_memory(self) -> Report | None:
        if not self._items:
            return None
        batch = self._oldest()
        self._forget(MOST)
        return batch

    def _from_file(self) -> Report:
        assert self._file is not None, "blocks are in a file"
        offset, length = self._blocks.popleft()
        return decode(os.pread(self._file.fileno(), length, offset), Report)

    def _put_away(self) -> None:
        """Everything that is in memory. Where the file takes no more, it stays where it is: nothing is dropped."""
        try:
            while self._items:
                self._write(encode(self._oldest()))
                self._forget(MOST)
        except OSError as error:
            self._broken = True
            self._say(f"what the worker has to tell waits in memory, as {self._folder} takes no file: {error.strerror}")

    def _write(self, block: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 (`close` ends it)
        offset = self._blocks[-1][0] + self._blocks[-1][1] if self._blocks else 0
        written = 0
        while written < len(block):
            written += os.pwrite(self._file.fileno(), block[written:], offset + written)
        self._blocks.append((offset, len(block)))

    def _oldest(self) -> Report:
        return batch_of(islice(self._items, MOST))

    def _forget(self, n: int) -> None:
        if n >= len(self._items):
            self._items.clear()
            self._size = 0
            return
        for _ in range(n):
            self._size -= _size(self._items.popleft())


def batch_of(items: Iterable[Item]) -> Report:
    """One report of them, sorted as it is carried out; the order within a kind is kept."""
    starts: list[Start] = []
    logs: list[LogWrite] = []
    progress: list[ProgressWrite] = []
    ends: list[Ended] = []
    releases: list[Release] = []
    for item in items:
        match item:
            case Start():
                starts.append(item)
            case Ended():
                ends.append(item)
            case LogWrite():
                logs.append(item)
            case ProgressWrite():
                progress.append(item)
            case _:
                releases.append(item)
    return Report(
        starts=tuple(starts),
        logs=tuple(logs),
        progress=tuple(progress),
        ends=tuple(ends),
        releases=tuple(releases),
    )


def _size(item: Item) -> int:
    """Bytes that it takes, about."""
    match item:
        case LogWrite():
            return _EACH + sum(_EACH + len(chunk.data) for chunk in item.chunks)
        case Ended():
            return _EACH + len(item.outcome.result or b"") + len(item.outcome.error or "")
        case ProgressWrite():
            return _EACH * (1 + len(item.bars))
        case _:
            return _EACH


def _disk() -> str:
    disk = Path("/var/tmp")  # noqa: S108 (the file in it has no name)
    return str(disk) if disk.is_dir() else tempfile.gettempdir()
