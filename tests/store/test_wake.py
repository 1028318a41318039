"""Hints reach the other processes on the same file, and the dead ones are forgotten."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.world import World, at
from tests.store.conftest import sqlite
from tickwork.store.protocol import Topic

CHILD = """
import asyncio, sys
from pathlib import Path
from tests.store.conftest import sqlite
from tickwork.store.protocol import Topic

async def main():
    store = sqlite(Path(sys.argv[1]))
    await store.open()
    heard = asyncio.get_running_loop().create_future()
    store.listen([Topic.QUEUED], lambda topic: heard.done() or heard.set_result(topic))
    print("listening", flush=True)
    print(await asyncio.wait_for(heard, 20), flush=True)
    await store.close()

asyncio.run(main())
"""


def child(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    return process


def mailboxes(path: Path) -> list[str]:
    return [box.name for box in Path(f"{path}-wake").iterdir()]


async def test_a_commit_wakes_another_process(world: World, path: Path) -> None:
    with child(path) as other:
        await world.queued()
        answer = await asyncio.to_thread(other.communicate, timeout=20)
    assert answer == ("queued\n", None)
    assert mailboxes(path) == []


async def test_the_mailbox_of_a_killed_process_is_removed_by_the_next_hint(world: World, path: Path) -> None:
    with child(path) as other:
        assert len(mailboxes(path)) == 1
        other.kill()
    assert len(mailboxes(path)) == 1
    world.store.notify(Topic.QUEUED)
    assert mailboxes(path) == []


async def test_the_folder_of_mailboxes_is_private(world: World, path: Path) -> None:
    assert Path(f"{path}-wake").stat().st_mode & 0o777 == 0o700


async def test_a_path_that_is_too_long_for_a_socket_works(tmp_path: Path) -> None:
    path = tmp_path / ("deep" * 40) / "t.db"
    sender, listener = sqlite(path), sqlite(path)
    await sender.open()
    await listener.open()
    heard = World(listener)
    woken = await heard.wakes(Topic.SCHEDULE)
    sender.notify(Topic.SCHEDULE)
    assert await woken() is Topic.SCHEDULE
    await sender.close()
    await listener.close()


async def test_a_mailbox_that_nobody_empties_blocks_no_writer(world: World, path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck:
        stuck.bind(f"{path}-wake/stuck")
        for _ in range(1000):
            world.store.notify(Topic.QUEUED)
        await world.queued()
        assert mailboxes(path) == ["stuck"]


@pytest.mark.parametrize("spoil", ["file", "gone"])
async def test_without_a_folder_for_mailboxes_everything_else_works(path: Path, spoil: str) -> None:
    if spoil == "file":
        Path(f"{path}-wake").write_text("in the way")
    store = sqlite(path)
    await store.open()
    if spoil == "gone":
        Path(f"{path}-wake").rmdir()
    world = World(store)
    woken = await world.wakes(Topic.SCHEDULE)
    await world.job()
    assert await woken() is Topic.SCHEDULE
    await store.promote(at=at(1))
    await store.close()
