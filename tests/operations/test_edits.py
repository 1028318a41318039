"""Fields of a board's job that a person changed, whenever the board is applied."""

import pytest

from tests.house import House, every, job
from tickwork.core.clock import seconds
from tickwork.core.merge import Verdict
from tickwork.core.model import Delivery, Job, Retry, Scope
from tickwork.core.timing.schedule import Exclusion
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.changes import ChangeKind
from tickwork.store.protocol import Kind

HOUR = seconds(3600)


async def apply(house: House, *jobs: Job) -> list[tuple[ChangeKind, tuple[str, ...]]]:
    return [(change.kind, change.fields) for change in await house.ops.jobs.apply("board", jobs)]


async def edit(house: House, name: str = "backup", *schedules, **fields) -> list[str]:
    wanted = job(name, *schedules, **fields)
    said = [*fields, *(["schedules"] if schedules else [])]
    return await house.ops.edits.edit(await house.ops.jobs.document(name), wanted, said)


async def reset(house: House, *fields: str) -> list[str]:
    return await house.ops.edits.reset(await house.ops.jobs.document("backup"), fields)


async def timeout(house: House) -> int | None:
    return (await house.ops.jobs.find("backup")).timeout


async def test_a_board_that_says_what_it_said_leaves_an_edit_alone(house: House):
    await apply(house, job(timeout=HOUR))
    assert await edit(house, timeout=2 * HOUR) == ["timeout"]
    assert await apply(house, job(timeout=HOUR)) == [(ChangeKind.KEPT, ("timeout",))]
    assert await timeout(house) == 2 * HOUR


