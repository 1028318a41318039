"""What runs were defined by is read as the store has it now."""

from tests.house import House, a_house, job
from tickwork.operations.known import Definitions
from tickwork.store.protocol import Kind


async def saved(house: House, *descriptions: str) -> None:
    for description in descriptions:
        await house.ops.jobs.apply("board", [job("backup", description=description)])


async def test_the_revision_of_a_run_is_read_also_when_it_is_not_the_current_one(house: House):
    await saved(house, "one")
    old = await house.ops.runs.run("backup")
    await saved(house, "two")
    new = await house.ops.runs.run("backup")
    found = await Definitions(house.store).of([old, new])
    assert {run: found[run].description for run in found} == {old.id: "one", new.id: "two"}


async def test_a_definition_that_a_store_has_lost_is_not_remembered(house: House):
    definitions = Definitions(house.store)
    await saved(house, "one", "lost")
    run = await house.ops.runs.run("backup")
    assert (await definitions.of([run]))[run.id].description == "lost"
    async with a_house() as restored:
        await saved(restored, "one", "saved")
        house.store._store, before = restored.store._store, house.store._store
        document = await house.store.get(Kind.JOB, "backup")
        assert document is not None
        assert document.revision == run.revision
        assert (await definitions.of([run]))[run.id].description == "saved"
        house.store._store = before
