"""A store that 0.1 has left, with runs in the hands of its worker: the next version goes on with it, and 0.1 again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.house import ANN, House
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.services.valkey import redis_url, valkey_url  # noqa: F401 (fixtures)
from tests.upgrade import earlier, life
from tickwork.cli import main
from tickwork.core.clock import Instant
from tickwork.core.ids import Ids, RunId
from tickwork.core.model import Attempt, Fence
from tickwork.core.states import State
from tickwork.errors import StoreTooNew
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.operations.copying import copy
from tickwork.store.protocol import Finish, Kind, Put
from tickwork.testing import FakeClock, FaultStore


@dataclass
class Left:
    """What 0.1 has left behind."""

    kind: str
    url: str
    told: dict[str, Any]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[House]:
        """By this version, a minute later."""
        clock = FakeClock(Instant(self.told["now"] + 60_000_000))
        ids = Ids(clock=clock)
        store = make_store(self.url, clock=clock)
        await store.open()
        try:
            faulty = FaultStore(store)
            ops = Operations(store=faulty, clock=clock, ids=ids, actor=ANN)
            yield House(clock=clock, ids=ids, store=faulty, ops=ops)
        finally:
            await store.close()


@pytest.fixture(params=earlier.KINDS)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Left:
    kind = request.param
    places: dict[str, Callable[[], str]] = {
        "sqlite": lambda: earlier.load_sqlite(tmp_path / "store.db"),
        "postgres": lambda: earlier.load_postgres(request.getfixturevalue("postgres_url")),
        "redis": lambda: earlier.load_redis(request.getfixturevalue("redis_url")),
    }
    return Left(kind=kind, url=places[kind](), told=earlier.told(kind))


async def reported(house: House, told: dict[str, Any], n: int) -> list[Any]:
    """The worker of 0.1, which lives on meanwhile, reports the end of its nth run."""
    run = RunId([*told["running"], *told["claimed"]][n])
    epoch, _, number = told["fences"][n].partition(".")
    fence = Fence(epoch=epoch, n=int(number))
    attempt = Attempt(
        run=run,
        n=1,
        fence=fence,
        session=told["session"],
        worker="hand",
        started=told["now"],
        finished=house.clock.now(),
        outcome=State.SUCCEEDED,
    )
    return await house.store.finish([Finish(run=run, fence=fence, state=State.SUCCEEDED, attempt=attempt)])


async def settled(house: House, session: str) -> None:
    """The reaper has seen for a lease that the session says nothing."""
    reaper = house.reaper()
    while session in {one.id for one in await house.store.sessions()}:
        await reaper.tick()
        house.clock.advance(1)


async def test_what_was_in_flight_ends_and_the_ledger_is_whole(left: Left) -> None:
    async with left.opened() as house:
        assert (await house.ops.verify.check()).findings == []
        assert await reported(house, left.told, 0) == [], "the claim of an older worker still counts"
        await settled(house, left.told["session"])
        assert len(await reported(house, left.told, 1)) == 1, "and after it was settled it does not"
        attempts = await house.store.attempts(RunId(left.told["running"][1]))
        assert [(one.outcome, one.reason) for one in attempts] == [("failed", "lost")]
        told = await life.go_on(house)
    assert (told["findings"], told["live"]) == ([], 0)
    assert told["jobs"] == ["chain", "long", "paused", "tick"]
    assert told["done"] > left.told["live"]


async def test_what_it_knew_is_still_known(left: Left) -> None:
    async with left.opened() as house:
        [user] = await house.ops.people.users.list()
        assert user.name == "ann"
        assert await house.ops.switches.off_because(life.Scope.JOB, "paused") is not None
        log = await house.store.read_log(RunId(left.told["running"][0]), limit=10)
        assert [chunk.data for chunk in log] == [b"halfway\n"]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return earlier.source(tmp_path_factory.mktemp("earlier") / "code")


async def test_the_version_before_goes_on_with_what_this_one_has_written(left: Left, code: Path) -> None:
    async with left.opened() as house:
        await settled(house, left.told["session"])
        await house.pass_time(120, step=60)
        await house.ops.jobs.save(life.job("new", life.every(60)))
        now = house.clock.now()
    told = earlier.lived(code, left.url, "go-on", str(now))
    assert (told["findings"], told["live"]) == ([], 0)
    assert told["jobs"] == ["chain", "long", "new", "paused", "tick"]
    async with left.opened() as house:  # and forward once more
        house.clock.advance_to(Instant(told["now"]))
        again = await life.go_on(house)
    assert (again["findings"], again["live"]) == ([], 0)


def test_what_was_left_is_what_the_notes_say() -> None:
    assert json.loads((earlier.STORES / "told.json").read_text()).keys() == set(earlier.KINDS)


def test_a_store_that_is_too_new_is_refused_in_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other stores' refusals are in tests/store; the line at the terminal is the same."""
    url = earlier.load_sqlite(tmp_path / "store.db")
    db = apsw.Connection(url.removeprefix("sqlite:///"))
    db.execute("INSERT INTO migration VALUES (9999, 'breaking', 'new_ledger', 0)")
    db.close()
    assert main(["ls", "--store", url]) == StoreTooNew.exit_code
    [line] = capsys.readouterr().err.splitlines()
    assert "was changed by a newer Tickwork (migration 9999 new_ledger)" in line
    assert "upgrade this installation" in line


async def test_what_the_version_before_left_is_copied_whole(left: Left, tmp_path: Path) -> None:
    """So is a backup of 0.1 restored, which is a SQLite store."""
    target = f"sqlite:///{tmp_path / 'restored.db'}"
    source = make_store(left.url, clock=FakeClock())
    restored = make_store(target, clock=FakeClock())
    await source.open()
    await restored.open()
    try:
        await copy(source, restored)
    finally:
        await source.close()
        await restored.close()
    async with Left(kind="sqlite", url=target, told=left.told).opened() as house:
        assert len(await reported(house, left.told, 0)) == 1, "claims are not restored: nobody holds them here"
        await settled(house, left.told["session"])
        told = await life.go_on(house)
    assert (told["findings"], told["live"]) == ([], 0)


def test_a_job_that_a_newer_version_has_written_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = earlier.load_sqlite(tmp_path / "store.db")
    asyncio.run(_with_a_key_of_tomorrow(url))
    assert main(["next", "tick", "--store", url]) == StoreTooNew.exit_code
    [line] = capsys.readouterr().err.splitlines()
    assert "cannot read (Object contains unknown field `hover`): a newer Tickwork has written it" in line


async def _with_a_key_of_tomorrow(url: str) -> None:
    store = make_store(url, clock=FakeClock())
    await store.open()
    document = await store.get(Kind.JOB, "tick")
    assert document is not None
    assert document.body is not None
    body = document.body.replace(b'{"id"', b'{"hover":true,"id"', 1)
    await store.put([Put(kind=Kind.JOB, id="tick", body=body)], by=ANN, at=Instant(0))
    await store.close()
