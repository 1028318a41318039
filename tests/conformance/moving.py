"""Moving house: what one store holds arrives in another as it was."""

from tickwork.core.model import Overlap
from tickwork.core.states import State
from tickwork.store.protocol import Kind, Part, RunFilter, Store

from tests.conformance.world import World, at


async def copy(source: Store, target: Store, *, limit: int = 2) -> dict[Part, int]:
    """Part by part in small pages."""
    counts = {}
    async with source.snapshot() as snapshot:
        for part in Part:
            counts[part], after = 0, None
            while True:
                page = await snapshot.page(part, after=after, limit=limit)
                counts[part] += await target.load(part, page.records)
                if (after := page.after) is None:
                    break
    return counts


async def everything(store: Store) -> dict[Part, list[bytes]]:
    found: dict[Part, list[bytes]] = {}
    async with store.snapshot() as snapshot:
        for part in Part:
            found[part] = sorted((await snapshot.page(part, limit=10_000)).records)
    return found
