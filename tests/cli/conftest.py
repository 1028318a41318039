"""What the tests of the command line share: one call, its answer, and a ledger to look at."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tickwork.cli import main
from tickwork.cli.acting import with_operations
from tickwork.core.clock import SystemClock
from tickwork.core.ids import RunId, SessionId
from tickwork.core.model import Attempt
from tickwork.core.states import Reason, State
from tickwork.operations import Operations
from tickwork.store.protocol import Chunk, Finish, LogWrite, Session, Start, Stream

BOARD = """
jobs:
  backup:
    description: Keeps things safe.
    shell: echo saved
    cron: "30 2 * * *"
    zone: Europe/Berlin
  hourly:
    console: hello
    every: 1h
  byhand:
    shell: exit 3
"""


@dataclass(frozen=True)
class Answer:
    """What a command line answered."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


Tickwork = Callable[..., Answer]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of its own, which the commands find by the environment."""
    url = f"sqlite:///{tmp_path / 'data' / 'tickwork.db'}"
    monkeypatch.setenv("TICKWORK_STORE", url)
    monkeypatch.delenv("TICKWORK_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    return url


@pytest.fixture
def tickwork(url: str, capfdbinary: pytest.CaptureFixture[bytes]) -> Tickwork:
    """Calls the command line in this process."""

    def call(*arguments: str) -> Answer:
        capfdbinary.readouterr()
        code = main(arguments)
        raw, err = capfdbinary.readouterr()
        return Answer(code, raw, err.decode())

    return call


@pytest.fixture
def board(tickwork: Tickwork, tmp_path: Path) -> Path:
    """A board that has been applied."""
    path = tmp_path / "board.yaml"
    path.write_text(BOARD)
    assert tickwork("apply", str(path)).code == 0
    return path


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run is to end, and what it is to have said."""

    state: State = State.SUCCEEDED
    reason: Reason | None = None
    exit_code: int | None = 0
    result: bytes | None = None
    error: str | None = None
    said: tuple[tuple[Stream, bytes], ...] = ()


async def act_it_out(ops: Operations, job: str, ending: Ending | None) -> RunId:
    """Run a job as a worker would; without an ending it stays running."""
    clock, store = SystemClock(), ops.store
    run = await ops.runs.run(job, params={"n": 1})
    session = SessionId("session-of-the-test")
    now = clock.now()
    await store.open_session(
        Session(
            id=session,
            worker="hand",
            pools=("default",),
            concurrency=1,
            lease=15.0,
            version="0",
            containment="none",
            host="here",
            pid=1,
            opened=now,
            seen=now,
        )
    )
    (claim,) = await store.claim(session, pools=["default"], n=1, at=clock.now())
    await store.start([Start(run=run.id, fence=claim.fence, at=clock.now(), pid=1)])
    if ending is None:
        return run.id
    chunks = tuple(
        Chunk(seq=seq, at=clock.now(), stream=stream, data=data) for seq, (stream, data) in enumerate(ending.said)
    )
    await store.append_log([LogWrite(run=run.id, attempt=1, fence=claim.fence, chunks=chunks)])
    attempt = Attempt(
        run=run.id,
        n=1,
        fence=claim.fence,
        session=session,
        worker="hand",
        started=now,
        finished=clock.now(),
        outcome=ending.state,
        reason=ending.reason,
        exit_code=ending.exit_code,
        error=ending.error,
    )
    finish = Finish(
        run=run.id,
        fence=claim.fence,
        state=ending.state,
        reason=ending.reason,
        attempt=attempt,
        result=ending.result,
        error=ending.error,
    )
    assert await store.finish([finish]) == []
    return run.id


@pytest.fixture
def acted(url: str, board: Path) -> Callable[..., RunId]:
    """Acts out a run of a job: `acted("backup", Ending(...))`."""

    def acted(job: str, ending: Ending | None = Ending()) -> RunId:
        return asyncio.run(with_operations(url, lambda ops: act_it_out(ops, job, ending)))

    return acted


def lines(text: str) -> Sequence[str]:
    return text.strip().splitlines()
