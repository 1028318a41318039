"""Cancel in every state, and the outbox of what ended."""

import pytest

from tests.conformance.world import ANN, World, at
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import CancelOutcome, Topic


class Cancelling:
    async def cancel(self, world: World, *runs: str, reason: Reason = Reason.USER, note: str = "ann", **fields):
        return await world.store.cancel(runs, reason=reason, note=note, at=at(20), **fields)

    @pytest.mark.parametrize("wait", [None, *Wait])
    async def test_a_run_that_has_not_begun_is_cancelled_at_once(self, world: World, wait: Wait | None) -> None:
        run = await world.queued(state=State.WAITING if wait else State.QUEUED, wait=wait)
        woken = await world.wakes(Topic.OUTBOX)
        assert await self.cancel(world, run) == [CancelOutcome.DONE]
        assert await woken() is Topic.OUTBOX
        after = await world.run(run)
        assert (after.state, after.reason, after.note, after.finished) == (
            State.CANCELLED,
            Reason.USER,
            "ann",
            at(20),
        )
        assert [event.run for event in await world.store.outbox(limit=9)] == [run]

    @pytest.mark.parametrize("begun", [False, True])
    async def test_the_session_that_holds_a_run_gets_the_order(self, world: World, begun: bool) -> None:
        session = await world.session()
        claim = await (world.running if begun else world.claimed)(session)
        woken = await world.wakes(Topic.ORDERS)
        assert await self.cancel(world, claim.run.id) == [CancelOutcome.ORDERED]
        assert await woken() is Topic.ORDERS
        assert await world.state(claim.run.id) is (State.RUNNING if begun else State.CLAIMED)
        orders = await world.store.beat(session, at=at(21))
        assert orders.cancels == [(claim.run.id, claim.fence, "user|ann")]
        await world.finish(claim, state=State.CANCELLED, reason=Reason.USER)
        assert (await world.store.beat(session, at=at(22))).cancels == []

    async def test_the_first_request_stays(self, world: World) -> None:
        claim = await world.running(await world.session())
        await self.cancel(world, claim.run.id)
        assert await self.cancel(world, claim.run.id, reason=Reason.PARENT, note="x") == [CancelOutcome.ORDERED]
        assert (await world.run(claim.run.id)).cancel == "user|ann"

    async def test_what_is_over_or_unknown_stays_so(self, world: World) -> None:
        over = await world.succeeded(await world.session())
        before = await world.run(over)
        assert await self.cancel(world, over, "ghost", by=ANN) == [CancelOutcome.OVER, CancelOutcome.UNKNOWN]
        assert await world.run(over) == before
        assert await world.store.audit(kind="run") == []

    async def test_each_cancelled_run_has_an_audit_entry(self, world: World) -> None:
        claim = await world.running(await world.session())
        queued = await world.queued()
        await self.cancel(world, claim.run.id, queued, by=ANN)
        entries = await world.store.audit(kind="run")
        assert [(entry.id, entry.verb, entry.by) for entry in entries] == [
            (queued, "cancel", ANN),
            (claim.run.id, "cancel", ANN),
        ]

    # -- outbox --

    async def test_the_outbox_gives_completions_oldest_first_until_they_are_consumed(self, world: World) -> None:
        session = await world.session()
        ended = [await world.succeeded(session, second=13 + n) for n in range(3)]
        events = await world.store.outbox(limit=2)
        assert [event.run for event in events] == ended[:2]
        assert await world.store.outbox(limit=2) == events
        await world.store.consume([event.seq for event in events])
        assert [event.run for event in await world.store.outbox(limit=9)] == ended[2:]
        await world.store.consume([event.seq for event in events])

    async def test_a_consumed_number_is_never_given_again(self, world: World) -> None:
        session = await world.session()
        seen = set()
        for _ in range(3):
            await world.succeeded(session)
            [event] = await world.store.outbox(limit=9)
            assert event.seq not in seen
            seen.add(event.seq)
            await world.store.consume([event.seq])
