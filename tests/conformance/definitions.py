"""`Documents`: revisions, conflicts, finding, audit, and the timetable that goes with them."""

import pytest

from tests.conformance.world import ANN, World, at, born, schedule, timetable
from tickwork.core.codec import to_json
from tickwork.core.states import State
from tickwork.errors import Conflict
from tickwork.store.protocol import Fire, Kind, Put, Said, Topic


def pool(id: str, body: bytes | None = b"{}", **fields) -> Put:
    return Put(kind=Kind.POOL, id=id, body=body, **fields)


class Definitions:
    async def put(self, world: World, *puts: Put, second: float = 1, **fields) -> list[int]:
        return await world.store.put(puts, by=ANN, at=at(second), **fields)

    async def test_each_change_is_a_revision_and_a_deletion_is_one_too(self, world: World) -> None:
        revisions = [await self.put(world, pool("p", body)) for body in (b"1", b"2", None, b"3")]
        assert revisions == [[1], [2], [3], [4]]
        bodies = [document.body for document in await world.store.revisions(Kind.POOL, "p")]
        assert bodies == [b"1", b"2", None, b"3"]

    async def test_get_gives_the_current_revision_or_the_asked_one(self, world: World) -> None:
        await self.put(world, pool("p", b"1", project="etl", name="p", owner="board.yaml"))
        await self.put(world, pool("p", b"2", project="etl", name="p"), second=2)
        current = await world.store.get(Kind.POOL, "p")
        assert current is not None
        assert (current.revision, current.body, current.owner) == (2, b"2", "")
        assert (current.project, current.name, current.changed, current.by) == ("etl", "p", at(2), ANN)
        first = await world.store.get(Kind.POOL, "p", 1)
        assert first is not None
        assert (first.body, first.owner) == (b"1", "board.yaml")

    async def test_get_gives_none_for_what_is_unknown_or_deleted(self, world: World) -> None:
        await self.put(world, pool("p"))
        await self.put(world, pool("p", None))
        assert await world.store.get(Kind.POOL, "p") is None
        assert await world.store.get(Kind.POOL, "q") is None
        assert await world.store.get(Kind.POOL, "p", 7) is None
        assert await world.store.get_many(Kind.POOL, ["p", "q"]) == {}

    async def test_get_many_gives_the_current_revisions_of_those_that_exist(self, world: World) -> None:
        await self.put(world, pool("a"), pool("b"))
        await self.put(world, pool("b", b"2"))
        found = await world.store.get_many(Kind.POOL, ["b", "a", "none"])
        assert {key: document.revision for key, document in found.items()} == {"a": 1, "b": 2}

    async def test_a_put_that_changes_nothing_writes_nothing(self, world: World) -> None:
        await self.put(world, pool("p", name="p"))
        assert await self.put(world, pool("p", name="p"), second=5) == [1]
        assert len(await world.store.audit(kind="pool")) == 1
        assert await self.put(world, pool("p", name="other")) == [2]

    async def test_deleting_what_does_not_exist_writes_nothing(self, world: World) -> None:
        assert await self.put(world, pool("p", None)) == [0]
        assert await world.store.audit(kind="pool") == []

    @pytest.mark.parametrize("expect", [0, 2, 7])
    async def test_a_revision_that_is_not_the_expected_one_is_a_conflict_that_writes_nothing(
        self, world: World, expect: int
    ) -> None:
        await self.put(world, pool("p", b"1"))
        with pytest.raises(Conflict, match="pool p"):
            await self.put(world, pool("new"), pool("p", b"2", expect=expect), timetable=[timetable("backup")])
        assert await world.store.get(Kind.POOL, "new") is None
        assert await world.store.timetable(["backup"]) == []
        assert len(await world.store.audit(kind="pool")) == 1

    async def test_an_expected_revision_holds(self, world: World) -> None:
        assert await self.put(world, pool("p", b"1", expect=0)) == [1]
        assert await self.put(world, pool("p", b"2", expect=1)) == [2]
        assert await self.put(world, pool("p", None, expect=2)) == [3]
        assert await self.put(world, pool("p", b"4", expect=0)) == [4]

    async def test_documents_are_found_by_exact_matches_in_the_order_of_their_ids(self, world: World) -> None:
        await self.put(
            world,
            pool("c", project="etl", name="x", owner="one"),
            pool("a", project="etl", name="x"),
            pool("b", project="web", name="x", owner="one"),
            pool("d", project="etl", name="y"),
            pool("gone", project="etl", name="x"),
        )
        await self.put(world, pool("gone", None))

        async def find(**where) -> list[str]:
            return [document.id for document in await world.store.find(Kind.POOL, **where)]

        assert await find() == ["a", "b", "c", "d"]
        assert await find(project="etl") == ["a", "c", "d"]
        assert await find(name="x") == ["a", "b", "c"]
        assert await find(name="x", project="etl") == ["a", "c"]
        assert await find(owner="one", project="etl") == ["c"]
        assert await find(name="X") == []

    async def test_documents_are_found_by_all_of_their_tags(self, world: World) -> None:
        def tagged(id: str, *tags: str, **fields) -> Put:
            return pool(id, to_json({"about": {"tags": ["inner"]}, "tags": tags}), name=id, **fields)

        await self.put(
            world,
            tagged("a", "nightly", "billing", project="etl"),
            tagged("b", "nightly", "Billing"),
            tagged("c", "nightly", "billing", "eu", owner="one"),
            tagged("d", "nightly/eu"),
            pool("e", b'{"tags":"nightly"}'),
            pool("f", b'{"about":{"tags":["nightly"]}}'),
            pool("g"),
        )

        async def find(*tags: str, kind: Kind = Kind.POOL, **where) -> list[str]:
            return [document.id for document in await world.store.find(kind, tags=tags, **where)]

        assert await find("nightly") == ["a", "b", "c"]
        assert await find("billing", "nightly") == await find("nightly", "billing") == ["a", "c"]
        assert await find("nightly", "billing", "eu") == ["c"]
        assert await find("nightly", "nightly") == ["a", "b", "c"]
        assert await find("inner") == await find("nightly", "unknown") == await find("") == []
        assert await find("nightly", kind=Kind.JOB) == []
        assert await find("nightly", project="etl") == await find("nightly", name="a") == ["a"]
        assert await find("nightly", owner="one") == ["c"]
        assert await find("nightly", limit=1) == ["a"]
        assert await find("nightly", after="a", limit=1) == ["b"]

    async def test_tags_are_those_of_the_current_revision(self, world: World) -> None:
        def tagged(*tags: str) -> Put:
            return pool("p", to_json({"tags": tags}))

        async def found(*tags: str, **where) -> list[int]:
            return [one.revision for one in await world.store.find(Kind.POOL, tags=tags, **where)]

        await self.put(world, tagged("a", "b"))
        await self.put(world, tagged("b", "c"))
        assert (await found("a"), await found("b"), await found("b", "c")) == ([], [2], [2])
        await self.put(world, tagged("a"), tagged("d"))
        assert (await found("a"), await found("b"), await found("d")) == ([], [], [4])
        await self.put(world, pool("p", None))
        assert await found("d") == await found("d", deleted=True) == []
        await self.put(world, tagged("d"))
        assert await found("d") == [6]

    async def test_a_job_that_is_new_is_found_by_its_tags(self, world: World) -> None:
        new = Put(kind=Kind.JOB, id="new", body=b'{"id":"new","tags":["billing"]}', name="new", expect=0)
        await self.put(world, new, timetable=[timetable("new")])
        assert [job.id for job in await world.store.find(Kind.JOB, tags=["billing"])] == ["new"]

    async def test_documents_that_say_something_are_found_by_it(self, world: World) -> None:
        await self.put(
            world,
            pool("a", b'{"keep":{"most":5}}'),
            pool("b", b'{"about":{"keep":1}}'),
            pool("c", b'{"about":"\\"keep\\":"}'),
            pool("d", b'{"about":1,"keep":{}}'),
            pool("e"),
        )

        async def saying(kind: Kind = Kind.POOL, **where) -> list[tuple[str, int]]:
            return [(one.id, one.revision) for one in await world.store.saying(kind, Said.KEEP, **where)]

        assert await saying() == [("a", 1), ("d", 1)]
        assert await saying(limit=1) == [("a", 1)]
        assert await saying(after="a") == [("d", 1)]
        assert await saying(Kind.JOB) == []
        await self.put(world, pool("a", b"{}"), pool("d", b'{"keep":{"most":1}}'), pool("e", b'{"keep":{}}'))
        assert await saying() == [("d", 2), ("e", 2)]
        await self.put(world, pool("d", None), pool("e", b'{"keep":{"most":2}}'), pool("e", b"{}"))
        assert await saying() == []
        await self.put(world, pool("d", b'{"keep":{}}'))
        assert await saying() == [("d", 4)]

    async def test_a_job_that_is_new_is_found_by_what_it_says(self, world: World) -> None:
        new = Put(kind=Kind.JOB, id="new", body=b'{"id":"new","keep":{"most":3}}', name="new", expect=0)
        await self.put(world, new, timetable=[timetable("new")])
        assert [job.id for job in await world.store.saying(Kind.JOB, Said.KEEP)] == ["new"]

    async def test_finding_goes_page_by_page(self, world: World) -> None:
        await self.put(world, *(pool(f"p{n}", name="same") for n in range(5)))
        for where in ({}, {"name": "same"}):
            seen: list[str] = []
            while page := await world.store.find(Kind.POOL, after=seen[-1] if seen else None, limit=2, **where):
                seen += [document.id for document in page]
            assert seen == [f"p{n}" for n in range(5)]

    async def test_each_changed_document_has_one_audit_entry_newest_first(self, world: World) -> None:
        await self.put(world, pool("a"), pool("b"), verb="apply", note="board.yaml")
        await self.put(world, pool("a", None), second=2)
        entries = await world.store.audit(kind="pool")
        assert [(e.id, e.revision, e.verb, e.note, e.at) for e in entries] == [
            ("a", 2, "put", None, at(2)),
            ("b", 1, "apply", "board.yaml", at(1)),
            ("a", 1, "apply", "board.yaml", at(1)),
        ]
        assert entries[0].by == ANN
        assert [e.revision for e in await world.store.audit(kind="pool", id="a")] == [2, 1]
        assert await world.store.audit(kind="pool", before=entries[1].seq) == entries[2:]
        assert await world.store.audit(kind="pool", limit=1) == entries[:1]

    async def test_documents_and_their_timetable_and_due_occurrences_are_one_transaction(self, world: World) -> None:
        row = await world.scheduled()
        fire = Fire(schedule=schedule(), expect=row.version, cursor=at(20), due=at(30), runs=(world.slot(10),))
        edit = Put(kind=Kind.JOB, id="backup", body=b'{"v":2}')
        change = timetable(due=25, cursor=at(21), expect=row.version + 1)
        assert await self.put(world, edit, timetable=[change], fires=[fire]) == [2]

        [run] = (await world.store.latest(["backup"]))["backup"]
        assert run.revision == 1
        after = await world.row()
        assert (after.revision, after.cursor, after.due) == (2, at(21), at(25))
        assert after.version == row.version + 2

    async def test_a_fire_that_somebody_else_was_faster_with_makes_the_put_a_conflict(self, world: World) -> None:
        row = await world.scheduled()
        await world.fire(row.version)
        fire = Fire(schedule=schedule(), expect=row.version, cursor=at(20), due=at(30), runs=(world.slot(10),))
        with pytest.raises(Conflict, match=schedule()):
            await self.put(world, Put(kind=Kind.JOB, id="backup", body=b"2"), fires=[fire])
        assert len(await world.store.revisions(Kind.JOB, "backup")) == 1
        assert await world.store.latest(["backup"]) == {"backup": []}

    async def test_a_row_of_the_timetable_that_is_not_the_expected_one_is_a_conflict(self, world: World) -> None:
        row = await world.scheduled()
        for expect in (None, row.version + 1):
            with pytest.raises(Conflict, match=schedule()):
                await self.put(world, Put(kind=Kind.JOB, id="backup", body=b"2"), timetable=[timetable(expect=expect)])
        assert len(await world.store.revisions(Kind.JOB, "backup")) == 1
        assert await world.row() == row

    async def test_a_row_can_be_taken_away_and_no_stale_decision_fits_the_one_made_later(self, world: World) -> None:
        row = await world.scheduled()
        await self.put(world, timetable=[timetable(due=None, expect=row.version, remove=True)])
        assert await world.store.timetable(["backup"]) == []
        await self.put(world, timetable=[timetable(revision=1)])
        assert await world.fire(row.version, world.slot(10)) is None

    async def test_a_put_wakes_the_scheduler(self, world: World) -> None:
        woken = await world.wakes(Topic.SCHEDULE)
        await self.put(world, pool("p"))
        assert await woken() is Topic.SCHEDULE

    async def test_a_fire_with_a_put_is_born_like_any_other(self, world: World) -> None:
        row = await world.scheduled()
        fire = Fire(schedule=schedule(), expect=row.version, cursor=at(20), due=None, runs=(world.slot(10),))
        await self.put(world, Put(kind=Kind.JOB, id="backup", body=None), fires=[fire])
        again = Fire(schedule=schedule(), expect=row.version + 1, cursor=at(20), due=None, runs=(world.slot(10),))
        [children] = await world.store.fire([again], at=at(20))
        assert born(children or []) == [(State.QUEUED, None)]
        assert [child.existing for child in children or []] == [True]
