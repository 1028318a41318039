"""In which company a call is tried again that may have crashed its process."""

from types import SimpleNamespace

import pytest

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Mode, Outcome
from tickwork.core.states import Reason, State
from tickwork.worker.processes import Over
from tickwork.worker.suspects import Suspects

LOST = Outcome(state=State.FAILED, reason=Reason.LOST)


def work(*, mode: Mode = Mode.ASYNC, attempt: int = 1, retries: int = 0) -> SimpleNamespace:
    return SimpleNamespace(
        claim=SimpleNamespace(run=SimpleNamespace(id=RunId("run"))),
        attempt=attempt,
        home=SimpleNamespace(mode=mode),
        job=SimpleNamespace(retry=SimpleNamespace(count=retries)),
    )


def over(*, suspect: bool) -> Over:
    return Over(run=RunId("run"), at=Instant(1), outcome=LOST, suspect=suspect)


@pytest.mark.parametrize(("mode", "fewer"), [(Mode.ASYNC, 16), (Mode.THREAD, 4)])
def test_each_crash_makes_the_company_smaller(mode, fewer):
    suspects = Suspects()
    assert suspects.company_of(work(mode=mode)) is None
    suspects.heard(over(suspect=True))
    assert suspects.company_of(work(mode=mode)) == fewer
    suspects.heard(over(suspect=True))
    assert suspects.company_of(work(mode=mode)) == 1


def test_whoever_ended_otherwise_is_no_suspect_any_more():
    suspects = Suspects()
    suspects.heard(over(suspect=True))
    suspects.heard(over(suspect=False))
    assert suspects.company_of(work()) is None


@pytest.mark.parametrize(
    ("attempt", "retries", "company"), [(2, 0, None), (3, 0, 1), (4, 0, None), (3, 2, None), (5, 2, 1)]
)
def test_the_last_attempt_that_a_loss_leaves_is_alone_wherever_the_others_were_made(attempt, retries, company):
    assert Suspects().company_of(work(attempt=attempt, retries=retries)) == company
