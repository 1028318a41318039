"""What the ledger is told about an attempt that ended."""

from importlib.metadata import version

import pytest

from tests.worker.agent.test_executor import FENCE, claim
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId, SessionId, randomness
from tickwork.core.lease import MAX_LOSSES
from tickwork.core.model import Job, Outcome, Retry, Shell
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Finish, Session
from tickwork.worker.ends import Held, finish_of, headline
from tickwork.worker.link import Ended

SESSION = Session(
    id=SessionId("s1"),
    worker="w1",
    pools=("default",),
    concurrency=1,
    lease=15,
    version=version("tickwork"),
    containment="none",
    host="h",
    pid=1,
    opened=Instant(0),
    seen=Instant(0),
)
LOST = Outcome(state=State.FAILED, reason=Reason.LOST, error="the worker was stopped")
FAILED = Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=2, error="exit status 2")


def finish(outcome: Outcome, *, attempt: int = 1, cancel: str | None = None, retries: int = 0, once=False) -> Finish:
    job = Job(id=JobId("j"), name="j", task=Shell(command="true"), retry=Retry(count=retries))
    held = Held(claim=claim(job, once=once), job=job, cancel=cancel)
    ended = Ended(
        run=RunId("r1"), fence=FENCE, attempt=attempt, started=Instant(5), finished=Instant(9), outcome=outcome
    )
    return finish_of(held, ended, session=SESSION, now=Instant(100), random=randomness(1))


def test_a_success_keeps_result_times_and_worker() -> None:
    done = finish(Outcome(state=State.SUCCEEDED, result=b"1"))
    assert (done.state, done.reason, done.result, done.note) == (State.SUCCEEDED, None, b"1", None)
    attempt = done.attempt
    assert (attempt.n, attempt.started, attempt.finished, attempt.worker, attempt.session) == (1, 5, 9, "w1", "s1")


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (Outcome(state=State.SUCCEEDED, remark="left processes behind: 5"), "left processes behind: 5"),
        (
            Outcome(state=State.FAILED, reason=Reason.EXIT, error="exit status 2", remark="did not die of KILL: 5"),
            "exit status 2; did not die of KILL: 5",
        ),
    ],
)
def test_processes_that_live_on_stand_in_the_note(outcome: Outcome, note: str) -> None:
    assert finish(outcome).note == note


def test_a_retry_keeps_why_the_attempt_failed() -> None:
    again = finish(FAILED, retries=1)
    assert (again.state, again.reason, again.ready_at) == (State.QUEUED, None, 1_000_100)
    assert (again.attempt.outcome, again.attempt.reason, again.note) == (State.FAILED, Reason.EXIT, "exit status 2")


@pytest.mark.parametrize("retries", [0, 2])
def test_a_lost_attempt_is_tried_again_at_once_but_not_for_ever(retries: int) -> None:
    last = MAX_LOSSES + retries
    before = finish(LOST, attempt=last - 1, retries=retries)
    assert (before.state, before.ready_at) == (State.QUEUED, 100)
    final = finish(LOST, attempt=last, retries=retries)
    assert (final.state, final.reason) == (State.FAILED, Reason.LOST)


@pytest.mark.parametrize("outcome", [LOST, FAILED])
def test_an_at_most_once_run_is_never_started_again(outcome: Outcome) -> None:
    assert finish(outcome, retries=3, once=True).state is State.FAILED


def test_a_cancelled_run_has_the_reason_and_the_words_of_the_request() -> None:
    done = finish(Outcome(state=State.CANCELLED, reason=Reason.USER), cancel="replaced|by run r2")
    assert (done.state, done.reason, done.note) == (State.CANCELLED, Reason.REPLACED, "by run r2")
    assert done.attempt.reason is Reason.REPLACED


@pytest.mark.parametrize("outcome", [LOST, FAILED, Outcome(state=State.WAITING)])
def test_nothing_follows_an_attempt_whose_end_was_asked_for(outcome: Outcome) -> None:
    done = finish(outcome, retries=3, cancel="user|ann@desk")
    assert (done.state, done.reason, done.note) == (State.CANCELLED, Reason.USER, "ann@desk")


def test_a_run_that_succeeded_before_its_cancel_reached_it_succeeded() -> None:
    assert finish(Outcome(state=State.SUCCEEDED), cancel="user|ann@desk").state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (None, None),
        ("  \n", None),
        ("no such file\nlook there", "no such file"),
        ("Traceback (most recent call last):\n  File x\nValueError: no\n", "ValueError: no"),
        (
            "  + Exception Group Traceback (most recent call last):\n  |   File x\n  | ExceptionGroup: many (1 more)",
            "ExceptionGroup: many (1 more)",
        ),
    ],
)
def test_the_headline_of_an_error_says_what_it_is(error: str | None, line: str | None) -> None:
    assert headline(error) == line
