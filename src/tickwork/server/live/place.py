"""Where one reader is in the log of a run."""

import asyncio
from collections import deque
from dataclasses import dataclass

from tickwork.core.model import Run
from tickwork.core.states import TERMINAL
from tickwork.server.live.lines import Piece, Position
from tickwork.server.live.pages import Pages
from tickwork.server.live.tail import Tail
from tickwork.server.live.window import Window
from tickwork.store.protocol import Store

_CATCHING_UP = 8 * 1024 * 1024
"""So much of what was written before it came gets a reader that may miss something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The reader was too slow for what is written."""

    attempt: int
    lines: int | None
    """None: nobody has counted them."""


@dataclass(frozen=True, slots=True)
class Ended:
    """There will be no more."""


class Place:
    """Reads what others read too from the shared window, and what lies before it from the store, at its own pace.

    `patient`: a reader that comes to read all of it, however slowly; another one that falls behind the window goes on
    where that begins. `only`: nothing of later attempts.
    """

    def __init__(
        self,
        *,
        tail: Tail,
        store: Store,
        gate: asyncio.Semaphore,
        wake: asyncio.Event,
        at: Position,
        patient: bool = False,
        only: bool = False,
    ) -> None:
        """`gate`: so many readers may ask the store at a time."""
        self.tail = tail
        self._gate = gate
        self._wake = wake
        self._pages = Pages(store=store, run=tail.id, at=at)
        self._patient = patient
        self._only = only
        self._pending: deque[Piece | Skipped | Ended] = deque()
        self._may_catch_up = _CATCHING_UP
        self._count: int | None = None
        """Lines up to here as the window counts them."""
        self._ended = False
        tail.wakes.add(wake)

    def leave(self) -> None:
        self.tail.wakes.discard(self._wake)

    async def take(self) -> Piece | Skipped | Ended | None:
        """What comes next; None: nothing now, `wake` will tell."""
        while not self._pending:
            if not await self._read():
                return None
        return self._pending.popleft()

    async def _read(self) -> bool:
        """Whether it is worth to look again at once."""
        window, at = self.tail.window, self._pages.at
        if window is None or (self._only and window.end[0] > at[0]):
            return await self._read_store()
        if window.covers(at):
            return self._read_window(window)
        if self._patient or self._may_catch_up > 0:
            return await self._read_store()
        return self._skip_to(window)

    def _read_window(self, window: Window) -> bool:
        self._may_catch_up = 0
        piece = window.after(self._pages.at)
        if piece is None:
            self._count = window.count
            return self.tail.over and self._end()
        self._pages.at = piece.end
        self._count = piece.first + piece.count
        self._add(piece)
        return True

    def _skip_to(self, window: Window) -> bool:
        lines = None if self._count is None else window.before - self._count
        self._pages.at, self._count = window.start, window.before
        self._pending.append(Skipped(attempt=window.start[0], lines=lines))
        return True

    async def _read_store(self) -> bool:
        run = self.tail.run  # as it was before the page is read: what an attempt wrote is stored before it is over
        async with self._gate:
            chunks = await self._pages.next()
        self._may_catch_up -= sum(len(chunk.data) for chunk in chunks)
        for piece in self._pages.pieces(chunks):
            self._add(piece)
        return bool(chunks) or self._caught_up(run)

    def _caught_up(self, run: Run | None) -> bool:
        """There is no more of this attempt."""
        earlier = run is not None and self._pages.at[0] < run.attempt
        if earlier and not self._only:
            self._pages.next_attempt()
            return True
        self.tail.begin(self._pages.at)
        over = self.tail.over if run is None else run.state in TERMINAL
        return (earlier or over) and self._end()

    def _add(self, piece: Piece) -> None:
        if piece.lines:
            self._pending.append(piece)

    def _end(self) -> bool:
        if self._ended:
            return False
        self._ended = True
        self._pending.append(Ended())
        return True
