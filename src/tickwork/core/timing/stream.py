"""Endless streams of occurrences that can be entered anywhere, and the one that follows the wall clock.

Those that count elapsed time are in `interval`; `adjust` wraps any of them in exclusions, spread and jitter.
"""

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from tickwork.core.clock import SECOND, Instant
from tickwork.core.timing.schedule import FoldPolicy, GapPolicy, Occurrence
from tickwork.core.timing.wall import Pattern
from tickwork.core.timing.zone import Pass, Stretch, stretches_back, stretches_from

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (local time has no zone)


class Stream(Protocol):
    """Occurrences in strictly increasing order of their slots. Hashable: what follows from one is cached."""

    def __hash__(self) -> int: ...

    def after(self, moment: int) -> Occurrence | None:
        """The first with slot > `moment`."""
        ...

    def upto(self, moment: int) -> Occurrence | None:
        """The last with slot ≤ `moment`."""
        ...

    def count(self, after: int, upto: int) -> int:
        """How many have `after` < slot ≤ `upto`."""
        ...


class WallStream:
    """A pattern of wall-clock time in a zone, under a DST policy.

    Within a stretch of constant offset, local matches *are* instants. What is left to decide is at its seams: a
    repeated hour is two stretches, of which the fold policy leaves out one or none, and the matches of a skipped hour
    become at most one occurrence at the first instant after it.
    """

    def __init__(self, *, pattern: Pattern, zone: ZoneInfo, gap: GapPolicy, fold: FoldPolicy) -> None:
        self._pattern = pattern
        self._zone = zone
        self.shifts = pattern.fixed if gap is GapPolicy.CRON else gap is GapPolicy.SHIFT
        """Whether what the clock jumps over is due after the jump."""
        if fold is FoldPolicy.CRON:
            fold = FoldPolicy.FIRST if pattern.fixed else FoldPolicy.BOTH
        self.fold = fold
        """Which passes of a repeated hour count: first, second or both."""
        self._left_out = {FoldPolicy.FIRST: Pass.SECOND, FoldPolicy.SECOND: Pass.FIRST}.get(fold)
        self._known: tuple[int, Occurrence | None] = (0, None)
        self._stretch: Stretch | None = None

    def after(self, moment: int) -> Occurrence | None:
        # One answer holds from the moment that was asked about to its slot: equal schedules of many jobs share it.
        asked, known = self._known
        if known is not None and asked <= moment < known.slot:
            return known
        earliest = moment // SECOND + 1
        found = self._nearby(earliest) or self._search(earliest)
        self._known = (moment, found)
        return found

    def _nearby(self, earliest: int) -> Occurrence | None:
        """The answer where it lies in the same stretch as the last one, as it does at nearly every step of a walk."""
        stretch = self._stretch
        if stretch is None or not stretch.start < earliest < stretch.end:
            return None
        match = self._pattern.next(earliest + stretch.offset)
        return _occurrence(stretch, match) if match is not None and match < stretch.end + stretch.offset else None

    def _search(self, earliest: int) -> Occurrence | None:
        asked, match = 0, None
        for stretch in stretches_from(self._zone, earliest):
            if stretch.start >= earliest and (landing := self._landing(stretch)):
                return landing
            if stretch.turn is self._left_out:
                continue
            low = max(stretch.start, earliest) + stretch.offset
            if match is None or not asked <= low <= match:
                asked, match = low, self._pattern.next(low)
                if match is None:
                    return None
            if match < stretch.end + stretch.offset:
                self._stretch = stretch
                return _occurrence(stretch, match)
        return None

    def upto(self, moment: int) -> Occurrence | None:
        asked, match = 0, None
        last = moment // SECOND
        for stretch in stretches_back(self._zone, last):
            if stretch.turn is not self._left_out:
                high = min(stretch.end, last + 1) + stretch.offset
                if match is None or not match < high <= asked:
                    asked, match = high, self._pattern.prev(high)
                    if match is None:
                        return None
                if match >= stretch.start + stretch.offset:
                    return _occurrence(stretch, match)
            if landing := self._landing(stretch):
                return landing
        return None

    def count(self, after: int, upto: int) -> int:
        low, high = after // SECOND + 1, upto // SECOND + 1
        total = 0
        for stretch in stretches_from(self._zone, low):
            if stretch.start >= high:
                break
            if stretch.start >= low and self._landing(stretch):
                total += 1
            if stretch.turn is not self._left_out:
                begin, end = max(stretch.start, low), min(stretch.end, high)
                total += self._pattern.count(begin + stretch.offset, end + stretch.offset)
        return total

    def matches(self, low: int, high: int) -> list[int]:
        """The local seconds in [low, high) that the pattern names."""
        found = []
        while (match := self._pattern.next(low)) is not None and match < high:
            found.append(match)
            low = match + 1
        return found

    def _landing(self, stretch: Stretch) -> Occurrence | None:
        """What was written for the skipped times before `stretch` and is due at its start, unless something is due
        then anyway."""
        if not (self.shifts and stretch.skipped):
            return None
        begin = stretch.start + stretch.offset
        match = self._pattern.next(begin - stretch.skipped)
        if match is None or match >= begin or self._pattern.next(begin) == begin:
            return None
        return Occurrence(Instant(stretch.start * SECOND), local_iso(match))


def _occurrence(stretch: Stretch, local: int) -> Occurrence:
    suffix = "~1" if stretch.turn is Pass.SECOND else ""
    return Occurrence(Instant((local - stretch.offset) * SECOND), local_iso(local) + suffix)


def local_iso(local: int) -> str:
    """A local second as people write it."""
    return (_EPOCH + timedelta(seconds=local)).isoformat()
