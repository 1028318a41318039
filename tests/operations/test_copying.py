"""A copy holds everything or says what it lacks."""

from pathlib import Path

import pytest

from tests.house import House, every, job
from tickwork.core.clock import SystemClock
from tickwork.errors import Conflict
from tickwork.node import make_store
from tickwork.operations.copying import copy
from tickwork.store.protocol import Part


@pytest.fixture
async def target(tmp_path: Path):
    store = make_store(f"sqlite:///{tmp_path / 'copy.db'}", clock=SystemClock())
    await store.open()
    yield store
    await store.close()


async def lived_in(house: House) -> None:
    await house.ops.jobs.apply("board", [job(f"job{n}", every(n + 1)) for n in range(5)])
    await house.pass_time(10)
    session = await house.session()
    for claim in await house.claim(session):
        await house.start(claim)
    await house.ops.runs.run("job1", params={"a": 1})


async def test_a_copy_is_equal_and_a_second_one_changes_nothing(house: House, target):
    await lived_in(house)
    tallies = await copy(house.store, target)
    assert tallies[Part.RUNS].records > 10
    assert await copy(house.store, target) == tallies


async def test_a_target_with_something_else_in_it_is_refused(house: House, target):
    await lived_in(house)
    await copy(house.store, target)
    await house.ops.jobs.apply("board", [])
    with pytest.raises(Conflict, match=r"the copy differs from its source in: .*must be empty before a copy"):
        await copy(house.store, target)


async def test_a_source_that_moves_while_it_is_copied_is_told(house: House, target, monkeypatch: pytest.MonkeyPatch):
    await lived_in(house)
    load = target.load

    async def load_and_write(part, records):
        if part is Part.TIMETABLE:
            await house.ops.runs.run("job2")
        return await load(part, records)

    monkeypatch.setattr(target, "load", load_and_write)
    with pytest.raises(Conflict, match="it was written to while it was copied; stop its servers"):
        await copy(house.store, target)
