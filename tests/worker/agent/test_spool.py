"""What waits to be told: in order, each once, and in bounded memory however much it is."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Epoch, Fence, Outcome
from tickwork.core.states import State
from tickwork.store.protocol import Chunk, LogWrite, Start, Stream
from tickwork.worker.link import Ended
from tickwork.worker.spool import MEMORY, MOST, Spool

FENCE = Fence(epoch=Epoch("e"), n=1)
RUN = RunId("r")


def a_log(n: int, size: int = 10) -> LogWrite:
    chunk = Chunk(seq=n, at=Instant(n), stream=Stream.STDOUT, data=b"x" * size)
    return LogWrite(run=RUN, attempt=1, fence=FENCE, chunks=(chunk,))


def an_end(n: int) -> Ended:
    outcome = Outcome(state=State.SUCCEEDED)
    return Ended(run=RUN, fence=FENCE, attempt=n, started=None, finished=Instant(n), outcome=outcome)


def drained(spool: Spool) -> list[int]:
    """The places of the logs, as they come out."""
    places = []
    while (batch := spool.batch()) is not None:
        places += [chunk.seq for write in batch.logs for chunk in write.chunks]
        spool.taken()
    return places


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def spool(tmp_path: Path, said: list[str]):
    spool = Spool(folder=str(tmp_path), memory=10_000, say=said.append)
    yield spool
    spool.close()


def test_what_is_too_much_for_memory_comes_back_in_its_order(spool):
    for n in range(1000):
        spool.add(a_log(n))
    assert spool.filed > 0
    assert drained(spool) == list(range(1000))
    assert spool.empty
    assert spool.filed == 0


def test_a_batch_is_the_same_one_until_it_was_taken(spool):
    spool.add(a_log(0))
    first = spool.batch()
    spool.add(a_log(1))
    assert spool.batch() is first
    spool.taken()
    assert drained(spool) == [1]


def test_a_batch_has_so_many_items_at_most(said):
    spool = Spool(say=said.append)
    for n in range(MOST + 1):
        spool.add(an_end(n))
    sizes = []
    while (batch := spool.batch()) is not None:
        sizes.append(len(batch.ends))
        spool.taken()
    assert sizes == [MOST, 1]


def test_kinds_are_sorted_and_keep_their_order_within(spool):
    start = Start(run=RUN, fence=FENCE, at=Instant(1))
    for item in (a_log(0), an_end(1), start, a_log(1), (RUN, FENCE), an_end(2)):
        spool.add(item)
    batch = spool.batch()
    assert batch.starts == (start,)
    assert batch.logs == (a_log(0), a_log(1))
    assert batch.ends == (an_end(1), an_end(2))
    assert batch.releases == ((RUN, FENCE),)


def test_the_file_has_no_name_and_is_given_back_when_it_was_drained(spool, tmp_path):
    def open_files() -> int:
        places = list(Path("/proc/self/fd").iterdir())
        return sum(str(tmp_path) in str(place.readlink()) for place in places if place.is_symlink())

    for n in range(1000):
        spool.add(a_log(n))
    assert list(tmp_path.iterdir()) == []
    assert open_files() == 1
    drained(spool)
    assert open_files() == 0


def test_where_no_file_can_be_everything_waits_in_memory_and_that_is_said_once(tmp_path, said):
    spool = Spool(folder=str(tmp_path / "gone"), memory=1000, say=said.append)
    for n in range(100):
        spool.add(a_log(n))
    assert drained(spool) == list(range(100))
    [line] = said
    assert line.startswith("what the worker has to tell waits in memory")
    assert line.endswith("No such file or directory")


def test_however_much_there_is_to_tell_memory_is_bounded(tmp_path, said):
    spool = Spool(folder=str(tmp_path), say=said.append)
    tracemalloc.start()
    try:
        for n in range(64):
            spool.add(a_log(n, size=1024 * 1024))
        assert drained(spool) == list(range(64))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * MEMORY
    assert said == []


@given(st.lists(st.sampled_from(["small", "large", "batch", "taken"]), max_size=60))
def test_whatever_comes_and_goes_each_item_leaves_once_and_in_order(steps):
    spool = Spool(memory=2000, say=lambda _text: None)
    came, left = 0, []
    for step in steps:
        match step:
            case "small" | "large":
                spool.add(a_log(came, size=10 if step == "small" else 1500))
                came += 1
            case "batch":
                spool.batch()
            case "taken" if (batch := spool.batch()) is not None:
                left += [write.chunks[0].seq for write in batch.logs]
                spool.taken()
    left += drained(spool)
    assert left == list(range(came))
