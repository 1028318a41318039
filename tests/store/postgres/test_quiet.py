"""What a process costs that has nothing to do: no transaction around one statement, no thread that wakes in vain."""

from collections.abc import Awaitable, Callable
from selectors import DefaultSelector

import pytest

from tests.conformance.world import World, at
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.store.postgres.conftest import opened_worlds
from tickwork.errors import StoreError
from tickwork.store.postgres import receiver, writer
from tickwork.store.postgres.transaction import Tx
from tickwork.store.protocol import Kind, Store, Topic

LOOKS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "get": lambda store: store.get(Kind.JOB, "backup"),
    "get, a revision": lambda store: store.get(Kind.JOB, "backup", 1),
    "get_many": lambda store: store.get_many(Kind.JOB, ["backup", "other"]),
    "find": lambda store: store.find(Kind.JOB, name="backup"),
    "find, by tags": lambda store: store.find(Kind.JOB, tags=["nightly"]),
    "sessions": lambda store: store.sessions(),
    "queues": lambda store: store.queues(),
    "outbox": lambda store: store.outbox(limit=10),
    "notes_under": lambda store: store.notes_under("s", "k", at=at(1)),
}


@pytest.mark.parametrize("look", LOOKS)
async def test_a_look_is_one_statement_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    said, begun = list[str](), list[tuple[str, ...]]()
    execute, begin = Tx._execute, Tx.begin

    def executed(tx: Tx, name: str, parameters):
        said.append(name)
        return execute(tx, name, parameters)

    def beginning(tx: Tx, *names: str) -> None:
        begun.append(names)
        begin(tx, *names)

    monkeypatch.setattr(Tx, "_execute", executed)
    monkeypatch.setattr(Tx, "begin", beginning)
    await LOOKS[look](world.store)
    of_a_new_connection = {"migration_list", "origin"}
    assert (len([name for name in said if name not in of_a_new_connection]), begun) == (1, [()])


async def test_a_reader_goes_on_after_a_look_that_failed(world: World) -> None:
    with pytest.raises(StoreError):
        await world.store._readers.submit(lambda tx: tx.rows("sessions", ended_since="never"), needs=writer.ALONE)
    await world.session()
    assert [len(await world.store.sessions()) for _ in range(4)] == [1] * 4


async def test_who_listens_sleeps_until_there_is_something_to_hear(
    postgres_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept = list[float]()

    class Selector(DefaultSelector):
        def select(self, timeout: float):
            slept.append(timeout)
            return super().select(timeout)

    monkeypatch.setattr(receiver, "DefaultSelector", Selector)
    async with opened_worlds(postgres_url, postgres_url) as [one, other]:
        heard = await one.wakes(Topic.QUEUED)
        await other.queued()
        assert await heard() is Topic.QUEUED
    assert 1 <= len(slept) <= 3
    assert set(slept) == {receiver._QUIET_SECONDS}
