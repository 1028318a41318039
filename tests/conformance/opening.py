"""For stores' own files: a `store_factory` from a function that makes a store."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from tests.conformance.world import StoreFactory
from tickwork.store.protocol import Store


@asynccontextmanager
async def factory(make: Callable[[], Store]) -> AsyncIterator[StoreFactory]:
    """Opens what `make` makes, and closes it all at the end."""
    async with AsyncExitStack() as stack:

        async def opened() -> Store:
            store = make()
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield opened
