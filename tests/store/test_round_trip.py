"""A store that goes all the way round comes home as it went."""

from itertools import pairwise
from pathlib import Path

from tests.conformance.moving import all_bars, lived_in
from tests.conformance.world import World
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.services.valkey import redis_url, valkey_url  # noqa: F401 (fixtures)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import RunId
from tickwork.node import make_store
from tickwork.operations.copying import Tally, copy, tally
from tickwork.store.protocol import AuditEntry, BarRow, Part, Store

RENEWED = "renew_epoch"
"""What each target notes of its own."""


async def holds(store: Store) -> tuple[dict[Part, Tally], list[AuditEntry], dict[RunId, list[BarRow]]]:
    """Comparable: of the parts their sums, which leave out what is each store's own."""
    parts = await tally(store)
    audit = [entry for entry in await store.audit(limit=1000) if entry.verb != RENEWED]
    return {part: parts[part] for part in Part if part is not Part.AUDIT}, audit, await all_bars(store)


async def test_sqlite_to_postgres_to_redis_to_sqlite_is_equal(
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
    redis_url: str,  # noqa: F811
) -> None:
    clock, home, again = SystemClock(), f"sqlite:///{tmp_path}/home.db", f"sqlite:///{tmp_path}/again.db"
    stores = [make_store(url, clock=clock) for url in (home, postgres_url, redis_url, again)]
    for store in stores:
        await store.open()
    await (world := World(stores[0])).job()
    await lived_in(world)
    await world.succeeded(await world.session("s2"))  # its event has not been consumed
    before = parts, audit, bars = await holds(stores[0])
    assert all([audit, bars, *(of.records for of in parts.values())])
    for source, target in pairwise(stores):
        await copy(source, target)
        assert await holds(target) == before
    for store in stores:
        await store.close()
