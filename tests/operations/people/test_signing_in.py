"""Passwords, sessions, links, and who keeps trying."""

import asyncio
import time

import pytest

from tests.house import House
from tests.operations.people.conftest import REAL
from tickwork.core.clock import DAY, HOUR, SECOND
from tickwork.core.people import PrincipalKind
from tickwork.core.roles import Role
from tickwork.errors import NotAllowed, SignInRefused, TooManyAttempts
from tickwork.operations.people import throttle
from tickwork.operations.people.sessions import IDLE, LONGEST
from tickwork.store.protocol import Kind

PASSWORD = "correct horse battery"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
async def ann(house: House) -> str:
    await house.ops.people.users.create("root", superuser=True)
    return (await house.ops.people.users.create("ann", password=PASSWORD)).name


async def fail(house: House, name: str = "ann", *, address: str = HERE) -> None:
    with pytest.raises(SignInRefused):
        await house.ops.people.sign_in(name, "wrong password", address=address)


async def test_the_right_password_signs_in_and_everything_else_is_refused_alike(house: House, ann: str):
    people = house.ops.people
    assert await people.sign_in(" Ann ", PASSWORD, address=HERE) == ann
    told = set()
    await people.users.create("off", password=PASSWORD)
    await people.users.set("off", active=False)
    for name, password in (("ann", "x"), ("bob", PASSWORD), ("off", PASSWORD), ("root", ""), ("root", PASSWORD)):
        with pytest.raises(SignInRefused) as refused:
            await people.sign_in(name, password, address=name)
        told.add(str(refused.value))
    assert len(told) == 1


async def test_an_unknown_user_takes_as_long_as_a_wrong_password(house: House, ann: str, hashing):
    hashing(REAL)
    await house.ops.people.users.set_password(ann, PASSWORD)
    await fail(house, address="warm")

    async def took(name: str) -> float:
        begun = time.process_time()
        await fail(house, name, address=name)
        return time.process_time() - begun

    known, unknown = await took("ann"), await took("bob")
    assert unknown > known / 4  # without the dummy hash it is a thousandth


async def test_a_hash_of_earlier_parameters_is_renewed_and_nobody_is_signed_out(house: House, ann: str, hashing):
    token, _ = await house.ops.people.sessions.open(ann)
    hashing(REAL)
    await house.ops.people.sign_in(ann, PASSWORD, address=HERE)
    assert b"m=65536" in (await house.store.get(Kind.USER, ann)).body
    assert await house.ops.people.sessions.of(token) is not None
    assert await house.ops.people.sign_in(ann, PASSWORD, address=HERE) == ann


async def test_after_five_failures_a_name_waits_longer_and_longer(house: House, ann: str):
    waits = []
    while len(waits) < 9:
        with pytest.raises(NotAllowed) as refused:
            await house.ops.people.sign_in("ann", "wrong password", address=HERE)
        if isinstance(refused.value, TooManyAttempts):
            with pytest.raises(TooManyAttempts):
                await house.ops.people.sign_in("ann", PASSWORD, address=THERE)
            waits.append(refused.value.retry_after)
            house.clock.advance(refused.value.retry_after)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert await house.ops.people.sign_in("ann", PASSWORD, address=HERE) == ann
    await fail(house)  # the count has begun anew
    assert await house.ops.people.sign_in("ann", PASSWORD, address=HERE) == ann


