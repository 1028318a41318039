"""What follows from the end of an attempt."""

from hypothesis import given, strategies as st

from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.decide import Next, after_attempt
from tickwork.core.ids import JobId, randomness
from tickwork.core.model import Job, Outcome, Retry, Shell
from tickwork.core.states import TRANSITIONS, Reason, State, Wait, is_legal

NOW = Instant(1_000_000 * SECOND)


def job(**policies: object) -> Job:
    return Job(id=JobId("j"), name="j", task=Shell(command="true"), retry=Retry(**policies))  # type: ignore[arg-type]


def after(definition: Job, outcome: Outcome, attempt: int = 1) -> Next:
    return after_attempt(definition, outcome, attempt=attempt, now=NOW, random=randomness(0))


def test_a_failure_with_retries_left_is_queued_again_after_the_delay() -> None:
    outcome = Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=1)

    assert after(job(count=1, delay=Duration(5 * SECOND)), outcome) == Next(
        state=State.QUEUED, ready_at=Instant(NOW + 5 * SECOND)
    )


def test_the_last_failure_stays_with_its_reason() -> None:
    outcome = Outcome(state=State.FAILED, reason=Reason.TIMEOUT)

    assert after(job(count=1), outcome, attempt=2) == Next(state=State.FAILED, reason=Reason.TIMEOUT)


def test_the_job_chooses_when_to_be_retried() -> None:
    outcome = Outcome(state=State.FAILED, reason=Reason.EXCEPTION, retry_after=Duration(90 * SECOND))

    assert after(job(count=1), outcome).ready_at == NOW + 90 * SECOND


def test_a_deferred_run_waits_for_its_time() -> None:
    outcome = Outcome(state=State.WAITING, retry_after=Duration(3 * SECOND))

    assert after(job(), outcome) == Next(state=State.WAITING, wait=Wait.DEFERRED, ready_at=Instant(NOW + 3 * SECOND))


def test_a_released_run_is_queued_at_once() -> None:
    assert after(job(), Outcome(state=State.QUEUED), attempt=0) == Next(state=State.QUEUED, ready_at=NOW)


endings = st.sampled_from(
    [
        (target, reason)
        for target, reasons in TRANSITIONS[State.RUNNING].items()
        for reason in (sorted(reasons) or [None])
    ]
)


@given(ending=endings, count=st.integers(0, 3), attempt=st.integers(1, 4))
def test_whatever_a_running_attempt_ends_with_leads_to_a_legal_state(
    ending: tuple[State, Reason | None], count: int, attempt: int
) -> None:
    state, reason = ending

    following = after(job(count=count), Outcome(state=state, reason=reason), attempt=attempt)

    assert is_legal(State.RUNNING, following.state, following.reason)
    assert (following.ready_at is not None) == (following.state in {State.QUEUED, State.WAITING})
    assert (following.wait is not None) == (following.state is State.WAITING)
