"""Settle: what becomes of the runs of a session that died."""

from tests.conformance.world import World, at
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Topic


class Settling:
    async def test_a_session_that_beat_meanwhile_is_not_settled(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        await world.store.beat(session, at=at(14))
        assert await world.settle(session, beat=0) is None
        assert await world.state(claim.run.id) is State.RUNNING
        assert [one.id for one in await world.store.sessions()] == [session]
        assert await world.settle(session, beat=1) is not None

    async def test_a_session_is_settled_once(self, world: World) -> None:
        session = await world.session()
        assert await world.settle(session) == []
        assert await world.settle(session) is None
        assert await world.settle("nobody") is None

    async def test_a_claimed_run_goes_back_with_a_loss_and_without_an_attempt(self, world: World) -> None:
        session = await world.session()
        claim = await world.claimed(session)
        woken = await world.wakes(Topic.QUEUED)
        [run] = await world.settle(session) or []
        assert await woken() is Topic.QUEUED
        assert (run.id, run.state, run.losses, run.attempt) == (claim.run.id, State.QUEUED, 1, 0)
        assert (run.session, run.fence) == (None, None)
        assert await world.store.attempts(run.id) == []
        assert run == await world.run(run.id)

    async def test_a_running_run_goes_back_with_a_lost_attempt(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        [run] = await world.settle(session) or []
        assert (run.state, run.losses, run.attempt) == (State.QUEUED, 1, 1)
        [attempt] = await world.store.attempts(run.id)
        assert (attempt.outcome, attempt.reason, attempt.error) == (State.FAILED, Reason.LOST, "the worker is gone")
        assert (attempt.n, attempt.fence, attempt.session, attempt.finished) == (1, claim.fence, session, at(40))

    async def test_a_run_that_was_lost_too_often_fails(self, world: World) -> None:
        run = await world.queued()
        for n in range(3):
            session = await world.session(f"s{n}")
            [claim] = await world.claim(session, second=50)
            await world.start(claim)
            [after] = await world.settle(session, max_losses=3) or []
            assert after.losses == n + 1
        assert (after.state, after.reason, after.finished) == (State.FAILED, Reason.LOST, at(40))
        assert [event.run for event in await world.store.outbox(limit=9)] == [run]
        assert len(await world.store.attempts(run)) == 3

    async def test_claimed_runs_count_their_losses_too(self, world: World) -> None:
        session = await world.session()
        await world.claimed(session)
        woken = await world.wakes(Topic.OUTBOX)
        [run] = await world.settle(session, max_losses=1) or []
        assert await woken() is Topic.OUTBOX
        assert (run.state, run.reason) == (State.FAILED, Reason.LOST)

    async def test_a_run_that_must_run_at_most_once_is_not_started_again(self, world: World) -> None:
        session = await world.session()
        begun, fresh = await world.running(session, once=True), await world.claimed(session, once=True)
        runs = {run.id: run for run in await world.settle(session) or []}
        assert (runs[begun.run.id].state, runs[begun.run.id].reason) == (State.FAILED, Reason.LOST)
        assert runs[fresh.run.id].state is State.QUEUED

    async def test_a_run_with_a_cancel_request_ends_cancelled(self, world: World) -> None:
        session = await world.session()
        ids = [(await world.running(session)).run.id, (await world.claimed(session)).run.id]
        await world.store.cancel(ids, reason=Reason.JOB_DELETED, note="board.yaml", at=at(14))
        for run in await world.settle(session) or []:
            assert (run.state, run.reason, run.note) == (State.CANCELLED, Reason.JOB_DELETED, "board.yaml")
        assert {event.run for event in await world.store.outbox(limit=9)} == set(ids)

    async def test_other_sessions_keep_what_they_hold(self, world: World) -> None:
        dead, alive = await world.session("dead"), await world.session("alive")
        held = await world.running(alive)
        await world.running(dead)
        await world.settle(dead)
        assert await world.finish(held) == []
