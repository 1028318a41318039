"""The overlap rule at birth, and its end by `promote`."""

import pytest

from tests.conformance.world import World, at, born
from tickwork.core.model import Origin, Overlap
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import Topic

SKIP, QUEUE, ALLOW, REPLACE = Overlap.SKIP, Overlap.QUEUE, Overlap.ALLOW, Overlap.REPLACE
QUEUED, WAITING = (State.QUEUED, None), (State.WAITING, None)
SKIPPED, REPLACED = (State.SKIPPED, Reason.OVERLAP), (State.CANCELLED, Reason.REPLACED)


class Overlapping:
    async def fired(self, world: World, overlap: Overlap, second: float = 10):
        """What becomes of a slot's run."""
        rows = await world.store.timetable(["backup"])
        row = rows[0] if rows else await world.scheduled()
        new = world.slot(second, overlap=overlap)
        return new.run.id, born(await world.fire(row.version, new))[0]

    async def enqueued(self, world: World, overlap: Overlap):
        new = world.new(overlap=overlap)
        return new.run.id, born(await world.store.enqueue([new], at=at(10)))[0]

    @pytest.mark.parametrize("overlap", list(Overlap))
    async def test_a_run_of_a_job_that_is_free_is_queued(self, world: World, overlap: Overlap) -> None:
        assert (await self.fired(world, overlap))[1] == QUEUED

    @pytest.mark.parametrize("stage", ["queued", "claimed", "running", "retrying", "waiting"])
    async def test_skip_leaves_out_a_run_while_an_earlier_one_is_not_over(self, world: World, stage: str) -> None:
        earlier = await self.at_stage(world, stage)
        run, state = await self.fired(world, SKIP)
        assert state == SKIPPED
        skipped = await world.run(run)
        assert skipped.about == earlier
        assert skipped.finished == at(20)

    async def at_stage(self, world: World, stage: str):
        """An earlier run of the job, started by hand."""
        session = await world.session()
        match stage:
            case "queued":
                return await world.queued()
            case "claimed":
                return (await world.claimed(session)).run.id
            case "running":
                return (await world.running(session)).run.id
            case "retrying":
                claim = await world.running(session)
                await world.finish(claim, state=State.QUEUED, ready_at=at(99))
                return claim.run.id
            case _:
                return await world.queued(state=State.WAITING, wait=Wait.OVERLAP)

    @pytest.mark.parametrize("overlap", [SKIP, QUEUE, REPLACE])
    async def test_a_run_that_is_over_or_waits_for_something_else_hinders_nobody(
        self, world: World, overlap: Overlap
    ) -> None:
        await world.succeeded(await world.session())
        await world.queued(state=State.WAITING, wait=Wait.UPSTREAM)
        assert (await self.fired(world, overlap))[1] == QUEUED

    async def test_allow_queues_beside_others(self, world: World) -> None:
        await world.queued()
        assert (await self.fired(world, ALLOW))[1] == QUEUED

    async def test_queue_lets_one_wait_and_skips_the_next(self, world: World) -> None:
        await world.running(await world.session())
        run, state = await self.fired(world, QUEUE, 10)
        assert state == WAITING
        assert (await world.run(run)).wait is Wait.OVERLAP
        later, state = await self.fired(world, QUEUE, 11)
        assert state == SKIPPED
        assert (await world.run(later)).about == run

    async def test_replace_cancels_what_has_not_begun(self, world: World) -> None:
        earlier, waiting = await world.queued(), await world.queued(state=State.WAITING, wait=Wait.OVERLAP)
        run, state = await self.fired(world, REPLACE)
        assert state == QUEUED
        for old in (earlier, waiting):
            cancelled = await world.run(old)
            assert (cancelled.state, cancelled.reason) == REPLACED
            assert cancelled.finished == at(20)
        assert {event.run for event in await world.store.outbox(limit=9)} == {earlier, waiting}
        assert await world.state(run) is State.QUEUED

    async def test_replace_orders_held_ones_to_stop_and_waits_for_them(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        woken = await world.wakes(Topic.ORDERS)
        run, state = await self.fired(world, REPLACE)
        assert state == WAITING
        assert await woken() is Topic.ORDERS
        [(ordered, fence, text)] = (await world.store.beat(session, at=at(21))).cancels
        assert (ordered, fence) == (claim.run.id, claim.fence)
        assert text.startswith("replaced|")
        await world.finish(claim, state=State.CANCELLED, reason=Reason.REPLACED)
        await world.store.promote(at=at(22))
        assert await world.state(run) is State.QUEUED

    async def test_replace_replaces_the_one_that_waits_too(self, world: World) -> None:
        await world.running(await world.session())
        first, _ = await self.fired(world, REPLACE, 10)
        second, state = await self.fired(world, REPLACE, 11)
        assert state == WAITING
        assert await world.state(first) is State.CANCELLED
        assert await world.state(second) is State.WAITING

    @pytest.mark.parametrize("overlap", [SKIP, QUEUE])
    async def test_a_run_that_a_person_asked_for_waits_instead_of_being_skipped(
        self, world: World, overlap: Overlap
    ) -> None:
        await world.queued()
        assert [(await self.enqueued(world, overlap))[1] for _ in range(2)] == [WAITING, WAITING]

    async def test_the_rule_counts_the_runs_of_the_same_call(self, world: World) -> None:
        children = await world.store.enqueue([world.new(overlap=SKIP), world.new(overlap=SKIP)], at=at(10))
        assert born(children) == [QUEUED, WAITING]

    async def test_other_jobs_do_not_count(self, world: World) -> None:
        await world.job("other")
        await world.queued("other")
        assert (await self.fired(world, SKIP))[1] == QUEUED

    async def test_the_origin_does_not_count(self, world: World) -> None:
        await world.queued(origin=Origin.API)
        assert (await self.fired(world, SKIP))[1] == SKIPPED

    @pytest.mark.parametrize("overlap", list(Overlap))
    async def test_cleaning_up_is_not_running_the_job(self, world: World, overlap: Overlap) -> None:
        cleanup = await world.queued(origin=Origin.CLEANUP)
        assert (await self.fired(world, overlap))[1] == QUEUED
        assert await world.state(cleanup) is State.QUEUED

    # -- promote --

    async def test_promote_lets_the_oldest_waiting_run_of_each_free_job_go_on(self, world: World) -> None:
        await world.job("other")
        session = await world.session()
        held = await world.running(session)
        waiting = {job: [await world.queued(job, overlap=SKIP) for _ in range(2)] for job in ("backup", "other")}
        first, second = waiting["other"]
        assert await world.state(first) is State.QUEUED
        await world.store.promote(at=at(12))
        assert await world.state(second) is State.WAITING

        await world.finish(held)
        woken = await world.wakes(Topic.QUEUED)
        await world.store.promote(at=at(14))
        assert await woken() is Topic.QUEUED
        assert [await world.state(run) for run in waiting["backup"]] == [State.QUEUED, State.WAITING]
        await world.store.promote(at=at(15))
        assert [await world.state(run) for run in waiting["backup"]] == [State.QUEUED, State.WAITING]

    async def test_a_retry_that_is_due_later_still_hinders_the_next(self, world: World) -> None:
        claim = await world.running(await world.session())
        waiting = await world.queued(overlap=SKIP)
        await world.finish(claim, state=State.QUEUED, ready_at=at(99))
        await world.store.promote(at=at(20))
        assert await world.state(waiting) is State.WAITING

    async def test_promote_queues_a_deferred_run_when_its_time_has_come(self, world: World) -> None:
        claim = await world.running(await world.session())
        await world.finish(claim, state=State.WAITING, wait=Wait.DEFERRED, ready_at=at(30))
        assert await world.store.promote(at=at(29)) == at(30)
        assert await world.state(claim.run.id) is State.WAITING
        await world.store.promote(at=at(30))
        assert await world.state(claim.run.id) is State.QUEUED

    async def test_a_deferred_run_of_an_exclusive_job_waits_until_the_job_is_free(self, world: World) -> None:
        session = await world.session()
        deferred = await world.running(session, overlap=SKIP)
        await world.finish(deferred, state=State.WAITING, wait=Wait.DEFERRED, ready_at=at(30))
        held = await world.running(session, overlap=SKIP)
        await world.store.promote(at=at(31))
        assert await world.state(deferred.run.id) is State.WAITING
        await world.finish(held)
        await world.store.promote(at=at(32))
        assert await world.state(deferred.run.id) is State.QUEUED

    async def test_promote_misses_queued_runs_past_their_start_deadline(self, world: World) -> None:
        late = await world.queued(start_by=at(20))
        assert await world.store.promote(at=at(20)) is not None
        assert await world.state(late) is State.QUEUED
        woken = await world.wakes(Topic.OUTBOX)
        await world.store.promote(at=at(20.1))
        assert await woken() is Topic.OUTBOX
        missed = await world.run(late)
        assert (missed.state, missed.reason, missed.finished) == (State.MISSED, Reason.DEADLINE, at(20.1))
        assert [event.run for event in await world.store.outbox(limit=9)] == [late]

    async def test_a_retry_has_begun_and_misses_no_start_deadline(self, world: World) -> None:
        claim = await world.running(await world.session(), start_by=at(20))
        await world.finish(claim, state=State.QUEUED, ready_at=at(30))
        await world.store.promote(at=at(40))
        assert await world.state(claim.run.id) is State.QUEUED

    async def test_promote_tells_when_the_next_queued_run_becomes_ready(self, world: World) -> None:
        assert await world.store.promote(at=at(12)) is None
        await world.queued(ready_at=at(50))
        await world.queued(ready_at=at(40))
        await world.queued()
        assert await world.store.promote(at=at(12)) == at(40)
        assert await world.store.promote(at=at(40)) == at(50)
        assert await world.store.promote(at=at(50)) is None
