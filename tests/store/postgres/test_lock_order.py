"""Nobody waits in a circle: each test brings two transactions to where they did so, or would in another order."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Event

import pytest

from tests.conformance.world import World, at, finish, schedule
from tests.services.postgres import PostgresServer, admin
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.ids import RunId, SessionId
from tickwork.core.model import Overlap
from tickwork.core.states import Reason, State
from tickwork.store.postgres import link, store
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Claim, Fire

PATIENCE = 20.0


@pytest.fixture
async def worlds(own_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[World]]:
    """Two servers, each with one writer: what is called together shares a transaction. A circle is an error at once."""
    monkeypatch.setattr(store, "_WRITERS", 1)
    monkeypatch.setattr("tickwork.store.postgres.writer._TRIES", 1)
    monkeypatch.setattr(link, "PATIENCE", PATIENCE)
    async with opened_worlds(own_server.url, own_server.url) as worlds:
        worlds[1]._made = 1_000_000  # ids of its own
        yield worlds


@asynccontextmanager
async def in_the_middle_of(world: World, before: list[Awaitable], after: list[Awaitable]) -> AsyncIterator[None]:
    """One transaction of `before` and `after`, held open between them for as long as the block takes."""
    reached, go_on = Event(), Event()

    def middle(_tx: Tx) -> None:
        reached.set()
        assert go_on.wait(PATIENCE)

    writing, begin = Event(), Event()

    def hold_the_writer(_tx: Tx) -> None:
        writing.set()
        assert begin.wait(PATIENCE)

    first = asyncio.ensure_future(world.store._write(hold_the_writer))
    await asyncio.to_thread(writing.wait, PATIENCE)
    calls = [asyncio.ensure_future(call) for call in (*before, world.store._write(middle), *after)]
    for _ in calls:
        await asyncio.sleep(0)
    begin.set()
    try:
        await first
        assert await asyncio.to_thread(reached.wait, PATIENCE)
        yield
    finally:
        go_on.set()
    await asyncio.gather(*calls)


async def waiting(server: PostgresServer, n: int = 1) -> None:
    """Until so many transactions wait for a lock."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    until = time.monotonic() + PATIENCE
    with admin(server.url) as db:
        while db.execute(sql).fetchone() != (n,):
            assert time.monotonic() < until
            await asyncio.sleep(0.002)


@contextmanager
def held(server: PostgresServer, run: RunId) -> Iterator[None]:
    """By somebody else."""
    with admin(server.url) as db, db.transaction():
        db.execute("SELECT FROM tickwork.run WHERE id = %s FOR UPDATE", [run])
        yield


async def two_claims(world: World, *, started: bool = False) -> list[Claim]:
    session = await world.session()
    for _ in range(2):
        await world.queued()
    claims = await world.claim(session, n=2)
    for claim in claims if started else ():
        await world.start(claim)
    return claims


async def test_verbs_that_share_a_transaction_take_their_runs_in_one_order(
    worlds: list[World], own_server: PostgresServer
) -> None:
    mine, other = worlds
    older, newer = await two_claims(mine)
    # Given a transaction that begins the newer of two runs before the older one
    async with in_the_middle_of(mine, [mine.start(newer)], [mine.start(older)]):
        # When somebody cancels both of them meanwhile
        both = [older.run.id, newer.run.id]
        cancelling = asyncio.ensure_future(other.store.cancel(both, reason=Reason.USER, note="ann", at=at(12)))
        await waiting(own_server)
    # Then each of the two waits for the other one's end, not for more
    await cancelling
    assert [await mine.state(run) for run in both] == [State.RUNNING] * 2


async def test_a_fire_that_replaces_runs_of_several_jobs_takes_them_in_that_order_too(
    worlds: list[World], own_server: PostgresServer
) -> None:
    mine, other = worlds
    session = await mine.session()
    for job in ("later", "earlier"):
        await mine.scheduled(job)
    older, newer = [await mine.running(session, job=job) for job in ("later", "earlier")]
    both = [mine.slot(20, job, overlap=Overlap.REPLACE) for job in ("earlier", "later")]
    fires = [Fire(schedule=schedule(new.run.job), expect=1, runs=(new,), cursor=at(20), due=at(30)) for new in both]
    # Given a report of both runs that waits for the older one
    with held(own_server, older.run.id):
        report = asyncio.ensure_future(other.store.finish([finish(claim) for claim in (newer, older)]))
        await waiting(own_server)
        # When a scheduler replaces the newer one first
        firing = asyncio.ensure_future(mine.store.fire(fires, at=at(20)))
        await waiting(own_server, 2)
    # Then it comes after the report
    await asyncio.gather(report, firing)
    assert [await mine.state(claim.run.id) for claim in (older, newer)] == [State.SUCCEEDED] * 2
    assert [await mine.state(new.run.id) for new in both] == [State.QUEUED] * 2


async def test_a_session_is_locked_before_runs(worlds: list[World], own_server: PostgresServer) -> None:
    mine, other = worlds
    older, newer = await two_claims(mine, started=True)
    session = SessionId("s1")
    # Given a transaction that ends runs of a session and has it beat
    ends = [mine.finish(claim) for claim in (newer, older)]
    async with in_the_middle_of(mine, ends, [mine.store.beat(session, at=at(13))]):
        # When a reaper settles that session, which takes the session and then its runs
        settling = asyncio.ensure_future(other.settle(session))
        await waiting(own_server)
    # Then it finds that the session lives
    assert await settling is None
    assert [await mine.state(claim.run.id) for claim in (older, newer)] == [State.SUCCEEDED] * 2


async def test_a_claim_waits_for_nobody_with_runs_in_hand(worlds: list[World], own_server: PostgresServer) -> None:
    mine, other = worlds
    held_run = await mine.running(await mine.session())
    queued = await mine.queued()
    # Given a transaction that claims a run before it reports another one
    async with in_the_middle_of(mine, [mine.claim(SessionId("s1"))], [mine.finish(held_run)]):
        # When somebody cancels both
        both = [held_run.run.id, queued]
        cancelling = asyncio.ensure_future(other.store.cancel(both, reason=Reason.USER, note="ann", at=at(12)))
        await waiting(own_server)
    # Then that one waits for both
    await cancelling
    assert [await mine.state(run) for run in both] == [State.SUCCEEDED, State.CLAIMED]
