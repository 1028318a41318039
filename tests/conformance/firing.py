"""The timetable: what is due, and the cursor that several schedulers move by compare-and-swap."""

from tests.conformance.world import ANN, World, at, born, schedule, timetable
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Fire, Kind, Put, Topic


class Firing:
    async def test_due_gives_what_is_due_earliest_first_with_the_definition_that_decides_it(self, world: World) -> None:
        for job, second in (("b", 12), ("a", 10), ("c", 30)):
            await world.scheduled(job, due=second)
        due = await world.store.due(at(20), limit=10)
        assert [(one.row.job, one.row.due, one.body) for one in due.rows] == [
            ("a", at(10), b'{"v":1}'),
            ("b", at(12), b'{"v":1}'),
        ]
        assert due.next_due == at(30)
        assert [one.row.job for one in (await world.store.due(at(20), limit=1)).rows] == ["a"]
        assert (await world.store.due(at(30), limit=10)).next_due is None

    async def test_due_decides_by_the_revision_of_the_row_not_by_the_newest_one(self, world: World) -> None:
        await world.scheduled()
        await world.job(body=b'{"v":2}')
        [one] = (await world.store.due(at(20), limit=10)).rows
        assert (one.row.revision, one.body) == (1, b'{"v":1}')

    async def test_due_brings_all_current_switches_and_their_version(self, world: World) -> None:
        before = await world.store.due(at(20), limit=1)
        assert before.switches == []
        off = Put(kind=Kind.SWITCH, id="job:backup", body=b"{}")
        await world.store.put([off], by=ANN, at=at(2))
        paused = await world.store.due(at(20), limit=1)
        assert [switch.id for switch in paused.switches] == ["job:backup"]
        assert paused.switch_version > before.switch_version
        await world.store.put([Put(kind=Kind.SWITCH, id="job:backup", body=None)], by=ANN, at=at(3))
        resumed = await world.store.due(at(20), limit=1)
        assert resumed.switches == []
        assert resumed.switch_version > paused.switch_version

    async def test_a_fire_moves_the_cursor_and_bears_its_runs_and_gaps(self, world: World) -> None:
        row = await world.scheduled()
        gap = world.gap(1, 9, 5)
        children = await world.fire(row.version, world.slot(10), gaps=[gap])
        assert born(children) == [(State.QUEUED, None)]
        after = await world.row()
        assert (after.cursor, after.due, after.version) == (at(20), at(30), row.version + 1)
        [run] = (await world.store.latest(["backup"]))["backup"]
        assert (run.schedule, run.slot, run.state) == (schedule(), at(10), State.QUEUED)
        assert await world.store.gaps() == [gap]

    async def test_of_two_schedulers_one_moves_the_cursor_and_the_other_writes_nothing(self, world: World) -> None:
        row = await world.scheduled()
        assert await world.fire(row.version, world.slot(10)) is not None
        late = world.slot(11)
        assert await world.fire(row.version, late, gaps=[world.gap(1, 9, 5)]) is None
        assert await world.store.run(late.run.id) is None
        assert await world.store.gaps() == []
        assert (await world.row()).version == row.version + 1

    async def test_a_fire_that_is_refused_does_not_keep_the_others_from_being_written(self, world: World) -> None:
        a, b = await world.scheduled("a"), await world.scheduled("b")
        fires = [
            Fire(schedule=row.schedule, expect=expect, cursor=at(20), due=None, runs=(world.slot(10, row.job),))
            for row, expect in ((a, a.version + 1), (b, b.version))
        ]
        refused, done = await world.store.fire(fires, at=at(20))
        assert refused is None
        assert born(done or []) == [(State.QUEUED, None)]

    async def test_nothing_is_fired_for_a_schedule_that_is_not_there(self, world: World) -> None:
        assert await world.fire(1, world.slot(10)) is None
        assert await world.store.latest(["backup"]) == {"backup": []}

    async def test_a_slot_that_is_in_the_ledger_already_is_not_written_again(self, world: World) -> None:
        row = await world.scheduled()
        [first] = await world.fire(row.version, world.slot(10))
        [second] = await world.fire(row.version + 1, world.slot(10))
        assert second.existing
        assert (second.run, second.state) == (first.run, State.QUEUED)
        assert len((await world.store.latest(["backup"], n=9))["backup"]) == 1

    async def test_a_switch_that_was_turned_meanwhile_stops_the_whole_batch(self, world: World) -> None:
        row = await world.scheduled()
        version = (await world.store.due(at(20), limit=1)).switch_version
        await world.store.put([Put(kind=Kind.SWITCH, id="instance:", body=b"{}")], by=ANN, at=at(2))
        fire = Fire(schedule=schedule(), expect=row.version, cursor=at(20), due=None, runs=(world.slot(10),))
        assert await world.store.fire([fire], at=at(20), switch_version=version) == [None]
        assert await world.row() == row
        assert await world.store.fire([fire], at=at(20), switch_version=version + 1) != [None]

    async def test_a_gap_with_the_id_of_the_open_gap_extends_it(self, world: World) -> None:
        row = await world.scheduled()
        gap = world.gap(1, 9, 5)
        await world.fire(row.version, gaps=[gap])
        assert (await world.row()).gap == gap
        more = world.gap(10, 20, 7, id=gap.id)
        await world.fire(row.version + 1, gaps=[more])
        [whole] = await world.store.gaps()
        assert (whole.id, whole.first, whole.last, whole.count) == (gap.id, at(1), at(20), 12)
        assert (await world.row()).gap == whole

    async def test_a_gap_is_open_only_while_it_is_the_newest_entry_of_its_schedule(self, world: World) -> None:
        row = await world.scheduled()
        await world.fire(row.version, world.slot(10), gaps=[world.gap(1, 9, 5)])
        assert (await world.row()).gap is None
        behind = world.gap(12, 14, 2)
        await world.fire(row.version + 1, world.slot(11), gaps=[behind])
        assert (await world.row()).gap == behind
        await world.fire(row.version + 2)
        assert (await world.row()).gap == behind

    async def test_a_run_that_is_born_at_its_end_is_over_and_writes_no_event(self, world: World) -> None:
        row = await world.scheduled()
        late = world.slot(10, state=State.MISSED, reason=Reason.COALESCED, about="other")
        assert born(await world.fire(row.version, late)) == [(State.MISSED, Reason.COALESCED)]
        assert (await world.run(late.run.id)).finished == at(20)
        assert await world.store.outbox(limit=10) == []

    async def test_a_fire_wakes_the_workers(self, world: World) -> None:
        row = await world.scheduled()
        woken = await world.wakes(Topic.QUEUED)
        await world.fire(row.version, world.slot(10))
        assert await woken() is Topic.QUEUED

    async def test_the_timetable_of_some_jobs_is_read_by_schedule(self, world: World) -> None:
        a, b = await world.scheduled("a"), await world.scheduled("b")
        await world.scheduled("c")
        assert await world.store.timetable(["b", "a"]) == [a, b]

    async def test_upcoming_gives_the_earliest_rows_of_all_or_of_a_project(self, world: World) -> None:
        for job, second, project in (("a", 30, "etl"), ("b", 10, "web"), ("c", 20, "etl"), ("d", None, "etl")):
            await world.job(job)
            await world.store.put(
                [], by=ANN, at=at(1), timetable=[timetable(job, due=second, project=project, revision=1)]
            )
        assert [row.job for row in await world.store.upcoming(limit=9)] == ["b", "c", "a"]
        assert [row.job for row in await world.store.upcoming(limit=1, project="etl")] == ["c"]
