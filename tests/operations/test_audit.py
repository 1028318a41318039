"""The audit as people read it."""

import pytest

from tests.house import House, job
from tests.services.hashing import cheap_hashes
from tickwork.core.model import Actor
from tickwork.errors import NotFound, SignInRefused
from tickwork.operations import Operations
from tickwork.operations.audit import HIDDEN

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap():
    with cheap_hashes():
        yield


def as_(house: House, kind: str, name: str) -> Operations:
    return Operations(store=house.store, clock=house.clock, ids=house.ids, actor=Actor(kind=kind, name=name))


async def test_an_entry_says_who_what_and_from_where(house: House):
    await as_(house, "user", "ann@example.org@192.0.2.7").jobs.save(job("backup"))
    await as_(house, "board", "jobs@home/board.yaml").jobs.apply("b", [job("other")])
    board, person = [entry for entry in await house.ops.audit.entries() if entry.kind == "job"]
    assert (person.by, person.who, person.where) == ("user", "ann@example.org", "192.0.2.7")
    assert (board.by, board.who, board.where) == ("board", "jobs@home/board.yaml", "")
    assert (person.verb, person.kind, person.id, person.revision) == ("save", "job", "backup", 1)
    assert [entry.id for entry in await house.ops.audit.entries(by="ann@example.org", kind="job")] == ["backup"]


async def test_an_entry_shows_what_was_different_before(house: House):
    await house.ops.jobs.save(job("backup"))
    await house.ops.jobs.save(job("backup", timeout=60_000_000))
    await house.ops.jobs.delete("backup")
    gone, changed, made = [await house.ops.audit.show(entry.seq) for entry in await house.ops.audit.entries(kind="job")]
    assert made.before is None
    assert made.after["id"] == "backup"
    assert changed.changed == ["timeout"]
    assert (changed.before.get("timeout"), changed.after["timeout"]) == (None, 60_000_000)
    assert (gone.after, gone.before["timeout"], gone.project) == (None, 60_000_000, "default")


async def test_of_a_secret_field_it_is_only_said_that_it_changed(house: House):
    people = house.ops.people
    await people.users.create("ann")
    await people.users.set_password("ann", PASSWORD)
    key, secret = await people.keys.create("ci", owner="ann", scopes=["read"])
    await people.keys.rotate(key.id)
    await house.ops.secrets.set("etl", "DB", "hunter22")
    shown = [await house.ops.audit.show(entry.seq) for entry in await house.ops.audit.entries()]
    password = next(one for one in shown if one.entry.verb == "password")
    assert password.changed == ["password_hash", "stamp"]
    assert password.after["password_hash"] == HIDDEN
    rotated = next(one for one in shown if one.entry.verb == "rotate")
    assert rotated.changed == ["hash"]
    text = repr(shown)
    assert "argon2" not in text
    assert "gAAAA" not in text  # how a sealed value begins
    assert secret.rpartition("_")[2] not in text


async def test_what_was_done_to_a_run_names_its_project(house: House):
    await house.ops.jobs.save(job("backup"))
    await house.ops.runs.run("backup")
    [entry] = await house.ops.audit.entries(kind="run")
    shown = await house.ops.audit.show(entry.seq)
    assert (shown.project, shown.before, shown.after, list(shown.changed)) == ("default", None, None, [])


async def test_there_is_no_entry_that_there_is_not(house: House):
    await house.ops.jobs.save(job("backup"))
    for seq in (0, 99):
        with pytest.raises(NotFound, match=f"no entry {seq}"):
            await house.ops.audit.show(seq)


async def test_sign_ins_are_in_it_and_guessing_from_the_fifth_failure_on(house: House):
    people = house.ops.people
    await people.users.create("ann", password=PASSWORD)
    await people.sign_in("ann", PASSWORD, address="192.0.2.1")
    await people.links.use(await people.links.make("ann"), address="192.0.2.2")
    for n in range(6):
        house.clock.advance(60)
        with pytest.raises(SignInRefused):
            await people.sign_in("ann", "wrong", address="192.0.2.9")
        with pytest.raises(SignInRefused):
            await people.sign_in(f"nobody{n}", "wrong", address="192.0.2.8")
    entries = await house.ops.audit.entries(kind="user", id="ann")
    assert [(e.verb, e.who, e.where, e.note) for e in entries[:-1]] == [
        ("sign-in-failed", "nobody", "192.0.2.9", "6 tries in a row"),
        ("sign-in-failed", "nobody", "192.0.2.9", "5 tries in a row"),
        ("sign-in", "ann", "192.0.2.2", "by a link"),
        ("sign-in", "ann", "192.0.2.1", "by password"),
    ]
    assert entries[-1].verb == "create"
    assert await house.ops.audit.entries(kind="user", id="nobody5") == []


async def test_an_address_that_guesses_at_many_names_is_in_it(house: House):
    for n in range(21):
        house.clock.advance(60)
        with pytest.raises(SignInRefused):
            await house.ops.people.sign_in(f"nobody{n}", "wrong", address="192.0.2.8")
    entries = await house.ops.audit.entries(kind="address", id="192.0.2.8")
    assert [entry.note for entry in entries] == ["21 tries in a row", "20 tries in a row"]
