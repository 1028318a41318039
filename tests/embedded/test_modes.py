"""Many light calls in few processes, on one seat."""

import time

import pytest

from tests.embedded import modes_app
from tests.embedded.modes_app import count, stubborn, wait
from tickwork import RunFailed, Tickwork

PATIENCE = 60.0


@pytest.fixture
def tw(tmp_path):
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=modes_app, workers=2, grace=0.1) as tw:
        yield tw


@pytest.mark.usefixtures("tw")
def test_coroutines_wait_side_by_side():
    began = time.monotonic()
    runs = [wait.submit(seconds=0.5) for _ in range(40)]
    assert [run.result(PATIENCE) for run in runs] == [1] * 40
    assert time.monotonic() - began < 40 * 0.5 / 2


@pytest.mark.usefixtures("tw")
def test_threads_keep_their_words_apart():
    runs = [count.submit(n=n) for n in range(100)]
    assert [run.result(PATIENCE) for run in runs] == list(range(100))
    assert [run.logs() for run in runs] == [f"counting {n}\n" for n in range(100)]


@pytest.mark.usefixtures("tw")
def test_a_neighbour_of_a_call_that_would_not_end_is_made_again():
    neighbour, culprit = wait.submit(seconds=2), stubborn.submit()
    with pytest.raises(RunFailed) as caught:
        culprit.result(PATIENCE)
    assert caught.value.reason == "timeout"
    assert neighbour.result(PATIENCE) in {1, 2}  # 2 where it shared the process
