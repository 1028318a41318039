"""One sentence for every why."""

from datetime import date, time

import pytest
from msgspec.structs import replace

from tests.house import House, drain, every, job
from tests.pruning import prune
from tickwork.core.clock import later, seconds
from tickwork.core.dependencies import After
from tickwork.core.model import Call, Scope
from tickwork.core.states import State
from tickwork.core.timing.schedule import Cron, Exclusion, Roll, Schedule, Weekday, Window


async def told(house: House, name: str = "backup", at: float | None = None) -> str:
    moment = None if at is None else later(house.clock.now(), round(at * 1_000_000))
    return (await house.ops.explain.job(name, at=moment)).sentence


async def test_an_idle_job_says_when_it_is_due(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    assert await told(house) == "backup is idle; it is due next at 2026-01-01T00:01:00Z"


async def test_a_paused_job_says_who_and_why(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    await house.ops.switches.pause(Scope.JOB, "backup", why="audit")
    assert await told(house) == ("backup does not run: job backup is paused by ann since 2026-01-01T00:00:00Z: audit")


async def test_a_job_without_a_schedule_says_so(house: House):
    await house.ops.jobs.apply("board", [job()])
    assert await told(house) == "backup is idle: it has no schedule and runs only when asked to"


async def test_a_job_that_others_set_off_names_them(house: House):
    await house.ops.jobs.apply("board", [job("a"), job("b"), job("c", after=(After(job="a"), After(job="b")))])
    assert await told(house, "c") == "c is idle: it runs after a and b, or when asked to"


async def test_a_queued_run_without_workers_says_what_to_do(house: House):
    await house.ops.jobs.apply("board", [job()])
    await house.ops.runs.run("backup")
    assert "no live worker in pool default: start one with `tickwork worker`" in await told(house)


async def test_a_queued_run_whose_task_no_worker_has_names_the_task(house: House):
    await house.ops.jobs.apply("board", [replace(job(), task=Call(target="shop:tally", app="shop"))])
    await house.session()
    run = await house.ops.runs.run("backup")
    sentence = (await house.ops.explain.run(run.id)).sentence
    assert "no live worker has the task shop:tally: start one with `tickwork worker --app shop`" in sentence


async def test_a_queued_run_whose_task_is_in_newer_code_only_says_who_has_the_app_and_at_which_code(house: House):
    await house.ops.jobs.apply("board", [replace(job(), task=Call(target="shop:new", app="shop"))])
    await house.session(labels=("app:shop", "code:shop@348d1060e0"), tasks=("shop:tally",))
    run = await house.ops.runs.run("backup")
    sentence = (await house.ops.explain.run(run.id)).sentence
    assert "no live worker has the task shop:new (hand has app shop at 348d1060e0, without it)" in sentence
    await house.session(labels=("app:shop", "code:shop@77f68b9000"), tasks=("shop:new", "shop:tally"))
    assert "a worker takes it in a moment" in (await house.ops.explain.run(run.id)).sentence


async def test_a_queued_run_whose_labels_no_worker_has_names_them(house: House):
    await house.ops.jobs.apply("board", [job(labels=("gpu",))])
    await house.session()
    run = await house.ops.runs.run("backup")
    sentence = (await house.ops.explain.run(run.id)).sentence
    assert "no live worker of pool default has all of the labels gpu" in sentence


async def test_a_queued_run_behind_full_seats_says_so(house: House):
    await house.ops.jobs.apply("board", [job()])
    session = await house.session()
    await house.ops.jobs.apply("more", [job(f"x{n}") for n in range(10)])
    for n in range(10):
        await house.ops.runs.run(f"x{n}")
    await house.claim(session)
    await house.ops.runs.run("backup")
    assert "all 10 seats of pool default are taken" in await told(house)


async def test_a_waiting_run_names_the_one_it_waits_for(house: House):
    await house.ops.jobs.apply("board", [job()])
    first = await house.ops.runs.run("backup")
    second = await house.ops.runs.run("backup")
    sentence = (await house.ops.explain.run(second.id)).sentence
    assert "waits until the job's earlier run is over" in sentence
    assert first.id in sentence


async def test_a_past_moment_is_explained_by_its_run(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    await house.pass_time(60)
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    await house.finish(claim, State.FAILED, "exit")
    assert await told(house, at=0) == (
        "backup, due 2026-01-01T00:01:00Z, failed: the program ended with an exit code other than 0"
    )


async def test_a_moment_to_come_is_said_to_be_due(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(600))])
    assert await told(house, at=600) == "backup is due at 2026-01-01T00:10:00Z, which is still to come"
    assert await told(house, at=590) == "backup is due at 2026-01-01T00:10:00Z, which is still to come"
    assert await told(house, at=660) == (
        "backup is not due at 2026-01-01T00:11:00Z; the due moments around it are 2026-01-01T00:10:00Z "
        "and 2026-01-01T00:20:00Z"
    )
    await house.ops.switches.pause(Scope.JOB, "backup", why="audit")
    assert await told(house, at=600) == (
        "backup is due at 2026-01-01T00:10:00Z; as things stand it will be skipped: "
        "job backup is paused by ann since 2026-01-01T00:00:00Z: audit"
    )


async def test_a_due_moment_without_an_entry_says_what_is_amiss(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    house.clock.advance(60)
    assert await told(house, at=0) == (
        "backup was due at 2026-01-01T00:01:00Z, and that is not decided yet: is a scheduler running?"
    )
    await house.pass_time(60)
    [claim] = (await house.claim(await house.session()))[:1]
    await house.start(claim)
    await house.finish(claim)
    await drain(house.promoter())
    house.clock.advance(3600)
    await prune(house.store, before=house.clock.now(), keep=0, limit=9)
    assert await told(house, at=-3600 - 60) == (
        "backup was due at 2026-01-01T00:01:00Z, and what became of it was deleted with its old history"
    )


async def test_a_past_moment_in_an_outage_is_explained_by_its_gap(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    house.clock.advance(600)
    await drain(house.scheduler())
    assert await told(house, at=-300) == (
        "backup: 9 due moments from 2026-01-01T00:01:00Z to 2026-01-01T00:09:00Z were missed: no scheduler was running "
        "(nobody looked after it until 2026-01-01T00:10:00Z)"
    )


async def test_a_moment_that_was_not_due_names_its_neighbours(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(600))])
    await house.pass_time(1300, step=100)
    assert await told(house, at=-400) == (
        "backup was not due at 2026-01-01T00:15:00Z; the due moments around it are 2026-01-01T00:10:00Z "
        "and 2026-01-01T00:20:00Z"
    )


@pytest.mark.parametrize(
    ("exclude", "told_why"),
    [
        (Exclusion(windows=(Window(start=time(0), end=time(6), note="backup"),)), "window 00:00-06:00 (backup)"),
        (Exclusion(weekdays=(Weekday.FRI,)), "weekday fri (2026-01-02)"),
        (Exclusion(days=(date(2026, 1, 2),)), "date 2026-01-02"),
        (Exclusion(calendars=("NL",)), "calendar NL (2026-01-02)"),
        (Exclusion(calendars=("NL",), roll=Roll.NEXT), "calendar NL (2026-01-02), and goes to the next open day"),
    ],
    ids=["window", "weekday", "date", "calendar", "roll"],
)
async def test_a_moment_that_is_excluded_says_by_what(house: House, exclude: Exclusion, told_why: str):
    await house.ops.calendars.put("NL", days=["2026-01-02"])
    nightly = Schedule(key="main", trigger=Cron(expression="30 2,8 * * *"), spread=seconds(5), exclude=exclude)
    await house.ops.jobs.apply("board", [job("backup", nightly)])
    half_past_two = 26.5 * 3600
    assert f"backup is not due at 2026-01-02T02:30:00Z: it is excluded by {told_why};" in await told(
        house, at=half_past_two
    )
    assert "excluded" not in await told(house, at=half_past_two + 3600)


async def test_a_moment_before_the_schedule_says_since_when_there_is_one(house: House):
    await house.ops.jobs.apply("board", [job("backup", every(600))])
    assert "it has had schedules only since 2026-01-01T00:00:00Z" in await told(house, at=-3600)


async def test_the_ledger_lists_every_moment_with_what_became_of_it(house: House):
    began = house.clock.now()
    await house.ops.jobs.apply("board", [job("backup", every(60))])
    await house.pass_time(60)
    house.clock.advance(300)
    await drain(house.scheduler())
    entries = await house.entries(start=began, end=later(house.clock.now(), seconds(120)))
    assert [entry.entry for entry in entries] == ["run", "gap", "gap", "gap", "gap", "run", "planned"]
