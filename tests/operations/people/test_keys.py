"""Keys and tokens of programs."""

import hashlib

import pytest

from tests.house import House, job
from tickwork.core.clock import Duration, seconds
from tickwork.core.people import KeyKind, PrincipalKind, may
from tickwork.core.roles import Permission, Role
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.operations.run_tokens import run_token
from tickwork.store.protocol import Kind

READ = [Permission.READ]


@pytest.fixture
async def ann(house: House) -> str:
    people = house.ops.people
    await people.users.create("ann")
    await people.groups.create("devs", members=["ann"], roles={"etl": Role.EDITOR})
    return "ann"


async def test_a_key_acts_for_its_owner_within_its_scopes(house: House, ann: str):
    people = house.ops.people
    key, secret = await people.keys.create("ci", owner="Ann", scopes=[Permission.OPERATE, Permission.READ])
    assert secret.startswith(f"twk_{key.id}_")
    assert len(secret.rpartition("_")[2]) * 5 >= 192
    who = await people.principals.of_token(secret, where="::1")
    assert (who.kind, who.user, who.key, who.actor.name) == (PrincipalKind.KEY, "ann", key.id, "ann by ci@::1")
    assert may(who, Permission.OPERATE, "etl")
    assert not may(who, Permission.EDIT, "etl")
    await people.groups.delete("devs")
    who = await people.principals.of_token(secret, where="::1")
    assert not may(who, Permission.READ, "etl")


async def test_only_the_hash_of_a_key_is_kept_and_nothing_shows_it(house: House, ann: str):
    key, secret = await house.ops.people.keys.create("ci", owner=ann, scopes=READ)
    body = (await house.store.get(Kind.KEY, key.id)).body.decode()
    assert secret.rpartition("_")[2] not in body
    assert (hash_ := hashlib.sha256(secret.encode()).hexdigest()) in body
    assert hash_ not in repr(await house.ops.people.keys.list())


@pytest.mark.parametrize("how", ["revoked", "expired", "rotated", "owner off", "owner gone", "other secret", "cut"])
async def test_a_key_that_is_not_good_is_nobody(house: House, ann: str, how):
    people = house.ops.people
    key, secret = await people.keys.create("ci", owner=ann, scopes=READ, lasts=Duration(seconds(60)))
    assert await people.principals.of_token(secret, where="") is not None
    match how:
        case "revoked":
            await people.keys.revoke(key.id)
        case "expired":
            house.clock.advance(60)
        case "rotated":
            await people.keys.rotate(key.id)
        case "owner off":
            await people.users.set(ann, active=False)
        case "owner gone":
            await people.users.delete(ann)
        case "other secret":
            secret = f"twk_{key.id}_{'0' * 40}"
        case "cut":
            secret = secret[:-1]
    assert await people.principals.of_token(secret, where="") is None


async def test_a_rotated_key_has_another_secret_and_the_same_rights(house: House, ann: str):
    people = house.ops.people
    key, old = await people.keys.create("ci", owner=ann, scopes=READ)
    again, new = await people.keys.rotate(key.id)
    assert again.id == key.id
    assert new != old
    assert (await people.principals.of_token(new, where="")).key == key.id
    await people.keys.revoke(key.id)
    with pytest.raises(Conflict, match="was revoked"):
        await people.keys.rotate(key.id)


async def test_the_use_of_a_key_is_noted_once_a_minute(house: House, ann: str):
    people = house.ops.people
    key, secret = await people.keys.create("ci", owner=ann, scopes=READ)
    assert key.used is None
    await people.principals.of_token(secret, where="")
    first = (await people.keys.show(key.id)).used
    house.clock.advance(59)
    before = house.store.calls.count("keep")
    await people.principals.of_token(secret, where="")
    assert house.store.calls.count("keep") == before
    house.clock.advance(1)
    await people.principals.of_token(secret, where="")
    [listed] = await people.keys.list(owner="ann")
    assert first < listed.used


async def test_a_worker_key_has_pools_and_no_rights(house: House):
    people = house.ops.people
    key, secret = await people.keys.create("gpu box", kind=KeyKind.WORKER, pools=["gpu", "default", "gpu"])
    assert secret.startswith("tww_")
    assert list(key.pools) == ["default", "gpu"]
    who = await people.principals.of_token(secret, where="h")
    assert (who.kind, who.pools, who.actor.kind) == (PrincipalKind.WORKER, ("default", "gpu"), "worker")
    assert not any(may(who, permission, project) for permission in Permission for project in ("etl", None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "owner": "ann", "scopes": READ},
        {"name": "x" * 101, "owner": "ann", "scopes": READ},
        {"name": "k", "owner": "ann"},
        {"name": "k", "scopes": READ},
        {"name": "k", "owner": "ann", "scopes": [Permission.INSTANCE]},
        {"name": "k", "owner": "ann", "scopes": READ, "pools": ["gpu"]},
        {"name": "k", "owner": "ann", "scopes": READ, "lasts": Duration(0)},
        {"name": "k", "kind": KeyKind.WORKER},
        {"name": "k", "kind": KeyKind.WORKER, "pools": ["gpu"], "scopes": READ},
        {"name": "k", "kind": KeyKind.WORKER, "pools": ["gpu"], "project": "etl"},
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(house: House, ann: str, wrong):
    with pytest.raises(InvalidDefinition, match="key "):
        await house.ops.people.keys.create(wrong.pop("name"), **wrong)
    assert await house.ops.people.keys.list() == []


async def test_a_key_needs_an_owner_that_there_is(house: House):
    with pytest.raises(NotFound, match="there is no user 'bob'"):
        await house.ops.people.keys.create("k", owner="bob", scopes=READ)


@pytest.mark.parametrize("token", ["", "twk", "twk_", "twk__", "twk_x_y", "tww_x_y", "twr_x.y.1.z", "Basic x", "é_ü_ß"])
async def test_a_token_of_nobodys_is_nobody(house: House, token):
    assert await house.ops.people.principals.of_token(token, where="") is None


async def test_a_run_token_is_its_run_while_the_claim_holds_it(house: House):
    principals = house.ops.people.principals
    await house.ops.jobs.save(job("backup"))
    run = await house.ops.runs.run("backup")
    session = await house.session()
    [claim] = await house.claim(session)
    token = run_token(claim.run.id, claim.fence, house.keyring)
    who = await principals.of_token(token, where="w")
    assert (who.kind, who.run, who.actor.kind) == (PrincipalKind.RUN, claim.run.id, "run")
    assert run.id == claim.run.id
    assert not any(may(who, p, x) for p in Permission for x in ("default", None))
    await house.start(claim)
    assert (await principals.of_token(token, where="w")).run == claim.run.id
    await house.finish(claim)
    assert await principals.of_token(token, where="w") is None


async def test_the_token_of_an_earlier_attempt_is_nobody(house: House):
    principals = house.ops.people.principals
    await house.ops.jobs.save(job("backup"))
    await house.ops.runs.run("backup")
    session = await house.session()
    [first] = await house.claim(session)
    await house.store.release([(first.run.id, first.fence)], at=house.clock.now())
    [second] = await house.claim(session)
    assert second.run.id == first.run.id
    assert await principals.of_token(run_token(first.run.id, first.fence, house.keyring), where="") is None
    assert await principals.of_token(run_token(second.run.id, second.fence, house.keyring), where="") is not None
