"""Runs that happen elsewhere: what is told of by a URL alone is in the ledger, and what is not told of is missed."""

import msgspec
import pytest

from tests.house import House, drain, every, job
from tickwork.core.clock import DAY, MINUTE, SECOND, Duration, later
from tickwork.core.model import Elsewhere, Scope
from tickwork.core.states import Reason, State
from tickwork.core.timing.schedule import AfterCompletion, Schedule
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.checkins import Word
from tickwork.operations.shadow import Teller
from tickwork.store.protocol import Kind, Stream

ROOTS = Elsewhere(where="root's crontab on db1", within=Duration(10 * MINUTE))
HOUR_S = 3600


async def shadow(house: House, *schedules: Schedule, **fields) -> str:
    """A job elsewhere; returns its token."""
    await house.ops.jobs.apply("board", [msgspec.structs.replace(job("backup", *schedules, **fields), task=ROOTS)])
    return await house.ops.checkins.make("backup")


async def says(house: House, token: str, exit_code: int | None = 0, output: bytes = b"", host: str = "db1"):
    return await house.ops.checkins.take(token, Word(exit_code=exit_code, output=output, host=host))


async def test_a_moment_that_is_told_of_ran_and_one_that_is_not_was_missed(house: House):
    token = await shadow(house, every(HOUR_S))
    scheduler, promoter = house.scheduler(), house.promoter()
    house.clock.advance(HOUR_S)
    await drain(scheduler)
    [waiting] = await house.runs()
    assert waiting.state is State.QUEUED
    assert await house.claim(await house.session()) == [], "no worker is given it"
    told = await says(house, token, output=b"42 files\n")
    assert (told.run, told.state) == (waiting.id, State.SUCCEEDED)
    house.clock.advance(HOUR_S)
    await drain(scheduler)
    house.clock.advance(601)
    await promoter.tick()
    run, missed = await house.runs()
    assert (run.state, run.worker) == (State.SUCCEEDED, "db1 (check-in)")
    assert (missed.state, missed.reason, missed.slot) == (State.MISSED, Reason.DEADLINE, later(run.slot, 3600 * SECOND))
    [event] = [event for event in await house.store.outbox(limit=9) if event.run == missed.id]
    assert event.state is State.MISSED, "whoever is told of missed runs is told of it"
    why = (await house.ops.explain.job("backup", at=missed.slot)).sentence
    assert "did not check in by" in why
    [chunk] = await house.store.read_log(run.id)
    assert (chunk.stream, chunk.data) == (Stream.STDOUT, b"42 files\n")


async def test_start_and_end_are_one_run_which_lasts_as_long_as_it_took(house: House):
    token = await shadow(house, every(HOUR_S))
    house.clock.advance(HOUR_S)
    begun = await says(house, token, None, b"begins\n")
    assert begun.state is State.RUNNING
    house.clock.advance(300)
    ended = await says(house, token, 3, b"ends\n")
    assert (ended.run, ended.state) == (begun.run, State.FAILED)
    [run] = await house.runs()
    assert (run.exit_code, run.reason) == (3, Reason.EXIT)
    assert (run.finished or 0) - (run.started or 0) == 300 * SECOND
    assert [chunk.data for chunk in await house.store.read_log(run.id)] == [b"begins\n", b"ends\n"]


async def test_a_clock_that_is_ahead_by_seconds_tells_of_the_moment_that_is_meant(house: House):
    token = await shadow(house, every(HOUR_S))
    house.clock.advance(HOUR_S - 20)
    told = await says(house, token)
    house.clock.advance(30)
    await drain(house.scheduler())
    [run] = await house.runs()
    assert run.id == told.run
    assert run.slot == later(run.created, 20 * SECOND)


async def test_long_before_it_is_due_a_run_stands_beside_the_schedule(house: House):
    token = await shadow(house, every(HOUR_S))
    house.clock.advance(HOUR_S / 2)
    await says(house, token)
    house.clock.advance(HOUR_S / 2)
    await drain(house.scheduler())
    beside, due = await house.runs()
    assert (beside.slot, beside.state) == (None, State.SUCCEEDED)
    assert due.state is State.QUEUED


async def test_an_interval_is_counted_from_what_was_told_of_last(house: House):
    token = await shadow(house, Schedule(key="main", trigger=AfterCompletion(delay=Duration(HOUR_S * SECOND))))
    scheduler, promoter = house.scheduler(), house.promoter()
    for _ in range(3):
        house.clock.advance(HOUR_S - 400)
        await drain(scheduler)
        assert (await says(house, token)).state is State.SUCCEEDED
        await drain(promoter)
    assert [run.state for run in await house.runs()] == [State.SUCCEEDED] * 3
    house.clock.advance(HOUR_S + 1)
    await drain(scheduler)
    house.clock.advance(601)
    await promoter.tick()
    assert (await house.runs())[-1].state is State.MISSED


