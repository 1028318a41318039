"""Who is let in no more is out within a second: the open socket ends, and so does the log that they follow."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
import websockets

from tests.server.running import Running, a_running_server, populate
from tickwork.core.clock import seconds
from tickwork.core.ids import RunId
from tickwork.core.roles import SCOPES, Role
from tickwork.store.protocol import Chunk, LogWrite, Stream

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROMISED = 1.0
"""Seconds."""
PATIENCE = 30.0
SIGNED_OUT = 4401
_CHUNKS = count(100)


@dataclass
class Person:
    """A viewer of the project, with a way in."""

    name: str
    headers: Mapping[str, str]
    key: str = ""
    """The id of the key, if that is their way."""

    @property
    def group(self) -> str:
        return f"{self.name}s"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_running_server(Path(tmp_path_factory.mktemp("server"))) as running:
        await populate(running)
        writer = asyncio.create_task(_write(running))
        yield running
        writer.cancel()


async def _write(running: Running) -> None:
    """The job goes on and on."""
    store, name = running.backend.store, RunId(running.ids["run"][-1])
    run = (await store.get_runs([name]))[name]
    while True:
        chunk = Chunk(seq=next(_CHUNKS), at=running.backend.clock.now(), stream=Stream.STDOUT, data=b"a line\n")
        assert await store.append_log([LogWrite(run=name, attempt=1, fence=run.fence, chunks=(chunk,))]) == []
        await asyncio.sleep(0.05)


async def _signed_in(running: Running, name: str) -> Person:
    await _viewer(running, name)
    return Person(name, await running.session(name))


async def _with_key(running: Running, name: str, **fields) -> Person:
    await _viewer(running, name)
    key, secret = await running.ops.people.keys.create("a key", owner=name, scopes=SCOPES, **fields)
    return Person(name, {"authorization": f"Bearer {secret}"}, key.id)


async def _viewer(running: Running, name: str) -> None:
    await running.ops.people.users.create(name)
    await running.ops.people.groups.create(f"{name}s", members=[name], roles={"etl": Role.VIEWER})


@asynccontextmanager
async def _watching(
    running: Running, person: Person
) -> AsyncIterator[tuple[websockets.ClientConnection, httpx2.Response]]:
    """Their socket and their log, both of which have told something."""
    run = running.ids["run"][-1]
    url = f"ws{running.url.removeprefix('http')}/api/v1/live"
    async with (
        websockets.connect(url, additional_headers=person.headers, proxy=None) as feed,
        httpx2.AsyncClient(base_url=running.url, headers=person.headers) as client,
        client.stream("GET", f"/api/v1/runs/{run}/log", params={"follow": "true"}) as log,
        asyncio.timeout(PATIENCE),
    ):
        await feed.send(json.dumps({"subscribe": [{"topic": "run", "id": run, "log": True}, {"topic": "runs"}]}))
        while json.loads(await feed.recv())["event"] != "log":
            pass
        yield feed, log


async def _end_of(feed: websockets.ClientConnection) -> tuple[int | None, float]:
    try:
        while True:
            await feed.recv()
    except websockets.ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None, _now()


async def _end_of_log(log: httpx2.Response) -> float:
    async for _ in log.aiter_bytes():
        pass
    return _now()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _client(running: Running, person: Person) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=f"{running.url}/api/v1/", headers=person.headers, timeout=PATIENCE)


# -- what ends a session --


async def _sign_out(running: Running, person: Person) -> None:
    async with _client(running, person) as client:
        assert (await client.delete("session")).status_code == 204


async def _sign_out_elsewhere(running: Running, person: Person) -> None:
    """From another browser, of the same person."""
    async with _client(running, Person(person.name, await running.session(person.name))) as client:
        [there] = [one for one in (await client.get("me/sessions")).json() if not one["here"]]
        assert (await client.delete(f"me/sessions/{there['id']}")).status_code == 204


async def _change_own_password(running: Running, person: Person) -> None:
    async with _client(running, person) as client:
        answer = await client.put("me/password", json={"password": "another horse entirely"})
        assert answer.status_code == 200


async def _change_their_password(running: Running, person: Person) -> None:
    await running.ops.people.users.set_password(person.name, "another horse entirely")


async def _make_superuser(running: Running, person: Person) -> None:
    """Another account than the one that they signed in to."""
    await running.ops.people.users.set(person.name, superuser=True)


async def _deactivate(running: Running, person: Person) -> None:
    await running.ops.people.users.set(person.name, active=False)


async def _delete(running: Running, person: Person) -> None:
    await running.ops.people.users.delete(person.name)


async def _revoke(running: Running, person: Person) -> None:
    await running.ops.people.keys.revoke(person.key)


async def _rotate(running: Running, person: Person) -> None:
    await running.ops.people.keys.rotate(person.key)


Revocation = Callable[[Running, Person], Awaitable[None]]
OF_SESSIONS: list[Revocation] = [
    *(_sign_out, _sign_out_elsewhere, _change_own_password, _change_their_password),
    *(_make_superuser, _deactivate, _delete),
]
OF_KEYS: list[Revocation] = [_revoke, _rotate, _deactivate, _delete]


@pytest.mark.parametrize(
    ("way", "revocation"),
    [*((_signed_in, one) for one in OF_SESSIONS), *((_with_key, one) for one in OF_KEYS)],
    ids=lambda one: one.__name__.strip("_"),
)
async def test_who_is_let_in_no_more_is_out_within_a_second(running: Running, way, revocation: Revocation) -> None:
    person = await way(running, f"{way.__name__}{revocation.__name__}".replace("_", "-").strip("-"))
    async with _watching(running, person) as (feed, log):
        await revocation(running, person)
        begin = _now()
        (code, closed), ended = await asyncio.gather(_end_of(feed), _end_of_log(log))
    assert code == SIGNED_OUT
    assert max(closed, ended) - begin <= PROMISED


async def test_a_key_that_is_over_is_out_within_a_second(running: Running) -> None:
    person = await _with_key(running, "short-of-time", lasts=seconds(1.5))
    begin = _now() + 1.5
    async with _watching(running, person) as (feed, log):
        (code, closed), ended = await asyncio.gather(_end_of(feed), _end_of_log(log))
    assert code == SIGNED_OUT
    assert max(closed, ended) - begin <= PROMISED


# -- what ends a role --


async def _leave_the_group(running: Running, person: Person) -> None:
    await running.ops.people.groups.set(person.group, remove=[person.name])


async def _take_the_project_from_the_group(running: Running, person: Person) -> None:
    await running.ops.people.groups.set(person.group, roles={"etl": None})


async def _delete_the_group(running: Running, person: Person) -> None:
    await running.ops.people.groups.delete(person.group)


@pytest.mark.parametrize("way", [_signed_in, _with_key], ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize(
    "loss",
    [_leave_the_group, _take_the_project_from_the_group, _delete_the_group],
    ids=lambda one: one.__name__.strip("_"),
)
async def test_who_sees_the_project_no_more_is_told_nothing_of_it_after_a_second(running: Running, way, loss) -> None:
    """The log that they follow ends; the socket stays, and says of the run what it says of none that there is."""
    person = await way(running, f"{way.__name__}{loss.__name__}".replace("_", "-").strip("-"))
    async with _watching(running, person) as (feed, log):
        await loss(running, person)
        begin = _now()
        log_ended = asyncio.create_task(_end_of_log(log))
        while (told := json.loads(await feed.recv()))["event"] != "refused":
            assert _now() - begin <= PROMISED
        ended = await log_ended
        await running.ops.runs.run("etl:extract")
        await feed.send(json.dumps({"subscribe": [{"topic": "workers"}]}))
        while (later := json.loads(await feed.recv()))["event"] not in {"refused", "subscribed"}:
            assert later["event"] not in {"log", "run", "progress"}
    assert told["why"].startswith("there is no run")
    assert ended - begin <= PROMISED
