"""Who waits in vain for what another transaction holds is told for what, and what happens next."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.world import World, at
from tests.services.postgres import admin
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.model import Overlap
from tickwork.errors import StoreUnavailable
from tickwork.store.postgres.address import address_of
from tickwork.store.postgres.transaction import space_of


@pytest.fixture
async def hasty(postgres_url: str) -> AsyncIterator[World]:
    """Waits for locks for a moment only."""
    async with opened_worlds(f"{postgres_url}&options=-c%20lock_timeout%3D50ms") as [world]:
        yield world


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        ("SELECT FROM {schema}.session FOR UPDATE", "for a row of the table session,"),
        ("LOCK TABLE {schema}.session", "for a job, a document or a table,"),
    ],
)
async def test_it_is_told_what_was_locked(hasty: World, postgres_url: str, lock: str, told: str) -> None:
    session = await hasty.session()
    with admin(postgres_url) as db, db.transaction():
        db.execute(lock.format(schema=address_of(postgres_url).schema))
        with pytest.raises(StoreUnavailable, match=told) as refused:
            await hasty.store.beat(session, at=at(3))
    assert "nothing was changed. Servers and workers try again by themselves" in str(refused.value)
    assert (await hasty.store.beat(session, at=at(3))).lost is False


async def test_it_is_told_where_another_one_decides_about_the_job(hasty: World, postgres_url: str) -> None:
    with admin(postgres_url) as db, db.transaction():
        db.execute(
            "SELECT pg_advisory_xact_lock(%s, stripe) FROM generate_series(0, 255) AS stripe",
            [space_of(address_of(postgres_url).schema)],
        )
        with pytest.raises(StoreUnavailable, match="for a job, a document or a table,"):
            await hasty.store.enqueue([hasty.new(overlap=Overlap.SKIP)], at=at(10))
