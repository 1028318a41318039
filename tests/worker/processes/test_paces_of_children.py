"""How a child that makes short calls spares the machine: threads, looks at files and memory, its supervisor's naps."""

import os
import sys

import pytest

from tickwork.core.clock import SystemClock
from tickwork.worker.process import wear
from tickwork.worker.process.channel import socket_pair
from tickwork.worker.process.loading import NEIGHBOURS_EVERY, Targets
from tickwork.worker.process.polling import Poller
from tickwork.worker.process.threaded import BRISK, Pace
from tickwork.worker.process.wear import WEIGH_EVERY, Wear
from tickwork.worker.processes import ChildSpec


class Clock(SystemClock):
    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return self.ahead


# -- threads --


def pace(calls: int, threads: int) -> Pace:
    """After so many calls of so many threads, and a first look that was at 0."""
    pace = Pace()
    for n in range(calls):
        pace.begins(n % threads)
    return pace


def test_where_few_calls_begin_twice_as_many_threads_make_them():
    assert pace(BRISK - 1, 4).look(at=0.001, computed=0.001, busy=4) == 4


def test_calls_that_are_over_in_an_instant_stay_with_one_thread():
    assert pace(50, 1).look(at=0.001, computed=0.001, busy=1) == 0


def test_half_the_threads_rest_where_they_contend_for_the_interpreter():
    assert pace(50, 4).look(at=0.001, computed=0.001, busy=6) == -2  # the other two are in calls that take long


def test_threads_whose_calls_wait_for_something_do_not_rest():
    assert pace(50, 16).look(at=0.001, computed=0.0003, busy=16) == 0


def test_each_look_is_at_what_came_since_the_last():
    looks = pace(50, 4)
    looks.look(at=0.001, computed=0.001, busy=4)
    assert looks.look(at=0.002, computed=0.001, busy=2) == 2


def test_what_came_before_a_rest_does_not_count():
    woken = pace(50, 1)
    woken.wakes(at=5.0, computed=0.001)
    assert woken.look(at=5.001, computed=0.002, busy=1) == 1


# -- memory and files --


def test_memory_is_weighed_once_for_calls_that_begin_together(monkeypatch):
    weighed = []
    monkeypatch.setattr(wear, "_resident", lambda: weighed.append(1) or 1)
    worn = Wear(spec=ChildSpec(env={}))
    worn.count()
    assert [worn.out() for _ in range(100)] == [False] * 100
    assert len(weighed) == 1
    for _ in range(WEIGH_EVERY):
        worn.count()
    worn.out()
    assert len(weighed) == 2


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / "looked_at.py"
    file.write_text("def f(): ...\n")
    yield file
    sys.modules.pop("looked_at", None)


def test_source_is_looked_at_again_when_calls_come(module):
    clock = Clock()
    targets = Targets(clock=clock)
    clock.ahead = NEIGHBOURS_EVERY
    assert not targets.stale("looked_at:f")
    targets.load("looked_at:f")
    targets.calls_came()
    assert not targets.stale("looked_at:f")
    os.utime(module, (1, 1))
    assert not targets.stale("looked_at:f"), "asked for before the change"
    targets.calls_came()
    assert targets.stale("looked_at:f")


def test_source_is_looked_at_again_after_a_while_though_no_calls_come(module):
    clock = Clock()
    targets = Targets(clock=clock)
    clock.ahead = NEIGHBOURS_EVERY
    targets.stale("looked_at:f")
    targets.load("looked_at:f")
    os.utime(module, (1, 1))
    clock.ahead = 2 * NEIGHBOURS_EVERY
    assert targets.stale("looked_at:f")


# -- naps --


@pytest.fixture
def wires():
    pairs = [socket_pair() for _ in range(2)]
    yield pairs
    for pair in pairs:
        for end in pair:
            end.close()


def test_who_rests_is_not_woken_and_looks_at_the_end_of_its_rest(wires):
    """Given that it is ready all the time."""
    [(ours, theirs), _] = wires
    theirs.send(b"x")
    clock, seen = SystemClock(), []
    poller = Poller(clock=clock)
    poller.watch(ours.fileno(), lambda: seen.append(clock.monotonic()))
    began = clock.monotonic()
    poller.rest(ours.fileno(), seconds=0.02)
    poller.wait(began + 10)
    poller.wait(began + 10)
    assert seen[0] >= began + 0.02
    assert len(seen) == 2, "the next round is as ever"


def test_whoever_else_wakes_it_ends_the_rest_and_comes_in_its_turn(wires):
    """What a call prints is read behind what its child says of it."""
    [(first, _), (second, theirs)] = wires
    clock, seen = SystemClock(), []
    poller = Poller(clock=clock)
    poller.watch(first.fileno(), lambda: seen.append("child"))
    poller.watch(second.fileno(), lambda: seen.append("output"))
    theirs.send(b"x")
    poller.rest(first.fileno(), seconds=10)
    poller.wait(clock.monotonic() + 10)
    assert seen == ["child", "output"]
