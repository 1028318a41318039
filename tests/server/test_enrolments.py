"""A worker gets a key of its own by a token that is good once."""

import pytest

from tests.server.conftest import Site
from tickwork.core.clock import seconds
from tickwork.core.people import PrincipalKind
from tickwork.errors import InvalidDefinition, NotSignedIn
from tickwork.operations.people.enrolments import TTL


async def test_a_superusers_token_gets_a_worker_its_own_key(site: Site) -> None:
    root = await site.superuser()
    made = (await root.post("enrolments", json={"pools": ["gpu"]})).json()
    assert made["pools"] == ["gpu"]
    answer = await site.client().post("enrolments/use", json={"token": made["token"], "name": "box7"})
    assert answer.status_code == 201, answer.text
    enrolled = answer.json()
    assert (enrolled["key"]["name"], enrolled["key"]["kind"], enrolled["key"]["pools"]) == ("box7", "worker", ["gpu"])
    who = await site.backend.principals.of_token(enrolled["secret"], where="here")
    assert who is not None
    assert (who.kind, tuple(who.pools)) == (PrincipalKind.WORKER, ("gpu",))


async def test_a_token_is_good_once(site: Site) -> None:
    enrolments = site.backend.system.people.enrolments
    token = (await enrolments.make(pools=["gpu"])).token
    await enrolments.use(token, name="box7")
    answer = await site.client().post("enrolments/use", json={"token": token, "name": "box8"})
    assert answer.status_code == 401
    assert "tickwork key enrol" in answer.json()["detail"]


async def test_a_token_ends_by_itself(site: Site) -> None:
    enrolments = site.backend.system.people.enrolments
    token = (await enrolments.make()).token
    site.house.clock.advance(TTL / 1_000_000)
    with pytest.raises(NotSignedIn):
        await enrolments.use(token, name="box7")


async def test_a_name_that_cannot_be_costs_no_token(site: Site) -> None:
    enrolments = site.backend.system.people.enrolments
    token = (await enrolments.make()).token
    with pytest.raises(InvalidDefinition):
        await enrolments.use(token, name="box\n7")
    key, _secret = await enrolments.use(token, name="box7")
    assert key.pools == ("default",)


async def test_a_token_lasts_as_long_as_it_says(site: Site) -> None:
    enrolments = site.backend.system.people.enrolments
    with pytest.raises(InvalidDefinition, match="over before it begins"):
        await enrolments.make(ttl=seconds(0))
    root = await site.superuser()
    assert (await root.post("enrolments", json={"pools": ["a"], "lasts": 31 * 24 * 3600})).status_code == 422


async def test_who_let_a_worker_in_stands_in_the_audit(site: Site) -> None:
    root = await site.superuser()
    made = (await root.post("enrolments", json={"pools": ["gpu"]})).json()
    key = (await site.client().post("enrolments/use", json={"token": made["token"], "name": "box7"})).json()["key"]
    entries = await site.house.store.audit(limit=100)
    told = [(entry.verb, entry.kind) for entry in entries]
    assert ("create", "enrolment") in told
    [enrolled] = [entry for entry in entries if (entry.verb, entry.id) == ("enrol", key["id"])]
    assert enrolled.note is not None
    assert enrolled.note.startswith("by a token of root")
    assert all(made["token"] not in str(entry) for entry in entries)
