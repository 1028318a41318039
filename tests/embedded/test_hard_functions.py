"""Functions that crash, hang, hoard and shout: each ends with the right state and reason, its neighbours untouched."""

import re
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.embedded import hard_app
from tickwork import RunFailed, Tickwork

PATIENCE = 120.0


@pytest.fixture(scope="module")
def tw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    with Tickwork(f"sqlite:///{folder}/t.db", jobs=hard_app, workers=2, grace=0.1) as tw:
        yield tw


@contextmanager
def watching_memory():
    """Megabytes that the largest process below this one has of its own, at most, as often as one can look."""
    most, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.25):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    most[0] = max(most[0], process.memory_full_info().uss / 1e6)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield lambda: most[0]
    finally:
        over.set()
        watcher.join()


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def beside(tw, tmp_path: Path):
    """A run on the same worker, which must not notice anything."""
    mark = tmp_path / "mark"
    run = hard_app.neighbour.submit(mark=str(mark))
    yield
    mark.touch()
    assert run.result(PATIENCE) == 1


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    ("job", "reason", "words"),
    [
        (hard_app.segfaults, "signal", "killed by SIGSEGV"),
        (hard_app.is_killed, "signal", "killed by SIGKILL"),
        (hard_app.vanishes, "exit", "exit status 3"),
        (hard_app.allocates_until_its_limit, "exception", "MemoryError"),
        (hard_app.allocates_until_it_is_stopped, "resource", "it hit its limit: 512 MB of memory"),
        (hard_app.blocks_term, "timeout", "timed out after 0.3 s"),
        (hard_app.returns_100_mb, "result", "the result is 100,000,002 bytes of JSON"),
        (hard_app.recurses, "exception", "RecursionError"),
        (hard_app.segfaults_in_a_thread, "signal", "killed by SIGSEGV"),
        (hard_app.vanishes_in_a_thread, "exit", "exit status 3"),
        (hard_app.allocates_in_a_thread, "resource", "it hit its limit: 512 MB of memory"),
        (hard_app.sleeps_in_a_thread, "timeout", "timed out after 0.3 s"),
        (hard_app.returns_100_mb_in_a_thread, "result", "the result is 100,000,002 bytes of JSON"),
        (hard_app.segfaults_on_the_loop, "signal", "killed by SIGSEGV"),
        (hard_app.vanishes_on_the_loop, "exit", "exit status 3"),
        (hard_app.allocates_on_the_loop, "resource", "it hit its limit: 512 MB of memory"),
        (hard_app.holds_up_the_loop, "timeout", "timed out after 0.3 s"),
        (hard_app.returns_100_mb_from_the_loop, "result", "the result is 100,000,002 bytes of JSON"),
    ],
)
def test_it_fails_for_its_own_reason_and_alone(job, reason, words):
    with pytest.raises(RunFailed) as caught:
        job.submit().result(PATIENCE)
    assert (caught.value.state, caught.value.reason) == ("failed", reason)
    assert words in caught.value.error


def test_a_crash_is_charged_to_the_call_that_crashes_also_where_others_shared_its_process(tw, tmp_path: Path):
    begun, mark = tmp_path / "begun", tmp_path / "mark"
    beside = hard_app.neighbour_in_a_thread.submit(mark=str(mark), begun=str(begun))
    until(begun.exists)
    with pytest.raises(RunFailed) as caught:
        hard_app.segfaults_in_a_thread.submit().result(PATIENCE)
    assert (caught.value.reason, caught.value.state) == ("signal", "failed")
    mark.touch()
    assert beside.result(PATIENCE) > 1


@pytest.mark.usefixtures("beside")
def test_a_flood_of_records_is_cut_and_costs_bounded_time_and_space():
    """Ten times its cap; `benchmarks/flood.py` does it with a million."""
    records = 100_000
    run = hard_app.logs.submit(records=records)
    with watching_memory() as most:
        assert run.result(PATIENCE) == records
    text = run.logs()
    said = [int(number) for number in re.findall(r"record (\d+)\n", text)]
    [gap] = [place for place, number in enumerate(said) if number != place][:1]
    assert (said[0], said[-1]) == (0, records - 1)
    assert said[gap:] == list(range(said[gap], records))
    assert "bytes left out here" in text
    assert len(text) < 1_500_000
    assert most() < 60
