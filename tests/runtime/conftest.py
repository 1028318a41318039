import pytest

from tests.house import a_house


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house
