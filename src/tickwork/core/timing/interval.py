"""Streams of occurrences that count elapsed time: fixed intervals, intervals that change with age, lists."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log

from tickwork.core.clock import DAY, SECOND, Duration, Instant, iso
from tickwork.core.timing.schedule import Decay, Occurrence

_FOREVER = 400 * 365 * DAY


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
