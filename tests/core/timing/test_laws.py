"""What holds for every schedule, whatever it is made of."""

from datetime import date, datetime, time
from itertools import pairwise
from math import inf, log10
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, Instant, from_datetime
from tickwork.core.codec import from_json, to_json
from tickwork.core.ids import JobId
from tickwork.core.timing.describe import describe, dst_note
from tickwork.core.timing.occurrences import between, count, following, last
from tickwork.core.timing.schedule import (
    AfterCompletion,
    At,
    Cron,
    Decay,
    Every,
    Exclusion,
    FoldPolicy,
    GapPolicy,
    IntervalPolicy,
    MonthEnd,
    Months,
    Roll,
    Schedule,
    Weekday,
    Window,
)
from tickwork.core.timing.text import parse_duration

CENTURY = 100 * 365 * DAY
JOB = JobId("job")
T0 = from_datetime(datetime(2026, 3, 28, tzinfo=ZoneInfo("Europe/Amsterdam")))

slow = settings(deadline=None)  # what never fires again is searched for decades, once
instants = st.integers(T0 - DAY, T0 + 400 * DAY).map(Instant)
near = st.integers(T0 - DAY, T0 + 4 * DAY).map(Instant)
lengths = st.integers(20 * MINUTE, 3 * DAY).map(Duration)
clocks = st.times().map(lambda clock: clock.replace(microsecond=0))
cron = st.sampled_from(
    ["30 2 * * *", "*/30 * * * *", "0 2,3 * * *", "0 0 L * *", "15 9 1,15W * *", "H H * * *", "0 */3 * * 6,0", "@daily"]
)
triggers = st.one_of(
    st.builds(Cron, expression=cron),
    st.builds(Every, interval=lengths, anchor=st.none() | near),
    st.builds(
        Every,
        interval=lengths,
        anchor=st.none() | near,
        decay=st.builds(Decay, factor=st.sampled_from([0.9, 1.0, 1.5]), step=lengths),
    ),
    st.builds(Months, months=st.integers(1, 12), anchor=st.none() | near, month_end=st.sampled_from(MonthEnd)),
    st.builds(At, times=st.lists(near, min_size=1, max_size=5).map(tuple)),
)
windows = st.builds(Window, start=clocks, end=clocks).filter(lambda window: window.start != window.end)
exclusions = st.builds(
    Exclusion,
    windows=st.lists(windows, max_size=2).map(tuple),
    weekdays=st.lists(st.sampled_from(Weekday), max_size=3).map(tuple),
    days=st.lists(st.dates(date(2026, 3, 28), date(2026, 5, 1)), max_size=3).map(tuple),
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    trigger = draw(triggers)
    whole = isinstance(trigger, Every) and trigger.decay is None
    if whole:
        trigger = Every(interval=Duration(trigger.interval // SECOND * SECOND), anchor=trigger.anchor)
    exclude = draw(st.none() | exclusions)
    if exclude is not None and isinstance(trigger, Cron | Months):
        roll = draw(st.sampled_from(Roll))
        exclude = Exclusion(windows=exclude.windows, weekdays=exclude.weekdays, days=exclude.days, roll=roll)
    return Schedule(
        key="k",
        trigger=trigger,
        zone=draw(st.sampled_from(["UTC", "Europe/Amsterdam", "Australia/Lord_Howe", "America/New_York"])),
        since=T0,
        start=draw(st.none() | near),
        until=draw(st.none() | st.integers(T0 + 2 * DAY, T0 + 300 * DAY).map(Instant)),
        repeat=draw(st.none() | st.integers(1, 50)),
        gap=draw(st.sampled_from(GapPolicy)),
        fold=draw(st.sampled_from(FoldPolicy)),
        interval=draw(st.sampled_from(IntervalPolicy)) if whole else IntervalPolicy.ELAPSED,
        exclude=exclude,
        spread=draw(st.none() | lengths),
        jitter=draw(st.none() | lengths),
    )


@slow
@given(schedules(), near)
def test_the_following_one_is_later_and_nothing_lies_between(schedule: Schedule, after: Instant) -> None:
    found = following(schedule, JOB, after)

    if found is not None:
        assert found.slot > after
        assert found.slot >= schedule.begin
        assert between(schedule, JOB, after, Instant(found.slot - 1)) == []
        assert between(schedule, JOB, after, found.slot) == [found]


@slow
@given(schedules(), near, st.lists(st.integers(0, 5 * DAY), min_size=2, max_size=2))
def test_two_parts_are_the_whole(schedule: Schedule, a: Instant, steps: list[int]) -> None:
    b = Instant(a + steps[0])
    c = Instant(b + steps[1])

    whole = between(schedule, JOB, a, c)

    assert between(schedule, JOB, a, b) + between(schedule, JOB, b, c) == whole
    assert all(one.slot < other.slot for one, other in pairwise(whole))
    assert len({one.nominal for one in whole}) == len(whole)


@slow
@given(schedules(), near, st.integers(0, 20 * DAY), st.integers(0, 9))
def test_count_and_last_agree_with_the_list(schedule: Schedule, after: Instant, length: int, n: int) -> None:
    until = Instant(after + length)

    whole = between(schedule, JOB, after, until)

    assert count(schedule, JOB, after, until) == len(whole)
    assert last(schedule, JOB, after, until, n=n) == (whole[-n:] if n else [])
    assert between(schedule, JOB, after, until, limit=n) == whole[:n]


@slow
@given(schedules())
def test_repeat_and_until_bound_the_whole(schedule: Schedule) -> None:
    horizon = Instant(T0 + 1000 * DAY)

    if schedule.repeat is not None:
        assert count(schedule, JOB, Instant(0), horizon) <= schedule.repeat
    if schedule.until is not None:
        assert all(one.slot <= schedule.until for one in last(schedule, JOB, Instant(0), horizon, n=1))


@slow
@given(schedules(), near, near)
def test_the_order_of_questions_does_not_matter(schedule: Schedule, one: Instant, other: Instant) -> None:
    first = following(schedule, JOB, one)
    following(schedule, JOB, other)

    assert following(schedule, JOB, one) == first


@slow
@given(schedules())
def test_a_schedule_is_stored_as_json_and_read_back(schedule: Schedule) -> None:
    assert from_json(to_json(schedule), Schedule) == schedule


@given(schedules(), instants)
@settings(max_examples=50, deadline=None)
def test_every_schedule_can_be_said_in_words(schedule: Schedule, now: Instant) -> None:
    assert describe(schedule)
    assert dst_note(schedule, JOB, now) is None or schedule.zone in (dst_note(schedule, JOB, now) or "")


def power(factor: float, n: int) -> float:
    return factor**n if n * log10(factor) < 300 else inf


def test_decay_is_the_formula() -> None:
    chance = Random(2)  # the same cases each time
    for case in range(10_000):
        interval = Duration(chance.randint(SECOND, 2 * HOUR))
        # The slower it decays the longer it is walked, so that the slowest one has its turn now and then.
        factor = 0.999 if case % 100 == 0 else chance.choice([0.5, 0.9, 0.99, 1.0, 1.01, 2.0, 10.0])
        # As many short steps as long ones, else nearly all are longer than what is looked at.
        step = Duration(round(SECOND * (DAY / SECOND) ** chance.random()))
        decays_by_the_formula(interval, factor, step)


def decays_by_the_formula(interval: Duration, factor: float, step: Duration) -> None:
    schedule = Schedule(key="k", trigger=Every(interval=interval, anchor=T0, decay=Decay(factor=factor, step=step)))
    expected, age = [], 0
    while len(expected) < 20 and age < CENTURY:
        expected.append(T0 + age)
        age += max(SECOND, round(min(CENTURY, interval * power(factor, age // step))))

    found = between(schedule, JOB, Instant(T0 - 1), Instant(expected[-1]))

    assert [one.slot for one in found] == expected, (interval, factor, step)
    assert count(schedule, JOB, T0, Instant(expected[-1])) == len(expected) - 1
    assert [one.slot for one in last(schedule, JOB, Instant(0), Instant(expected[-1]), n=5)] == expected[-5:]


@given(
    interval=st.integers(1, 400 * 366 * DAY).map(Duration),
    decay=st.none() | st.builds(Decay, factor=st.sampled_from([0.5, 1.01, 2.0]), step=lengths),
)
def test_the_words_for_an_interval_read_back_as_what_they_describe(interval: Duration, decay: Decay | None) -> None:
    words = describe(Schedule(key="k", trigger=Every(interval=interval, decay=decay)))

    every, *aging = words.removeprefix("every ").split(", times ")

    assert parse_duration(every) == interval
    if decay is not None:
        factor, step = aging[0].removesuffix(" of age").split(" with each ")
        assert (float(factor), parse_duration(step)) == (decay.factor, decay.step)


@given(st.integers(1, 400 * 366 * DAY).map(Duration))
def test_the_words_for_a_delay_read_back_as_what_they_describe(delay: Duration) -> None:
    words = describe(Schedule(key="k", trigger=AfterCompletion(delay=delay)))

    assert parse_duration(words.removesuffix(" after its last run ended")) == delay


def test_the_clock_of_a_window_is_local() -> None:
    windows = (Window(start=time(2), end=time(4)),)
    schedule = Schedule(
        key="k", trigger=Cron(expression="0 * * * *"), zone="Asia/Kolkata", exclude=Exclusion(windows=windows)
    )

    assert {one.nominal[11:13] for one in between(schedule, JOB, T0, Instant(T0 + DAY))}.isdisjoint({"02", "03"})
