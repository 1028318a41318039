"""What a trigger means before exclusions, spread, jitter and bounds: its instants (microseconds), walked upwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Protocol
from zoneinfo import ZoneInfo

from tickwork.core.clock import DAY, SECOND
from tickwork.core.expansion.local import landing, offset as offset_at, second_time, shown, steady, utc_written, written
from tickwork.core.expansion.pattern import DAY as DAY_SECONDS, Pattern
from tickwork.core.timing.schedule import Decay, FoldPolicy, GapPolicy

_LONGEST = 400 * 365 * DAY


class Source(Protocol):
    """Instants."""

    def walk(self, after: int, until: int) -> Iterator[int]:
        """Those in (after, until], in order."""
        ...

    def nominal(self, instant: int) -> str:
        """The name of one of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSource:
    """Local times of a zone under a DST policy, found by walking the days of its calendar."""

    pattern: Pattern
    zone: ZoneInfo
    gap: GapPolicy
    fold: FoldPolicy

    def walk(self, after: int, until: int) -> Iterator[int]:
        low, high = after // SECOND + 1, until // SECOND
        return (second * SECOND for second in self._seconds(low, high) if low <= second <= high)

    def nominal(self, instant: int) -> str:
        second = instant // SECOND
        local = second + offset_at(self.zone, second)
        day, time = divmod(local, DAY_SECONDS)
        if time in self.pattern.on(day):
            return written(local) + ("~1" if second_time(self.zone, second) else "")
        return written(self._jumped_to(second, local))

    def _jumped_to(self, second: int, local: int) -> int:
        """The first named local time that the clock jumped over to get to `local`."""
        begin = second + offset_at(self.zone, second - 1)
        days = range(begin // DAY_SECONDS, local // DAY_SECONDS + 1)
        named = (day * DAY_SECONDS + time for day in days for time in self.pattern.on(day))
        return next(one for one in named if begin <= one < local)

    def _seconds(self, low: int, high: int) -> Iterator[int]:
        """More than those in [low, high], in order."""
        restless: list[int] = []
        for day in range(low // DAY_SECONDS - 2, high // DAY_SECONDS + 3):
            offset = steady(self.zone, day)
            if offset is None:
                restless.append(day)
                continue
            yield from self._around_change(restless)
            restless = []
            midnight = day * DAY_SECONDS - offset
            for time in self.pattern.on(day):
                yield midnight + time
        yield from self._around_change(restless)

    def _around_change(self, days: Sequence[int]) -> list[int]:
        """The instants of consecutive days near a change of offset, where their order may not be that of the days."""
        locals_ = [day * DAY_SECONDS + time for day in days for time in self.pattern.on(day)]
        return sorted(set(chain.from_iterable(self._instants(local) for local in locals_)))

    def _instants(self, local: int) -> list[int]:
        times = shown(self.zone, local)
        if not times:
            shifts = self.pattern.fixed if self.gap is GapPolicy.CRON else self.gap is GapPolicy.SHIFT
            return [landing(self.zone, local)] if shifts else []
        match self.fold:
            case FoldPolicy.FIRST:
                return times[:1]
            case FoldPolicy.SECOND:
                return times[-1:]
            case FoldPolicy.BOTH:
                return times
            case FoldPolicy.CRON:
                return times[:1] if self.pattern.fixed else times


@dataclass(frozen=True, slots=True, kw_only=True)
class EverySource:
    """`anchor + n * interval` from number `first` on; with a decay the interval depends on the age."""

    anchor: int
    interval: int
    first: int
    decay: Decay | None

    def walk(self, after: int, until: int) -> Iterator[int]:
        if self.decay is None:
            number = max(self.first, (after - self.anchor) // self.interval + 1)
            return iter(range(self.anchor + number * self.interval, until + 1, self.interval))
        return self._decaying(self.decay, after, until)

    def nominal(self, instant: int) -> str:
        return utc_written(instant)

    def _decaying(self, decay: Decay, after: int, until: int) -> Iterator[int]:
        age, left_out = 0, self.first
        while self.anchor + age <= until:
            step = age // decay.step
            interval = self._interval(decay, step)
            # All slots of this step have one distance; those that are over are jumped over.
            slots = range(self.anchor + age, self.anchor + (step + 1) * decay.step, interval)
            for slot in slots[max(left_out, (after - slots.start) // interval + 1) :]:
                if slot > until:
                    return
                yield slot
            left_out = max(0, left_out - len(slots))
            age += len(slots) * interval

    def _interval(self, decay: Decay, step: int) -> int:
        try:
            interval = self.interval * decay.factor**step
        except OverflowError:
            interval = inf
        return max(min(self.interval, SECOND), round(min(interval, _LONGEST)))


@dataclass(frozen=True, slots=True)
class ListSource:
    """These instants."""

    times: Sequence[int]

    def walk(self, after: int, until: int) -> Iterator[int]:
        return (time for time in sorted(set(self.times)) if after < time <= until)

    def nominal(self, instant: int) -> str:
        return utc_written(instant)
