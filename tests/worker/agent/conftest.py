import pytest

from tests.worker.agent.fakes import bench as opened


@pytest.fixture
async def bench():
    async with opened() as made:
        yield made
