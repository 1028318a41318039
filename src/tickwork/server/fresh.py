"""Answers that cost, kept for some seconds: whoever asks meanwhile gets the same one."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tickwork.core.clock import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    until: float
    answer: asyncio.Task[T]


class Fresh(Generic[T]):
    """Answers by what was asked. Those who ask while it is being answered wait for that; an error is kept from no
    one, and not kept."""

    def __init__(self, *, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._kept: dict[Hashable, _Kept[T]] = {}

    async def get(self, asked: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        now = self._clock.monotonic()
        self._kept = {key: kept for key, kept in self._kept.items() if kept.until > now}
        kept = self._kept.get(asked)
        if kept is None or (kept.answer.done() and (kept.answer.cancelled() or kept.answer.exception() is not None)):
            kept = self._kept[asked] = _Kept(now + self._seconds, asyncio.create_task(make()))
        return await asyncio.shield(kept.answer)  # who goes away stops nobody else's answer
