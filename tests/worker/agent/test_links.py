"""What every link keeps: one suite for those over a store and over HTTP, where the agent's own tests do not reach."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec
import pytest

from tests.worker.agent.fakes import Bench, shell, until
from tests.worker.agent.test_ends import SESSION
from tickwork.config import Settings
from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.codec import to_json
from tickwork.core.ids import SessionId
from tickwork.core.model import SYSTEM, Outcome, Pool, Retry, Scope
from tickwork.core.people import KeyKind
from tickwork.core.states import Reason, State
from tickwork.errors import NotAllowed, StoreUnavailable
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.server.app import make_app
from tickwork.server.backend import Backend
from tickwork.store.protocol import Kind, Put, Start
from tickwork.telemetry import RunEnded, RunStarted, StaleWriteRefused, Telemetry, TelemetryEvent
from tickwork.worker.http_link import HttpLink
from tickwork.worker.link import Ended, Link, Report
from tickwork.worker.store_link import StoreLink

DONE = Outcome(state=State.SUCCEEDED)


@dataclass
class Linked:
    """A worker's link, and how the one over the store that stands behind it is reached."""

    link: Link
    behind: Callable[[], StoreLink]


@pytest.fixture(params=["store", "http"])
async def linked(request: pytest.FixtureRequest, bench: Bench) -> AsyncIterator[Linked]:
    if request.param == "store":
        link = StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry)
        yield Linked(link, lambda: link)
        return
    backend = a_backend(bench)
    over_http = HttpLink(
        url="http://localhost:8425",
        key=await a_key(backend, "default", "web"),
        clock=bench.clock,
        telemetry=Telemetry(),
        transport=httpx2.ASGITransport(app=make_app(backend)),
    )
    yield Linked(over_http, lambda: backend.desk._seats.here[SESSION.id].link)
    await over_http.close()
    backend.desk.close()


@pytest.fixture
def worker(linked: Linked) -> Link:
    return linked.link


def a_backend(bench: Bench, **settings: Any) -> Backend:
    """A server over the bench's store."""
    return Backend(
        store=bench.store,
        clock=bench.clock,
        ids=bench.ids,
        settings=Settings(store="memory://", **settings),
        keyring=Keyring(texts=["test"]),
        telemetry=bench.telemetry,
    )


async def a_key(backend: Backend, *pools: str) -> str:
    """The secret of a worker's key."""
    keys = backend.system.people.keys
    _key, secret = await keys.create("w1", kind=KeyKind.WORKER, pools=pools or SESSION.pools)
    return secret


def runs_told(bench: Bench) -> list[TelemetryEvent]:
    """What was told of runs, and not of the requests that told it."""
    return [event for event in bench.events if isinstance(event, RunStarted | RunEnded)]


def whole(claim, outcome: Outcome = DONE) -> Report:
    """The start and the end of it."""
    run, fence = claim.run.id, claim.fence
    ended = Ended(run=run, fence=fence, attempt=1, started=Instant(1), finished=Instant(2_000_001), outcome=outcome)
    return Report(starts=(Start(run=run, fence=fence, at=Instant(1)),), ends=(ended,))


async def test_the_lease_of_a_worker_is_its_pool_s_where_that_has_one(bench: Bench, worker: Link) -> None:
    assert await worker.hello(SESSION) == SESSION.lease
    await describe(bench, "default", lease=120.0)
    next_life = msgspec.structs.replace(SESSION, id=SessionId("s2"))
    assert await worker.hello(next_life) == 120.0
    assert {one.id: one.lease for one in await bench.store.sessions()} == {"s1": SESSION.lease, "s2": 120.0}
    # A hello that is said again, as its answer got lost, is answered with what its first one came to
    await describe(bench, "default", lease=300.0)
    assert await worker.hello(next_life) == 120.0


