"""Reading a log from the store in pages of a bounded size, whatever the size of its chunks."""

from collections.abc import Iterator, Sequence

from tickwork.core.ids import RunId
from tickwork.server.live.lines import Piece, Position, Reading
from tickwork.store.protocol import Chunk, Streams

_BYTES = 64 * 1024
_FIRST, _FEWEST, _MOST = 16, 2, 128
"""Chunks in a page."""


class Pages:
    """One reader's way through the log of a run, attempt by attempt."""

    def __init__(self, *, store: Streams, run: RunId, at: Position) -> None:
        self.at = at
        self._store = store
        self._run = run
        self._limit = _FIRST
        self._reading = Reading()

    async def next(self) -> list[Chunk]:
        """The chunks of this attempt that follow; none: there are no more for now. Does not go on by itself: see
        `pieces`."""
        attempt, after = self.at
        chunks = await self._store.read_log(self._run, attempt=attempt, after=after, limit=self._limit)
        if chunks:
            mean = sum(len(chunk.data) for chunk in chunks) // len(chunks) + 1
            self._limit = max(_FEWEST, min(_BYTES // mean, _MOST))
        return chunks

    def pieces(self, chunks: Sequence[Chunk], *, first: int = 0) -> Iterator[Piece]:
        """Goes on behind the chunks; gives them as pieces of a bounded size, `first` lines having come before."""
        for group in _groups(chunks):
            start, self.at = self.at, (self.at[0], group[-1].seq)
            piece = Piece(run=self._run, start=start, end=self.at, lines=self._reading.lines(group), first=first)
            first += piece.count
            yield piece

    def next_attempt(self) -> None:
        self.at = (self.at[0] + 1, -1)
        self._reading = Reading()


def _groups(chunks: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
    begin = size = 0
    for i, chunk in enumerate(chunks):
        size += len(chunk.data)
        if size >= _BYTES:
            yield chunks[begin : i + 1]
            begin, size = i + 1, 0
    if begin < len(chunks):
        yield chunks[begin:]
