"""What every store must do: one test per sentence of `store/protocol.py`.

A store's own file derives a class from `StoreConformance` and gives it the fixture `store_factory`: an async
function that opens one more store on the same, initially empty, data (and closes it after the test).
"""

import pytest
from tests.conformance.fencing import Fencing
from tests.conformance.world import StoreFactory, World


class StoreConformance(Fencing):
    @pytest.fixture
    async def world(self, store_factory: StoreFactory) -> World:
        """A store that knows the job `backup`."""
        world = World(await store_factory())
        await world.job()
        return world