async def test_a_session_gets_runs_of_the_tasks_that_it_has_said_last(bench: Bench, worker: Link) -> None:
    await worker.hello(msgspec.structs.replace(SESSION, tasks=("shop:tally",)))
    [tally] = await bench.queue(shell("tally"), lane="default?task=shop%3Atally")
    [new] = await bench.queue(shell("new"), lane="default?task=shop%3Anew")
    [claim] = await worker.claim(5, 0)
    assert claim.run.id == tally
    # A request that waits while the worker says what it has now is answered with it, and what it holds stays its own
    asked = asyncio.create_task(worker.claim(5, 60))
    await asyncio.sleep(0)
    await worker.hello(msgspec.structs.replace(SESSION, tasks=("shop:tally", "shop:new")))
    async with asyncio.timeout(5):
        [later] = await asked
    assert later.run.id == new
    assert (await worker.report(whole(claim), renew=False)).lost == ()
    assert (await bench.run(tally)).state is State.SUCCEEDED


async def test_with_several_pools_the_longest_lease_holds(bench: Bench, worker: Link) -> None:
    await describe(bench, "default", lease=60.0)
    await describe(bench, "web", lease=120.0)
    assert await worker.hello(msgspec.structs.replace(SESSION, pools=("default", "web"))) == 120.0


async def test_a_job_without_a_time_out_has_its_pool_s(bench: Bench, worker: Link) -> None:
    await describe(bench, "default", job_timeout=90.0)
    await worker.hello(SESSION)
    await bench.queue(shell("bare"))
    await bench.queue(shell("timed", timeout=Duration(5 * SECOND)))
    claims = {claim.run.job: claim for claim in await worker.claim(2, 0)}
    assert (claims["bare"].timeout, claims["timed"].timeout) == (90 * SECOND, None)


async def describe(bench: Bench, name: str, **fields: Any) -> None:
    put = Put(kind=Kind.POOL, id=name, body=to_json(Pool(name=name, **fields)), name=name)
    await bench.store.put([put], by=SYSTEM, at=bench.clock.now())


async def test_a_request_for_work_is_answered_as_soon_as_there_is_some(bench: Bench, worker: Link) -> None:
    await worker.hello(SESSION)
    asked = asyncio.create_task(worker.claim(5, 60))
    [run] = await bench.queue(shell())
    await until(asked.done)
    assert [claim.run.id for claim in asked.result()] == [run]


async def test_a_request_for_work_that_brings_none_ends_in_time(bench: Bench, worker: Link) -> None:
    await worker.hello(SESSION)
    assert await worker.claim(5, 0) == []


async def test_start_and_end_of_a_run_go_in_one_report_and_are_told(bench: Bench, worker: Link) -> None:
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    [claim] = await worker.claim(1, 0)
    receipt = await worker.report(whole(claim), renew=False)
    assert (receipt.lost, receipt.orders) == ((), None)
    assert runs_told(bench) == [
        RunStarted(run=run, job="backup", attempt=1),
        RunEnded(run=run, job="backup", state="succeeded", reason=None, seconds=2.0),
    ]


async def test_an_attempt_that_is_tried_again_is_told_with_its_reason(bench: Bench, worker: Link) -> None:
    await worker.hello(SESSION)
    [run] = await bench.queue(shell(retry=Retry(count=1)))
    [claim] = await worker.claim(1, 0)
    await worker.report(whole(claim, Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=3)), renew=False)
    assert runs_told(bench)[-1] == RunEnded(run=run, job="backup", state="queued", reason="exit", seconds=2.0)


async def test_of_a_batch_only_the_lost_claims_are_refused(bench: Bench, worker: Link) -> None:
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


async def test_a_renewal_brings_the_orders(bench: Bench, worker: Link) -> None:
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


async def test_a_goodbye_gives_back_what_is_still_held(bench: Bench, worker: Link) -> None:
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    await worker.claim(1, 0)
    await worker.bye()
    assert (await bench.run(run)).state is State.QUEUED
    assert await bench.store.sessions() == []


