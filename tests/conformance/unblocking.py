"""Runs that wait for others: their birth, their pins, and `unblock`."""

from typing import Any

import pytest

from tests.conformance.world import World, at, finish
from tests.pruning import prune
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Origin, Overlap
from tickwork.core.states import Reason, State, Wait
from tickwork.store.protocol import RunFilter, Topic, Unblock

PINS = b'{"needs":{"a":"1"}}'


async def upstream(
    world: World, *, pins: bytes | None = None, overlap: Overlap = Overlap.ALLOW, **fields: Any
) -> RunId:
    """A run that waits for others."""
    new = world.new(state=State.WAITING, wait=Wait.UPSTREAM, overlap=overlap, **fields)
    [born] = await world.store.enqueue([type(new)(run=new.run, overlap=new.overlap, pins=pins)], at=at(10))
    assert (born.state, born.existing) == (State.WAITING, False)
    return born.run


async def unblock(world: World, run: RunId, state: State = State.QUEUED, **fields: Any) -> State | None:
    [now] = await world.store.unblock([Unblock(run=run, state=state, **fields)], at=at(20))
    return now


class Unblocking:
    async def test_a_run_born_waiting_for_others_hints_at_those_who_follow_completions(self, world: World) -> None:
        woken = await world.wakes(Topic.OUTBOX)
        await upstream(world)
        assert await woken() is Topic.OUTBOX

    async def test_promote_leaves_a_run_that_waits_for_others(self, world: World) -> None:
        run = await upstream(world)
        await world.store.promote(at=at(99))
        assert await world.state(run) is State.WAITING

    async def test_an_unblocked_run_is_queued_and_handed_out_with_its_pins(self, world: World) -> None:
        run = await upstream(world)
        woken = await world.wakes(Topic.QUEUED)
        assert await unblock(world, run, pins=PINS) is State.QUEUED
        assert await woken() is Topic.QUEUED
        [claim] = await world.claim(await world.session(), second=21)
        assert (claim.run.id, claim.run.wait, claim.pins, claim.params, claim.results) == (run, None, PINS, None, None)
        detail = await world.store.run(run)
        assert detail is not None
        assert detail.pins == PINS

    async def test_pins_of_birth_stay_unless_others_are_given(self, world: World) -> None:
        kept, changed = await upstream(world, pins=b'{"old":1}'), await upstream(world, pins=b'{"old":1}')
        await unblock(world, kept)
        await unblock(world, changed, pins=PINS)
        assert [(await world.store.run(run)).pins for run in (kept, changed)] == [b'{"old":1}', PINS]

    async def test_pins_and_parameters_stand_side_by_side(self, world: World) -> None:
        new = world.new(params=b'{"n":1}')
        await world.store.enqueue([type(new)(run=new.run, params=new.params, pins=PINS)], at=at(10))
        [claim] = await world.claim(await world.session())
        assert (claim.params, claim.pins) == (b'{"n":1}', PINS)

    @pytest.mark.parametrize("overlap", list(Overlap))
    async def test_the_pins_of_a_birth_are_kept_whatever_the_overlap_rule(self, world: World, overlap: Overlap) -> None:
        run = await upstream(world, pins=PINS, overlap=overlap)
        assert (await world.store.run(run)).pins == PINS

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            (State.FAILED, Reason.UPSTREAM),
            (State.SKIPPED, Reason.UPSTREAM),
            (State.SKIPPED, Reason.UP_TO_DATE),
            (State.SUCCEEDED, None),
            (State.MISSED, Reason.NO_WORKER),
        ],
    )
    async def test_a_run_that_ends_by_it_is_an_event(self, world: World, state: State, reason: Reason | None) -> None:
        run = await upstream(world)
        woken = await world.wakes(Topic.OUTBOX)
        assert await unblock(world, run, state, reason=reason, note="a failed") is state
        assert await woken() is Topic.OUTBOX
        ended = await world.run(run)
        assert (ended.state, ended.reason, ended.wait, ended.note) == (state, reason, None, "a failed")
        assert ended.finished == at(20)
        [event] = await world.store.outbox(limit=9)
        assert (event.run, event.state, event.at) == (run, state, at(20))

    async def test_a_run_without_a_note_keeps_its_own(self, world: World) -> None:
        run = await upstream(world, note="started by ann")
        await unblock(world, run)
        assert (await world.run(run)).note == "started by ann"

    async def test_a_run_can_succeed_with_a_result(self, world: World) -> None:
        run = await upstream(world)
        await unblock(world, run, State.SUCCEEDED, result=b"[1,2]")
        assert (await world.store.run(run)).result == b"[1,2]"

    async def test_runs_that_do_not_wait_for_others_are_left_alone_and_told(self, world: World) -> None:
        queued = await world.queued()
        line = await world.queued(state=State.WAITING, wait=Wait.OVERLAP)
        run = await upstream(world)
        await unblock(world, run, State.SKIPPED, reason=Reason.UPSTREAM)
        items = [Unblock(run=one, state=State.FAILED, reason=Reason.UPSTREAM) for one in (queued, line, run, "ghost")]
        assert await world.store.unblock(items, at=at(30)) == [None] * 4
        assert [await world.state(one) for one in (queued, line, run)] == [
            State.QUEUED,
            State.WAITING,
            State.SKIPPED,
        ]
        assert len(await world.store.outbox(limit=9)) == 1

    async def test_each_item_of_a_batch_goes_its_way(self, world: World) -> None:
        going, ending = await upstream(world), await upstream(world)
        items = [
            Unblock(run=going, state=State.QUEUED, pins=PINS),
            Unblock(run=ending, state=State.FAILED, reason=Reason.UPSTREAM),
        ]
        assert await world.store.unblock(items, at=at(20)) == [State.QUEUED, State.FAILED]

    # -- overlap --

    async def test_unblocked_runs_of_an_exclusive_job_go_on_one_by_one(self, world: World) -> None:
        first, second = [await upstream(world, overlap=Overlap.QUEUE) for _ in range(2)]
        items = [Unblock(run=run, state=State.QUEUED, overlap=Overlap.QUEUE, pins=PINS) for run in (first, second)]
        assert await world.store.unblock(items, at=at(20)) == [State.QUEUED, State.WAITING]
        assert (await world.run(second)).wait is Wait.OVERLAP
        await world.store.promote(at=at(21))
        assert await world.state(second) is State.WAITING
        [claim] = await world.claim(await world.session(), second=22)
        await world.start(claim)
        await world.store.finish([finish(claim, second=23)])
        await world.store.promote(at=at(24))
        [claim] = await world.claim(claim.run.session, second=25)
        assert (claim.run.id, claim.pins) == (second, PINS)

    async def test_skip_leaves_out_an_unblocked_run_while_an_earlier_one_is_not_over(self, world: World) -> None:
        run, earlier = await upstream(world, overlap=Overlap.SKIP), await world.queued()
        assert await unblock(world, run, overlap=Overlap.SKIP) is State.SKIPPED
        skipped = await world.run(run)
        assert (skipped.reason, skipped.about, skipped.finished) == (Reason.OVERLAP, earlier, at(20))
        assert [event.run for event in await world.store.outbox(limit=9)] == [run]

    async def test_an_unblocked_run_that_somebody_asked_for_waits_instead(self, world: World) -> None:
        run = await upstream(world, overlap=Overlap.SKIP)
        await world.queued()
        assert await unblock(world, run, overlap=Overlap.SKIP, asked=True) is State.WAITING
        assert (await world.run(run)).wait is Wait.OVERLAP

    async def test_an_unblocked_run_replaces_those_that_have_not_begun(self, world: World) -> None:
        run, earlier = await upstream(world, overlap=Overlap.REPLACE), await world.queued()
        assert await unblock(world, run, overlap=Overlap.REPLACE) is State.QUEUED
        assert await world.reason(earlier) is Reason.REPLACED

    async def test_an_unblocked_run_of_a_job_that_allows_overlap_goes_on_beside_others(self, world: World) -> None:
        run = await upstream(world)
        await world.queued()
        assert await unblock(world, run, overlap=Overlap.ALLOW) is State.QUEUED

    async def test_a_run_that_waits_for_others_can_be_cancelled(self, world: World) -> None:
        run = await upstream(world)
        await world.store.cancel([run], reason=Reason.USER, note="by ann", at=at(15))
        assert await unblock(world, run) is None
        assert await world.state(run) is State.CANCELLED

    # -- reading --

    async def test_runs_are_found_by_what_they_wait_for_their_group_and_their_origin(self, world: World) -> None:
        waiting = await upstream(world, group="g")
        line = await world.queued(state=State.WAITING, wait=Wait.OVERLAP, origin=Origin.GRAPH)
        member = await world.queued(group="g", origin=Origin.GRAPH)
        await world.queued()

        async def found(**where: Any) -> list[str]:
            return [run.id for run in await world.store.runs(RunFilter(**where))]

        assert await found(wait=Wait.UPSTREAM) == [waiting]
        assert await found(wait=Wait.OVERLAP, states=(State.WAITING,)) == [line]
        assert await found(wait=Wait.UPSTREAM, job=JobId("other")) == []
        assert await found(group="g") == [member, waiting]
        assert await found(group="g", states=(State.QUEUED,)) == [member]
        assert await found(group="g", wait=Wait.UPSTREAM) == [waiting]
        assert await found(origin=Origin.GRAPH) == [member, line]
        assert await found(origin=Origin.GRAPH, job=JobId("backup"), states=(State.WAITING,)) == [line]

    @pytest.mark.parametrize("origin", [Origin.MAP, Origin.CLEANUP])
    async def test_latest_does_not_count_the_parts_of_another_run(self, world: World, origin: Origin) -> None:
        own = await world.queued()
        await world.queued(origin=origin)
        for states in ((), (State.QUEUED,)):
            latest = await world.store.latest([JobId("backup")], n=5, states=states)
            assert [run.id for run in latest[JobId("backup")]] == [own]

    async def test_pins_go_with_their_run(self, world: World) -> None:
        run = await upstream(world, pins=PINS)
        await unblock(world, run, State.SKIPPED, reason=Reason.UPSTREAM)
        await world.store.consume([event.seq for event in await world.store.outbox(limit=9)])
        assert await prune(world.store, before=at(99), keep=0, limit=9) == 1
        assert await world.store.run(run) is None
