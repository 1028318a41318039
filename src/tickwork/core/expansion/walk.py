"""The occurrences of a whole schedule: its source, less what is excluded, moved by spread and jitter, in its bounds."""

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from tickwork.core.clock import DAY, SECOND, Instant
from tickwork.core.expansion.cron import read
from tickwork.core.expansion.local import offset, steady
from tickwork.core.expansion.pattern import (
    DAY as DAY_SECONDS,
    CronPattern,
    MonthlyPattern,
    Pattern,
    Rolled,
    WallEvery,
    closing,
)
from tickwork.core.expansion.sources import EverySource, ListSource, Source, WallSource
from tickwork.core.ids import JobId
from tickwork.core.timing.fields import spread_of
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Every,
    IntervalPolicy,
    Months,
    Reboot,
    Roll,
    Schedule,
    Trigger,
)
from tickwork.core.timing.text import parse_duration

_FAR = 40 * 366 * DAY
"""What is not due within forty years counts as never due again."""
_FOREVER = 7000 * 365 * DAY

Pair = tuple[int, int]
"""When an occurrence is due, and when it would be without spread and jitter (its name comes from that)."""


class Expansion:
    """One schedule of one job."""

    def __init__(self, schedule: Schedule, job: JobId) -> None:
        self._schedule = schedule
        self._seed = f"{job}#{schedule.key}"
        self._zone = ZoneInfo(schedule.zone)
        self._closed = None if schedule.exclude is None else closing(schedule.exclude)
        trigger = _plain(schedule.trigger)
        self.foreseen = not isinstance(trigger, AfterCompletion | Reboot)
        """Whether anything can be expected at all; what follows an event cannot."""
        self._source = self._source_of(trigger, job)
        self._delay = 0 if schedule.spread is None else spread_of(self._seed) % schedule.spread

    def between(self, after: int, until: int) -> Iterator[Pair]:
        """Those with `after` < slot ≤ `until`, in order."""
        bounds, until = self._schedule, min(until, self._last_moment())
        begin = bounds.since if bounds.start is None else max(bounds.since, bounds.start)
        after = max(after, begin - 1)
        if bounds.repeat is None:
            return self._moved(after, until)
        counted = islice(self._moved(self._origin - 1, until), bounds.repeat)
        return (pair for pair in counted if pair[0] > after)

    def first_after(self, moment: int, *, until: Instant | None = None) -> Instant | None:
        """The slot of the first one later than `moment`, as far as `until`; None: never again (then)."""
        found = next(self.between(moment, moment + _FAR if until is None else until), None)
        return None if found is None else Instant(found[0])

    def nominal(self, meant: int) -> str:
        """The name of an occurrence, from its second number."""
        return self._source.nominal(meant)

    @property
    def _origin(self) -> int:
        return self._schedule.since if self._schedule.start is None else self._schedule.start

    def _last_moment(self) -> int:
        bounds = self._schedule
        ends = [_FOREVER if bounds.until is None else bounds.until]
        if bounds.duration is not None:
            ends.append(self._origin + bounds.duration)
        return min(ends)

    # -- the source --

    def _source_of(self, trigger: Trigger, job: JobId) -> Source:
        match trigger:
            case Cron(expression=expression):
                return self._wall(CronPattern(read(expression, job)))
            case Every(interval=interval, decay=decay):
                anchor, first = self._anchor(trigger)
                if self._schedule.interval is IntervalPolicy.WALL:
                    length = interval // SECOND
                    return self._wall(WallEvery(anchor=self._local(anchor // SECOND) + first * length, length=length))
                return EverySource(anchor=anchor, interval=interval, first=first, decay=decay)
            case Months(months=months, month_end=month_end):
                anchor, first = self._anchor(trigger)
                local = self._local(anchor // SECOND)
                return self._wall(MonthlyPattern(anchor=local, every=months, first=first, month_end=month_end))
            case At(times=times):
                return ListSource(times)
            case AfterCompletion() | Reboot():
                return ListSource(())

    def _wall(self, pattern: Pattern) -> WallSource:
        exclude = self._schedule.exclude
        if exclude is not None and exclude.roll is not Roll.SKIP:
            pattern = Rolled(pattern, closing(exclude), exclude.roll)
        return WallSource(pattern=pattern, zone=self._zone, gap=self._schedule.gap, fold=self._schedule.fold)

    def _anchor(self, trigger: Every | Months) -> tuple[int, int]:
        """Where counting begins, and the number of the first slot."""
        if trigger.anchor is not None:
            return trigger.anchor, 0
        return self._origin, 1 if self._schedule.start is None else 0

    def _local(self, second: int) -> int:
        around = steady(self._zone, second // DAY_SECONDS)
        return second + (offset(self._zone, second) if around is None else around)

    # -- what is made of it --

    def _moved(self, after: int, until: int) -> Iterator[Pair]:
        pairs = self._jittered(after - self._delay, until - self._delay)
        return ((slot + self._delay, meant) for slot, meant in pairs) if self._delay else pairs

    def _jittered(self, after: int, until: int) -> Iterator[Pair]:
        width = self._schedule.jitter
        if width is None:
            for slot in self._open(after, until):
                yield slot, slot
            return
        ahead = self._open(after - width, until + width)
        meant = next(ahead, None)
        while meant is not None:
            following = next(ahead, None)
            room = width if following is None else min(width, following - meant)
            slot = meant + spread_of(f"{self._seed}/{self.nominal(meant)}") % room
            if after < slot <= until:
                yield slot, meant
            meant = following

    def _open(self, after: int, until: int) -> Iterator[int]:
        """The source without what is excluded at its local time."""
        slots, closed = self._source.walk(after, until), self._closed
        return slots if closed is None else (slot for slot in slots if not closed.at(self._local(slot // SECOND)))


def _plain(trigger: Trigger) -> Trigger:
    """The trigger with cron's `@every LENGTH` and `@reboot` as what they are."""
    if isinstance(trigger, Cron):
        word, _, length = trigger.expression.strip().partition(" ")
        if word.lower() == "@every":
            return Every(interval=parse_duration(length))
        if word.lower() == "@reboot":
            return Reboot()
    return trigger
