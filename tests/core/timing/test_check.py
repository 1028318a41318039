"""What is refused when a schedule is saved, and in which words."""

from datetime import time

import pytest

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    CatchUp,
    Cron,
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
    Weekday,
    Window,
)
from tickwork.errors import InvalidSchedule

JOB = JobId("job")
HOURLY = Every(interval=HOUR)
NIGHTLY = Cron(expression="30 2 * * *")
WEEKENDS = Exclusion(weekdays=tuple(Weekday), roll=Roll.SKIP)


def length(amount: int) -> Duration:
    return Duration(amount)


@pytest.mark.parametrize(
    ("trigger", "more", "message"),
    [
        (NIGHTLY, {"zone": "Amsterdam"}, "zone: 'Amsterdam' is not in the tz database; did you mean Europe/Amsterdam?"),
        (NIGHTLY, {"zone": "Europe/Amsterdm"}, "did you mean Europe/Amsterdam"),
        (NIGHTLY, {"zone": "../../etc/passwd"}, "is not in the tz database"),
        (NIGHTLY, {"zone": "America"}, "is not in the tz database"),
        (NIGHTLY, {"zone": ""}, "zone: '' is not in the tz database; write it like Europe/Amsterdam"),
        (Every(interval=length(0)), {}, "every: 0 µs must be longer than nothing"),
        (Every(interval=HOUR, decay=Decay(factor=0, step=HOUR)), {}, "decay: factor 0 is not in 1e-06-1e+06"),
        (Every(interval=HOUR, decay=Decay(factor=1.0001, step=HOUR)), {}, "is too close to 1"),
        (Every(interval=HOUR, decay=Decay(factor=2, step=length(1000))), {}, "decay: step 1ms is too short"),
        (Months(months=0), {}, "months: 0 is not allowed"),
        (At(times=()), {}, "at: there is no time in the list"),
        (AfterCompletion(delay=length(-1)), {}, "after_completion: -1 µs is negative"),
        (HOURLY, {"start": Instant(5), "until": Instant(4)}, "until: it lies before from"),
        (HOURLY, {"until": Instant(4), "duration": HOUR}, "duration: until says already when it ends"),
        (HOURLY, {"repeat": 0}, "repeat: 0 is not allowed"),
        (HOURLY, {"spread": length(0)}, "spread: 0 is not allowed"),
        (NIGHTLY, {"interval": IntervalPolicy.WALL}, "interval: wall says how every counts"),
        (
            Every(interval=length(1500)),
            {"interval": IntervalPolicy.WALL},
            "every: 1ms500us by the wall clock must be whole seconds",
        ),
        (
            Every(interval=HOUR, decay=Decay(factor=2, step=HOUR)),
            {"interval": IntervalPolicy.WALL},
            "decay: it counts time that passed",
        ),
        (HOURLY, {"gap": GapPolicy.SHIFT}, "gap: shift means nothing to a trigger that does not follow the wall clock"),
        (Reboot(), {"fold": FoldPolicy.BOTH}, "fold: both means nothing"),
        (HOURLY, {"exclude": Exclusion(roll=Roll.NEXT)}, "roll: next needs a trigger with calendar days"),
        (
            NIGHTLY,
            {"exclude": Exclusion(windows=(Window(start=time(2), end=time(2)),))},
            "window: 02:00-02:00 is empty",
        ),
        (NIGHTLY, {"exclude": Exclusion(calendars=("banks",))}, "calendar: banks: there is no calendar of this name"),
        (Reboot(), {"jitter": MINUTE}, "jitter: it needs a trigger with times of its own"),
        (HOURLY, {"max_count": 3}, "max_count: it belongs to catch_up: all; with latest leave it out"),
        (HOURLY, {"catch_up": CatchUp.NONE, "max_age": HOUR}, "max_age: with catch_up: none nothing is caught up"),
        (
            HOURLY,
            {"max_age": DAY, "start_deadline": HOUR},
            "max_age: 1d is longer than start_deadline 1h",
        ),
        (HOURLY, {"exclude": WEEKENDS}, "it would never fire; there is no such time outside of what is excluded"),
        (
            NIGHTLY,
            {"exclude": Exclusion(windows=(Window(start=time(2), end=time(3)),))},
            "it would never fire; there is no such time outside of what is excluded",
        ),
        (
            NIGHTLY,
            {"start": Instant(3 * HOUR), "until": Instant(5 * HOUR)},
            "it would never fire between from and until",
        ),
        (Cron(expression="61 * * * *"), {}, "minute: 61 is not in 0-59"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(
    trigger: Trigger, more: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        validate(Schedule(key="k", trigger=trigger, **more), JOB)  # type: ignore[arg-type]

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("trigger", "more"),
    [
        (NIGHTLY, {"zone": "Europe/Amsterdam", "gap": GapPolicy.SKIP, "fold": FoldPolicy.SECOND}),
        (Every(interval=DAY), {"interval": IntervalPolicy.WALL, "gap": GapPolicy.SHIFT}),
        (HOURLY, {"catch_up": CatchUp.ALL, "max_count": 3, "max_age": HOUR, "start_deadline": DAY}),
        (At(times=(Instant(1),)), {"since": Instant(100 * DAY)}),
        (HOURLY, {"since": Instant(100 * DAY), "until": Instant(SECOND)}),
        (At(times=(Instant(60 * 366 * DAY),)), {"exclude": Exclusion(weekdays=(Weekday.SUN,))}),
        (Months(months=12), {"repeat": 1}),
        (AfterCompletion(delay=length(0)), {}),
        (Reboot(), {}),
    ],
)
def test_what_can_be_meant_is_accepted_even_if_it_is_over(trigger: Trigger, more: dict[str, object]) -> None:
    validate(Schedule(key="k", trigger=trigger, **more), JOB)  # type: ignore[arg-type]
