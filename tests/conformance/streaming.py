"""Logs, wake hints and announcements."""

import asyncio

from tests.conformance.world import StoreFactory, World, at
from tickwork.core.codec import to_json
from tickwork.core.states import State
from tickwork.store.protocol import LONGEST_ANNOUNCEMENT, Chunk, Claim, Hearing, Level, LogWrite, Store, Stream, Topic


def chunk(seq: int, data: bytes = b"x", stream: Stream = Stream.STDOUT) -> Chunk:
    return Chunk(seq=seq, at=at(12), stream=stream, data=data)


class Follower:
    """What a follower of a store has heard."""

    def __init__(self, store: Store) -> None:
        self.heard: list[bytes] = []
        self._more = asyncio.Event()
        self.end = store.follow(self._hear)

    def _hear(self, payload: bytes) -> None:
        self.heard.append(payload)
        self._more.set()

    async def until(self, payload: bytes) -> None:
        async with asyncio.timeout(5):
            while payload not in self.heard:
                self._more.clear()
                await self._more.wait()


def record(seq: int, level: str = "INFO", message: str = "x", second: float = 12) -> Chunk:
    data = to_json({"level": level, "logger": "l", "message": message})
    return Chunk(seq=seq, at=at(second), stream=Stream.RECORD, data=data)


