"""Small values that end by themselves."""

import asyncio

from tests.conformance.world import World, at
from tickwork.store.protocol import Keep, Note


def note(key: str = "k", body: bytes = b"1", *, space: str = "s", expires: float | None = None) -> Note:
    return Note(space=space, key=key, body=body, expires=None if expires is None else at(expires))


class Noting:
    async def keep(self, world: World, *notes: Note, second: float = 10, **condition) -> list[bool]:
        return await world.store.keep([Keep(note=one, **condition) for one in notes], at=at(second))

    async def body(self, world: World, key: str = "k", *, space: str = "s", second: float = 10) -> bytes | None:
        found = await world.store.notes(space, [key], at=at(second))
        return found[key].body if key in found else None

    async def test_a_note_is_what_it_was_kept_as_until_it_expires(self, world: World) -> None:
        kept = [note("a", b"\x00\xff\n1\n", expires=20), note("ü|:*", b"")]
        assert await self.keep(world, *kept) == [True, True]
        assert await world.store.notes("s", ["a", "ü|:*", "none"], at=at(19)) == {one.key: one for one in kept}
        assert await world.store.notes("s", ["a", "ü|:*"], at=at(20)) == {"ü|:*": kept[1]}
        assert await world.store.notes("s", [], at=at(10)) == {}

    async def test_a_note_replaces_the_earlier_one_with_its_end(self, world: World) -> None:
        await self.keep(world, note(body=b"1", expires=20))
        assert await self.keep(world, note(body=b"2")) == [True]
        assert await world.store.sweep(at=at(30), limit=10) == 0
        assert await self.body(world, second=30) == b"2"

    async def test_spaces_do_not_see_each_other(self, world: World) -> None:
        await self.keep(world, note(space="s", body=b"1"), note(space="t", body=b"2"))
        assert await world.store.drop("t", ["k"], at=at(10)) == [True]
        assert await self.body(world, space="t") is None
        assert await self.body(world) == b"1"

    async def test_a_new_note_is_written_only_where_there_is_none(self, world: World) -> None:
        first, second = note(body=b"1", expires=20), note(body=b"2", expires=40)
        assert await self.keep(world, first, second, new=True) == [True, False]
        assert await self.body(world) == b"1"
        assert await self.keep(world, second, second=20, new=True) == [True]  # the first one has expired
        assert await self.body(world, second=20) == b"2"

    async def test_a_note_that_expects_another_is_written_only_in_its_place(self, world: World) -> None:
        assert await self.keep(world, note(body=b"2"), expect=b"1") == [False]
        await self.keep(world, note(body=b"1", expires=20))
        assert await self.keep(world, note(body=b"2"), expect=b"0") == [False]
        assert await self.keep(world, note(body=b"2"), second=20, expect=b"1") == [False]  # it has expired
        assert await self.keep(world, note(body=b"2", expires=20), expect=b"1") == [True]
        assert await self.body(world) == b"2"

    async def test_of_many_that_drop_a_note_one_gets_it(self, world: World) -> None:
        await self.keep(world, note("a"), note("b", expires=20))
        assert await world.store.drop("s", ["b", "a", "c"], at=at(20)) == [False, True, False]
        await self.keep(world, note())
        gone = await asyncio.gather(*(world.store.drop("s", ["k"], at=at(10)) for _ in range(20)))
        assert sorted(gone) == [[False]] * 19 + [[True]]

    async def test_of_many_that_count_at_once_none_is_lost(self, world: World) -> None:
        async def count() -> None:
            while True:
                old = await self.body(world)
                new = note(body=str(int(old or b"0") + 1).encode())
                if await self.keep(world, new, new=old is None, expect=old) == [True]:
                    return

        await asyncio.gather(*(count() for _ in range(10)))
        assert await self.body(world) == b"10"

    async def test_notes_under_a_prefix_come_in_the_order_of_their_keys(self, world: World) -> None:
        keys = ["a", "b", "b/1", "b/2", "b/2/x", "b/3", "b0", "c"]
        await self.keep(world, *(note(key) for key in reversed(keys)))
        await self.keep(world, note("b/4", expires=11), note("b/9", space="t"))

        async def under(prefix: str, **page) -> list[str]:
            return [one.key for one in await world.store.notes_under("s", prefix, at=at(20), **page)]

        assert await under("b/") == ["b/1", "b/2", "b/2/x", "b/3"]
        assert await under("b/", limit=2) == ["b/1", "b/2"]
        assert await under("b/", after="b/2", limit=2) == ["b/2/x", "b/3"]
        assert await under("") == keys
        assert await under("", after="b0") == ["c"]
        assert await under("", after="z") == []
        assert await under("%") == []

    async def test_expired_notes_are_swept_in_batches(self, world: World) -> None:
        await self.keep(world, *(note(str(n), expires=20) for n in range(5)), note("stays"), note("later", expires=40))
        assert await world.store.sweep(at=at(19), limit=10) == 0
        assert await world.store.sweep(at=at(20), limit=3) == 3
        assert await world.store.sweep(at=at(20), limit=3) == 2
        assert await world.store.sweep(at=at(20), limit=3) == 0
        left = await world.store.notes_under("s", "", at=at(20))
        assert [one.key for one in left] == ["later", "stays"]
