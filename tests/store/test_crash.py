"""A process that is killed around a commit leaves all of it or nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.world import World, at
from tests.store.conftest import sqlite
from tickwork.core.states import State

CHILD = """
import asyncio, sys
from pathlib import Path
from tests.conformance.world import World, at, finish
from tests.store.conftest import sqlite

async def main():
    world = World(sqlite(Path(sys.argv[1])))
    await world.store.open()
    session = await world.session()
    claims = [await world.running(session) for _ in range(3)]
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(
        world.store.finish([finish(claim, result=b"1") for claim in claims]),
        world.store.enqueue([world.new() for _ in range(5)], at=at(20)),
    )

asyncio.run(main())
"""


COMMITS_BEFORE = 1 + 3 * 3
"""Of the child: its session, then three runs enqueued, claimed and started, each by itself."""


@pytest.mark.parametrize("place", ["before", "after"])
async def test_a_kill_at_the_commit_leaves_all_or_nothing(path: Path, place: str) -> None:
    # Given a store with a job, and a child that is killed at its last commit
    store = sqlite(path)
    await store.open()
    await World(store).job()
    await store.close()
    crash = f"store.commit.{place}:{COMMITS_BEFORE + 1}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TICKWORK_CRASH_AT": crash},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        # When it commits
        await asyncio.to_thread(child.communicate, b"go\n", timeout=30)
    assert child.returncode == -signal.SIGKILL

    # Then another process finds all of the transaction, or nothing of it
    store = sqlite(path)
    await store.open()
    counts = await store.counts()
    done = place == "after"
    assert counts[State.SUCCEEDED] == (3 if done else 0)
    assert counts[State.RUNNING] == (0 if done else 3)
    assert counts[State.QUEUED] == (5 if done else 0)
    assert len(await store.outbox(limit=9)) == (3 if done else 0)
    # And it goes on from there
    [session] = await store.sessions()
    assert await store.settle(session.id, beat=0, max_losses=3, at=at(60), note="killed") is not None
    await store.close()


async def test_the_seat_of_a_killed_server_is_free(path: Path) -> None:
    code = (
        "import asyncio, sys, time; from pathlib import Path; from tests.store.conftest import sqlite\n"
        "store = sqlite(Path(sys.argv[1])); leave = asyncio.run(store.serve()); print(leave is not None, flush=True)\n"
        "sys.stdin.readline()"
    )
    store = sqlite(path)
    await store.open()
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"True\n"
        assert await store.serve() is None
        child.kill()
    leave = await store.serve()
    assert leave is not None
    leave()
    await store.close()
