"""What would take too long is answered with what to ask for instead, and keeps nobody else waiting."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from tests.server.conftest import Site
from tests.server.running import a_running_server
from tickwork.core.clock import seconds
from tickwork.core.timing.schedule import Every, Schedule
from tickwork.operations import ahead
from tickwork.server import routing
from tickwork.store.sqlite import transaction, writer

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


async def test_a_look_into_a_file_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the reader is there for the next one."""
    monkeypatch.setattr(writer, "READ_SECONDS", 0.2)
    monkeypatch.setitem(transaction._SQL, "runs_newest", ENDLESS)
    async with a_running_server(tmp_path) as running:
        await running.ops.people.users.create("root", superuser=True)
        headers = {"authorization": f"Bearer {await running.key('root')}"}
        async with httpx2.AsyncClient(base_url=f"{running.url}/api/v1/", headers=headers) as root:
            for _ in range(3):  # there are two readers
                answer = await root.get("runs")
                assert (answer.status_code, answer.json()["type"]) == (503, "/problems/query-too-long")
                assert "a shorter stretch of time" in answer.json()["detail"]
                assert answer.headers["retry-after"]
            assert (await root.get("jobs")).status_code == 200


async def test_a_request_that_asks_for_too_much_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it does meanwhile: here it waits for a store that says nothing."""
    root = await site.superuser()
    monkeypatch.setattr(site.house.store._store, "runs", lambda *args, **kwargs: asyncio.Event().wait())
    monkeypatch.setattr(routing, "LOOK_SECONDS", 0.05)
    answer = await root.get("runs")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/query-too-long")


@pytest.mark.parametrize("path", ["forecast?days=31", "agenda?start=2027-01-01&end=2028-01-01", "strip?hours=48"])
async def test_looking_far_ahead_lets_others_have_their_turn(
    site: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each schedule, of which there may be thousands."""
    monkeypatch.setattr(ahead, "_TOGETHER", 1)
    for n in range(100):
        await site.job(f"j{n}", Schedule(key="main", trigger=Every(interval=seconds(3600 + n))))
    root = await site.superuser()
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    at_work = asyncio.create_task(others())
    assert (await root.get(path)).status_code == 200
    at_work.cancel()
    assert turns > 100


async def test_an_agenda_of_a_thousand_years_is_refused_with_what_to_ask_for(site: Site) -> None:
    root = await site.superuser()
    answer = await root.get("agenda?start=2000-01-01&end=3000-01-01")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-definition")
    assert "shorter stretch" in answer.json()["detail"]
