"""Random lives of a house: schedules of every kind, edits, pauses, outages, clocks that jump, two schedulers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from hypothesis import strategies as st

from tests.house import ANN, House, drain, job
from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Duration, from_datetime
from tickwork.core.ids import Ids, JobId, randomness
from tickwork.core.model import Overlap, Scope
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import (
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
    Roll,
    Schedule,
    Weekday,
    Window,
)
from tickwork.errors import InvalidSchedule
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.testing import FakeClock, FaultStore

BEGIN = from_datetime(datetime(2026, 3, 28, 22, tzinfo=UTC))
"""Three hours before the clocks of Europe go forward."""
ZONES = ["UTC", "Europe/Amsterdam", "Australia/Lord_Howe"]
JOBS = ["a", "b"]


def triggers() -> st.SearchStrategy:
    moments = st.integers(BEGIN, BEGIN + 3 * DAY)
    return st.one_of(
        st.builds(Cron, expression=st.sampled_from(["*/7 * * * *", "30 2 * * *", "H/10 1-4 * * *", "0 9 28,29 * *"])),
        st.builds(Every, interval=st.sampled_from([45 * SECOND, 10 * MINUTE, 5 * HOUR])),
        st.builds(
            Every,
            interval=st.just(Duration(5 * MINUTE)),
            decay=st.builds(Decay, factor=st.sampled_from([0.5, 2.0]), step=st.just(Duration(HOUR))),
        ),
        st.builds(Months, months=st.just(1), anchor=st.just(BEGIN + 5 * HOUR)),
        st.builds(At, times=st.lists(moments, min_size=1, max_size=4).map(tuple)),
    )


def accepted(schedule: Schedule) -> bool:
    try:
        validate(schedule, JobId("a"))
    except InvalidSchedule:
        return False
    return True


def schedules(key: str) -> st.SearchStrategy[Schedule]:
    return drawn_schedules(key).filter(accepted)


@st.composite
def drawn_schedules(draw, key: str) -> Schedule:
    trigger = draw(triggers())
    follows = isinstance(trigger, Cron | Months)
    wall = isinstance(trigger, Every) and trigger.decay is None and draw(st.booleans())
    catch_up = draw(st.sampled_from(CatchUp))
    closed = st.builds(
        Exclusion,
        windows=st.sampled_from([(), (Window(start=time(23), end=time(1, 30)),)]),
        weekdays=st.sampled_from([(), (Weekday.SUN,)]),
        days=st.sampled_from([(), (date(2026, 3, 30),)]),
        roll=st.sampled_from(list(Roll) if follows else [Roll.SKIP]),
    )
    return Schedule(
        key=key,
        trigger=trigger,
        zone=draw(st.sampled_from(ZONES)),
        start=draw(st.none() | st.integers(BEGIN, BEGIN + 6 * HOUR)),
        until=draw(st.none() | st.integers(BEGIN + 12 * HOUR, BEGIN + 3 * DAY)),
        repeat=draw(st.none() | st.integers(1, 40)),
        gap=draw(st.sampled_from(GapPolicy)) if follows or wall else GapPolicy.CRON,
        fold=draw(st.sampled_from(FoldPolicy)) if follows or wall else FoldPolicy.CRON,
        interval=IntervalPolicy.WALL if wall else IntervalPolicy.ELAPSED,
        exclude=draw(st.none() | closed),
        spread=draw(st.none() | st.just(Duration(20 * MINUTE))),
        jitter=draw(st.none() | st.just(Duration(5 * MINUTE))),
        catch_up=catch_up,
        max_count=draw(st.none() | st.just(2)) if catch_up is CatchUp.ALL else None,
        max_age=draw(st.none() | st.just(Duration(HOUR))) if catch_up is not CatchUp.NONE else None,
        start_deadline=draw(st.none() | st.just(Duration(3 * HOUR))),
    )


def definitions() -> st.SearchStrategy:
    """One job, or None where it is not on the board."""
    return st.none() | st.tuples(schedules("one"), st.none() | schedules("two"))


def steps() -> st.SearchStrategy:
    lengths = st.sampled_from([20, 600, 7_000, 30_000])
    return st.one_of(
        st.tuples(st.just("edit"), st.tuples(*(definitions() for _ in JOBS))),
        st.tuples(st.sampled_from(["live", "outage", "rivals"]), lengths),
        st.tuples(st.just("jump"), st.sampled_from([-40_000, -300, 300])),
        st.tuples(st.sampled_from(["pause", "resume"]), st.sampled_from(JOBS)),
    )


def histories() -> st.SearchStrategy:
    first = st.tuples(st.just("edit"), st.tuples(*(definitions() for _ in JOBS)))
    return st.tuples(first, st.lists(steps(), min_size=2, max_size=8)).map(lambda parts: [parts[0], *parts[1]])


@asynccontextmanager
async def house_at(begin: int = BEGIN, *, file: Path | None = None) -> AsyncIterator[House]:
    """A house whose clock stands at `begin`, over a store in memory or a file."""
    clock = FakeClock(begin)
    ids = Ids(clock=clock, bits=randomness(1).getrandbits)
    store = make_store("memory://" if file is None else f"sqlite:///{file}", clock=clock)
    await store.open()
    faulty = FaultStore(store)
    try:
        yield House(clock=clock, ids=ids, store=faulty, ops=Operations(store=faulty, clock=clock, ids=ids, actor=ANN))
    finally:
        await store.close()


async def live(house: House, history) -> None:
    """Carry out the steps; at the end everything due is decided."""
    for what, how in history:
        await _step(house, what, how)
    await drain(house.scheduler())


async def _step(house: House, what: str, how) -> None:
    match what:
        case "edit":
            await house.ops.jobs.apply(
                "board", [_job(name, parts) for name, parts in zip(JOBS, how, strict=True) if parts]
            )
        case "live":
            await house.pass_time(how, step=how / 4)
        case "outage":
            house.clock.advance(how)
        case "rivals":
            house.clock.advance(how)
            await asyncio.gather(drain(house.scheduler()), drain(house.scheduler()))
        case "jump":
            house.clock.jump(how)
        case "pause" | "resume" if await house.store.get("job", how):
            await getattr(house.ops.switches, what)(Scope.JOB, how)


def _job(name: str, parts):
    return job(name, *(schedule for schedule in parts if schedule is not None), overlap=Overlap.ALLOW)
