"""What every store must do: one test per sentence of `store/protocol/`.

A store's own file derives a class from `StoreConformance` and gives it the fixture `store_factory`: an async
function that opens one more store on the same, initially empty, data (and closes it after the test).
"""

import pytest

from tests.conformance.auditing import Auditing
from tests.conformance.cancelling import Cancelling
from tests.conformance.claiming import Claiming
from tests.conformance.definitions import Definitions
from tests.conformance.fencing import Fencing
from tests.conformance.firing import Firing
from tests.conformance.limiting import Limiting, LimitingTogether
from tests.conformance.moving import Moving
from tests.conformance.noting import Noting
from tests.conformance.overlapping import Overlapping
from tests.conformance.progressing import Progressing
from tests.conformance.reading import Reading
from tests.conformance.settling import Settling
from tests.conformance.streaming import Sharing, Streaming
from tests.conformance.unblocking import Unblocking
from tests.conformance.world import StoreFactory, World


class StoreConformance(
    Fencing,
    Definitions,
    Firing,
    Overlapping,
    Claiming,
    Limiting,
    Settling,
    Cancelling,
    Unblocking,
    Reading,
    Streaming,
    Progressing,
    Noting,
    Auditing,
    Moving,
):
    @pytest.fixture
    async def world(self, store_factory: StoreFactory) -> World:
        """A store that knows the job `backup`."""
        world = World(await store_factory())
        await world.job()
        return world


class SharedStoreConformance(StoreConformance, Sharing, LimitingTogether):
    """A store that several processes can open."""
