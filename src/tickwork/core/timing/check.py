"""Which schedules are accepted: values in range, no combination that contradicts itself, none that never fires."""

from collections.abc import Iterator

from tickwork.core.clock import SECOND
from tickwork.core.timing.compiler import resolved
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    CatchUp,
    Decay,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    Months,
    Reboot,
    Roll,
    Schedule,
    Trigger,
)
from tickwork.core.timing.stream import Stream
from tickwork.core.timing.text import format_duration
from tickwork.core.timing.zone import zone_of
from tickwork.errors import InvalidSchedule

_LARGEST_FACTOR = 1e6
_SMALLEST_CHANGE = 0.001


def values(schedule: Schedule) -> None:
    """Raises `InvalidSchedule` for the first value or combination that makes no sense."""
    zone_of(schedule.zone)
    trigger = resolved(schedule.trigger)
    problem = next(
        (
            problem
            for problems in (_trigger(trigger), _bounds(schedule), _policies(schedule, trigger))
            for problem in problems
        ),
        None,
    )
    if problem is not None:
        raise InvalidSchedule(problem)


def fires(schedule: Schedule, stream: Stream | None) -> None:
    """Raises `InvalidSchedule` for a schedule that never fires, whenever it is looked at.

    One that is merely over (`at` or `until` in the past) is accepted: its definition may be saved again.
    """
    if stream is None:
        return
    first = stream.after(-1 if schedule.start is None else schedule.start - 1)
    if first is None:
        excluded = " outside of what is excluded" if schedule.exclude else ""
        raise InvalidSchedule(f"schedule {schedule.key}: it would never fire; there is no such time{excluded}")
    if schedule.start is not None and schedule.until is not None and first.slot > schedule.until:
        raise InvalidSchedule(f"schedule {schedule.key}: it would never fire between from and until; widen them")


def _trigger(trigger: Trigger) -> Iterator[str]:
    match trigger:
        case Every(interval=interval, decay=decay):
            if interval <= 0:
                yield f"every: {interval} µs must be longer than nothing; write 90s, 1h30m or 2d"
            if decay is not None:
                yield from _decay(decay)
        case Months(months=months) if months <= 0:
            yield f"months: {months} is not allowed; write 1 or more"
        case At(times=()):
            yield "at: there is no time in the list; write one like 2026-12-24T18:00"
        case AfterCompletion(delay=delay) if delay < 0:
            yield f"after_completion: {delay} µs is negative; write 0 or more"


def _decay(decay: Decay) -> Iterator[str]:
    if not 1 / _LARGEST_FACTOR <= decay.factor <= _LARGEST_FACTOR:
        yield f"decay: factor {decay.factor:g} is not in {1 / _LARGEST_FACTOR:g}-{_LARGEST_FACTOR:g}"
    if 0 < abs(decay.factor - 1) < _SMALLEST_CHANGE:
        yield f"decay: factor {decay.factor} is too close to 1; it must differ by {_SMALLEST_CHANGE} or more"
    if decay.step < SECOND:
        yield f"decay: step {format_duration(decay.step)} is too short; write 1s or more"


def _bounds(schedule: Schedule) -> Iterator[str]:
    if schedule.start is not None and schedule.until is not None and schedule.until < schedule.start:
        yield "until: it lies before from; nothing would ever be due"
    if schedule.duration is not None and schedule.until is not None:
        yield "duration: until says already when it ends; give one of the two"
    for name in ("duration", "spread", "jitter", "max_age", "start_deadline", "repeat", "max_count"):
        amount = getattr(schedule, name)
        if amount is not None and amount <= 0:
            yield f"{name}: {amount} is not allowed; leave it out or write more than nothing"


def _policies(schedule: Schedule, trigger: Trigger) -> Iterator[str]:
    by_wall = schedule.interval is IntervalPolicy.WALL
    if by_wall and not isinstance(trigger, Every):
        yield "interval: wall says how every counts; this trigger follows the wall clock or lists its times"
    if by_wall and isinstance(trigger, Every):
        yield from _wall(trigger)
    if isinstance(trigger, At | Reboot | AfterCompletion) or (isinstance(trigger, Every) and not by_wall):
        if schedule.gap is not GapPolicy.CRON:
            yield f"gap: {schedule.gap} means nothing to a trigger that does not follow the wall clock; leave it out"
        if schedule.fold is not FoldPolicy.CRON:
            yield f"fold: {schedule.fold} means nothing to a trigger that does not follow the wall clock; leave it out"
    if schedule.exclude is not None:
        yield from _exclusion(schedule.exclude, trigger)
    if isinstance(trigger, Reboot | AfterCompletion):
        yield from _without_times(schedule)
    yield from _catch_up(schedule)


def _wall(trigger: Every) -> Iterator[str]:
    if trigger.decay is not None:
        yield "decay: it counts time that passed; leave interval: wall out"
    if trigger.interval % SECOND:
        yield f"every: {format_duration(trigger.interval)} by the wall clock must be whole seconds"


def _exclusion(exclude: Exclusion, trigger: Trigger) -> Iterator[str]:
    if exclude.roll is not Roll.SKIP and isinstance(trigger, Every | At):
        yield f"roll: {exclude.roll} needs a trigger with calendar days (cron or months); use roll: skip"
    for window in exclude.windows:
        if window.start == window.end:
            yield f"window: {window.start:%H:%M}-{window.end:%H:%M} is empty; to exclude whole days name them"
    unknown = set(exclude.calendars) - {calendar.name for calendar in exclude.frozen}
    if unknown:
        yield f"calendar: {', '.join(sorted(unknown))}: there is no calendar of this name; define it first"


def _without_times(schedule: Schedule) -> Iterator[str]:
    for name in ("exclude", "spread", "jitter", "repeat"):
        if getattr(schedule, name) is not None:
            yield f"{name}: it needs a trigger with times of its own; this one follows an event"


def _catch_up(schedule: Schedule) -> Iterator[str]:
    if schedule.max_count is not None and schedule.catch_up is not CatchUp.ALL:
        yield f"max_count: it belongs to catch_up: all; with {schedule.catch_up} leave it out"
    if schedule.max_age is not None and schedule.catch_up is CatchUp.NONE:
        yield "max_age: with catch_up: none nothing is caught up; leave one of the two out"
    age, deadline = schedule.max_age, schedule.start_deadline
    if age is not None and deadline is not None and age > deadline:
        yield (
            f"max_age: {format_duration(age)} is longer than start_deadline {format_duration(deadline)}, "
            "after which nothing is started any more"
        )
