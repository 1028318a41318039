"""Users and groups."""

import pytest

from tests.house import House
from tickwork.core.roles import EVERY, Role
from tickwork.errors import Conflict, InvalidDefinition, NotFound
from tickwork.store.protocol import Kind

PASSWORD = "correct horse battery"


async def verbs(house: House) -> list[tuple[str, str, str]]:
    entries = await house.store.audit()
    return [(entry.verb, entry.kind, entry.id) for entry in reversed(entries)]


async def test_the_first_user_is_made_once_and_only_where_there_never_was_one(house: House):
    users = house.ops.people.users
    assert await users.ensure_first() == "admin"
    assert await users.ensure_first() is None
    admin = await users.show("admin")
    assert (admin.superuser, admin.active, admin.password) == (True, True, False)
    await users.create("ann", superuser=True)
    await users.delete("admin")
    assert await users.ensure_first() is None
    assert [user.name for user in await users.list()] == ["ann"]


async def test_a_name_has_one_form_and_one_owner(house: House):
    users = house.ops.people.users
    assert (await users.create(" Ann@Example.org ")).name == "ann@example.org"
    with pytest.raises(Conflict, match="exists already"):
        await users.create("ANN@example.org")
    assert (await users.show("Ann@EXAMPLE.org")).name == "ann@example.org"
    for bad in ("", "a b", "-a", "a/b", "ä", "x" * 65, "a:b", "a\n"):
        with pytest.raises(InvalidDefinition, match="use 1 to 64"):
            await users.create(bad if bad != "a\n" else "a\nb")


async def test_neither_password_nor_hash_is_shown_or_in_the_audit(house: House):
    users = house.ops.people.users
    shown = await users.create("ann", password=PASSWORD)
    assert "argon2" not in repr(shown)
    assert PASSWORD not in repr(shown)
    assert shown.password
    assert PASSWORD not in repr(await house.store.audit())
    document = await house.store.get(Kind.USER, "ann")
    assert PASSWORD.encode() not in document.body
    assert b"$argon2id$" in document.body


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "ann-the-admin", "x" * 2000])
async def test_a_bad_password_is_refused_without_being_repeated(house: House, password):
    with pytest.raises(InvalidDefinition, match=r"^password: ") as refused:
        await house.ops.people.users.create("ann-the-admin", password=password)
    assert password not in str(refused.value)
    assert await house.ops.people.users.list() == []


async def test_what_decides_about_signing_in_changes_the_stamp_and_nothing_else_does(house: House):
    users = house.ops.people.users
    await users.create("root", superuser=True)
    await users.create("ann")

    async def stamp() -> str:
        document = await house.store.get(Kind.USER, "ann")
        return document.body.partition(b'"stamp":"')[2].partition(b'"')[0].decode()

    seen = [await stamp()]
    for change in (
        users.set_password("ann", PASSWORD),
        users.set("ann", superuser=True),
        users.set("ann", active=False),
        users.sign_out("ann"),
    ):
        await change
        seen.append(await stamp())
    assert len(set(seen)) == 5
    await users.set("ann", display="Ann", email="ann@example.org", active=False)
    assert await stamp() == seen[-1]
    await users.delete("ann")
    await users.create("ann")
    assert await stamp() not in seen


async def test_the_last_active_superuser_stays(house: House):
    users = house.ops.people.users
    await users.create("root", superuser=True)
    await users.create("idle", superuser=True)
    await users.set("idle", active=False)
    for change in (
        lambda: users.set("root", active=False),
        lambda: users.set("root", superuser=False),
        lambda: users.delete("root"),
    ):
        with pytest.raises(Conflict, match="root is the only active superuser"):
            await change()
    await users.set("idle", active=True)
    await users.delete("root")


async def test_an_unknown_user_is_not_found(house: House):
    for verb in (house.ops.people.users.show, house.ops.people.users.delete, house.ops.people.users.sign_out):
        with pytest.raises(NotFound, match="there is no user 'bob'"):
            await verb("bob")


async def test_a_bad_email_is_refused(house: House):
    for email in ("ann", "@", "ann@", "a@b@c", "a b@c"):
        with pytest.raises(InvalidDefinition, match="email"):
            await house.ops.people.users.create("ann", email=email)


async def test_roles_come_through_groups_and_the_highest_counts(house: House):
    people = house.ops.people
    await people.users.create("ann")
    await people.users.create("bob")
    await people.groups.create("readers", members=["Ann", "bob"], roles={EVERY: Role.VIEWER})
    await people.groups.create("etl", roles={"etl": Role.EDITOR, "web": Role.OPERATOR})
    await people.groups.set("etl", add=["ann"], roles={"web": None, "ops": Role.ADMIN})
    assert await people.groups.roles_of("ann") == {EVERY: Role.VIEWER, "etl": Role.EDITOR, "ops": Role.ADMIN}
    assert [(m.user, m.role, list(m.groups)) for m in await people.groups.members_of("etl")] == [
        ("ann", Role.EDITOR, ["etl", "readers"]),
        ("bob", Role.VIEWER, ["readers"]),
    ]
    shown = await people.users.show("ann")
    assert (list(shown.groups), shown.roles["etl"]) == (["etl", "readers"], Role.EDITOR)
    await people.groups.delete("etl")
    assert await people.groups.roles_of("ann") == {EVERY: Role.VIEWER}


async def test_only_users_are_members(house: House):
    with pytest.raises(NotFound, match="there is no user eve, zoe"):
        await house.ops.people.groups.create("devs", members=["zoe", "eve"])


async def test_who_is_deleted_leaves_groups_and_loses_keys(house: House):
    people = house.ops.people
    await people.users.create("root", superuser=True)
    await people.users.create("ann")
    await people.groups.create("devs", members=["ann"], roles={"etl": Role.ADMIN})
    key, _ = await people.keys.create("ci", owner="ann", scopes=["read"])
    await people.users.delete("ann")
    await people.users.create("ann")
    assert await people.groups.roles_of("ann") == {}
    assert (await people.keys.show(key.id)).revoked is not None
    assert ("delete", "user", "ann") in await verbs(house)