@pytest.mark.parametrize(("scope", "target"), [(Scope.POOL, "default"), (Scope.WORKER, SESSION.worker)])
async def test_what_is_switched_off_claims_nothing_until_it_is_on_again(
    bench: Bench, linked: Linked, scope, target
) -> None:
    worker = linked.link
    await worker.hello(SESSION)
    verbs = Operations(store=bench.store, clock=bench.clock, ids=bench.ids, actor=SYSTEM)
    await bench.queue(shell())
    await verbs.switches.pause(scope, target, why="patching")
    await until(lambda: linked.behind()._pools._until == 0.0)
    assert await worker.claim(1, 0) == []
    await verbs.switches.resume(scope, target)
    await until(lambda: linked.behind()._pools._until == 0.0)
    assert len(await worker.claim(1, 0)) == 1


# -- what only a link over HTTP has to keep -----------------------------------------------------------------


class Flaky(httpx2.AsyncBaseTransport):
    """Carries requests to one of several servers in turn, and can lose answers after they were made."""

    def __init__(self, *backends: Backend) -> None:
        self._apps = [httpx2.ASGITransport(app=make_app(backend)) for backend in backends]
        self._turn = 0
        self.lose = ""
        """The answer to this verb does not arrive."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._turn += 1
        answer = await self._apps[self._turn % len(self._apps)].handle_async_request(request)
        if self.lose and request.url.path.endswith(self.lose):
            await answer.aread()
            raise httpx2.ReadError("the connection broke", request=request)
        return answer


@pytest.fixture
async def two(bench: Bench) -> AsyncIterator[tuple[HttpLink, Flaky]]:
    """A worker in front of two servers."""
    backends = (a_backend(bench), a_backend(bench))
    carrier = Flaky(*backends)
    link = HttpLink(
        url="http://localhost:8425",
        key=await a_key(backends[0]),
        clock=bench.clock,
        telemetry=Telemetry(),
        transport=carrier,
    )
    yield link, carrier
    await link.close()
    for backend in backends:
        backend.desk.close()


async def test_every_message_may_reach_another_server(bench: Bench, two: tuple[HttpLink, Flaky]) -> None:
    worker, _carrier = two
    await worker.hello(SESSION)
    runs = await bench.queue(shell(retry=Retry(count=1)), 4)
    for _ in runs:
        [claim] = await worker.claim(1, 0)
        assert (await worker.report(whole(claim), renew=True)).lost == ()
    assert [(await bench.run(run)).state for run in runs] == [State.SUCCEEDED] * 4


async def test_what_one_server_heard_of_a_worker_s_tasks_the_other_looks_up(
    bench: Bench, two: tuple[HttpLink, Flaky]
) -> None:
    worker, _carrier = two
    await worker.hello(SESSION)
    for _ in range(4):  # both servers know the session as it was
        assert await worker.claim(1, 0) == []
    await worker.hello(msgspec.structs.replace(SESSION, tasks=("shop:new",)))
    await bench.queue(shell(), 4, lane="default?task=shop%3Anew")
    assert [len(await worker.claim(1, 0)) for _ in range(4)] == [1, 1, 1, 1]


async def test_claims_whose_answer_got_lost_are_given_again(bench: Bench, two: tuple[HttpLink, Flaky]) -> None:
    worker, carrier = two
    await worker.hello(SESSION)
    runs = await bench.queue(shell(), 2)
    carrier.lose = "claim"
    with pytest.raises(StoreUnavailable):
        await worker.claim(2, 0)
    carrier.lose = ""
    claims = await worker.claim(2, 0)
    assert sorted(claim.run.id for claim in claims) == sorted(runs)
    assert (await worker.report(whole(claims[0]), renew=False)).lost == ()


async def test_a_report_whose_answer_got_lost_is_taken_for_what_it_is(
    bench: Bench, two: tuple[HttpLink, Flaky]
) -> None:
    worker, carrier = two
    await worker.hello(SESSION)
    [run] = await bench.queue(shell())
    [claim] = await worker.claim(1, 0)
    carrier.lose = "report"
    for _ in range(2):  # once on each server
        with pytest.raises(StoreUnavailable):
            await worker.report(whole(claim), renew=False)
    carrier.lose = ""
    assert (await worker.report(whole(claim), renew=False)).lost == ()
    assert len(await bench.store.attempts(run)) == 1


async def test_a_time_out_that_neither_job_nor_pool_has_is_the_server_s(bench: Bench) -> None:
    backend = a_backend(bench, job_timeout=Duration(60 * SECOND))
    app = httpx2.ASGITransport(app=make_app(backend))
    worker = HttpLink(
        url="http://localhost:8425", key=await a_key(backend), clock=bench.clock, telemetry=Telemetry(), transport=app
    )
    await worker.hello(SESSION)
    await bench.queue(shell())
    [claim] = await worker.claim(1, 0)
    assert claim.timeout == 60 * SECOND
    await worker.close()
    backend.desk.close()


async def test_a_request_for_work_does_not_outlast_its_key_for_long(bench: Bench) -> None:
    """Whoever asks to wait for long has to show its key again every five seconds."""
    backend = a_backend(bench)
    app = httpx2.ASGITransport(app=make_app(backend))
    worker = HttpLink(
        url="http://localhost:8425", key=await a_key(backend), clock=bench.clock, telemetry=Telemetry(), transport=app
    )
    await worker.hello(SESSION)
    asked = asyncio.create_task(worker.claim(1, 20.0))
    queued = backend.desk._seats.here[SESSION.id].link._queued
    await until(lambda: queued._waiters)
    bench.clock.ahead += 5.0
    queued.set()  # it looks again
    await until(asked.done)
    assert asked.result() == []
    await worker.close()
    backend.desk.close()


async def test_a_worker_writes_nothing_to_a_run_that_another_one_holds(bench: Bench) -> None:
    backend = a_backend(bench)
    app = httpx2.ASGITransport(app=make_app(backend))
    one, other = [
        HttpLink(
            url="http://localhost:8425",
            key=await a_key(backend),
            clock=bench.clock,
            telemetry=Telemetry(),
            transport=app,
        )
        for _ in range(2)
    ]
    await one.hello(SESSION)
    await other.hello(msgspec.structs.replace(SESSION, id=SessionId("s2"), worker="w2"))
    [run] = await bench.queue(shell())
    [claim] = await one.claim(1, 0)
    # When the other one has got hold of the fence, and reports an end in its name
    receipt = await other.report(whole(claim), renew=False)
    # Then nothing is written, and it is told so
    assert [lost.run for lost in receipt.lost] == [run]
    assert (await bench.run(run)).state is State.CLAIMED
    for link in (one, other):
        await link.close()
    backend.desk.close()


async def test_a_session_is_its_keys_own(bench: Bench) -> None:
    backend = a_backend(bench)
    app = httpx2.ASGITransport(app=make_app(backend))
    one = HttpLink(
        url="http://localhost:8425", key=await a_key(backend), clock=bench.clock, telemetry=Telemetry(), transport=app
    )
    thief = HttpLink(
        url="http://localhost:8425", key=await a_key(backend), clock=bench.clock, telemetry=Telemetry(), transport=app
    )
    await one.hello(SESSION)
    with pytest.raises(NotAllowed, match="another worker's"):
        await thief.hello(SESSION)
    for link in (one, thief):
        await link.close()
    backend.desk.close()


async def test_a_key_is_for_its_pools(bench: Bench) -> None:
    backend = a_backend(bench)
    app = httpx2.ASGITransport(app=make_app(backend))
    worker = HttpLink(
        url="http://localhost:8425",
        key=await a_key(backend, "web"),
        clock=bench.clock,
        telemetry=Telemetry(),
        transport=app,
    )
    with pytest.raises(NotAllowed, match="for the pools web, not for default"):
        await worker.hello(SESSION)
    await worker.close()


async def test_a_worker_of_a_far_version_is_refused_with_what_to_do(two: tuple[HttpLink, Flaky]) -> None:
    worker, _carrier = two
    with pytest.raises(NotAllowed, match="bring the server to the other's version"):
        await worker.hello(msgspec.structs.replace(SESSION, version="9.0"))
