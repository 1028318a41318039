"""Secrets of projects: sealed, given, rotated, never read back."""

import msgspec
import pytest

from tests.house import ANN, House, job
from tickwork.core.codec import from_json, to_json
from tickwork.core.model import SecretUse
from tickwork.errors import Conflict, InvalidDefinition, NotFound, StoreError
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.operations.secrets import Secret, Vault
from tickwork.store.protocol import Kind, Put

VALUE = "hunter22 with ünïcode"


@pytest.fixture
def keyring(tmp_path) -> Keyring:
    return Keyring(file=tmp_path / "secret.key")


@pytest.fixture
def ops(house: House, keyring: Keyring) -> Operations:
    return Operations(store=house.store, clock=house.clock, ids=house.ids, actor=ANN, keyring=keyring)


def using(*uses: tuple[str, str], project: str = "etl"):
    named = job(f"{project}:load", named="load", project=project)
    return msgspec.structs.replace(named, secrets=tuple(SecretUse(name=name, env=env) for name, env in uses))


async def given(house: House, keyring: Keyring, *uses: tuple[str, str], project: str = "etl"):
    return await Vault(store=house.store, keyring=keyring).variables(using(*uses, project=project))


async def test_a_job_is_given_the_secrets_of_its_project_that_it_names(house: House, ops, keyring):
    await ops.secrets.set("etl", "DB", VALUE)
    await ops.secrets.set("web", "DB", "another one")
    assert await given(house, keyring, ("DB", "DB"), ("DB", "PASSWORD")) == {"DB": VALUE, "PASSWORD": VALUE}
    assert await given(house, keyring, ("DB", "DB"), project="web") == {"DB": "another one"}
    assert await given(house, keyring, ("NONE", "NONE"), ("DB", "DB")) == {"DB": VALUE}
    await ops.secrets.set("etl", "DB", "the newest")
    assert await given(house, keyring, ("DB", "DB")) == {"DB": "the newest"}


async def test_the_value_is_nowhere_in_the_store_and_in_no_view(house: House, ops):
    await ops.secrets.set("etl", "DB", VALUE)
    await ops.jobs.save(using(("DB", "DB")))
    [shown] = await ops.secrets.list()
    assert (shown.project, shown.name, shown.by, list(shown.jobs)) == ("etl", "DB", "ann", ["etl:load"])
    stored = await house.store.revisions(Kind.SECRET, "etl/DB")
    assert "hunter22" not in repr([shown, stored, await house.store.audit()])


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("1ST", VALUE, "call it like a variable"),
        ("A-B", VALUE, "call it like a variable"),
        ("", VALUE, "call it like a variable"),
        ("A\n", VALUE, "call it like a variable"),
        ("PIN", "123", "could not be kept out of logs"),
        ("NUL", "12345\0", "no NUL"),
        ("BIG", "x" * 65_537, "65536 characters"),
    ],
)
async def test_what_cannot_be_a_secret_is_refused_without_being_repeated(ops, name, value, told):
    with pytest.raises(InvalidDefinition, match=told) as refused:
        await ops.secrets.set("etl", name, value)
    assert value not in str(refused.value)
    assert await ops.secrets.list() == []


async def test_a_secret_in_use_stays(ops):
    await ops.secrets.set("etl", "DB", VALUE)
    await ops.jobs.save(using(("DB", "DB")))
    with pytest.raises(Conflict, match="etl:load"):
        await ops.secrets.delete("etl", "DB")
    await ops.jobs.save(using())
    await ops.secrets.delete("etl", "DB")
    with pytest.raises(NotFound):
        await ops.secrets.delete("etl", "DB")


async def test_without_the_instances_key_a_secret_is_not_given(house: House, ops):
    await ops.secrets.set("etl", "DB", VALUE)
    assert await given(house, Keyring(texts=["another"]), ("DB", "DB")) == {}


async def test_nobody_gets_one_secret_by_the_name_of_another(house: House, ops, keyring):
    await ops.secrets.set("etl", "ROOT", VALUE)
    found = await house.store.get(Kind.SECRET, "etl/ROOT")
    moved = msgspec.structs.replace(from_json(found.body, Secret), name="MINE", project="web")
    put = Put(kind=Kind.SECRET, id="web/MINE", body=to_json(moved), project="web", name="MINE")
    await house.store.put([put], by=ANN, at=house.clock.now())
    assert await given(house, keyring, ("MINE", "MINE"), project="web") == {}


async def test_rotation_seals_everything_by_a_new_key_and_can_forget_the_old_ones(house: House, ops, keyring, tmp_path):
    await ops.secrets.set("etl", "DB", VALUE)
    before = await house.store.get(Kind.SECRET, "etl/DB")
    other = Keyring(file=tmp_path / "secret.key")  # another server's
    assert await given(house, other, ("DB", "DB")) == {"DB": VALUE}
    assert await ops.secrets.rotate() == 1
    assert await given(house, other, ("DB", "DB")) == {"DB": VALUE}
    assert await ops.secrets.rotate(forget=True) == 1
    assert len((tmp_path / "secret.key").read_text().split()) == 1
    assert await given(house, keyring, ("DB", "DB")) == {"DB": VALUE}
    put = Put(kind=Kind.SECRET, id="etl/DB", body=before.body, project="etl", name="DB")
    await house.store.put([put], by=ANN, at=house.clock.now())
    assert await given(house, keyring, ("DB", "DB")) == {}


async def test_keys_of_a_setting_are_rotated_by_putting_a_new_one_in_front(house: House):
    def ops(*texts: str) -> Operations:
        ring = Keyring(texts=texts)
        return Operations(store=house.store, clock=house.clock, ids=house.ids, actor=ANN, keyring=ring)

    await ops("old").secrets.set("etl", "DB", VALUE)
    assert await ops("new", "old").secrets.rotate() == 1
    assert await given(house, Keyring(texts=["new"]), ("DB", "DB")) == {"DB": VALUE}


async def test_a_rotation_that_cannot_open_a_secret_says_which_and_forgets_nothing(house: House, ops, tmp_path):
    await Operations(
        store=house.store, clock=house.clock, ids=house.ids, actor=ANN, keyring=Keyring(texts=["other"])
    ).secrets.set("etl", "THEIRS", VALUE)
    await ops.secrets.set("etl", "DB", VALUE)
    with pytest.raises(StoreError, match="secret THEIRS of project etl"):
        await ops.secrets.rotate(forget=True)
    assert len((tmp_path / "secret.key").read_text().split()) == 2
    assert await given(house, Keyring(file=tmp_path / "secret.key"), ("DB", "DB")) == {"DB": VALUE}


async def test_a_rotation_waits_for_who_sets_a_secret_meanwhile(house: House, ops, keyring):
    await ops.secrets.set("etl", "DB", VALUE)
    house.store.fail("put", error=Conflict("changed"))
    assert await ops.secrets.rotate() == 1
    assert await given(house, keyring, ("DB", "DB")) == {"DB": VALUE}


@pytest.mark.parametrize(
    ("uses", "env", "told"),
    [
        ([("A", "X"), ("B", "X")], {}, "the variable X is set twice"),
        ([("A", "X")], {"X": "1"}, "the variable X is set twice"),
        ([("A", "TICKWORK_TOKEN")], {}, "Tickwork's own"),
    ],
)
async def test_variables_that_contradict_each_other_are_refused(ops, uses, env, told):
    with pytest.raises(InvalidDefinition, match=told):
        await ops.jobs.save(msgspec.structs.replace(using(*uses), env=env))
