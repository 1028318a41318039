"""Lanes and limits: what a claim passes over, and what queued runs find nobody."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.conformance.world import StoreFactory, World, at
from tickwork.core.ids import RunId
from tickwork.core.lanes import Lane, Limit
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Store, Topic

DB, TWO = Limit(key="key/db", max=1), Limit(key="job/backup", max=2)
LIMITED = str(Lane(pool="default", limits=(DB,)))
LANES = ("default", LIMITED)


async def claimed(world: World, session: str, *lanes: str, n: int = 9, limits: Sequence[Limit] = ()) -> list[RunId]:
    claims = await world.store.claim(session, pools=lanes or LANES, n=n, at=at(11), limits=limits)
    return [claim.run.id for claim in claims]


class Limiting:
    async def test_a_claim_gets_runs_of_the_lanes_that_it_names_only(self, world: World) -> None:
        session = await world.session()
        mine = await world.queued(lane="default?worker=a")
        await world.queued(lane="default?worker=b")
        await world.queued(lane="default?labels=gpu")
        assert await claimed(world, session, "default", "default?worker=a") == [mine]
        assert (await world.run(mine)).pool == "default"

    async def test_no_more_are_held_at_a_time_than_a_limit_says_whoever_holds_them(self, world: World) -> None:
        a, b = await world.session("a"), await world.session("b")
        first, second = [await world.queued(lane=LIMITED) for _ in range(2)]
        assert await claimed(world, a) == [first]
        assert await claimed(world, b) == []
        await world.store.cancel([first], reason=Reason.USER, note="", at=at(12))
        assert await claimed(world, b) == []  # it is still held
        await world.settle(a)
        assert await world.state(first) is State.CANCELLED
        assert await claimed(world, b) == [second]

    async def test_a_run_without_room_keeps_nobody_behind_it_waiting(self, world: World) -> None:
        session = await world.session()
        limited = [await world.queued(lane=LIMITED, ready_at=at(1), priority=9) for _ in range(3)]
        free = [await world.queued(ready_at=at(5)) for _ in range(2)]
        assert await claimed(world, session, n=3) == [limited[0], *free]

    async def test_the_order_holds_across_lanes_with_and_without_limits(self, world: World) -> None:
        session = await world.session()
        ids = [await world.queued(lane=lane, ready_at=at(n)) for n, lane in enumerate((*LANES, "default"))]
        assert await claimed(world, session) == ids

    async def test_a_key_is_shared_between_lanes_and_pools(self, world: World) -> None:
        session = await world.session()
        other = str(Lane(pool="other", labels=("gpu",), limits=(Limit(key="key/db", max=2),)))
        await world.queued(lane=LIMITED, ready_at=at(1))
        await world.queued(lane=other, ready_at=at(2))
        await world.queued(lane=other, ready_at=at(3))
        assert len(await claimed(world, session, LIMITED, other)) == 2
        assert await claimed(world, session, LIMITED, other) == []

    async def test_all_limits_of_a_lane_hold_together(self, world: World) -> None:
        session = await world.session()
        both = str(Lane(pool="default", limits=(DB, TWO)))
        only = str(Lane(pool="default", limits=(TWO,)))
        for lane in (both, both, only, only):
            await world.queued(lane=lane)
        runs = [await world.run(run) for run in await claimed(world, session, both, only)]
        assert sorted(run.lane for run in runs) == sorted([both, only])

    async def test_a_limit_of_a_pool_counts_all_its_lanes(self, world: World) -> None:
        session = await world.session()
        await world.session("b")
        odd = Lane(pool="a?b&c%")
        lanes = str(odd), str(Lane(pool=odd.pool, labels=("gpu",)))
        for lane in (*lanes, *lanes):
            await world.queued(lane=lane)
        limit = Limit(key=f"pool/{odd.pool}", max=3)
        assert len(await claimed(world, session, *lanes, n=2, limits=[limit])) == 2
        assert len(await claimed(world, "b", *lanes, limits=[limit])) == 1
        assert await claimed(world, "b", *lanes, limits=[limit]) == []
        assert len(await claimed(world, "b", *lanes)) == 1

    @pytest.mark.parametrize("end", ["finish", "release", "retry"])
    async def test_room_is_there_again_however_a_claim_ends(self, world: World, end: str) -> None:
        session = await world.session()
        for _ in range(2):
            await world.queued(lane=LIMITED)
        [claim] = await world.claim(session, pools=LANES)
        match end:
            case "release":
                await world.store.release([(claim.run.id, claim.fence)], at=at(12))
            case "retry":
                await world.start(claim)
                await world.finish(claim, state=State.QUEUED, ready_at=at(50))
            case _:
                await world.start(claim)
                await world.finish(claim)
        assert len(await claimed(world, session)) == 1

    # -- queues --

    async def test_the_queues_are_the_lanes_with_queued_runs(self, world: World) -> None:
        assert await world.store.queues() == []
        session = await world.session()
        await world.queued(ready_at=at(7))
        await world.queued(ready_at=at(6))
        await world.queued(ready_at=at(99), priority=1, lane="late")
        await world.queued(lane=LIMITED)
        await world.queued(lane="waiting", state=State.WAITING, wait="upstream")
        queues = await world.store.queues()
        assert [(queue.lane, queue.ready_at) for queue in queues] == [
            ("default", at(6)),
            (LIMITED, at(10)),
            ("late", at(99)),
        ]
        assert await world.store.depths() == {"default": 2, LIMITED: 1, "late": 1}
        assert len(await claimed(world, session)) == 3
        assert await world.store.depths() == {"late": 1}
        assert [queue.lane for queue in await world.store.queues()] == ["late"]

    async def test_a_queue_is_gone_with_its_last_run_however_that_went(self, world: World) -> None:
        run = await world.queued(lane=LIMITED)
        await world.store.cancel([run], reason=Reason.USER, note="", at=at(12))
        assert await world.store.queues() == []

    # -- miss --

    async def test_queued_runs_that_nobody_can_take_are_missed(self, world: World) -> None:
        session = await world.session()
        held = await world.claimed(session)
        run = await world.queued()
        woken = await world.wakes(Topic.OUTBOX)
        assert await world.store.miss([run, held.run.id, "ghost"], note="w1 is gone", at=at(20)) == [run]
        assert await woken() is Topic.OUTBOX
        missed = await world.run(run)
        assert (missed.state, missed.reason, missed.note) == (State.MISSED, Reason.NO_WORKER, "w1 is gone")
        assert missed.finished == at(20)
        assert await world.state(held.run.id) is State.CLAIMED
        assert [event.run for event in await world.store.outbox(limit=9)] == [run]
        assert await world.store.miss([run], note="again", at=at(21)) == []

    # -- sessions --

    async def test_a_session_says_its_labels_and_each_beat_the_load(self, world: World) -> None:
        session = await world.session(labels=("gpu", "linux"))
        [opened] = await world.store.sessions()
        assert (opened.labels, opened.load) == (("gpu", "linux"), None)
        await world.store.beat(session, at=at(3), load=0.75)
        await world.store.beat(session, at=at(4))
        [seen] = await world.store.sessions()
        assert (seen.labels, seen.load, seen.beat) == (("gpu", "linux"), 0.75, 2)

    async def test_an_open_session_says_anew_what_it_has_and_keeps_all_else(self, world: World) -> None:
        session = await world.session(labels=("gpu",), tasks=("shop:tally",), lease=15.0)
        run = await world.claimed(session)
        await world.session(labels=("cpu",), tasks=("shop:tally", "shop:new"), lease=60.0)
        [again] = await world.store.sessions()
        assert (again.labels, again.tasks, again.lease) == (("cpu",), ("shop:tally", "shop:new"), 15.0)
        assert [held.id for held in await world.store.held_by(session)] == [run.run.id]

    async def test_a_session_that_has_ended_says_nothing_any_more(self, world: World) -> None:
        session = await world.session(tasks=("shop:tally",))
        await world.store.close_session(session, at=at(3))
        await world.session(tasks=("shop:new",))
        [ended] = await world.store.sessions(ended_since=at(0))
        assert (ended.tasks, ended.ended) == (("shop:tally",), at(3))


class LimitingTogether:
    async def test_claims_at_the_same_time_do_not_exceed_a_limit(
        self, world: World, store_factory: StoreFactory
    ) -> None:
        """Four stores claim and let go at once; whoever looks never sees more held than allowed."""
        stores = [await store_factory() for _ in range(4)]
        lane = str(Lane(pool="default", limits=(Limit(key="key/db", max=3),)))
        await world.store.enqueue([world.new(lane=lane) for _ in range(40)], at=at(10))
        sessions = [await world.session(f"s{n}") for n in range(len(stores))]
        held: set[RunId] = set()
        most = 0

        async def work(store: Store, session: str) -> None:
            nonlocal most
            for _ in range(15):
                claims = await store.claim(session, pools=[lane], n=2, at=at(11))
                held.update(claim.run.id for claim in claims)
                most = max(most, len(held))
                for claim in claims:
                    held.discard(claim.run.id)
                    await store.release([(claim.run.id, claim.fence)], at=at(12))

        await asyncio.gather(*(work(store, session) for store, session in zip(stores, sessions, strict=True)))
        assert 0 < most <= 3
