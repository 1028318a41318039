"""How many calls may wait in a child that makes several at a time: as many as its slots soon come round to."""

from types import SimpleNamespace

import pytest

from tickwork.core.model import Mode
from tickwork.worker.paces import DEPTH, LOOKAHEAD
from tickwork.worker.processes import Terms
from tickwork.worker.warm_child import WarmChild
from tickwork.worker.work import SLOTS, Home

SECOND = 1_000_000


def child(mode: Mode = Mode.THREAD, calls: int = 0) -> WarmChild:
    made = WarmChild(home=Home(path=None, mode=mode, terms=Terms()))
    made.works = {f"{n}": None for n in range(calls)}
    return made


def work(began: float = 0.0, expected: float = 0.0) -> SimpleNamespace:
    return SimpleNamespace(began=int(began * SECOND), expected=expected, short=expected <= LOOKAHEAD)


def test_of_several_at_a_time_each_is_charged_with_what_passed_since_another_ended():
    shared = child(Mode.ASYNC)
    assert [shared.took(work(began=1.0), int(at * SECOND)) for at in (2.0, 2.25, 2.25, 2.5)] == [1.0, 0.25, 0.0, 0.25]
    assert shared.took(work(began=7.0), 8 * SECOND) == 1.0


def test_one_at_a_time_is_charged_from_its_beginning():
    alone = child(Mode.PROCESS)
    assert [alone.took(work(began=1.0), int(at * SECOND)) for at in (2.0, 2.25)] == [1.0, 1.25]


def test_a_clock_that_was_set_back_makes_no_call_end_before_it_began():
    assert child().took(work(began=5.0), 4 * SECOND) == 0.0


@pytest.mark.parametrize(
    ("seconds", "most"),
    [(0.00001, DEPTH), (0.01, SLOTS[Mode.THREAD] + 5), (LOOKAHEAD, SLOTS[Mode.THREAD] + 1), (0.06, SLOTS[Mode.THREAD])],
)
def test_the_longer_calls_take_the_fewer_wait_for_a_slot(seconds, most):
    assert child(calls=most - 1).has_room_for(work(expected=seconds))
    assert not child(calls=most).has_room_for(work(expected=seconds))
    assert child(calls=most).space(seconds) == 0


def test_a_child_has_room_up_to_its_slots_however_long_calls_take():
    assert child(Mode.ASYNC, calls=SLOTS[Mode.ASYNC] - 1).has_room_for(work(expected=9.0))
