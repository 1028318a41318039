"""The link over a store, where the agent's own tests do not reach."""

import asyncio

import pytest

from tests.worker.agent.fakes import Bench, shell, until
from tests.worker.agent.test_ends import SESSION
from tickwork.core.clock import Instant
from tickwork.core.model import SYSTEM, Outcome, Retry, Scope
from tickwork.core.states import Reason, State
from tickwork.operations import Operations
from tickwork.store.protocol import Start
from tickwork.telemetry import RunEnded, RunStarted, StaleWriteRefused
from tickwork.worker.link import Ended, Report
from tickwork.worker.store_link import StoreLink

DONE = Outcome(state=State.SUCCEEDED)


def link(bench: Bench) -> StoreLink:
    return StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry)


def whole(claim, outcome: Outcome = DONE) -> Report:
    """The start and the end of it."""
    run, fence = claim.run.id, claim.fence
    ended = Ended(run=run, fence=fence, attempt=1, started=Instant(1), finished=Instant(2_000_001), outcome=outcome)
    return Report(starts=(Start(run=run, fence=fence, at=Instant(1)),), ends=(ended,))


async def test_a_request_for_work_is_answered_as_soon_as_there_is_some(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    asked = asyncio.create_task(worker.claim(5, 60))
    [run] = await bench.queue(shell())
    await until(asked.done)
    assert [claim.run.id for claim in asked.result()] == [run]


async def test_a_request_for_work_that_brings_none_ends_in_time(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    assert await worker.claim(5, 0) == []


async def test_start_and_end_of_a_run_go_in_one_report_and_are_told(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    [claim] = await worker.claim(1, 0)
    receipt = await worker.report(whole(claim), renew=False)
    assert (receipt.lost, receipt.orders) == ((), None)
    assert bench.events == [
        RunStarted(run=run, job="backup", attempt=1),
        RunEnded(run=run, job="backup", state="succeeded", reason=None, seconds=2.0),
    ]


async def test_an_attempt_that_is_tried_again_is_told_with_its_reason(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    [run] = await bench.queue(shell(retry=Retry(count=1)))
    [claim] = await worker.claim(1, 0)
    await worker.report(whole(claim, Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=3)), renew=False)
    assert bench.events[-1] == RunEnded(run=run, job="backup", state="queued", reason="exit", seconds=2.0)


async def test_of_a_batch_only_the_lost_claims_are_refused(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    await bench.queue(shell(), 2)
    first, second = await worker.claim(2, 0)
    # Given that the first of two runs went to somebody else
    await bench.store.release([(first.run.id, first.fence)], at=bench.clock.now())
    # When both ends are reported
    one, two = whole(first), whole(second)
    receipt = await worker.report(Report(starts=one.starts + two.starts, ends=one.ends + two.ends), renew=False)
    # Then one counts, and the other one changed nothing
    assert [claim.run for claim in receipt.lost] == [first.run.id]
    assert (await bench.run(first.run.id)).state is State.QUEUED
    assert (await bench.run(second.run.id)).state is State.SUCCEEDED
    assert [event.run for event in bench.events if isinstance(event, StaleWriteRefused)] == [first.run.id]


async def test_a_renewal_brings_the_orders(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    [claim] = await worker.claim(1, 0)
    hints = []
    stop = worker.listen(lambda: hints.append(1))
    await bench.cancel(run, "ann@desk")
    await until(lambda: hints)
    stop()
    receipt = await worker.report(Report(), renew=True)
    assert receipt.orders is not None
    assert receipt.orders.cancels == [(run, claim.fence, "user|ann@desk")]
    await worker.report(whole(claim, Outcome(state=State.CANCELLED, reason=Reason.USER)), renew=False)
    assert (await bench.run(run)).note == "ann@desk"


async def test_a_goodbye_gives_back_what_is_still_held(bench: Bench) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    await worker.claim(1, 0)
    await worker.bye()
    assert (await bench.run(run)).state is State.QUEUED
    assert await bench.store.sessions() == []


@pytest.mark.parametrize(("scope", "target"), [(Scope.POOL, "default"), (Scope.WORKER, SESSION.worker)])
async def test_what_is_switched_off_claims_nothing_until_it_is_on_again(bench: Bench, scope, target) -> None:
    worker = link(bench)
    await worker.hello(SESSION)
    verbs = Operations(store=bench.store, clock=bench.clock, ids=bench.ids, actor=SYSTEM)
    await bench.queue(shell())
    await verbs.switches.pause(scope, target, why="patching")
    await until(lambda: worker._pools._until == 0.0)
    assert await worker.claim(1, 0) == []
    await verbs.switches.resume(scope, target)
    await until(lambda: worker._pools._until == 0.0)
    assert len(await worker.claim(1, 0)) == 1