async def test_guesses_at_the_same_time_do_not_escape_the_count(house: House, ann: str):
    tries = [house.ops.people.sign_in("ann", f"guess number {n}", address=f"a{n}") for n in range(12)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 7
    with pytest.raises(TooManyAttempts):
        await house.ops.people.sign_in("ann", PASSWORD, address=HERE)


async def test_an_address_that_guesses_at_many_names_waits_too(house: House, ann: str):
    for n in range(20):
        await fail(house, f"user{n}")
    with pytest.raises(TooManyAttempts):
        await house.ops.people.sign_in("ann", PASSWORD, address=HERE)
    assert await house.ops.people.sign_in("ann", PASSWORD, address=THERE) == ann


async def test_signing_in_oneself_does_not_excuse_guesses_from_the_same_address(house: House, ann: str):
    for n in range(19):
        await fail(house, f"user{n}")
        await house.ops.people.sign_in("ann", PASSWORD, address=HERE)
    await fail(house, "another")
    with pytest.raises(TooManyAttempts):
        await house.ops.people.sign_in("ann", PASSWORD, address=HERE)


async def test_failures_are_forgotten_after_an_hour(house: House, ann: str):
    for _ in range(4):
        await fail(house)
    house.clock.advance(HOUR / SECOND)
    for _ in range(4):
        await fail(house)
    assert await house.ops.people.sign_in("ann", PASSWORD, address=HERE) == ann


def test_the_delay_grows_and_ends_at_its_longest():
    assert [throttle.delay(n, free=5) // SECOND for n in (0, 4, 5, 6, 7, 12, 13, 14, 10**6)] == [
        0,
        0,
        5,
        10,
        20,
        640,
        900,
        900,
        900,
    ]


async def test_a_session_shows_who_is_signed_in_with_rights_as_they_are_now(house: House, ann: str):
    people = house.ops.people
    token, session = await people.sessions.open(ann, address=HERE, agent="curl")
    assert (session.user, session.address) == ("ann", HERE)
    assert len(token) == 52
    who = await people.principals.of_session(token, where=HERE)
    assert (who.kind, who.user, who.superuser, who.roles) == (PrincipalKind.USER, "ann", False, {})
    assert (who.actor.kind, who.actor.name) == ("user", f"ann@{HERE}")
    await people.groups.create("devs", members=["ann"], roles={"etl": Role.EDITOR})
    assert (await people.principals.of_session(token, where=HERE)).roles == {"etl": Role.EDITOR}
    await people.groups.set("devs", remove=["ann"])
    assert (await people.principals.of_session(token, where=HERE)).roles == {}


async def test_only_the_hash_of_a_session_is_kept(house: House, ann: str):
    token, _ = await house.ops.people.sessions.open(ann)
    kept = await house.store.notes_under("session", "", at=house.clock.now())
    assert len(kept) == 1
    assert token not in repr(kept)
    assert await house.ops.people.sessions.of(kept[0].key) is None


async def test_a_session_ends_by_idleness_and_by_age(house: House, ann: str):
    sessions = house.ops.people.sessions
    idle, _ = await sessions.open(ann)
    house.clock.advance(IDLE / SECOND)
    assert await sessions.of(idle) is None
    busy, _ = await sessions.open(ann)
    for _ in range(LONGEST // (6 * HOUR) - 1):
        house.clock.advance(6 * 3600)
        assert await sessions.of(busy) is not None
    house.clock.advance(6 * 3600 + 1)
    assert await sessions.of(busy) is None
    assert LONGEST == 14 * DAY


@pytest.mark.parametrize("change", ["password", "superuser", "active", "sign_out", "delete", "again"])
async def test_a_session_ends_at_once_when_its_user_changes(house: House, ann: str, change):
    people, users = house.ops.people, house.ops.people.users
    token, _ = await people.sessions.open(ann)
    other, _ = await people.sessions.open("root")
    match change:
        case "password":
            await users.set_password(ann, "another long password")
        case "superuser":
            await users.set(ann, superuser=True)
        case "active":
            await users.set(ann, active=False)
        case "sign_out":
            await people.sessions.end_all(ann)
        case "delete":
            await users.delete(ann)
        case "again":
            await users.delete(ann)
            await users.create(ann)
    assert await people.principals.of_session(token, where=HERE) is None
    assert await people.principals.of_session(other, where=HERE) is not None


async def test_a_sign_in_takes_the_place_of_the_session_before_it(house: House, ann: str):
    sessions = house.ops.people.sessions
    old, _ = await sessions.open(ann)
    new, _ = await sessions.open(ann, instead_of=old)
    assert (await sessions.of(old), (await sessions.of(new)).user) == (None, ann)
    assert (await sessions.end(new), await sessions.end(new), await sessions.of(new)) == (True, False, None)


async def test_a_session_that_ends_while_it_is_renewed_stays_over(house: House, ann: str):
    people = house.ops.people
    token, _ = await people.sessions.open(ann)
    house.clock.advance(120)
    await asyncio.gather(people.sessions.of(token), people.sessions.end(token))
    assert await people.sessions.of(token) is None


async def test_a_link_signs_its_user_in_once(house: House, ann: str):
    links = house.ops.people.links
    token = await links.make(ann)
    used = await asyncio.gather(*(links.use(token) for _ in range(5)))
    assert (used.count(ann), used.count(None)) == (1, 4)
    assert await links.use("guessed") is None


async def test_a_link_is_over_after_its_time_and_after_a_change_of_its_user(house: House, ann: str):
    people = house.ops.people
    late = await people.links.make(ann)
    house.clock.advance(15 * 60)
    assert await people.links.use(late) is None
    stale = await people.links.make(ann)
    await people.users.set_password(ann, None)
    assert await people.links.use(stale) is None
