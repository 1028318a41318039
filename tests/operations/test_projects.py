"""Projects."""

import msgspec
import pytest

from tests.house import House, job
from tickwork.core.roles import EVERY, Permission, Role
from tickwork.errors import Conflict, InvalidDefinition, NotFound


def of(project: str, name: str = "load"):
    return msgspec.structs.replace(job(f"{project}:{name}", named=name), project=project)


async def names(house: House) -> list[str]:
    return [project.name for project in await house.ops.projects.list()]


async def test_a_project_is_there_from_its_first_job_on(house: House):
    assert await names(house) == ["default"]
    await house.ops.jobs.save(of("etl"))
    await house.ops.jobs.save(of("etl", "other"))
    await house.ops.jobs.apply("board", [of("web"), job("plain")])
    assert await names(house) == ["default", "etl", "web"]
    [entry] = await house.store.audit(kind="project", id="etl")
    assert entry.revision == 1


async def test_a_project_that_is_described_keeps_its_words_when_jobs_come(house: House):
    await house.ops.projects.put("etl", description="nightly loads")
    await house.ops.jobs.save(of("etl"))
    assert (await house.ops.projects.show("etl")).description == "nightly loads"
    await house.ops.projects.put("etl")
    assert (await house.ops.projects.show("etl")).description == ""


@pytest.mark.parametrize("name", ["", " a", "a:b", "a/b", "a#b", "*", "x" * 201, "a\nb"])
async def test_a_name_that_ids_cannot_be_made_of_is_refused(house: House, name):
    with pytest.raises(InvalidDefinition, match="project "):
        await house.ops.projects.put(name)


async def test_a_project_shows_its_members_and_the_names_of_its_secrets(house: House):
    people = house.ops.people
    for user in ("ann", "bob"):
        await people.users.create(user)
    await people.groups.create("devs", members=["ann"], roles={"etl": Role.ADMIN})
    await people.groups.create("all", members=["ann", "bob"], roles={EVERY: Role.VIEWER})
    await house.ops.secrets.set("etl", "DB", "hunter22")
    await house.ops.projects.put("etl")
    shown = await house.ops.projects.show("etl")
    assert [(member.user, member.role) for member in shown.members] == [("ann", Role.ADMIN), ("bob", Role.VIEWER)]
    assert list(shown.secrets) == ["DB"]


async def test_a_project_with_jobs_stays(house: House):
    await house.ops.jobs.save(of("etl"))
    with pytest.raises(Conflict, match="etl:load"):
        await house.ops.projects.delete("etl")
    await house.ops.jobs.delete("etl:load")
    await house.ops.projects.delete("etl")
    assert await names(house) == ["default"]
    with pytest.raises(NotFound):
        await house.ops.projects.delete("etl")


async def test_who_names_a_project_again_gets_nothing_of_the_old_one(house: House):
    people = house.ops.people
    await people.users.create("ann")
    await people.groups.create("devs", members=["ann"], roles={"etl": Role.ADMIN, "web": Role.VIEWER})
    key, _ = await people.keys.create("ci", owner="ann", scopes=[Permission.READ], project="etl")
    await house.ops.secrets.set("etl", "DB", "hunter22")
    await house.ops.projects.put("etl")
    await house.ops.projects.delete("etl")
    await house.ops.jobs.save(of("etl"))
    assert await people.groups.roles_of("ann") == {"web": Role.VIEWER}
    assert (await people.keys.show(key.id)).revoked is not None
    assert await house.ops.secrets.list(project="etl") == []


async def test_however_many_secrets_a_project_has_none_of_them_outlives_it(house: House, monkeypatch):
    monkeypatch.setattr("tickwork.operations.paging._PAGE", 2)
    for name in ("a", "b", "c"):
        await house.ops.secrets.set("etl", name, "hunter22")
    assert (await house.ops.projects.show("etl")).secrets == ["a", "b", "c"]
    await house.ops.projects.delete("etl")
    assert await house.ops.secrets.list() == []
