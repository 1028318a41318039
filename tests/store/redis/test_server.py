"""What the store asks of its server, what it brings along, and what it does when that one fails."""

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis

from tests.conformance.world import ANN, World, at, finish
from tests.pruning import prune
from tests.services.valkey import ValkeyServer, running
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId, RunId
from tickwork.core.model import Overlap
from tickwork.core.states import Reason, State
from tickwork.errors import Conflict, StoreError, StoreUnavailable, UnknownStore
from tickwork.store.protocol import Capability, Kind, Put, RunFilter, Start
from tickwork.store.redis import RedisStore, library, publishing
from tickwork.store.redis.connection import Address, Wire


def make(url: str, *, accept_loss: bool = False) -> RedisStore:
    clock = SystemClock()
    return RedisStore.from_url(url, clock=clock, ids=Ids(clock=clock), accept_loss=accept_loss)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStore]:
    store = make(redis_url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def world(store: RedisStore) -> World:
    world = World(store)
    await world.job()
    return world


class TestAddresses:
    def test_a_password_is_not_shown(self) -> None:
        assert make("redis://ann:secret@host/1").url == "redis://ann:***@host/1"

    @pytest.mark.parametrize("url", ["redis://", "http://host", "valkey:///1"])
    def test_what_is_no_address_says_so(self, url: str) -> None:
        with pytest.raises(UnknownStore, match="write"):
            make(url)

    async def test_nobody_there_is_a_passing_fault(self, tmp_path) -> None:
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            await make(f"redis+unix://{tmp_path}/nobody").open()


class TestDemands:
    async def test_a_server_that_evicts_is_refused(self) -> None:
        with running(maxmemory="100mb", maxmemory_policy="allkeys-lru") as server:
            with pytest.raises(StoreError, match=r"evicts keys.*noeviction.*accept"):
                await make(server.url).open()
            accepted = make(server.url, accept_loss=True)
            await accepted.open()
            assert "evicts" in (await accepted.losses())[0].told
            await accepted.close()

    async def test_a_server_that_forgets_is_refused(self) -> None:
        with running(appendonly="no") as server:
            with pytest.raises(StoreError, match=r"no append-only file.*appendonly yes"):
                await make(server.url).open()
            accepted = make(f"{server.url}?accept_loss=yes")
            await accepted.open()
            await accepted.close()

    async def test_a_cluster_is_refused(self) -> None:
        with (
            running(cluster_enabled="yes", port="0") as server,
            pytest.raises(StoreError, match="Cluster"),
        ):
            await make(server.url, accept_loss=True).open()

    async def test_what_may_be_lost_is_said(self) -> None:
        for fsync, told, capable in (("everysec", "last second", False), ("always", None, True)):
            with running(fsync=fsync) as server:
                store = make(server.url)
                await store.open()
                losses = [loss.told for loss in await store.losses()]
                assert [told] == [told for loss in losses if told in loss] if told else losses == []
                assert (Capability.DURABLE in store.capabilities) is capable
                await store.close()


class TestLibrary:
    def test_no_name_that_all_verbs_share_is_given_twice(self) -> None:
        """The later one would shadow the earlier one in every file behind it, without a word."""
        folder = Path(library.__file__).parent / "functions" / "lib"
        names = [
            name
            for file in sorted(folder.glob("*.lua"))
            for names in re.findall(r"^local (?:function )?([\w, ]+?)(?: =|\(|$| --)", file.read_text(), re.MULTILINE)
            for name in names.split(", ")
        ]
        assert [name for name, n in Counter(names).items() if n > 1] == []

    async def test_an_older_tickwork_leaves_a_newer_library_alone(self, redis_url: str, monkeypatch) -> None:
        address = Address.parse(redis_url)
        wire = Wire(address)
        newer = library.library().replace(f"return {{ {library.VERSION}, '", f"return {{ {library.VERSION + 1}, 'newer")
        try:
            wire.call("FUNCTION", "LOAD", "REPLACE", newer)
            await (store := make(redis_url)).open()
            assert wire.call("FCALL_RO", "tickwork_version", 0)[0] == library.VERSION + 1
            await World(store).job()
            await store.close()
        finally:
            wire.call("FUNCTION", "LOAD", "REPLACE", library.library())
            wire.close()

    async def test_functions_that_are_gone_are_brought_again(self, redis_url: str, world: World) -> None:
        wire = Wire(Address.parse(redis_url))
        wire.call("FUNCTION", "DELETE", "tickwork")
        wire.close()
        assert await world.state(await world.queued()) is State.QUEUED

    async def test_a_server_without_functions_gets_scripts(self, redis_url: str, monkeypatch) -> None:
        published = publishing.publish
        monkeypatch.setattr(
            "tickwork.store.redis.caller.publish", lambda wire, functions: published(wire, functions=False)
        )
        store = make(redis_url)
        await store.open()
        world = World(store)
        await world.job()
        assert await world.state(await world.succeeded(await world.session())) is State.SUCCEEDED
        wire = Wire(Address.parse(redis_url))
        wire.call("SCRIPT", "FLUSH")
        wire.close()
        assert await world.state(await world.queued()) is State.QUEUED
        await store.close()


def deaf(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next reply of the server never arrives: its connection dies after the call was carried out."""
    reply, gone = Wire.reply, []

    def lost(wire: Wire):
        answer = reply(wire)
        if not gone:
            gone.append(answer)
            raise ConnectionResetError("cut")
        return answer

    monkeypatch.setattr(Wire, "reply", lost)


class TestUnknownOutcomes:
    async def test_a_put_whose_reply_is_lost_is_no_conflict_with_itself(self, store, world, monkeypatch) -> None:
        deaf(store, monkeypatch)
        assert await store.put([Put(kind=Kind.TASK, id="t", body=b"{}", expect=0)], by=ANN, at=at(1)) == [1]
        with pytest.raises(Conflict):
            await store.put([Put(kind=Kind.TASK, id="t", body=b"[]", expect=0)], by=ANN, at=at(1))
        assert len(await store.audit(kind="task")) == 1

    async def test_a_claim_whose_reply_is_lost_gives_the_same_runs_again(self, store, world, monkeypatch) -> None:
        session = await world.session()
        first, second = await world.queued(), await world.queued()
        deaf(store, monkeypatch)
        [claim] = await world.claim(session, n=1)
        assert claim.run.id == first
        assert await world.state(second) is State.QUEUED

    async def test_a_finish_whose_reply_is_lost_happened_once(self, store, world, monkeypatch) -> None:
        claim = await world.running(await world.session())
        deaf(store, monkeypatch)
        assert await world.finish(claim) == []
        assert len(await store.attempts(claim.run.id)) == 1
        assert len(await store.outbox(limit=9)) == 1

    async def test_a_fire_whose_reply_is_lost_tells_what_was_born(self, store, world, monkeypatch) -> None:
        row = await world.scheduled()
        deaf(store, monkeypatch)
        assert await world.fire(row.version, world.slot(10)) is not None


class TestCrashes:
    async def test_nothing_is_lost_where_every_write_reaches_the_disk(self) -> None:
        with running(fsync="always") as server:
            store = make(server.url)
            await store.open()
            world = World(store)
            await world.job()
            acknowledged: list[RunId] = []

            async def enqueue() -> None:
                for _ in range(40):
                    run = await world.queued()
                    acknowledged.append(run)

            lanes = [asyncio.create_task(enqueue()) for _ in range(4)]
            while len(acknowledged) < 40:
                await asyncio.sleep(0)
            server.kill()
            server.start()
            await asyncio.gather(*lanes)

            # Then every acknowledged run is there, once, and the store went on without a restart of ours
            found = await store.runs(RunFilter(), limit=1000)
            assert sorted(run.id for run in found) == sorted(acknowledged)
            assert await store.losses() == []
            await store.close()

    async def test_a_lost_tail_is_detected_and_ends_the_claims_of_before(self) -> None:
        with running() as server:
            store = make(server.url)
            await store.open()
            world = World(store)
            await world.job()
            session = await world.session()
            kept = await world.running(session)
            # Given a server that loses what came after this moment
            self.freeze(server)
            lost = await world.running(session)
            self.thaw(server)

            # When its clients go on
            orders = await store.beat(session, at=at(20))

            # Then the session hears that it is lost, and none of its claims counts, not even the one that survived
            assert orders.lost
            assert await world.finish(kept) != []
            assert await world.finish(lost) != []
            assert [loss for loss in await store.losses() if "it lost at least" in loss.told]
            # And what is claimed now has a fence that was never given out
            fresh = await world.claimed(await world.session("s2"))
            assert fresh.fence.epoch != kept.fence.epoch
            await store.close()

    async def test_a_restart_that_lost_nothing_leaves_claims_alone_but_no_fence_comes_twice(self) -> None:
        with running() as server:
            store = make(server.url)
            await store.open()
            world = World(store)
            await world.job()
            claim = await world.running(await world.session())
            server.stop()  # gracefully: it writes everything
            server.start()
            assert await world.finish(claim) == []
            assert (await world.claimed(await world.session("s2"))).fence.n > claim.fence.n + 1_000_000
            assert not [loss for loss in await store.losses() if "it lost" in loss.told]
            await store.close()

    @staticmethod
    def freeze(server: ValkeyServer) -> None:
        with server.client() as client:
            client.config_set("appendfsync", "always")
            client.ping()
        shutil.copytree(server.folder / "appendonlydir", server.folder / "kept")

    @staticmethod
    def thaw(server: ValkeyServer) -> None:
        server.kill()
        shutil.rmtree(server.folder / "appendonlydir")
        (server.folder / "kept").rename(server.folder / "appendonlydir")
        server.start()


class TestManyServers:
    async def test_two_stores_at_once_never_double_a_run_nor_break_an_overlap_rule(self, redis_url: str) -> None:
        stores = [make(redis_url), make(redis_url)]
        for store in stores:
            await store.open()
        worlds = [World(store) for store in stores]
        await worlds[0].job()
        await worlds[0].job("single")
        ids = iter(range(10_000))
        for world in worlds:
            world.id = lambda: f"{next(ids):020}"
        seen: list[tuple[str, int]] = []

        async def work(world: World, name: str) -> None:
            session = await world.session(name)
            for _ in range(30):
                await world.store.enqueue([world.new(), world.new("single", overlap=Overlap.QUEUE)], at=at(10))
                claims = await world.claim(session, n=3)
                await world.store.start([Start(run=c.run.id, fence=c.fence, at=at(12)) for c in claims])
                running = await world.store.runs(RunFilter(job=JobId("single"), states=(State.CLAIMED, State.RUNNING)))
                assert len(running) <= 1
                seen.extend((claim.run.id, claim.fence.n) for claim in claims)
                await world.store.finish([finish(claim) for claim in claims])
                await world.store.promote(at=at(13))

        await asyncio.gather(*(work(worlds[n % 2], f"s{n}") for n in range(4)))
        assert len({run for run, _ in seen}) == len(seen)
        assert len({fence for _, fence in seen}) == len(seen)
        for store in stores:
            await store.close()

    async def test_counters_are_what_counting_finds_and_nothing_is_left_after_pruning(
        self, redis_url, store, world
    ) -> None:
        session = await world.session()
        for _ in range(5):
            await world.succeeded(session, params=b"{}")
        await world.finish(await world.running(session), state=State.QUEUED, ready_at=at(90))
        runs = await store.runs(RunFilter(), limit=100)
        counts = await store.counts()
        assert {s: n for s, n in counts.items() if n} == {State.SUCCEEDED: 5, State.QUEUED: 1}
        await store.cancel([run.id for run in runs], reason=Reason.USER, note="", at=at(91))
        await store.consume([event.seq for event in await store.outbox(limit=100)])
        assert await prune(store, before=at(99), keep=0, limit=100) == 6
        assert not any((await store.counts()).values())
        address = Address.parse(redis_url)
        wire = Wire(address)
        left = wire.call("KEYS", f"{address.prefix}tickwork:*")
        wire.close()
        runs_keys = [key for key in left if any(run.id.encode() in key for run in runs)]
        assert runs_keys == []


def test_the_documented_commands_are_all_there() -> None:
    words = "jset jsetnx jget jdel jtick jpop jnext jcount jregister jtrim jack jwhen"
    assert sorted(publishing.commands()) == sorted(words.split())


def test_redis_error_types_are_not_seen_by_callers() -> None:
    assert not issubclass(StoreError, redis.RedisError)
