"""The newest pieces of one log, shared by all who read it; each of them only keeps a position."""

from collections import deque

from tickwork.server.live.lines import Piece, Position

MOST_BYTES = 256 * 1024
MOST_PIECES = 128


class Window:
    """Covers the positions from `start` to `end`."""

    def __init__(self, at: Position) -> None:
        self.start = at
        self.end = at
        self.before = 0
        """Lines that have left it."""
        self._pieces: deque[Piece] = deque()
        self._bytes = 0

    @property
    def count(self) -> int:
        """Lines that were added."""
        return self._pieces[-1].first + self._pieces[-1].count if self._pieces else self.before

    def add(self, piece: Piece) -> None:
        """`piece` follows upon what was added before, and counts from `count` on."""
        self._pieces.append(piece)
        self._bytes += piece.size
        self.end = piece.end
        while len(self._pieces) > 1 and (self._bytes > MOST_BYTES or len(self._pieces) > MOST_PIECES):
            gone = self._pieces.popleft()
            self._bytes -= gone.size
            self.start = gone.end
            self.before = gone.first + gone.count

    def covers(self, at: Position) -> bool:
        """Whether nothing is missing between the position and what is here."""
        return at >= self.start

    def after(self, at: Position) -> Piece | None:
        """What comes behind a position that it covers; None: nothing yet."""
        found = None
        for piece in reversed(self._pieces):
            if piece.end <= at:
                break
            found = piece
        return None if found is None else found.behind(at)
