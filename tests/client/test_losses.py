"""What is done where answers, requests or servers are lost."""

import httpx2
import pytest

from tests.client.conftest import URL, Doors
from tests.server.conftest import Site
from tickwork import errors
from tickwork.client import AsyncClient

pytestmark = pytest.mark.usefixtures("at_once")


async def test_a_read_whose_answer_was_lost_is_asked_again(site: Site, doors: Doors, root: AsyncClient) -> None:
    await site.job("backup")
    doors.transport.lose_answers = 3
    assert (await root.jobs.get("backup")).job.id == "backup"


async def test_a_run_whose_answer_was_lost_is_there_once(site: Site, doors: Doors, root: AsyncClient) -> None:
    await site.job("backup")
    doors.transport.lose_answers = 2
    run = await root.submit("backup")
    assert [one.id for one in await site.house.runs()] == [run.id]


async def test_a_job_whose_creation_lost_its_answer_is_there_and_shown(doors: Doors, root: AsyncClient) -> None:
    doors.transport.lose_answers = 1
    assert (await root.jobs.create("report", {"shell": "x"})).job.revision == 1


async def test_a_deletion_whose_answer_was_lost_is_done(site: Site, doors: Doors, root: AsyncClient) -> None:
    await site.job("backup")
    doors.transport.lose_answers = 1
    await root.jobs.delete("backup")
    with pytest.raises(errors.NotFound):
        await root.jobs.delete("backup")


async def test_what_would_be_done_twice_is_not_asked_again(site: Site, doors: Doors, root: AsyncClient) -> None:
    await site.job("backup")
    asked = len(doors.transport.asked)
    doors.transport.lose_answers = 1
    with pytest.raises(errors.StoreUnavailable, match=f"{URL} does not answer: reset"):
        await root.users.create("ann")
    assert len(doors.transport.asked) == asked + 1


async def test_what_did_not_even_get_there_is_asked_again(doors: Doors, root: AsyncClient) -> None:
    doors.transport.lose_requests = 3
    assert (await root.users.create("ann")).name == "ann"


async def test_a_server_that_stays_away_is_told_so_after_four_tries(doors: Doors, root: AsyncClient) -> None:
    asked = len(doors.transport.asked)
    doors.transport.lose_requests = 99
    with pytest.raises(errors.StoreUnavailable, match="does not answer: refused"):
        await root.jobs.get("backup")
    assert len(doors.transport.asked) == asked + 4


async def test_a_proxy_that_is_overloaded_is_asked_again(site: Site, doors: Doors, root: AsyncClient) -> None:
    await site.job("backup")
    doors.transport.answers = [httpx2.Response(502, text="<html>bad gateway</html>")] * 2
    assert (await root.jobs.get("backup")).job.id == "backup"


def test_what_is_no_address_is_told_at_once() -> None:
    with pytest.raises(errors.InvalidSetting, match="'localhost:8425' is no server's address; write it like https://"):
        AsyncClient("localhost:8425")


async def test_what_is_no_tickwork_server_is_told_with_its_address(doors: Doors, root: AsyncClient) -> None:
    doors.transport.answers = [httpx2.Response(200, text="<html>hello</html>")]
    with pytest.raises(errors.TickworkError, match=f"{URL} answered 200, and that as no Tickwork server does"):
        await root.about()
    doors.transport.answers = [httpx2.Response(404, text="<html>no</html>")]
    with pytest.raises(errors.NotFound, match="is the address right"):
        await root.about()
