"""Endless streams of occurrences that can be entered anywhere: from wall-clock patterns, intervals and lists.

Each one is built from a trigger and a zone alone; `adjust` wraps them in exclusions, spread and jitter.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import log
from typing import Protocol
from zoneinfo import ZoneInfo

from tickwork.core.clock import DAY, SECOND, Duration, Instant, iso
from tickwork.core.timing.schedule import Decay, FoldPolicy, GapPolicy, Occurrence
from tickwork.core.timing.wall import Pattern
from tickwork.core.timing.zone import Pass, Stretch, stretches_back, stretches_from

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (local time has no zone)
_FOREVER = 400 * 365 * DAY


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


@dataclass(frozen=True, slots=True)
class IntervalStream:
    """`start + n * length` from n = `first` on."""

    start: int
    length: int
    first: int

    def after(self, moment: int) -> Occurrence:
        return self._nth(max(self.first, (moment - self.start) // self.length + 1))

    def upto(self, moment: int) -> Occurrence | None:
        n = (moment - self.start) // self.length
        return self._nth(n) if n >= self.first else None

    def count(self, after: int, upto: int) -> int:
        return max(0, self._until(upto) - self._until(after))

    def _until(self, moment: int) -> int:
        return max(0, (moment - self.start) // self.length + 1 - self.first)

    def _nth(self, n: int) -> Occurrence:
        return elapsed(self.start + n * self.length)


def elapsed(slot: int) -> Occurrence:
    """The occurrence of a trigger that has no local time."""
    return Occurrence(Instant(slot), iso(Instant(slot)) or "")


@dataclass(frozen=True, slots=True)
class DecayStream:
    """An interval that changes with age (see `Decay`)."""

    start: int
    length: Duration
    decay: Decay
    first: int

    def after(self, moment: int) -> Occurrence:
        return elapsed(self.start + self._age(max(self.first, self._until(moment))))

    def upto(self, moment: int) -> Occurrence | None:
        n = self._until(moment) - 1
        return elapsed(self.start + self._age(n)) if n >= self.first else None

    def count(self, after: int, upto: int) -> int:
        return max(0, self._until(upto) - max(self.first, self._until(after)))

    def _until(self, moment: int) -> int:
        """How many slots, from number 0 on, are ≤ `moment`."""
        age = moment - self.start
        if age < 0:
            return 0
        bands = _bands(self.length, self.decay)
        band = bands[bisect_right(bands, age, key=lambda band: band.age) - 1]
        return band.number + (age - band.age) // band.length + 1

    def _age(self, number: int) -> int:
        bands = _bands(self.length, self.decay)
        band = bands[bisect_right(bands, number, key=lambda band: band.number) - 1]
        return band.age + (number - band.number) * band.length


@dataclass(frozen=True, slots=True)
class _Band:
    """Slots at `age`, `age + length`, … from number `number` on, until the next band."""

    age: int
    number: int
    length: int


@lru_cache(maxsize=256)
def _bands(length: Duration, decay: Decay) -> tuple[_Band, ...]:
    """The bands of constant interval; the last one never ends."""
    return tuple(_walk_bands(length, decay))


def _walk_bands(length: Duration, decay: Decay) -> Iterator[_Band]:
    floor = min(length, SECOND)
    age, number = 0, 0
    while True:
        power = age // decay.step
        now = decayed(length, decay, power)
        yield _Band(age, number, now)
        if age > _FOREVER or now >= _FOREVER or decay.factor == 1 or (decay.factor < 1 and now == floor):
            return
        slots = -((age - (power + 1) * decay.step) // now)
        age, number = age + slots * now, number + slots


def decayed(length: Duration, decay: Decay, power: int) -> int:
    """The interval after `power` steps, between one second (or `length`, if that is shorter) and 400 years."""
    if power * log(decay.factor) > log(_FOREVER / length):
        return _FOREVER
    return max(min(length, SECOND), round(length * decay.factor**power))


@dataclass(frozen=True, slots=True)
class ListStream:
    """These instants, in order."""

    times: tuple[Instant, ...]

    def after(self, moment: int) -> Occurrence | None:
        at = bisect_right(self.times, moment)
        return elapsed(self.times[at]) if at < len(self.times) else None

    def upto(self, moment: int) -> Occurrence | None:
        at = bisect_right(self.times, moment)
        return elapsed(self.times[at - 1]) if at else None

    def count(self, after: int, upto: int) -> int:
        return max(0, bisect_right(self.times, upto) - bisect_right(self.times, after))
