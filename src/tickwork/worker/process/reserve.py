"""Supervisors whose program is over: each waits a moment for the next one, and is let go if none comes."""

import asyncio
from typing import Final

from tickwork.worker.process.handles import Handle, ProgramHandle

MOMENT: Final = 1.0
"""Seconds. Where programs follow each other closely, there is another one by then; else memory is worth more."""


class Reserve:
    """Those that rest, the last one at the end: who waits longest is let go first."""

    def __init__(self) -> None:
        self._resting: dict[Handle, tuple[ProgramHandle, asyncio.TimerHandle]] = {}

    def put(self, handle: ProgramHandle) -> None:
        timer = asyncio.get_running_loop().call_later(MOMENT, handle.close)
        self._resting[handle] = (handle, timer)

    def take(self) -> ProgramHandle | None:
        if not self._resting:
            return None
        _key, (handle, timer) = self._resting.popitem()
        timer.cancel()
        return handle

    def drop(self, handle: Handle) -> None:
        """It is closed."""
        if (resting := self._resting.pop(handle, None)) is not None:
            resting[1].cancel()

    def dismiss(self) -> None:
        """Let go of all."""
        for handle, _timer in tuple(self._resting.values()):
            handle.close()
