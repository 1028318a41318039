"""Which runs a link asks for: those of lanes that its session serves, as far as pools and switches allow."""

import pytest
from msgspec.structs import replace

from tests.worker.agent.fakes import Bench, shell
from tests.worker.agent.test_ends import SESSION
from tickwork.core.clock import Instant
from tickwork.core.ids import SessionId
from tickwork.core.lanes import Lane, Limit
from tickwork.core.model import SYSTEM, Outcome, Pool, Scope
from tickwork.core.states import State
from tickwork.operations import Operations
from tickwork.store.protocol import Claim, Start
from tickwork.worker import open_pools
from tickwork.worker.link import Ended, Report
from tickwork.worker.open_pools import FRESH
from tickwork.worker.store_link import StoreLink

MINE = replace(SESSION, worker="w1", labels=("gpu", "linux"))


def link(bench: Bench) -> StoreLink:
    return StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry)


def ended(claim: Claim) -> Report:
    """The start and the end of it."""
    run, fence = claim.run.id, claim.fence
    over = Ended(
        run=run, fence=fence, attempt=1, started=Instant(1), finished=Instant(2), outcome=Outcome(state=State.SUCCEEDED)
    )
    return Report(starts=(Start(run=run, fence=fence, at=Instant(1)),), ends=(over,))


def ops(bench: Bench) -> Operations:
    return Operations(store=bench.store, clock=bench.clock, ids=bench.ids, actor=SYSTEM)


@pytest.fixture
async def worker(bench: Bench):
    worker = link(bench)
    await worker.hello(MINE)
    return worker


async def claimed(worker, n: int = 9) -> list[str]:
    return [claim.run.id for claim in await worker.claim(n, 0)]


async def test_it_gets_what_is_for_it_or_for_its_labels_and_nothing_else(bench: Bench, worker) -> None:
    mine = [Lane(pool="default", worker="w1"), Lane(pool="default", labels=("gpu",)), Lane(pool="default")]
    others = [Lane(pool="default", worker="w2"), Lane(pool="default", labels=("gpu", "mac")), Lane(pool="web")]
    runs = [run for lane in (*mine, *others) for run in await bench.queue(shell(), lane=str(lane))]
    assert sorted(await claimed(worker)) == sorted(runs[:3])


async def test_a_lane_that_is_new_is_found_when_nothing_else_is_there(bench: Bench, worker) -> None:
    assert await claimed(worker) == []
    [run] = await bench.queue(shell(), lane="default?labels=gpu")
    assert await claimed(worker) == [run]


async def test_a_busy_link_finds_a_new_lane_a_moment_later(bench: Bench, worker) -> None:
    await bench.queue(shell(), 9)
    assert len(await claimed(worker, 2)) == 2
    [first] = await bench.queue(shell(), lane="default?labels=gpu", priority=9)
    assert first not in await claimed(worker, 2)
    bench.clock.ahead += FRESH
    assert first in await claimed(worker, 2)


async def test_the_limit_of_a_pool_holds_for_all_its_workers_at_once(bench: Bench, worker) -> None:
    other = link(bench)
    await other.hello(replace(MINE, id=SessionId("s9"), worker="w9"))
    await ops(bench).pools.put(Pool(name="default", max_running=3))
    await bench.queue(shell(), 9)
    claims = await worker.claim(2, 0)
    assert len(claims) == 2
    assert len(await claimed(other)) == 1
    assert await claimed(other) == []
    await worker.report(ended(claims[0]), renew=False)
    assert len(await claimed(other)) == 1


async def test_a_lanes_own_limit_holds(bench: Bench, worker) -> None:
    lane = str(Lane(pool="default", limits=(Limit(key="key/db", max=2),)))
    await bench.queue(shell(), 5, lane=lane)
    assert len(await claimed(worker)) == 2
    assert await claimed(worker) == []


async def test_a_drained_worker_gets_nothing_not_even_its_own(bench: Bench, worker) -> None:
    [run] = await bench.queue(shell(), lane="default?worker=w1")
    await ops(bench).switches.pause(Scope.WORKER, "w1")
    bench.clock.ahead += FRESH
    assert await claimed(worker) == []
    await ops(bench).switches.resume(Scope.WORKER, "w1")
    bench.clock.ahead += FRESH
    assert await claimed(worker) == [run]


async def test_a_renewal_tells_the_load(bench: Bench, worker) -> None:
    await worker.report(Report(load=0.5), renew=True)
    [session] = [one for one in await bench.store.sessions() if one.worker == "w1"]
    assert session.load == 0.5


async def test_what_is_soon_too_old_is_read_while_there_is_nothing_to_do(
    bench: Bench, worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_pools, "FRESH", 1000)
    [first] = await bench.queue(shell())
    assert await claimed(worker) == [first]
    bench.clock.ahead += 700
    assert await claimed(worker) == []
    bench.clock.ahead += 700
    [second] = await bench.queue(shell())
    monkeypatch.setattr(bench.store, "find", None, raising=False)  # nobody asks for switches and pools now
    assert await claimed(worker) == [second]