class Streaming:
    async def write(self, world: World, claim: Claim, *chunks: Chunk, attempt: int = 1, drop=None):
        write = LogWrite(run=claim.run.id, attempt=attempt, fence=claim.fence, chunks=chunks, drop=drop)
        return await world.store.append_log([write])

    async def seqs(self, world: World, claim: Claim, **where) -> list[int]:
        return [one.seq for one in await world.store.read_log(claim.run.id, **where)]

    async def test_chunks_are_read_in_order_as_they_were_written(self, world: World) -> None:
        claim = await world.running(await world.session())
        chunks = [chunk(0, b"\xff\x00"), chunk(3, b"err", Stream.STDERR), chunk(7, b"", Stream.SYSTEM)]
        assert await self.write(world, claim, chunks[1], chunks[0]) == []
        assert await self.write(world, claim, chunks[2]) == []
        assert await world.store.read_log(claim.run.id) == chunks
        assert await world.store.read_log(claim.run.id, after=0, limit=1) == [chunks[1]]

    async def test_a_chunk_replaces_an_earlier_one_of_the_same_number(self, world: World) -> None:
        claim = await world.running(await world.session())
        await self.write(world, claim, chunk(5, b"10 bytes left out"))
        await self.write(world, claim, chunk(5, b"99 bytes left out"))
        assert [one.data for one in await world.store.read_log(claim.run.id)] == [b"99 bytes left out"]

    async def test_the_ring_drops_what_it_has_moved_past(self, world: World) -> None:
        claim = await world.running(await world.session())
        await self.write(world, claim, *(chunk(seq) for seq in range(6)))
        await self.write(world, claim, chunk(2, b"marker"), chunk(6), drop=(2, 5))
        assert await self.seqs(world, claim) == [0, 1, 2, 5, 6]

    async def test_each_attempt_has_a_log_of_its_own_and_the_newest_is_read(self, world: World) -> None:
        session = await world.session()
        first = await world.running(session)
        await self.write(world, first, chunk(0), chunk(1))
        await world.finish(first, state=State.QUEUED, ready_at=at(20))
        [second] = await world.claim(session, second=20)
        await world.start(second, second=21)
        assert await self.seqs(world, first) == [0, 1]
        await self.write(world, second, chunk(0), attempt=2)
        assert await self.seqs(world, second) == [0]
        assert await self.seqs(world, second, attempt=1) == [0, 1]

    async def test_the_last_lines_may_come_after_the_end(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        await world.finish(claim)
        assert await self.write(world, claim, chunk(0)) == []
        assert await self.write(world, claim, chunk(0), attempt=2) != []
        assert await self.seqs(world, claim) == [0]

    async def test_a_claim_that_was_taken_away_writes_no_more_lines(self, world: World) -> None:
        session = await world.session()
        claim, other = await world.running(session), await world.running(await world.session("s2"))
        await world.settle(session)
        writes = [LogWrite(run=one.run.id, attempt=1, fence=one.fence, chunks=(chunk(0),)) for one in (claim, other)]
        assert [lost.run for lost in await world.store.append_log(writes)] == [claim.run.id]
        assert await self.seqs(world, claim) == []
        assert await self.seqs(world, other) == [0]

    async def test_records_are_trimmed_by_level_and_age_and_nothing_else_is(self, world: World) -> None:
        claim = await world.running(await world.session())
        old = [record(n, level) for n, level in enumerate(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "TRACE"))]
        new = [record(10 + n, level, second=30) for n, level in enumerate(("DEBUG", "INFO"))]
        said = [chunk(20, b'{"level":"DEBUG","message":"printed"}'), record(21, "INFO", "DEBUG"), chunk(22)]
        await self.write(world, claim, *old, *new, *said)
        before = {Level.DEBUG: at(20), Level.ERROR: at(20), Level.CRITICAL: at(12)}
        assert await world.store.trim_log([claim.run.id, "ghost"], before=before) == 2
        assert await self.seqs(world, claim) == [1, 2, 4, 5, 10, 11, 20, 21, 22]
        assert await world.store.trim_log([claim.run.id], before=before) == 0
        assert await world.store.trim_log([], before=before) == 0

    async def test_records_of_every_attempt_are_trimmed_and_of_no_other_run(self, world: World) -> None:
        session = await world.session()
        first, other = await world.running(session), await world.running(await world.session("s2"))
        await self.write(world, first, record(0))
        await self.write(world, other, record(0))
        await world.finish(first, state=State.QUEUED, ready_at=at(20))
        [second] = await world.claim(session, second=20)
        await world.start(second, second=21)
        await self.write(world, second, record(0), attempt=2)
        assert await world.store.trim_log([first.run.id], before={Level.INFO: at(99)}) == 2
        assert await self.seqs(world, first) == []
        assert await self.seqs(world, other) == [0]

    # -- wakes --

    async def test_listeners_hear_their_topics_until_they_end(self, world: World) -> None:
        heard: list[Topic] = []
        last = asyncio.Event()
        end = world.store.listen([Topic.QUEUED, Topic.OUTBOX], heard.append)
        world.store.listen([Topic.SCHEDULE], lambda _: last.set())
        world.store.notify(Topic.QUEUED, Topic.ORDERS)
        world.store.notify(Topic.SCHEDULE)
        await asyncio.wait_for(last.wait(), 5)
        assert heard == [Topic.QUEUED]
        end()
        last.clear()
        world.store.notify(Topic.OUTBOX)
        world.store.notify(Topic.SCHEDULE)
        await asyncio.wait_for(last.wait(), 5)
        assert heard == [Topic.QUEUED]

    async def test_a_verb_that_failed_wakes_nobody(self, world: World) -> None:
        heard: list[Topic] = []
        world.store.listen(list(Topic), heard.append)
        await asyncio.gather(world.store.enqueue([world.new("ghost")], at=at(10)), return_exceptions=True)
        woken = await world.wakes(Topic.ORDERS)
        world.store.notify(Topic.ORDERS)
        await woken()
        assert heard == [Topic.ORDERS]

    # -- announcements --

    async def test_whoever_follows_is_told_until_they_end(self, world: World) -> None:
        follower, other = Follower(world.store), Follower(world.store)
        world.store.announce([b"one", b"two \xff\x00"])
        await follower.until(b"two \xff\x00")
        assert follower.heard == [b"one", b"two \xff\x00"]
        follower.end()
        world.store.announce([b"three"])
        await other.until(b"three")
        assert follower.heard == [b"one", b"two \xff\x00"]

    async def test_an_announcement_may_be_as_long_as_it_says(self, world: World) -> None:
        follower = Follower(world.store)
        longest = bytes(range(256)) * (LONGEST_ANNOUNCEMENT // 256)
        world.store.announce([longest])
        await follower.until(longest)

    async def test_announcing_to_nobody_is_no_error(self, world: World) -> None:
        world.store.announce([b"hello"])
        world.store.announce([])
        await world.queued()


class Sharing:
    """For stores whose data several processes share."""

    async def test_two_stores_on_the_same_data_see_the_same(self, world: World, store_factory: StoreFactory) -> None:
        other = World(await store_factory())
        run = await world.queued()
        session = await other.session()
        [claim] = await other.claim(session)
        assert claim.run.id == run
        assert await world.claim(session) == []
        assert await world.state(run) is State.CLAIMED

    async def test_a_store_that_is_shared_says_whether_it_hears_the_others(self, world: World) -> None:
        world.store.listen([Topic.QUEUED], lambda _: None)
        world.store.follow(lambda _: None)
        assert isinstance(world.store, Hearing)
        assert world.store.hears() is True

    async def test_a_write_wakes_the_listeners_of_the_other_store(
        self, world: World, store_factory: StoreFactory
    ) -> None:
        other = World(await store_factory())
        woken = await other.wakes(Topic.QUEUED)
        await world.queued()
        assert await woken() is Topic.QUEUED

    async def test_whoever_follows_is_told_by_the_other_store(self, world: World, store_factory: StoreFactory) -> None:
        other = await store_factory()
        follower = Follower(other)
        longest = bytes(range(256)) * (LONGEST_ANNOUNCEMENT // 256)
        world.store.announce([b"one", longest])
        await follower.until(longest)
        assert follower.heard == [b"one", longest]
        other.announce([b"two"])  # in both directions, and its own once
        back = Follower(world.store)
        other.announce([b"three"])
        await back.until(b"three")
        await follower.until(b"three")
        assert follower.heard == [b"one", longest, b"two", b"three"]

    async def test_what_is_announced_just_before_closing_is_told(
        self, world: World, store_factory: StoreFactory
    ) -> None:
        other = await store_factory()
        follower = Follower(world.store)
        other.announce([b"goodbye"])
        await other.close()
        await follower.until(b"goodbye")

    async def test_announcements_wake_nobody_and_hints_tell_nothing(
        self, world: World, store_factory: StoreFactory
    ) -> None:
        other = World(await store_factory())
        follower = Follower(other.store)
        heard: list[Topic] = []
        other.store.listen(list(Topic), heard.append)
        world.store.announce([b"told"])
        world.store.notify(Topic.QUEUED)
        await follower.until(b"told")
        woken = await other.wakes(Topic.ORDERS)
        world.store.notify(Topic.ORDERS)
        await woken()
        assert heard == [Topic.QUEUED, Topic.ORDERS]
        assert follower.heard == [b"told"]

    async def test_one_server_sits_there_at_a_time_where_there_is_one_seat(
        self, world: World, store_factory: StoreFactory
    ) -> None:
        other = await store_factory()
        leave = await world.store.serve()
        assert leave is not None
        second = await other.serve()
        leave()
        leave()
        if second is None:  # a store of one server: the next one may sit down now
            second = await other.serve()
        assert second is not None
        second()
