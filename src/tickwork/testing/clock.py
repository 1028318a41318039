"""A clock that stands still until it is moved."""

from datetime import UTC, datetime

from tickwork.core.clock import SECOND, Instant, from_datetime

_BEGINNING = from_datetime(datetime(2026, 1, 1, tzinfo=UTC))


class FakeClock:
    """A `Clock`. Wall and monotonic time move together by `advance`; `jump` moves the wall alone."""

    def __init__(self, now: Instant = _BEGINNING) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> Instant:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError(f"time does not go back by itself ({seconds} s): use jump")
        self._now = Instant(self._now + round(seconds * SECOND))
        self._monotonic += seconds

    def advance_to(self, moment: Instant) -> None:
        """Let time pass until `moment` (not at all if that is over)."""
        self.advance(max(0, moment - self._now) / SECOND)

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._now = Instant(self._now + round(seconds * SECOND))
