"""`kill -9` of the whole process group of `tickwork up`, again and again, while jobs are due all the time.

After it the ledger must be complete, and nothing of the killed runs may live on.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.services.mortal import mortal
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Run
from tickwork.core.states import LIVE, State
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Kind, Order, RunFilter

KILLS = 20
MARK = "TICKWORK_STORM"

BOARD = """
project: storm
env: {{TICKWORK_STORM: "{mark}"}}
jobs:
  shell:
    shell: 'echo "$TICKWORK_SLOT" >> {folder}/shell.log'
    every: 2s
  once:
    shell: 'echo "$TICKWORK_SLOT" >> {folder}/once.log'
    every: 1s
    delivery: at_most_once
    overlap: allow
  python:
    call: storm_jobs:add
    kwargs: {{a: 1, b: 2}}
    every: 1s
  failing:
    call: storm_jobs:fail
    every: 3s
    retries: {{count: 3, delay: 200ms, backoff: exponential}}
  stubborn:
    script: |
      trap '' TERM
      (setsid sh -c 'trap "" TERM; while :; do sleep 1; done' >/dev/null 2>&1 &)
      while :; do sleep 1; done
    every: 4s
    timeout: 1s
    grace: 500ms
"""

MODULE = """
def add(a, b):
    return a + b

def fail():
    raise RuntimeError("on purpose")
"""


@pytest.fixture
def storm(tmp_path: Path):
    mark = f"storm-{os.getpid()}-{tmp_path.name}"
    (tmp_path / "storm_jobs.py").write_text(MODULE)
    board = tmp_path / "storm.yaml"
    board.write_text(BOARD.format(folder=tmp_path, mark=mark))
    storm = Storm(folder=tmp_path, board=board, mark=mark)
    yield storm
    storm.kill()
    for process in survivors(mark):
        process.kill()


class Storm:
    def __init__(self, *, folder: Path, board: Path, mark: str) -> None:
        self.folder = folder
        self.board = board
        self.mark = mark
        self.url = f"sqlite:///{folder / 'storm.db'}"
        self.process: subprocess.Popen[bytes] | None = None

    def up(self) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("tickwork")), "up", str(self.board), "--store", self.url]
        log = (self.folder / "up.log").open("ab")
        with log:
            self.process = mortal(command, start_new_session=True, stdout=log, stderr=subprocess.STDOUT)
        return self.process

    def kill(self) -> None:
        """The whole process group, if it is there."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def started_since(self, moment: float) -> bool:
        """Whether a run that came due after `moment` (wall seconds) has started."""
        return bool(self.query("select id from run where slot > ? and started > ?", moment))

    def query(self, sql: str, moment: float) -> list[str]:
        import apsw

        if not (self.folder / "storm.db").exists():
            return []
        micros = int(moment * 1_000_000)
        db = apsw.Connection(str(self.folder / "storm.db"), flags=apsw.SQLITE_OPEN_READONLY)
        db.set_busy_timeout(5000)
        try:
            if db.execute("select 1 from sqlite_master where name = 'run'").fetchone() is None:
                return []  # the file is there before its tables are
            return [row[0] for row in db.execute(sql, (micros, micros))]
        finally:
            db.close()


def survivors(mark: str) -> list[psutil.Process]:
    """Processes that carry the board's mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def until(condition: Callable[[], object], *, within: float, what: str) -> float:
    """Wait for the condition; returns the seconds it took."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < within, f"{what}: not within {within} s"
        time.sleep(0.05)  # a real process is watched from outside: there is nothing to be woken by
    return time.monotonic() - began


@pytest.mark.timeout(300)
async def test_twenty_kills_leave_a_complete_ledger_and_no_orphan(storm: Storm):
    chance = random.Random(20)
    slowest = 0.0
    for _ in range(KILLS):  # the lambdas are called before the next round rebinds their names
        began = time.time()
        storm.up()
        slowest = max(slowest, until(lambda: storm.started_since(began), within=15, what="the first due start"))
        strike = time.monotonic() + chance.uniform(0, 1.5)
        until(lambda: time.monotonic() > strike, within=5, what="a random moment")
        storm.kill()
    killed_at = time.monotonic()

    until(lambda: not survivors(storm.mark), within=30 - (time.monotonic() - killed_at), what="the end of all orphans")

    last = storm.up()
    began = time.time()
    until(lambda: storm.started_since(began), within=15, what="a start after the storm")
    until(lambda: not storm.query(SETTLED, began), within=45, what="the settling of lost runs")
    last.send_signal(signal.SIGTERM)
    assert last.wait(timeout=60) == 0

    assert slowest <= 5.0
    await assert_complete(storm)


SETTLED = """
select id from run
where state in ('claimed', 'running')
  and session in (select id from session where ended is null and opened < ? and opened < ?)
"""


async def assert_complete(storm: Storm) -> None:
    clock = SystemClock()
    store = make_store(storm.url, clock=clock)
    await store.open()
    try:
        ops = Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM)
        for document in await store.find(Kind.JOB):
            job = JobId(document.id)
            runs = [run for run in await all_runs(store, job) if run.slot is not None]
            slots = Counter(run.slot for run in runs)
            assert max(slots.values()) == 1, f"{job}: a slot is there twice"
            (row,) = await store.timetable([job])
            entries = await ops.ledger.entries(job, start=runs[0].slot, end=row.cursor + 1)
            undecided = [entry for entry in entries if entry.entry in {"pending", "planned"}]
            assert not undecided, f"{job}: due moments without an entry"
            assert all(run.state not in LIVE or run.state is State.QUEUED for run in runs), f"{job}: a run hangs"
    finally:
        await store.close()
    lines = Counter((storm.folder / "once.log").read_text().split())
    assert lines, "the at-most-once job never ran"
    assert max(lines.values()) == 1, "an at-most-once job was started twice for one slot"


async def all_runs(store, job: JobId) -> list[Run]:
    runs: list[Run] = []
    where = RunFilter(job=job, order=Order.OLDEST)
    while page := await store.runs(where, after=runs[-1].id if runs else None, limit=1000):
        runs.extend(page)
    return runs
