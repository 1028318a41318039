"""A worker that lost its claim can change nothing any more."""

from tests.conformance.world import World, at, finish
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Chunk, ClaimLost, LogWrite, Stream


class Fencing:
    async def test_a_stalled_worker_that_reports_late_is_refused_and_changes_nothing(self, world: World) -> None:
        # Given A, which stalls while its run is on
        a, b = await world.session("a"), await world.session("b")
        late = await world.running(a)
        # And B, which takes over after A was settled
        assert await world.settle(a) is not None
        [taken] = await world.claim(b, second=41)
        assert taken.run.id == late.run.id
        await world.start(taken, second=42)
        before = await world.store.run(late.run.id)
        attempts = await world.store.attempts(late.run.id)

        # When A reports
        lost = await world.finish(late, result=b'"late"')

        # Then it is refused, and nothing has changed
        assert lost == [ClaimLost(run=late.run.id, fence=late.fence)]
        assert await world.store.run(late.run.id) == before
        assert await world.store.attempts(late.run.id) == attempts
        assert await world.store.outbox(limit=10) == []
        # And B's own report counts
        assert await world.finish(taken, attempt=2, second=43) == []
        assert await world.state(late.run.id) is State.SUCCEEDED

    async def test_every_fenced_verb_refuses_a_claim_that_is_gone(self, world: World) -> None:
        a = await world.session("a")
        gone = await world.claimed(a)
        await world.settle(a)
        refused = [ClaimLost(run=gone.run.id, fence=gone.fence)]
        chunk = Chunk(seq=0, at=at(50), stream=Stream.STDOUT, data=b"late")
        write = LogWrite(run=gone.run.id, attempt=1, fence=gone.fence, chunks=(chunk,))

        assert await world.start(gone) == refused
        assert await world.finish(gone, state=State.FAILED, reason=Reason.LAUNCH) == refused
        assert await world.store.release([(gone.run.id, gone.fence)], at=at(50)) == refused
        assert await world.store.append_log([write]) == refused
        assert await world.state(gone.run.id) is State.QUEUED
        assert await world.store.read_log(gone.run.id) == []

    async def test_a_lost_claim_in_a_batch_does_not_keep_the_others_from_being_written(self, world: World) -> None:
        a, b = await world.session("a"), await world.session("b")
        gone = await world.running(a)
        await world.settle(a)
        [taken] = await world.claim(b, second=41)
        await world.start(taken)
        held = await world.running(b)

        lost = await world.store.finish([finish(gone), finish(held)])

        assert lost == [ClaimLost(run=gone.run.id, fence=gone.fence)]
        assert await world.state(held.run.id) is State.SUCCEEDED
        assert await world.state(gone.run.id) is State.RUNNING

    async def test_each_claim_gets_a_fence_greater_than_every_one_before(self, world: World) -> None:
        a = await world.session("a")
        fences = []
        for _ in range(3):
            claim = await world.claimed(a)
            fences.append(claim.fence)
            await world.store.release([(claim.run.id, claim.fence)], at=at(12))
            await world.store.cancel([claim.run.id], reason=Reason.USER, note="", at=at(12))
        for _ in range(3):
            await world.queued()
        fences += [claim.fence for claim in await world.claim(a, n=3)]
        assert fences == sorted(set(fences))
        assert len({fence.epoch for fence in fences}) == 1