async def test_a_board_that_comes_to_say_the_same_ends_an_edit(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    assert await apply(house, job(timeout=2 * HOUR)) == [(ChangeKind.AGREED, ("timeout",))]
    assert await house.ops.edits.of("backup") == []
    assert await apply(house, job(timeout=HOUR)) == [(ChangeKind.CHANGED, ("timeout",))]
    assert await timeout(house) == HOUR


async def test_a_board_that_says_something_else_is_a_conflict_until_it_is_solved(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    for _ in range(2):
        assert await apply(house, job(timeout=3 * HOUR)) == [(ChangeKind.CONFLICT, ("timeout",))]
        assert await timeout(house) == 2 * HOUR
    [told] = await house.ops.edits.of("backup")
    assert (told.verdict, bytes(told.board), told.by) == (Verdict.CONFLICT, str(3 * HOUR).encode(), "ann")

    assert await reset(house, "timeout") == ["timeout"]
    assert await timeout(house) == 3 * HOUR
    assert await apply(house, job(timeout=3 * HOUR)) == []


async def test_what_nobody_changed_follows_the_board_beside_what_somebody_did(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    assert await apply(house, job(timeout=HOUR, pool="big")) == [
        (ChangeKind.CHANGED, ("pool",)),
        (ChangeKind.KEPT, ("timeout",)),
    ]
    found = await house.ops.jobs.find("backup")
    assert (found.timeout, found.pool) == (2 * HOUR, "big")


async def test_planning_tells_the_same_and_changes_nothing(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    wanted = [job(timeout=3 * HOUR, pool="big")]
    planned = await house.ops.jobs.plan("board", wanted)
    assert planned == [preview.change for preview in await house.ops.ahead.compare("board", wanted)]
    assert (await house.ops.edits.of("backup"))[0].verdict is Verdict.KEPT
    assert planned == await house.ops.jobs.apply("board", wanted)


async def test_a_schedule_that_a_person_set_keeps_its_rhythm_when_the_board_is_applied(house: House):
    began = house.clock.now()
    await apply(house, job("backup", every(10)))
    await edit(house, "backup", every(60))
    house.clock.advance(5)
    assert await apply(house, job("backup", every(10))) == [(ChangeKind.KEPT, ("schedules",))]
    [row] = await house.store.timetable(["backup"])
    assert row.due == began + seconds(60)


async def test_a_calendar_with_other_days_is_no_change_of_the_board(house: House):
    await house.ops.calendars.put("banks", days=["2026-12-25"])
    excluding = every(10, exclude=Exclusion(calendars=("banks",)))
    await apply(house, job("backup", excluding))
    await edit(house, "backup", every(60, exclude=Exclusion(calendars=("banks",))))
    await house.ops.calendars.put("banks", days=["2026-12-26"])
    assert await apply(house, job("backup", excluding)) == [(ChangeKind.KEPT, ("schedules",))]
    [schedule] = (await house.ops.jobs.find("backup")).schedules
    assert schedule.exclude.frozen[0].days[0].isoformat() == "2026-12-26"


async def test_what_is_switched_off_by_hand_stays_off(house: House):
    await apply(house, job())
    await edit(house, enabled=False)
    await house.ops.switches.pause(Scope.JOB, "backup", why="audit")
    await apply(house, job(pool="big"))
    assert not (await house.ops.jobs.find("backup")).enabled
    assert list(await house.ops.jobs.switches()) == ["job:backup"]


async def test_returning_to_what_the_board_says_is_no_edit_any_more(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    assert await edit(house, timeout=HOUR) == ["timeout"]
    assert await edit(house, timeout=HOUR) == []
    assert await house.ops.edits.of("backup") == []


async def test_a_job_of_a_persons_own_is_simply_saved(house: House):
    await house.ops.jobs.save(job(timeout=HOUR))
    assert await edit(house, timeout=2 * HOUR) == ["timeout"]
    assert await timeout(house) == 2 * HOUR
    assert await house.ops.edits.of("backup") == []


@pytest.mark.parametrize("how", ["the board", "a person"])
async def test_a_job_that_goes_takes_its_edits_along(house: House, how: str):
    await apply(house, job(timeout=HOUR), job("other"))
    await edit(house, timeout=2 * HOUR)
    if how == "the board":
        await apply(house, job("other"))
    else:
        await house.ops.jobs.delete("backup")
    assert await house.store.get(Kind.OVERRIDE, "backup") is None
    await apply(house, job(timeout=HOUR), job("other"))
    assert await timeout(house) == HOUR


async def test_an_edit_stands_in_the_audit_with_who_made_it(house: House):
    await apply(house, job(timeout=HOUR))
    await edit(house, timeout=2 * HOUR)
    entries = [entry for kind in ("job", "override") for entry in await house.store.audit(kind=kind, limit=1)]
    assert [(entry.verb, entry.by.name, entry.id) for entry in entries] == [("edit", "ann", "backup")] * 2


async def test_an_edit_that_no_job_can_have_is_refused_as_a_whole(house: House):
    await apply(house, job("backup", every(10)))
    with pytest.raises(InvalidDefinition):
        await edit(house, "backup", every(10, exclude=Exclusion(calendars=("nowhere",))), timeout=HOUR)
    assert await timeout(house) is None


async def test_a_board_that_does_not_go_with_an_edit_is_refused_and_says_whose_fault_it_is(house: House):
    await apply(house, job())
    await edit(house, retry=Retry(count=3))
    with pytest.raises(InvalidDefinition, match=r"at_most_once .* `tickwork edit JOB` lists what was changed by hand"):
        await apply(house, job(delivery=Delivery.AT_MOST_ONCE))
    await reset(house)
    assert await apply(house, job(delivery=Delivery.AT_MOST_ONCE)) == [(ChangeKind.CHANGED, ("delivery",))]


async def test_an_edit_of_a_job_that_changed_meanwhile_is_refused(house: House):
    await apply(house, job(timeout=HOUR))
    seen = await house.ops.jobs.document("backup")
    await apply(house, job(timeout=HOUR, pool="big"))
    with pytest.raises(Conflict, match="meanwhile"):
        await house.ops.edits.edit(seen, job(timeout=2 * HOUR), ["timeout"])
    assert await house.ops.edits.of("backup") == []


async def test_an_edit_between_a_plan_and_its_writing_is_kept(house: House, monkeypatch: pytest.MonkeyPatch):
    await apply(house, job(timeout=HOUR))
    planned = house.ops.jobs.planned

    async def overtaken(board, jobs):
        plan = await planned(board, jobs)
        if not await house.ops.edits.of("backup"):
            await edit(house, timeout=2 * HOUR)
        return plan

    monkeypatch.setattr(house.ops.jobs, "planned", overtaken)
    await apply(house, job(timeout=HOUR, pool="big"))
    found = await house.ops.jobs.find("backup")
    assert (found.timeout, found.pool) == (2 * HOUR, "big")


async def test_what_nobody_changed_cannot_be_reset(house: House):
    await apply(house, job())
    assert await reset(house) == []
    with pytest.raises(NotFound, match="nobody changed timeout of backup"):
        await reset(house, "timeout")
