"""Several servers and workers on one database at the same time: nothing twice, nobody waits in a circle."""

import asyncio
from collections import Counter

from tests.conformance.world import ANN, World, at, born, finish, schedule, timetable
from tests.services.postgres import PostgresServer, admin
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.ids import RunId
from tickwork.core.model import Overlap
from tickwork.core.states import LIVE, Reason, State
from tickwork.store.protocol import Fire, Kind, Put, RunFilter

JOBS = [f"job{n}" for n in range(8)]
SLOTS = 12


async def test_schedulers_and_workers_side_by_side(own_server: PostgresServer) -> None:
    async with opened_worlds(*[own_server.url] * 3) as worlds:
        await side_by_side(worlds)
    with admin(own_server.url) as db:
        deadlocks = db.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'").fetchone()
    assert deadlocks == (0,)


async def side_by_side(worlds: list[World]) -> None:
    # Given jobs with every kind of overlap, and each of three servers with a scheduler, two workers, a promoter,
    # a person who runs jobs by hand and one who cancels
    first = worlds[0].store
    puts = [Put(kind=Kind.JOB, id=job, body=b"{}") for job in JOBS]
    rows = [timetable(job, due=1) for job in JOBS]
    await first.put(puts, by=ANN, at=at(1), timetable=rows)
    for n, world in enumerate(worlds):
        world._made = n * 1_000_000  # ids of their own
    claims: list[tuple[RunId, str, int]] = []

    # When all of them work at once
    async with asyncio.timeout(90), asyncio.TaskGroup() as group:
        schedulers = [group.create_task(keep_firing(world)) for world in worlds]
        for n, world in enumerate(worlds):
            group.create_task(run_by_hand(world))
            for m in range(2):
                group.create_task(work(world, f"s{n}{m}", claims, schedulers))
            group.create_task(promote(world, schedulers))

    # Then each slot was born once
    history = await first.runs(RunFilter(), limit=100_000)
    slots = Counter((run.schedule, run.nominal) for run in history if run.schedule is not None)
    assert set(slots.values()) == {1}
    assert len(slots) == len(JOBS) * SLOTS
    # and every run ended, by the hands of one claim
    assert not [run for run in history if run.state in LIVE]
    assert len({n for _, _, n in claims}) == len(claims), "a fence was given twice"
    attempts = [await first.attempts(run.id) for run in history if run.state is State.SUCCEEDED]
    assert {len(tries) for tries in attempts} == {1}


async def keep_firing(world: World) -> None:
    """As a scheduler does it: look, decide, fire; who was too late looks again."""
    overlaps = list(Overlap)
    while True:
        due = await world.store.due(at(SLOTS), limit=100)
        if not due.rows:
            return
        fires = []
        for entry in due.rows:
            second = entry.row.due // 1_000_000
            overlap = overlaps[JOBS.index(entry.row.job) % len(overlaps)]
            run = world.slot(second, entry.row.job, overlap=overlap, revision=1)
            new = run if overlap is Overlap.ALLOW else type(run)(run=run.run, overlap=overlap)
            fires.append(
                Fire(
                    schedule=schedule(entry.row.job),
                    expect=entry.row.version,
                    cursor=at(second),
                    due=at(second + 1),
                    runs=(new,),
                )
            )
        await world.store.fire(fires, at=at(SLOTS), switch_version=due.switch_version)


async def run_by_hand(world: World) -> None:
    for n in range(20):
        new = [world.new(job, overlap=Overlap.SKIP) for job in JOBS[n % 3 :: 3]]
        runs = await world.store.enqueue(new, at=at(10), by=ANN)
        if n % 4 == 0:
            await world.store.cancel([one.run for one in runs], reason=Reason.USER, note="ann", at=at(10))


async def work(world: World, name: str, claims: list, schedulers: list[asyncio.Task]) -> None:
    session = await world.session(name)
    while True:
        over = all(task.done() for task in schedulers)
        taken = await world.claim(session, n=3, second=100)
        claims += [(claim.run.id, name, claim.fence.n) for claim in taken]
        await asyncio.gather(*(world.start(claim) for claim in taken))
        assert await world.store.finish([finish(claim) for claim in taken]) == []
        await world.store.beat(session, at=at(11))
        if over and not taken and not sum((await live(world)).values()):
            return


async def promote(world: World, schedulers: list[asyncio.Task]) -> None:
    while not all(task.done() for task in schedulers) or sum((await live(world)).values()):
        await world.store.promote(at=at(100))
        await asyncio.sleep(0.001)


async def live(world: World) -> dict[State, int]:
    return {state: n for state, n in (await world.store.counts()).items() if state in LIVE}


async def test_a_claim_is_never_given_to_a_session_that_is_being_settled(postgres_url: str) -> None:
    async with opened_worlds(postgres_url, postgres_url) as [mine, other]:
        for n in range(20):
            session = await mine.session(f"s{n}")
            await mine.queued()
            claimed, settled = await asyncio.gather(mine.claim(session), other.settle(session), return_exceptions=False)
            assert settled is not None
            held = await mine.store.runs(RunFilter(states=(State.CLAIMED,)))
            assert held == [], "claimed by a session that nobody will settle again"
            assert len(settled) <= len(claimed)


async def test_two_who_create_the_same_document_at_once_get_one_conflict(postgres_url: str) -> None:
    async with opened_worlds(postgres_url, postgres_url) as [mine, other]:
        for n in range(10):
            put = Put(kind=Kind.POOL, id=f"p{n}", body=b"{}", expect=0)
            results = await asyncio.gather(
                *(world.store.put([put], by=ANN, at=at(1)) for world in (mine, other)), return_exceptions=True
            )
            assert sorted(type(result).__name__ for result in results) == ["Conflict", "list"]


async def test_two_manual_runs_at_once_never_run_at_once(postgres_url: str) -> None:
    async with opened_worlds(postgres_url, postgres_url) as worlds:
        for n, world in enumerate(worlds):
            world._made = n * 1_000_000
        for _ in range(10):
            both = await asyncio.gather(
                *(world.store.enqueue([world.new(overlap=Overlap.SKIP)], at=at(10)) for world in worlds)
            )
            states = sorted(state for one in both for state, _ in born(one))
            assert states == [State.QUEUED, State.WAITING]
            runs = [one[0].run for one in both]
            await worlds[0].store.cancel(runs, reason=Reason.USER, note="", at=at(10))
