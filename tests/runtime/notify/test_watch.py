"""What no completion tells is noticed, once."""

import contextlib

from tests.house import every, job
from tests.runtime.notify.conftest import Noticing
from tickwork.core.clock import HOUR, Duration, Instant, seconds, to_datetime
from tickwork.core.codec import to_json
from tickwork.core.model import SYSTEM, Overlap, Scope
from tickwork.core.notices import usual_limit
from tickwork.core.rules import Occasion, Rule
from tickwork.core.states import State
from tickwork.core.timing.schedule import At, Exclusion, Schedule
from tickwork.errors import StoreUnavailable
from tickwork.operations.fleet import OUTAGES, Outages
from tickwork.runtime.notify.notifier import Notifier
from tickwork.service import NAP
from tickwork.store.protocol import Kind, Put


def rule(*on: Occasion) -> Rule:
    return Rule(channels=("mail:ops@example.com",), on=on)


async def look(noticing: Noticing, *, after: float = 0) -> list[str]:
    noticing.house.clock.advance(after)
    await noticing.watch.look()
    await noticing.sender.send()
    return noticing.post.subjects


async def test_a_run_that_nobody_begins_is_late_once(noticing: Noticing):
    await noticing.house.ops.jobs.apply("board", [job(notify=(rule(),), late_after=seconds(90))])
    await noticing.house.ops.runs.run("backup")
    assert await look(noticing, after=80) == []
    assert await look(noticing, after=20) == ["[tickwork] backup is late"]
    assert await look(noticing, after=100) == ["[tickwork] backup is late"]


async def test_a_late_run_is_found_behind_many_others_that_nobody_is_told_of(noticing: Noticing, monkeypatch):
    monkeypatch.setattr("tickwork.runtime.notify.watch._LOOKED_AT", 10)
    house = noticing.house
    many = job("many", overlap=Overlap.ALLOW)
    await house.ops.jobs.apply("board", [many, job(notify=(rule(),), late_after=seconds(90))])
    for _ in range(45):
        await house.ops.runs.run("many")
    house.clock.advance(1)
    await house.ops.runs.run("backup")
    house.clock.advance(1)
    for _ in range(5):
        await house.ops.runs.run("many")
    house.clock.advance(100)
    for _ in range(3):
        assert await look(noticing, after=10) == []
    for _ in range(9):
        await look(noticing, after=10)
    assert noticing.post.subjects == ["[tickwork] backup is late"]


async def test_a_run_takes_too_long_by_a_limit_of_its_own(noticing: Noticing):
    await noticing.house.ops.jobs.apply("board", [job(notify=(rule(Occasion.TOO_LONG),), too_long=seconds(60))])
    session = await noticing.house.session()
    await noticing.house.ops.runs.run("backup")
    [claim] = await noticing.house.claim(session)
    await noticing.house.start(claim)
    assert await look(noticing, after=59) == []
    assert await look(noticing, after=2) == ["[tickwork] backup takes too long"]
    assert len(await look(noticing, after=60)) == 1


async def test_a_run_takes_too_long_by_what_twenty_others_took(noticing: Noticing):
    house = noticing.house
    await house.ops.jobs.apply("board", [job(notify=(rule(Occasion.TOO_LONG),))])
    session = await house.session()
    for _ in range(20):
        await house.ops.runs.run("backup")
        [claim] = await house.claim(session)
        await house.start(claim)
        house.clock.advance(100)
        await house.finish(claim, State.SUCCEEDED)
    await house.ops.runs.run("backup")
    [claim] = await house.claim(session)
    await house.start(claim)
    assert await look(noticing, after=120) == []
    assert await look(noticing, after=10) == ["[tickwork] backup takes too long"]


def test_what_is_usual_needs_twenty_runs():
    assert usual_limit([Duration(100_000_000)] * 19) is None
    assert usual_limit([Duration(100_000_000)] * 20) == 125_000_000
    assert usual_limit([Duration(1_000_000)] * 20) == 11_000_000


async def test_moments_that_were_missed_while_no_scheduler_ran_are_told_once(noticing: Noticing):
    house = noticing.house
    await house.ops.jobs.apply("board", [job("backup", every(60, catch_up="none"), notify=(rule(),))])
    await look(noticing)
    house.clock.advance(600)
    await house.pass_time(1)
    assert await look(noticing) == ["[tickwork] backup was missed"]
    assert len(await look(noticing, after=30)) == 1
    assert "9 due moments" in noticing.post.taken[0][1].text


