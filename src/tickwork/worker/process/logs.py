"""The cap of a run's log: the first 20 % stay, the last 80 % are a ring of chunks, a marker says what is missing.

Pure: output goes in with its stream and time, and `take` gives what a store must change to hold the same log.
Only what was not taken yet is kept in memory, so a log costs its cap at most, however much is written.
"""

from collections import deque
from dataclasses import dataclass

from tickwork.core.clock import Instant
from tickwork.store.protocol import Chunk, Stream

HEAD_SHARE = 0.2
MAX_CHUNK = 32_768
MIN_PIECES = 16
"""The ring has at least so many chunks, so that dropping the oldest costs little of the tail …"""
MAX_PIECES = 16_384
"""… and at most so many, as has the head: a million one-byte lines must not cost a million chunks."""


@dataclass(slots=True)
class _Piece:
    """A chunk in the making. `data` is None once it was taken; `size` stays."""

    seq: int
    at: Instant
    stream: Stream
    size: int = 0
    data: bytearray | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """Chunks to store, by seq (they replace those of the same seq), and the range of seqs to delete."""

    chunks: tuple[Chunk, ...]
    drop: tuple[int, int] | None

    @property
    def size(self) -> int:
        return sum(len(chunk.data) for chunk in self.chunks)


_WHOLE = {Stream.RECORD, Stream.FRAMES}
"""JSON, of which a part would be nothing."""


class CappedLog:
    """The log of one attempt: at most `cap` bytes and the marker."""

    def __init__(self, cap: int) -> None:
        self._head_room = int(cap * HEAD_SHARE)
        self._ring_room = cap - self._head_room
        self._piece_size = max(1, min(MAX_CHUNK, self._ring_room // MIN_PIECES))
        self._next_seq = 0
        self._open: _Piece | None = None
        self._head: list[_Piece] = []
        self._head_pieces = 0
        self._ring: deque[_Piece] = deque()
        self._marker: int | None = None
        self._marked_at = Instant(0)
        self._left_out = self._told = 0
        self._dropped_to: int | None = None
        if self._head_room == 0:
            self._close_head()

    @property
    def dirty(self) -> bool:
        """Whether there is something to take."""
        return bool(self._head or (self._ring and self._ring[-1].data is not None) or self._left_out != self._told)

    def write(self, stream: Stream, data: bytes, at: Instant) -> None:
        """Add output. Writes of one stream between two `take`s share chunks, which carry the time of their first;
        a record (or the frames of an exception) is a chunk of its own and never divided."""
        if stream in _WHOLE:
            self._write_whole(stream, data, at)
        else:
            self._write_bytes(stream, memoryview(data), at)
        while self._ring_room < 0 or len(self._ring) > MAX_PIECES:
            self._drop_oldest(at)

    def take(self) -> Delta:
        """What changed since the last `take`."""
        chunks = [_chunk(piece) for piece in self._head]
        if self._marker is not None and self._left_out != self._told:
            words = f"[tickwork: {self._left_out} bytes left out here]\n".encode()
            chunks.append(Chunk(seq=self._marker, at=self._marked_at, stream=Stream.SYSTEM, data=words))
        fresh = sum(1 for piece in self._ring if piece.data is not None)  # they are the newest
        chunks += [_chunk(self._ring[at]) for at in range(len(self._ring) - fresh, len(self._ring))]
        drop = None
        if self._marker is not None and self._dropped_to is not None:
            drop = (self._marker + 1, self._dropped_to)
        self._head, self._open, self._dropped_to, self._told = [], None, None, self._left_out
        return Delta(tuple(chunks), drop)

    def _write_whole(self, stream: Stream, data: bytes, at: Instant) -> None:
        if self._marker is None and len(data) > self._head_room:
            self._close_head()
        self._fill(self._new_piece(stream, at), data)
        self._open = None

    def _write_bytes(self, stream: Stream, data: memoryview, at: Instant) -> None:
        while data:
            piece = self._open
            if piece is None or piece.stream is not stream or piece.size >= self._piece_size:
                piece = self._new_piece(stream, at)
            room = self._piece_size - piece.size
            if self._marker is None:
                room = min(room, self._head_room)
            self._fill(piece, data[:room])
            data = data[room:]

    def _new_piece(self, stream: Stream, at: Instant) -> _Piece:
        piece = self._open = _Piece(seq=self._next_seq, at=at, stream=stream, data=bytearray())
        self._next_seq += 1
        if self._marker is None:
            self._head.append(piece)
            self._head_pieces += 1
        else:
            self._ring.append(piece)
        return piece

    def _fill(self, piece: _Piece, data: bytes | memoryview) -> None:
        assert piece.data is not None  # an open piece was never taken
        piece.data += data
        piece.size += len(data)
        if self._marker is None:
            self._head_room -= len(data)
            if self._head_room == 0 or self._head_pieces >= MAX_PIECES:
                self._close_head()
        else:
            self._ring_room -= len(data)

    def _close_head(self) -> None:
        """From here on the ring is written; the seq in between is the marker's, if there will be one."""
        self._marker = self._next_seq
        self._next_seq += 1
        self._open = None

    def _drop_oldest(self, at: Instant) -> None:
        oldest = self._ring.popleft()
        self._ring_room += oldest.size
        self._marked_at = self._marked_at or at
        self._left_out += oldest.size
        if oldest.data is None:  # it was taken: whoever has it must delete it
            self._dropped_to = oldest.seq + 1
        if oldest is self._open:
            self._open = None


def _chunk(piece: _Piece) -> Chunk:
    assert piece.data is not None
    chunk = Chunk(seq=piece.seq, at=piece.at, stream=piece.stream, data=bytes(piece.data))
    piece.data = None
    return chunk
