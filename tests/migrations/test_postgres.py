"""Servers of two versions on one database, as in a rolling upgrade."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.conformance.world import World
from tests.services.postgres import admin, postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.store.postgres.conftest import opened_worlds, postgres
from tickwork.core.states import State
from tickwork.errors import StoreTooNew
from tickwork.store.migrate import Migration, Stage, known
from tickwork.store.postgres import schema
from tickwork.store.postgres.address import address_of
from tickwork.store.protocol import Kind, Said

PACKAGE = "tickwork.store.postgres"
NEWER = Migration(
    number=9000,
    stage=Stage.PRE,
    name="moods",
    sql="""
    CREATE TABLE tickwork.mood (name text PRIMARY KEY);
    ALTER TABLE tickwork.run ADD COLUMN mood text;
    ALTER TABLE tickwork.session ADD COLUMN mood text NOT NULL DEFAULT 'calm';
    ALTER TABLE tickwork.attempt ADD COLUMN mood text;
    ALTER TABLE tickwork.document ADD COLUMN mood text;
    CREATE INDEX run_mood ON tickwork.run (mood) WHERE mood IS NOT NULL;
    """,
)
RUDE = replace(NEWER, number=9001, stage=Stage.BREAKING, name="rude", sql="DROP TABLE tickwork.mood")
PATIENCE = 60.0


@contextmanager
def code_that_knows(*more: Migration) -> Iterator[None]:
    """While stores open: they are of a newer version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "known", lambda package: (*known(package), *more))
        yield


@pytest.fixture
async def older(postgres_url: str) -> AsyncIterator[World]:  # noqa: F811
    async with opened_worlds(postgres_url) as [world]:
        yield world


async def opened(url: str) -> None:
    store = postgres(url)
    try:
        await store.open()
    finally:
        await store.close()


async def works(world: World, session: str, *, until: asyncio.Event) -> int:
    """From birth to end, one run after the other. At least one of them begins after the event."""
    held = await world.session(session)
    done = 0
    while True:
        last = until.is_set()
        await world.queued()
        for claim in await world.claim(held, n=3):
            assert await world.start(claim) == []
            assert await world.finish(claim) == []
            done += 1
        if last:
            return done


async def test_a_server_goes_on_while_a_newer_one_migrates_and_both_work_side_by_side(
    older: World,
    postgres_url: str,  # noqa: F811
) -> None:
    both = asyncio.Event()
    async with asyncio.timeout(PATIENCE):
        # Given an older server at work, when a newer one opens the store
        working = asyncio.ensure_future(works(older, "old", until=both))
        await asyncio.sleep(0)
        with code_that_knows(NEWER):
            newer = World(postgres(postgres_url))
            newer._made = 1_000_000
            await newer.store.open()
        # Then each brings runs to their ends, its own and the other's
        newer_session = await newer.session("new")
        of_the_older = await older.queued()
        of_the_newer = await newer.queued()
        both.set()
        await working
        for claim in await newer.claim(newer_session, n=9):
            assert await newer.start(claim) == []
            assert await newer.finish(claim) == []
    assert {await newer.state(run) for run in (of_the_older, of_the_newer)} == {State.SUCCEEDED}
    assert {state for state, n in (await older.store.counts()).items() if n} == {State.SUCCEEDED}
    await newer.store.close()


async def test_an_older_server_that_starts_again_leaves_the_newer_schema_alone(postgres_url: str) -> None:  # noqa: F811
    with code_that_knows(NEWER):
        await opened(postgres_url)
    with admin(postgres_url) as db:
        name = address_of(postgres_url).schema
        db.execute(f"INSERT INTO {name}.transition VALUES ('running', 'dreaming', '', false, false)")
    async with opened_worlds(postgres_url) as [world]:
        await world.succeeded(await world.session())
    with admin(postgres_url) as db:
        assert db.execute(f"SELECT count(*) FROM {name}.transition WHERE target = 'dreaming'").fetchone() == (1,)
        assert db.execute(f"SELECT max(number) FROM {name}.migration").fetchone() == (NEWER.number,)


async def test_an_older_server_is_refused_where_the_newer_schema_breaks_it(postgres_url: str) -> None:  # noqa: F811
    with code_that_knows(NEWER, RUDE):
        await opened(postgres_url)
    with pytest.raises(StoreTooNew, match=r"9001 rude.*upgrade this installation"):
        await opened(postgres_url)


async def test_an_older_server_that_was_running_is_refused_at_its_next_connection(
    older: World,
    postgres_url: str,  # noqa: F811
) -> None:
    # Given a server that knows nothing of a breaking change which was made meanwhile
    with code_that_knows(NEWER, RUDE):
        await opened(postgres_url)
    # When its connections are replaced
    for lane in (*older.store._writers._lanes, *older.store._readers._lanes):
        if lane._link._tx is not None:
            lane._link._tx.db.pgconn.finish()
    # Then it touches nothing any more, and says why
    for call in (older.queued, older.store.counts):
        with pytest.raises(StoreTooNew, match="9001 rude"):
            await call()


@pytest.mark.parametrize("version", range(1, len(known(PACKAGE)) + 1))
async def test_a_schema_of_every_earlier_version_becomes_that_of_a_fresh_one(
    postgres_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    version: int,
) -> None:
    fresh, aged = f"{postgres_url}_fresh", postgres_url
    await opened(fresh)
    with monkeypatch.context() as past:
        past.setattr(schema, "known", lambda package: known(package)[:version])
        await opened(aged)
    await opened(aged)
    assert columns_of(aged) == columns_of(fresh)
    with admin(postgres_url) as db:
        db.execute(f"SET client_min_messages = warning; DROP SCHEMA {address_of(fresh).schema} CASCADE")


async def test_what_an_earlier_version_saved_is_found_by_what_it_says(
    postgres_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = {"a": b'{"keep":{}}', "b": b'{"about":{"keep":1}}', "c": b"{}"}
    with monkeypatch.context() as past:
        past.setattr(schema, "known", lambda package: known(package)[:9])
        async with opened_worlds(postgres_url) as [world]:
            for job, body in bodies.items():
                await world.job(job, body)
    async with opened_worlds(postgres_url) as [world]:
        assert [one.id for one in await world.store.saying(Kind.JOB, Said.KEEP)] == ["a"]


def columns_of(url: str) -> set[tuple]:
    """Tables with their columns, indexes and functions."""
    name = address_of(url).schema
    with admin(url) as db:
        columns = db.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name"
            " FROM information_schema.columns WHERE table_schema = %s",
            [name],
        ).fetchall()
        indexes = db.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = %s", [name]).fetchall()
        code = db.execute(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = %s::regnamespace", [name]
        ).fetchall()
    return {tuple(str(value).replace(name, "store") for value in row) for row in (*columns, *indexes, *code)}
