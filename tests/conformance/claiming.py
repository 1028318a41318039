"""Enqueue, claim, start, finish, release, and the lives of sessions."""

import msgspec
import pytest

from tests.conformance.world import ANN, World, at, born, finish
from tickwork.core.model import Attempt, Overlap
from tickwork.core.states import Reason, State, Wait
from tickwork.errors import NotFound, StoreError
from tickwork.store.protocol import Topic


class Claiming:
    # -- enqueue --

    async def test_enqueue_bears_runs_and_audits_each_when_somebody_asked(self, world: World) -> None:
        runs = [world.new(params=b'{"x":1}'), world.new()]
        children = await world.store.enqueue(runs, at=at(10), by=ANN, verb="run")
        assert born(children) == [(State.QUEUED, None)] * 2
        detail = await world.store.run(runs[0].run.id)
        assert detail is not None
        assert (detail.run, detail.params) == (runs[0].run, b'{"x":1}')
        entries = await world.store.audit(kind="run")
        assert [(entry.id, entry.verb, entry.by) for entry in entries] == [
            (runs[1].run.id, "run", ANN),
            (runs[0].run.id, "run", ANN),
        ]

    @pytest.mark.parametrize("overlap", [Overlap.ALLOW, Overlap.SKIP])
    async def test_enqueuing_the_same_run_again_writes_nothing(self, world: World, overlap: Overlap) -> None:
        new = world.new(overlap=overlap, params=b"1")
        await world.store.enqueue([new], at=at(10), by=ANN)
        other = world.new(params=b"2")
        again, fresh = await world.store.enqueue([new, other], at=at(11), by=ANN)
        assert (again.existing, again.state, fresh.existing) == (True, State.QUEUED, False)
        assert [entry.id for entry in await world.store.audit(kind="run")] == [other.run.id, new.run.id]
        detail = await world.store.run(other.run.id)
        assert detail is not None
        assert detail.params == b"2"

    async def test_the_same_run_twice_in_one_call_is_born_once(self, world: World) -> None:
        new, known = world.new(), world.new()
        await world.store.enqueue([known], at=at(10))
        children = await world.store.enqueue([new, new, known], at=at(10))
        assert [child.existing for child in children] == [False, True, True]

    async def test_a_run_of_an_unknown_definition_is_refused_and_nothing_is_written(self, world: World) -> None:
        good = world.new()
        with pytest.raises(NotFound, match="ghost"):
            await world.store.enqueue([good, world.new("ghost")], at=at(10))
        assert await world.store.run(good.run.id) is None

    async def test_a_run_that_may_not_be_born_so_is_refused(self, world: World) -> None:
        with pytest.raises(StoreError):
            await world.store.enqueue([world.new(state=State.SUCCEEDED)], at=at(10))

    async def test_enqueue_wakes_the_workers(self, world: World) -> None:
        woken = await world.wakes(Topic.QUEUED)
        await world.queued()
        assert await woken() is Topic.QUEUED

    # -- claim --

    async def test_claims_go_by_priority_then_readiness_then_id(self, world: World) -> None:
        session = await world.session()
        last = await world.queued(ready_at=at(5), priority=-1)
        third = await world.queued(ready_at=at(10))
        fourth = await world.queued(ready_at=at(10))
        second = await world.queued(ready_at=at(9))
        first = await world.queued(ready_at=at(11), priority=5)
        claims = await world.claim(session, n=4)
        assert [claim.run.id for claim in claims] == [first, second, third, fourth]
        assert [claim.run.id for claim in await world.claim(session, n=4)] == [last]

    async def test_the_order_holds_across_pools(self, world: World) -> None:
        session = await world.session()
        ids = [await world.queued(lane=pool, ready_at=at(10 - n)) for n, pool in enumerate(("a", "b", "a", "b"))]
        await world.queued(lane="c")
        claims = await world.claim(session, n=3, pools=("a", "b"))
        assert [claim.run.id for claim in claims] == [ids[3], ids[2], ids[1]]

    async def test_a_claim_brings_all_it_takes_to_run(self, world: World) -> None:
        session = await world.session()
        await world.job(body=b'{"v":2}')
        new = world.new(params=b'{"x":1}')
        await world.store.enqueue([new], at=at(10))
        [claim] = await world.claim(session)
        assert (claim.body, claim.params) == (b'{"v":1}', b'{"x":1}')
        assert (claim.run.state, claim.run.session, claim.run.fence) == (State.CLAIMED, session, claim.fence)
        assert claim.run == await world.run(new.run.id)

    async def test_nobody_gets_what_is_not_ready_or_not_queued_or_not_in_its_pools(self, world: World) -> None:
        session = await world.session()
        await world.queued(ready_at=at(99))
        await world.queued(lane="other")
        await world.queued(state=State.WAITING, wait=Wait.UPSTREAM)
        await world.claimed(session, priority=9)
        assert await world.claim(session, n=9) == []

    async def test_a_run_is_claimed_once(self, world: World) -> None:
        a, b = await world.session("a"), await world.session("b")
        for _ in range(3):
            await world.queued()
        claims = [*await world.claim(a, n=2), *await world.claim(b, n=2)]
        assert len({claim.run.id for claim in claims}) == len(claims) == 3

    async def test_an_unknown_or_ended_session_gets_nothing(self, world: World) -> None:
        await world.queued()
        assert await world.claim("nobody") == []
        session = await world.session()
        await world.store.close_session(session, at=at(12))
        assert await world.claim(session) == []

    # -- start --

    async def test_start_begins_an_attempt(self, world: World) -> None:
        claim = await world.claimed(await world.session())
        assert await world.start(claim, second=12) == []
        run = await world.run(claim.run.id)
        assert (run.state, run.attempt, run.started) == (State.RUNNING, 1, at(12))

    async def test_starting_again_under_the_same_fence_changes_nothing(self, world: World) -> None:
        claim = await world.running(await world.session())
        before = await world.run(claim.run.id)
        assert await world.start(claim, second=99) == []
        assert await world.run(claim.run.id) == before

    # -- finish --

    async def test_finish_ends_the_run_keeps_the_attempt_and_writes_the_outbox(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        woken = await world.wakes(Topic.OUTBOX)
        assert await world.finish(claim, result=b"42", note="fine") == []
        assert await woken() is Topic.OUTBOX
        detail = await world.store.run(claim.run.id)
        assert detail is not None
        assert (detail.result, detail.error) == (b"42", None)
        run = detail.run
        assert (run.state, run.reason, run.finished, run.note) == (State.SUCCEEDED, None, at(13), "fine")
        assert (run.session, run.fence, run.worker) == (None, None, "worker of s1")
        assert await world.store.attempts(run.id) == [finish(claim).attempt]
        [event] = await world.store.outbox(limit=9)
        assert (event.run, event.job, event.state, event.at) == (run.id, "backup", State.SUCCEEDED, at(13))

    async def test_a_failure_keeps_its_reason_error_and_exit_code(self, world: World) -> None:
        claim = await world.running(await world.session())
        attempt = Attempt(
            run=claim.run.id,
            n=1,
            fence=claim.fence,
            session="s1",
            worker="w",
            started=at(12),
            finished=at(13),
            outcome=State.FAILED,
            reason=Reason.EXIT,
            exit_code=3,
            error="boom",
        )
        failed = finish(claim, State.FAILED, Reason.EXIT, error="boom")
        await world.store.finish([msgspec.structs.replace(failed, attempt=attempt)])
        detail = await world.store.run(claim.run.id)
        assert detail is not None
        assert (detail.run.reason, detail.run.exit_code, detail.error) == (Reason.EXIT, 3, "boom")
        assert await world.store.attempts(claim.run.id) == [attempt]

    async def test_a_retry_goes_back_to_the_queue_until_its_time(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        woken = await world.wakes(Topic.QUEUED)
        await world.finish(claim, state=State.QUEUED, ready_at=at(50))
        assert await woken() is Topic.QUEUED
        run = await world.run(claim.run.id)
        assert (run.state, run.ready_at, run.attempt, run.finished, run.fence) == (State.QUEUED, at(50), 1, None, None)
        assert await world.store.outbox(limit=9) == []
        assert await world.claim(session, second=49) == []
        [second] = await world.claim(session, second=50)
        await world.start(second, second=51)
        await world.finish(second, attempt=2, second=52)
        assert [attempt.n for attempt in await world.store.attempts(run.id)] == [1, 2]

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            (State.FAILED, Reason.LAUNCH),
            (State.CANCELLED, Reason.USER),
            (State.MISSED, Reason.DEADLINE),
            (State.QUEUED, None),
        ],
    )
    async def test_a_claimed_run_may_end_without_having_begun(
        self, world: World, state: State, reason: Reason | None
    ) -> None:
        claim = await world.claimed(await world.session())
        assert await world.finish(claim, state=state, reason=reason, attempt=0) == []
        run = await world.run(claim.run.id)
        assert (run.state, run.reason, run.attempt) == (state, reason, 0)

    async def test_an_illegal_end_is_refused_and_changes_nothing(self, world: World) -> None:
        claim = await world.claimed(await world.session())
        before = await world.run(claim.run.id)
        with pytest.raises(StoreError, match=claim.run.id):
            await world.finish(claim, state=State.SUCCEEDED)
        assert await world.run(claim.run.id) == before
        assert await world.store.attempts(claim.run.id) == []

    async def test_repeating_a_finish_is_no_error_and_changes_nothing(self, world: World) -> None:
        claim = await world.running(await world.session())
        await world.finish(claim)
        before = await world.run(claim.run.id)
        assert await world.finish(claim, second=99) == []
        assert await world.finish(claim, attempt=2) != []
        assert await world.run(claim.run.id) == before
        assert len(await world.store.outbox(limit=9)) == 1
        assert len(await world.store.attempts(claim.run.id)) == 1

    async def test_a_retry_is_a_live_finish_that_may_be_repeated_too(self, world: World) -> None:
        claim = await world.running(await world.session())
        for _ in range(2):
            assert await world.finish(claim, state=State.QUEUED, ready_at=at(20)) == []
        assert len(await world.store.attempts(claim.run.id)) == 1

    async def test_a_run_with_a_cancel_request_does_not_go_back_to_the_queue(self, world: World) -> None:
        session = await world.session()
        retrying, released = await world.running(session), await world.claimed(session)
        ids = [retrying.run.id, released.run.id]
        await world.store.cancel(ids, reason=Reason.USER, note="ann: enough", at=at(12))
        await world.finish(retrying, state=State.QUEUED, ready_at=at(50))
        await world.store.release([(released.run.id, released.fence)], at=at(13))
        for id_ in ids:
            run = await world.run(id_)
            assert (run.state, run.reason, run.note) == (State.CANCELLED, Reason.USER, "ann: enough")
        assert {event.run for event in await world.store.outbox(limit=9)} == set(ids)

    # -- release, sessions --

    async def test_release_puts_a_claim_back_as_if_it_had_never_been(self, world: World) -> None:
        session = await world.session()
        run = await world.queued()
        before = await world.run(run)
        [claim] = await world.claim(session)
        woken = await world.wakes(Topic.QUEUED)
        assert await world.store.release([(run, claim.fence)], at=at(12)) == []
        assert await woken() is Topic.QUEUED
        assert await world.run(run) == before

    async def test_a_running_run_is_not_released(self, world: World) -> None:
        claim = await world.running(await world.session())
        assert await world.store.release([(claim.run.id, claim.fence)], at=at(13)) != []
        assert await world.state(claim.run.id) is State.RUNNING

    async def test_closing_a_session_releases_its_claims_and_ends_it(self, world: World) -> None:
        session = await world.session()
        claim = await world.claimed(session)
        await world.store.close_session(session, at=at(12))
        assert await world.state(claim.run.id) is State.QUEUED
        assert await world.store.sessions() == []
        [ended] = await world.store.sessions(ended_since=at(12))
        assert ended.ended == at(12)

    async def test_a_closed_session_that_still_runs_something_is_left_to_be_settled(self, world: World) -> None:
        session = await world.session()
        claim = await world.running(session)
        await world.store.close_session(session, at=at(12))
        assert [one.id for one in await world.store.sessions()] == [session]
        assert await world.settle(session) is not None
        assert await world.state(claim.run.id) is State.QUEUED

    async def test_sessions_come_oldest_first_and_opening_one_again_changes_nothing(self, world: World) -> None:
        await world.session("b", opened=at(3))
        await world.session("a", opened=at(4), pools=("x", "y"))
        await world.session("a", opened=at(9))
        sessions = await world.store.sessions()
        assert [(one.id, one.opened) for one in sessions] == [("b", at(3)), ("a", at(4))]
        assert sessions[1].pools == ("x", "y")

    async def test_a_beat_renews_the_lease(self, world: World) -> None:
        session = await world.session()
        orders = await world.store.beat(session, at=at(7))
        assert (orders.lost, orders.cancels) == (False, [])
        [one] = await world.store.sessions()
        assert (one.beat, one.seen) == (1, at(7))

    async def test_a_beat_of_an_ended_or_unknown_session_says_that_it_is_lost(self, world: World) -> None:
        session = await world.session()
        await world.settle(session)
        assert (await world.store.beat(session, at=at(7))).lost
        assert (await world.store.beat("nobody", at=at(7))).lost