async def test_a_pool_that_nobody_serves_is_told_and_so_is_its_recovery(noticing: Noticing):
    house = noticing.house
    await house.ops.notify.add_rule(Scope.POOL, "gpu", rule())
    await look(noticing)

    async def note(pools) -> None:
        put = Put(kind=Kind.MARK, id=OUTAGES, body=to_json(Outages(pools=pools)))
        await house.store.put([put], by=SYSTEM, at=house.clock.now())

    await note({"gpu": house.clock.now(), "default": house.clock.now()})
    assert await look(noticing) == ["[tickwork] pool gpu is unresponsive"]
    assert len(await look(noticing, after=60)) == 1
    await note({})
    assert (await look(noticing))[1:] == ["[tickwork] pool gpu has recovered"]


async def test_a_schedule_that_never_fires_again_is_told_but_not_one_that_ended_as_written(noticing: Noticing):
    house = noticing.house
    soon = house.clock.now() + seconds(5)
    await house.ops.calendars.put("off", days=["1999-01-01"])
    tomorrow = Instant(house.clock.now() + 24 * HOUR)
    never = Schedule(key="main", trigger=At(times=(tomorrow,)), exclude=Exclusion(calendars=("off",)))
    jobs = [
        job("never", never, notify=(rule(Occasion.NEVER_FIRES),)),
        job("ended", every(1, until=soon), notify=(rule(Occasion.NEVER_FIRES),)),
    ]
    await house.ops.jobs.apply("board", jobs)
    await house.pass_time(10)
    assert await look(noticing) == []
    await house.ops.calendars.put("off", days=[str(to_datetime(tomorrow).date())])
    assert await look(noticing, after=3601) == ["[tickwork] never never fires again"]
    assert len(await look(noticing, after=3601)) == 1


async def test_of_many_schedules_that_rest_some_are_looked_at_each_time_and_of_what_is_due_none(
    noticing: Noticing, monkeypatch
):
    monkeypatch.setattr("tickwork.runtime.notify.watch._RESTING", 2)
    house = noticing.house
    await house.ops.calendars.put("off", days=["1999-01-01"])
    tomorrow = Instant(house.clock.now() + 24 * HOUR)
    never = Schedule(key="main", trigger=At(times=(tomorrow,)), exclude=Exclusion(calendars=("off",)))
    await house.ops.notify.add_rule(Scope.INSTANCE, "", rule(Occasion.NEVER_FIRES))
    due = [job(f"hourly-{n}", every(3600)) for n in range(5)]
    await house.ops.jobs.apply("board", [*(job(f"never-{n}", never) for n in range(5)), *due])
    assert await look(noticing) == []
    await house.ops.calendars.put("off", days=[str(to_datetime(tomorrow).date())])
    house.clock.advance(3601)
    house.store.calls.clear()
    for told in (2, 4, 5, 5):
        assert len(await look(noticing, after=10)) == told
    assert house.store.calls.count("idle") == 3


async def ticked(notifier: Notifier) -> None:
    await notifier.tick()
    if notifier._sending is not None:
        await notifier._sending


async def test_a_store_that_is_away_for_a_minute_is_told_past_it_and_its_return_too(noticing: Noticing):
    house = noticing.house
    await house.ops.notify.add_rule(Scope.INSTANCE, "", rule(Occasion.STORE))
    notifier = noticing.notifier()
    await ticked(notifier)
    for verb in ("find", "notes_under", "notes", "keep", "runs"):
        house.store.fail(verb, times=1000)
    for _ in range(80):
        house.clock.advance(1)
        with contextlib.suppress(StoreUnavailable):
            await ticked(notifier)
    assert noticing.post.subjects == ["[tickwork] the store is away"]
    house.store._faults.clear()
    house.clock.advance(1)
    for _ in range(3):
        with contextlib.suppress(StoreUnavailable):  # of a sending that began while it was away
            await ticked(notifier)
    assert noticing.post.subjects[1:] == ["[tickwork] the store is back"]


async def test_a_store_that_takes_nothing_any_more_is_away_though_it_can_be_read(noticing: Noticing):
    """As a full disk makes it, where nothing else happens to be written."""
    await noticing.house.ops.notify.add_rule(Scope.INSTANCE, "", rule(Occasion.STORE))
    notifier = noticing.notifier()
    await ticked(notifier)
    noticing.house.store.fail("keep", times=1000)
    for _ in range(80):
        noticing.house.clock.advance(1)
        with contextlib.suppress(StoreUnavailable):
            await ticked(notifier)
    assert noticing.post.subjects == ["[tickwork] the store is away"]
    await notifier.closed()


async def test_a_process_that_stood_still_is_told(noticing: Noticing):
    await noticing.house.ops.notify.add_rule(Scope.INSTANCE, "", rule(Occasion.FREEZE))
    notifier = noticing.notifier()
    assert await notifier.tick() == NAP
    noticing.house.clock.advance(40)
    await ticked(notifier)
    await ticked(notifier)
    [(_, message)] = noticing.post.taken
    assert "stood still for 40 s" in message.text
    await notifier.closed()
