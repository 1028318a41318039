"""The tests' own short cut: a store that was emptied is as a new one."""

from typing import Any

from tests.conformance.world import ANN, at
from tests.services.postgres import admin, empty
from tests.store.postgres.conftest import opened_worlds, postgres
from tickwork.store.postgres.address import address_of
from tickwork.store.protocol import Kind, Put

OF_ITS_MAKING = {"migration": slice(0, 3), "meta": slice(0, 1)}
"""The columns that are alike in all new stores, where others are not."""


def everything(url: str) -> dict[str, Any]:
    schema = address_of(url).schema
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    with admin(url) as db:
        rows: dict[str, Any] = {
            name: sorted(
                row[OF_ITS_MAKING.get(name, slice(None))] for row in db.execute(f"SELECT * FROM {schema}.{name}")
            )
            for [name] in db.execute(tables, [schema]).fetchall()
        }
        sequences = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s"
        rows["sequences"] = sorted(db.execute(sequences, [schema]))
    return rows


async def test_nothing_is_left_of_what_was_written(postgres_url: str) -> None:
    store = postgres(postgres_url)
    await store.open()
    await store.close()
    new = everything(postgres_url)
    async with opened_worlds(postgres_url) as [world]:
        await world.scheduled()
        await world.store.put([Put(kind=Kind.SWITCH, id="instance", body=b"{}")], by=ANN, at=at(2))
        await world.succeeded(await world.session())
    written = everything(postgres_url)
    empty(postgres_url, address_of(postgres_url).schema)
    assert [written[name] == new[name] for name in ("counter", "sequences", "document", "run")] == [False] * 4
    assert everything(postgres_url) == new | {"mark": []}  # the first of the writers had left theirs
