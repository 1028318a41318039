"""The end of one log, read once for all who follow it."""

import asyncio
from collections.abc import Callable, Sequence
from weakref import WeakSet

from tickwork.core.clock import iso
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.core.states import TERMINAL
from tickwork.server.live.events import Line
from tickwork.server.live.followed import Followed
from tickwork.server.live.lines import Piece, Position
from tickwork.server.live.pages import Pages
from tickwork.server.live.window import Window
from tickwork.store.protocol import Chunk, Store, Stream

_ROUNDS = 16
"""Pages that are read at a look at most: a megabyte."""
_TORN = "[tickwork: output is missing here; it was written faster than it was read]\n"


class Tail(Followed):
    """Begins where the first reader has caught up with the log; until then readers find their way by themselves.

    `wakes`: who is told when there is more.
    """

    def __init__(self, *, store: Store, id: RunId, hint: Callable[[], None]) -> None:
        """`hint`: have it looked at soon."""
        super().__init__(id=id)
        self.window: Window | None = None
        self.over = False
        """The run is over, and all of its log is in the window or behind it."""
        self.wakes: WeakSet[asyncio.Event] = WeakSet()  # weak: a reader that never began does not leave either
        self._store = store
        self._hint = hint
        self._pages: Pages
        self._said = True
        """Whether what was read last says itself that something is missing behind it, or is the beginning."""

    @property
    def watched(self) -> bool:
        return bool(self.wakes)

    def begin(self, at: Position) -> None:
        """Somebody has read up to here, and there was no more."""
        if self.window is None:
            self.window = Window(at)
            self._pages = Pages(store=self._store, run=self.id, at=at)
            self._said = at[1] < 0
            self._hint()  # it may have been looked at while that somebody was still reading

    async def look(self, run: Run | None) -> bool:
        self.run = run or self.run
        more = False
        if run is None:
            self.over = True
        elif self.window is not None:
            more = await self._read(self.window, run)
        self._tell()
        return more

    async def _read(self, window: Window, run: Run) -> bool:
        for _ in range(_ROUNDS):
            if chunks := await self._pages.next():
                self._add(window, chunks)
                self._tell()  # whoever reads fast enough gets it before the next page pushes it out
                await asyncio.sleep(0)
            elif self._pages.at[0] < run.attempt:
                self._pages.next_attempt()
                self._said = True
            else:
                self.over = run.state in TERMINAL
                return False
        return True

    def _add(self, window: Window, chunks: Sequence[Chunk]) -> None:
        attempt, seq = self._pages.at
        if chunks[0].seq > seq + 1 and not self._said:
            line = Line(seq=chunks[0].seq - 1, at=iso(chunks[0].at) or "", stream=Stream.SYSTEM, text=_TORN)
            end = (attempt, line.seq)
            window.add(Piece(run=self.id, start=window.end, end=end, lines=(line,), first=window.count))
        self._said = chunks[-1].stream is Stream.SYSTEM
        for piece in self._pages.pieces(chunks, first=window.count):
            window.add(piece)

    def _tell(self) -> None:
        for wake in self.wakes:
            wake.set()
