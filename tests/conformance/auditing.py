"""The audit beside documents: what is asked for, and what no document says."""

from tests.conformance.world import ANN, World, at
from tickwork.core.model import Actor
from tickwork.store.protocol import Audited, Kind, Put

ANNA = Actor(kind="user", name="anna@desk")
KEY = Actor(kind="key", name="ann by ci@192.0.2.7")
BARE = Actor(kind="board", name="ann")


class Auditing:
    async def change(self, world: World, id: str, *, by: Actor, second: float, verb: str = "put") -> None:
        put = Put(kind=Kind.POOL, id=id, body=b'{"at":%d}' % at(second))
        await world.store.put([put], by=by, at=at(second), verb=verb)

    async def changed(self, world: World) -> None:
        for second, (name, by, verb) in enumerate(
            [("a", ANN, "put"), ("a", ANNA, "set"), ("b", KEY, "set"), ("b", BARE, "put"), ("c", ANN, "set")], 2
        ):
            await self.change(world, name, by=by, second=second, verb=verb)

    async def asked(self, world: World, **where) -> str:
        """The entries' pools and seconds."""
        entries = await world.store.audit(kind="pool", **where)
        return " ".join(f"{entry.id}{entry.at // at(1)}" for entry in entries)

    async def test_entries_are_found_by_who_what_and_when(self, world: World) -> None:
        await self.changed(world)
        assert await self.asked(world) == "c6 b5 b4 a3 a2"
        assert await self.asked(world, by="ann") == "c6 b5 b4 a2"
        assert await self.asked(world, by="ann@desk") == "c6 a2"
        assert await self.asked(world, by="anna") == "a3"
        assert await self.asked(world, by="an") == ""
        assert await self.asked(world, by="%") == ""
        assert await self.asked(world, verb="set") == "c6 b4 a3"
        assert await self.asked(world, since=at(3), until=at(6)) == "b5 b4 a3"
        assert await self.asked(world, by="ann", verb="set", since=at(4), until=at(6)) == "b4"
        assert await self.asked(world, id="a", by="ann") == "a2"
        assert await self.asked(world, id="b", verb="put") == "b5"

    async def test_what_is_found_comes_in_pages(self, world: World) -> None:
        await self.changed(world)
        first, second = await world.store.audit(by="ann", verb="set", limit=2)
        assert (first.id, second.id) == ("c", "b")
        assert await world.store.audit(by="ann", verb="set", before=second.seq) == []
        rest = await world.store.audit(kind="pool", by="ann", before=second.seq)
        assert [entry.id for entry in rest] == ["a"]

    async def test_what_changed_no_document_is_recorded_too(self, world: World) -> None:
        await self.changed(world)
        signed_in = Audited(verb="sign-in", kind="pool", id="a", note="by password")
        await world.store.record([signed_in, Audited(verb="refused", kind="x", id="y")], by=ANN, at=at(7))
        await self.change(world, "a", by=ANN, second=8)
        entries = await world.store.audit(kind="pool", id="a")
        assert [(e.verb, e.revision, e.note) for e in entries] == [
            ("put", 3, None),
            ("sign-in", None, "by password"),
            ("set", 2, None),
            ("put", 1, None),
        ]
        [refused, *_] = await world.store.audit(kind="x", id="y")
        assert (refused.by, refused.at, refused.note) == (ANN, at(7), None)
        assert await world.store.record([], by=ANN, at=at(9)) is None
