"""The values of a schedule: triggers with their zone and policies. Behaviour is in the sibling modules."""

from datetime import date, time
from enum import StrEnum

import msgspec

from tickwork.core.clock import Duration, Instant
from tickwork.core.stored import Stored


class Cron(Stored, frozen=True, kw_only=True, tag="cron"):
    """A cron expression of 5 or 6 fields (seconds first) or an `@alias`.

    Beside what Debian's cron reads: `?`, `L`, `L-n`, `LW`, `nW`, `n#m`, `nL`, `H` (a value that depends on the job,
    so that not everything starts at :00), and `@every 90s`.
    """

    expression: str


class Decay(Stored, frozen=True, kw_only=True):
    """An interval that changes with age: `interval * factor ** floor(age / step)`.

    `age` is counted from the first slot. With a factor below 1 it shrinks, but never below one second.
    """

    factor: float
    step: Duration


class Every(Stored, frozen=True, kw_only=True, tag="every"):
    """A fixed interval. Slots are `anchor + n * interval`, n ≥ 0.

    Without an anchor they are counted from the schedule's `start`, which is then the first slot; without a `start`,
    from `since`, and the first slot is one interval later.
    """

    interval: Duration
    anchor: Instant | None = None
    decay: Decay | None = None


class MonthEnd(StrEnum):
    """What a month does that does not have the day."""

    LAST = "last"
    SKIP = "skip"


class Months(Stored, frozen=True, kw_only=True, tag="months"):
    """Every `months` calendar months (12: a year) on the anchor's day and wall-clock time.

    Anchored like `Every`.
    """

    months: int
    anchor: Instant | None = None
    month_end: MonthEnd = MonthEnd.LAST


class At(Stored, frozen=True, kw_only=True, tag="at"):
    """Once at each of these instants."""

    times: tuple[Instant, ...]


class AfterCompletion(Stored, frozen=True, kw_only=True, tag="after_completion"):
    """`delay` after the job's last run ended; has no times to preview."""

    delay: Duration


class Reboot(Stored, frozen=True, kw_only=True, tag="reboot"):
    """Once per boot of the machine that the scheduler runs on; has no times to preview."""


Trigger = Cron | Every | Months | At | AfterCompletion | Reboot


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Roll(StrEnum):
    """What becomes of an occurrence on an excluded day."""

    SKIP = "skip"
    NEXT = "next"
    PREVIOUS = "previous"


class Window(Stored, frozen=True, kw_only=True):
    """A part of every day, `start` ≤ local time < `end`, in which nothing is due. `end` ≤ `start`: over midnight."""

    start: time
    end: time
    note: str = ""


class FrozenCalendar(Stored, frozen=True, kw_only=True):
    """The content of a named calendar as it was when the schedule was saved: what decides occurrences is frozen
    with the revision, so that history expands the same for ever."""

    name: str
    days: tuple[date, ...]
    version: str = ""


class Exclusion(Stored, frozen=True, kw_only=True):
    """When the schedule is not due although its trigger says so; read in the schedule's zone."""

    windows: tuple[Window, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    days: tuple[date, ...] = ()
    calendars: tuple[str, ...] = ()
    """Names; their content is `frozen`."""
    frozen: tuple[FrozenCalendar, ...] = ()
    roll: Roll = Roll.SKIP
    """For excluded days; an occurrence in a window is always skipped."""


class GapPolicy(StrEnum):
    """What a nominal time does that the clock jumps over in spring."""

    CRON = "cron"  # as Debian's cron: shift for jobs of a fixed time, skip for those that follow the clock
    SHIFT = "shift"  # due at the first instant after the jump; several of them are due once
    SKIP = "skip"


class FoldPolicy(StrEnum):
    """What a nominal time does that the clock passes twice in autumn."""

    CRON = "cron"  # as Debian's cron: first for jobs of a fixed time, both for those that follow the clock
    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class IntervalPolicy(StrEnum):
    """How `every` counts."""

    ELAPSED = "elapsed"  # time that really passed
    WALL = "wall"  # by the wall clock: every 1d stays at nine when the offset changes


class CatchUp(StrEnum):
    """What to do with occurrences that nobody looked after (outage, pause)."""

    LATEST = "latest"
    ALL = "all"
    NONE = "none"


class Schedule(Stored, frozen=True, kw_only=True):
    """One schedule of a job. `key` tells the schedules of a job apart and is stable across edits."""

    key: str
    trigger: Trigger
    zone: str = "UTC"
    since: Instant = Instant(0)
    """From when on this revision of the schedule accounts for occurrences; an edit sets it to its own moment,
    so that nothing ever fires retroactively."""
    start: Instant | None = None
    """The wish `from`: nothing is due before. Unlike `since` it is the user's and survives edits."""
    until: Instant | None = None
    """Nothing is due later."""
    duration: Duration | None = None
    """Nothing is due later than this after the beginning (`start`, else `since`)."""
    repeat: int | None = None
    """At most this many occurrences, counted like `duration`."""
    gap: GapPolicy = GapPolicy.CRON
    fold: FoldPolicy = FoldPolicy.CRON
    interval: IntervalPolicy = IntervalPolicy.ELAPSED
    exclude: Exclusion | None = None
    spread: Duration | None = None
    """Every occurrence is due later by one and the same part of this, which depends on job and schedule."""
    jitter: Duration | None = None
    """Each occurrence is due later by its own part of this (never past the next one); the same each time it is
    asked."""
    catch_up: CatchUp = CatchUp.LATEST
    max_count: int | None = None
    """With `all`: at most this many of the latest are caught up; older ones are `missed(capped)`."""
    max_age: Duration | None = None
    """Occurrences older than this are never caught up."""
    start_deadline: Duration | None = None
    """A run that could not start this long after its slot is `missed(deadline)`."""

    @property
    def origin(self) -> Instant:
        """From where `duration` and `repeat` count."""
        return self.since if self.start is None else self.start

    @property
    def begin(self) -> Instant:
        """No slot lies before this."""
        return self.since if self.start is None else max(self.since, self.start)


class Occurrence(msgspec.Struct, frozen=True):
    """One due moment of one schedule."""

    slot: Instant
    """When it is due."""
    nominal: str
    """Its key within the schedule: the nominal local time, `2026-10-25T02:30:00`, with `~1` behind it for the
    second pass of a repeated hour (fold). For triggers without a local time: the UTC time with a `Z`."""
