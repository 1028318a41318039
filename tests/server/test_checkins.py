"""Check-in URLs as a crontab calls them: the lines of the guide, run by a shell, with curl."""

import asyncio
import os
import re
from pathlib import Path

import msgspec
import pytest

from tests.docs.blocks import blocks
from tests.docs.pages import DOCS
from tests.house import job
from tests.server.conftest import Site
from tests.services.served import served
from tickwork.boards.board import load_board
from tickwork.boards.write import write_board
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import SYSTEM, Elsewhere
from tickwork.core.roles import Permission, Role
from tickwork.core.states import State
from tickwork.node import make_store
from tickwork.testing import FakeClock

GUIDE = DOCS / "guides" / "checkins.md"


def block(language: str) -> str:
    """The guide's one block in that language."""
    [found] = [one.text for one in blocks(GUIDE.read_text()) if one.language == language]
    return found


def lines() -> list[str]:
    return [line for line in block("sh").splitlines() if line and not line.startswith("#")]


async def shell(line: str, url: str, folder: Path, *, exit_code: int = 0) -> str:
    """Run a line of the guide with a backup that prints and exits so."""
    (folder / "backup").write_text(f"#!/bin/sh\necho copied 7 files\nexit {exit_code}\n")
    (folder / "backup").chmod(0o755)
    line = line.replace("/usr/local/bin/backup", str(folder / "backup")).replace("/tmp/out", str(folder / "out"))
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", line, stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"], "URL": url}
    )
    async with asyncio.timeout(30):
        out, _ = await process.communicate()
    return out.decode()


async def test_the_lines_of_the_guide_tell_of_runs(tmp_path: Path):
    clock = SystemClock()
    store = make_store("memory://", clock=clock)
    await store.open()
    try:
        async with served(store, clock=clock, ids=Ids(clock=clock), no_auth=True) as site:
            ops = site.backend.operations(SYSTEM)
            await ops.jobs.save(msgspec.structs.replace(job("backup"), task=Elsewhere(where="db1")))
            url = f"{site.url.rstrip('/')}/checkin/{await ops.checkins.make('backup')}"
            alone, status, whole = lines()
            said = [
                await shell(alone, url, tmp_path),
                await shell(status, url, tmp_path, exit_code=3),
                await shell(whole, url, tmp_path, exit_code=0),
            ]
            ids = [re.findall(r"^[0-9a-z]{20}$", out, re.MULTILINE) for out in said]
            runs = await store.get_runs([run for found in ids for run in found])
            assert [[runs[run].state for run in found] for found in ids] == [
                [State.SUCCEEDED],
                [State.FAILED],
                [State.SUCCEEDED, State.SUCCEEDED],
            ]
            assert runs[ids[1][0]].exit_code == 3
            assert ids[2][0] == ids[2][1], "start and end are one run"
            [chunk] = await store.read_log(ids[2][0])
            assert chunk.data == b"copied 7 files\n"
            assert await shell('curl -sS -o /dev/null -w "%{http_code}" "$URL"', url[:-1], tmp_path) == "404"
    finally:
        await store.close()


async def test_the_board_of_the_guide_expects_what_the_guide_says(tmp_path: Path):
    (tmp_path / "board.yaml").write_text(block("yaml"))
    backup, poll = load_board(tmp_path / "board.yaml").jobs
    assert isinstance(backup.task, Elsewhere)
    assert (backup.task.where, backup.task.within) == ("root's crontab on db1", 3_600_000_000)
    assert isinstance(poll.task, Elsewhere)


async def shadow(site: Site) -> str:
    await site.house.ops.jobs.save(msgspec.structs.replace(job("backup"), task=Elsewhere(where="db1")))
    return f"/checkin/{await site.backend.system.checkins.make('backup')}"


async def test_whoever_has_the_url_can_do_nothing_else(site: Site):
    path = await shadow(site)
    stranger = site.client(path.rpartition("/")[2])
    for asked in ("jobs", "runs", "jobs/backup", "me"):
        assert (await stranger.get(asked)).status_code == 401
    answer = await site.client().post(f"http://localhost:8425{path}/reboot")
    assert (answer.status_code, "exit status" in answer.text) == (422, True)


async def test_a_body_of_any_kind_is_its_output(site: Site):
    path = await shadow(site)
    for kind in ("application/x-www-form-urlencoded", "application/octet-stream", "text/plain"):
        answer = await site.client().post(
            f"http://localhost:8425{path}", content=b"\xff{", headers={"content-type": kind}
        )
        assert answer.status_code == 200
        [chunk] = await site.house.store.read_log(answer.text.strip())
        assert chunk.data == b"\xff{"
        site.house.clock.advance(60)


async def test_who_comes_too_often_is_told_to_wait_and_others_are_not(site: Site):
    path = await shadow(site)
    client = site.client()
    codes = [(await client.get(f"http://localhost:8425{path}")).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert isinstance(site.house.clock, FakeClock)
    site.house.clock.advance(1)
    assert (await client.get(f"http://localhost:8425{path}")).status_code == 200
    unknown = [(await client.get("http://localhost:8425/checkin/twc_a_b")).status_code for _ in range(21)]
    assert unknown == [404] * 20 + [429]


@pytest.mark.parametrize(("role", "code"), [(Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.EDITOR, 201)])
async def test_who_may_edit_the_job_makes_its_url(site: Site, role: Role, code: int):
    await shadow(site)
    ann = await site.person("ann", roles={"default": role}, scopes=[Permission.READ, Permission.EDIT])
    made = await ann.post("jobs/backup/checkin")
    assert made.status_code == code
    if code == 201:
        url = made.json()["url"]
        assert (await site.client().get(url)).status_code == 200
        assert (await ann.get("jobs/backup/checkin")).json()["by"].startswith("ann")
        assert (await ann.get("jobs/backup")).json()["checkin"] == (await ann.get("jobs/backup/checkin")).json()
        assert (await ann.delete("jobs/backup/checkin")).status_code == 204
        assert (await ann.get("jobs/backup")).json()["checkin"] is None
        assert (await site.client().get(url)).status_code == 404


async def test_a_board_says_where_it_runs_and_is_written_back_so(tmp_path: Path):
    (tmp_path / "board.yaml").write_text(block("yaml"))
    jobs = load_board(tmp_path / "board.yaml").jobs
    (tmp_path / "again.yaml").write_text(write_board(jobs, folder=tmp_path))
    assert [one.task for one in load_board(tmp_path / "again.yaml").jobs] == [one.task for one in jobs]