async def test_what_an_outage_of_ours_swallowed_is_not_called_untold(house: House):
    await shadow(house, every(HOUR_S))
    house.clock.advance(5 * HOUR_S + 1200)
    await drain(house.scheduler())
    entries = await house.entries(start=later(house.clock.now(), -DAY))
    assert {(entry.state, entry.reason) for entry in entries} == {(State.MISSED, Reason.DOWN)}


async def test_the_same_word_twice_is_one_run(house: House):
    token = await shadow(house)
    first, second = await says(house, token, None), await says(house, token, None)
    assert first.run == second.run
    ended = [await says(house, token) for _ in range(2)]
    assert {one.run for one in ended} == {first.run}
    house.clock.advance(11)
    assert (await says(house, token)).run != first.run, "a moment later it is another one"


async def test_a_run_whose_end_nobody_tells_is_lost_after_its_timeout(house: House):
    token = await shadow(house, timeout=Duration(30 * MINUTE))
    begun, reaper = await says(house, token, None), house.reaper()
    for seconds in (0, *[1] * 3):
        house.clock.advance(seconds)
        await reaper.tick()
    assert (await house.runs())[0].state is State.RUNNING
    for _ in range(1801):
        house.clock.advance(1)
        await reaper.tick()
    [run] = await house.runs()
    assert (run.id, run.state, run.reason) == (begun.run, State.FAILED, Reason.LOST)


async def test_output_beyond_the_jobs_room_keeps_its_beginning_and_its_end(house: House):
    token = await shadow(house, max_log_bytes=1024)
    told = await says(house, token, output=b"a" * 1000 + b"b" * 1000)
    head, mark, tail = await house.store.read_log(told.run)
    assert (head.data, tail.data) == (b"a" * 204, b"b" * 820)
    assert (mark.stream, b"976 bytes" in mark.data) == (Stream.SYSTEM, True)


async def test_a_token_is_good_until_it_is_rotated_or_revoked_or_its_job_is_another(house: House):
    first = await shadow(house)
    second = await house.ops.checkins.make("backup")
    with pytest.raises(NotFound):
        await says(house, first)
    assert (await says(house, second)).state is State.SUCCEEDED
    await house.ops.checkins.revoke("backup")
    assert await house.ops.checkins.show("backup") is None
    with pytest.raises(NotFound):
        await says(house, second)
    third = await house.ops.checkins.make("backup")
    await house.ops.jobs.apply("board", [])
    with pytest.raises(NotFound):
        await says(house, third)
    await shadow(house)
    with pytest.raises(NotFound):
        await says(house, third)
    for wrong in ("", "twc", "twc_x", "twc_x_y", third[:-1], third.replace("twc", "twk")):
        with pytest.raises(NotFound):
            await says(house, wrong)


async def test_only_hashes_are_stored_and_the_audit_says_who_made_it(house: House):
    token = await shadow(house)
    [document] = await house.store.find(Kind.CHECKIN)
    assert token.rpartition("_")[2].encode() not in (document.body or b"")
    [entry] = await house.ops.audit.entries(kind="checkin")
    assert (entry.verb, entry.who) == ("create", "ann")
    assert (await house.ops.audit.show(entry.seq)).after["hash"] == "[hidden]"


async def test_nobody_here_starts_what_runs_elsewhere(house: House):
    await shadow(house)
    with pytest.raises(Conflict, match="root's crontab on db1"):
        await house.ops.runs.run("backup")
    with pytest.raises(Conflict):
        await house.ops.graphs.run("backup")
    assert await house.runs() == []


async def test_a_job_that_is_off_is_told_of_but_expects_nothing(house: House):
    token = await shadow(house, every(HOUR_S))
    await house.ops.switches.pause(Scope.JOB, "backup")
    house.clock.advance(HOUR_S)
    told = await says(house, token)
    await drain(house.scheduler())
    [run] = await house.runs()
    assert (run.id, run.slot) == (told.run, None)


async def test_wrap_tells_of_the_moment_that_is_expected(house: House):
    await shadow(house, every(HOUR_S))
    house.clock.advance(HOUR_S + 5)
    await drain(house.scheduler())
    shadowed = await house.ops.shadow.begin("backup", by=Teller(host="db1", pid=7))
    await house.ops.shadow.end(shadowed, exit_code=0)
    [run] = await house.runs()
    assert (run.state, run.slot is not None, run.worker) == (State.SUCCEEDED, True, "db1 (wrap)")


@pytest.mark.parametrize(("fields", "word"), [({"on": 2}, "on"), ({"cleanup": "a:b"}, "cleanup")])
async def test_what_only_a_worker_could_see_to_is_refused(house: House, fields: dict, word: str):
    with pytest.raises(InvalidDefinition, match=word):
        await shadow(house, **fields)
