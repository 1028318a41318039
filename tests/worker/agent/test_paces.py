"""How much is taken beyond the free seats."""

import math

from tickwork.core.ids import JobId
from tickwork.worker.paces import BATCH, DEPTH, LOOKAHEAD, Allowance, Paces, depth

JOB = JobId("j")


def grown(seats: int = 2, rounds: int = 20, each: float = 0.0001) -> Allowance:
    allowance = Allowance(seats=seats)
    for _ in range(rounds):
        allowance.learn(asked=1, short=1, seconds=each, other=0, no_seat=0)
    return allowance


def test_a_job_that_was_never_seen_takes_for_ever() -> None:
    assert Paces().expected(JOB) == math.inf


def test_one_slow_call_is_remembered_over_many_fast_ones() -> None:
    paces = Paces()
    paces.observe(JOB, 0.0001)
    paces.observe(JOB, 1.0)
    for _ in range(30):
        paces.observe(JOB, 0.0001)
    assert paces.expected(JOB) > LOOKAHEAD
    for _ in range(60):
        paces.observe(JOB, 0.0001)
    assert paces.expected(JOB) < LOOKAHEAD


def test_what_is_known_of_jobs_is_bounded() -> None:
    paces = Paces()
    for n in range(10_001):
        paces.observe(JobId(str(n)), 0.1)
    assert paces.expected(JobId("0")) == math.inf
    assert paces.expected(JobId("10000")) == 0.1


def test_the_allowance_doubles_to_the_depth_of_all_children() -> None:
    assert grown(rounds=1).size == 2
    assert grown(rounds=2).size == 4
    assert grown().size == 2 * DEPTH


def test_the_allowance_falls_to_nothing_when_something_finds_no_seat() -> None:
    allowance = grown()
    allowance.learn(asked=2, short=1, seconds=0.0001, other=1, no_seat=1)
    assert allowance.size == 0
    assert allowance.room(free=0, waiting=0, space=DEPTH) == 0


def test_other_runs_that_find_seats_change_nothing() -> None:
    allowance = grown()
    allowance.learn(asked=2, short=1, seconds=0.0001, other=1, no_seat=0)
    assert allowance.size == 2 * DEPTH


def test_an_empty_queue_lets_the_allowance_shrink() -> None:
    allowance = grown()
    allowance.learn(asked=100, short=1, seconds=0.0001, other=0, no_seat=0)
    assert allowance.size == DEPTH


def test_the_shorter_the_calls_the_more_may_wait() -> None:
    assert depth(math.inf) == 0
    assert depth(LOOKAHEAD) == 1
    assert depth(LOOKAHEAD / 10) == 10
    assert depth(0.0) == DEPTH


def test_what_may_wait_is_asked_for_in_halves_and_never_more_than_there_is_space_for() -> None:
    allowance = grown()
    assert allowance.room(free=0, waiting=DEPTH + 1, space=BATCH) == 0
    assert allowance.room(free=1, waiting=DEPTH + 1, space=BATCH) == 1
    assert allowance.room(free=0, waiting=DEPTH, space=BATCH) == DEPTH
    assert allowance.room(free=0, waiting=0, space=300) == 300
    assert allowance.room(free=9, waiting=0, space=2 * BATCH) == BATCH
    longer = grown(each=LOOKAHEAD / 10)
    assert longer.room(free=0, waiting=0, space=BATCH) == 20
