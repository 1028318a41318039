"""What a person is told when a store cannot be opened, and what opening finds or makes."""

import asyncio
from contextlib import AsyncExitStack, suppress

import psycopg
import pytest

from tests.services.postgres import PostgresServer, admin, schema_url
from tests.store.postgres.conftest import opened_worlds, postgres
from tickwork.core.clock import SystemClock
from tickwork.errors import StoreCorrupt, StoreError, StoreTooNew, StoreUnavailable, UnknownStore
from tickwork.node import make_store
from tickwork.store.migrate import known
from tickwork.store.postgres import link
from tickwork.store.postgres.address import address_of
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Kind

PACKAGE = "tickwork.store.postgres"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://h/db?schema=Has Space", "schema='Has Space'.*use small letters"),
        ("postgresql://h/db?schema=pg_mine", "schema='pg_mine'"),
        ("postgresql://h/db?pgbouncer=maybe", "pgbouncer='maybe'.*use 1 or 0"),
        ("mysql://h/db", "no PostgreSQL store; write postgresql://"),
    ],
)
def test_a_url_that_cannot_be_meant_is_said(url: str, message: str) -> None:
    with pytest.raises(UnknownStore, match=message):
        address_of(url)


def test_a_password_is_never_shown() -> None:
    for url in ("postgresql://ann:secret@h/db", "postgresql://ann@h/db?password=secret&sslmode=require"):
        address = address_of(url)
        assert "secret" not in address.shown
        assert "ann" in address.shown
        assert "secret" in address.conninfo


def test_what_is_not_ours_goes_to_libpq() -> None:
    address = address_of("postgresql://h1,h2/db?schema=mine&pgbouncer=1&sslmode=require")
    assert (address.schema, address.pooled) == ("mine", True)
    assert address.conninfo == "postgresql://h1,h2/db?sslmode=require"


async def test_both_names_of_the_kind_make_a_store(postgres_url: str) -> None:
    for url in (postgres_url, postgres_url.replace("postgresql:", "postgres:")):
        store = make_store(url, clock=SystemClock())
        await store.open()
        assert await store.serve() is not None
        await store.close()


async def test_a_database_that_does_not_exist_is_said_with_what_to_do(own_server: PostgresServer) -> None:
    with pytest.raises(StoreError, match=r"no such database; create it \(createdb"):
        await postgres(own_server.url.replace("/postgres?", "/elsewhere?")).open()
    with pytest.raises(StoreError, match=r"no such user; create it \(createuser"):
        await postgres(own_server.url.replace("postgres@", "nobody@")).open()


async def test_a_wrong_password_is_said(own_server: PostgresServer) -> None:
    with admin(own_server.url) as db:
        db.execute("CREATE USER ann PASSWORD 'right'")
    access = own_server.folder / "data" / "pg_hba.conf"
    access.write_text("local all ann scram-sha-256\n" + access.read_text())
    with admin(own_server.url) as db:
        db.execute("SELECT pg_reload_conf()")
    url = own_server.url.replace("postgres@", "ann:wrong@")
    with pytest.raises(StoreError, match="refuses the password; check it") as refused:
        await postgres(url).open()
    assert "wrong" not in str(refused.value)


async def test_a_server_that_is_not_there_is_a_passing_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "PATIENCE", 0.0)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await postgres("postgresql://ann@/db?host=/nowhere").open()


async def test_a_schema_of_another_program_is_left_alone(postgres_url: str, postgres_server: str) -> None:
    schema = address_of(postgres_url).schema
    with admin(postgres_server) as db:
        db.execute(f"CREATE SCHEMA {schema}")
        db.execute(f"CREATE TABLE {schema}.theirs (id int)")
    with pytest.raises(StoreCorrupt, match=f"schema {schema}.*belongs to another program"):
        await postgres(postgres_url).open()


async def test_an_empty_schema_that_somebody_made_is_used(postgres_url: str, postgres_server: str) -> None:
    with admin(postgres_server) as db:
        db.execute(f"CREATE SCHEMA {address_of(postgres_url).schema}")
    async with opened_worlds(postgres_url):
        pass


async def test_a_store_of_a_newer_tickwork_is_refused_if_its_change_was_breaking(postgres_url: str) -> None:
    async with opened_worlds(postgres_url):
        pass
    schema = address_of(postgres_url).schema
    with admin(postgres_url) as db:
        db.execute(f"INSERT INTO {schema}.migration VALUES (9999, 'pre', 'gentle', 0)")
    async with opened_worlds(postgres_url):
        pass
    with admin(postgres_url) as db:
        db.execute(f"INSERT INTO {schema}.migration VALUES (10000, 'breaking', 'rude', 0)")
    with pytest.raises(StoreTooNew, match="upgrade this installation"):
        await postgres(postgres_url).open()


async def test_several_who_open_a_new_store_at_once_make_it_once(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        stores = [postgres(postgres_url) for _ in range(5)]
        for store in stores:
            stack.push_async_callback(store.close)
        await asyncio.gather(*(store.open() for store in stores))
        assert {store._writers is not None for store in stores} == {True}
    with admin(postgres_url) as db:
        assert db.execute(f"SELECT count(*) FROM {address_of(postgres_url).schema}.migration").fetchone() == (
            len(known(PACKAGE)),
        )


async def test_stores_in_two_schemas_of_a_database_know_nothing_of_each_other(postgres_server: str) -> None:
    urls = [schema_url(postgres_server, f"side_by_side_{n}") for n in range(2)]
    try:
        async with opened_worlds(*urls) as [one, other]:
            assert await one.store.get(Kind.JOB, "backup") is not None
            assert await other.store.get(Kind.JOB, "backup") is None
    finally:
        with admin(postgres_server) as db, suppress(psycopg.Error):
            db.execute("DROP SCHEMA side_by_side_0, side_by_side_1 CASCADE")


async def test_a_pooled_store_needs_nothing_of_a_session(postgres_url: str) -> None:
    async with opened_worlds(f"{postgres_url}&pgbouncer=1") as [world]:
        session = await world.session()
        run = await world.succeeded(session)
        assert [event.run for event in await world.store.outbox(limit=9)] == [run]
        prepared = await world.store._write(
            lambda tx: tx.db.execute(b"SELECT count(*) FROM pg_prepared_statements").fetchone()
        )
        assert prepared == (0,)
        assert await world.store._write(_lock_timeout) == ("3s",)


def _lock_timeout(tx: Tx) -> tuple:
    tx.value("switch_version")  # the settings go with a transaction's first statement
    return tx.db.execute(b"SHOW lock_timeout").fetchone()


async def test_statements_are_never_compiled_first(postgres_url: str) -> None:
    async with opened_worlds(postgres_url) as [world]:
        assert await world.store._write(lambda tx: tx.db.execute(b"SHOW jit").fetchone()) == ("off",)
