"""Which failures are tried again, and how long after."""

import pytest
from hypothesis import given, strategies as st

from tickwork.app import signals
from tickwork.core.clock import HOUR, SECOND, Duration
from tickwork.core.ids import randomness
from tickwork.core.model import Backoff, Outcome, Retry
from tickwork.core.retry import MAX_WISHED, WISH, delay_before, wants_retry
from tickwork.core.states import Reason, State


def failed(reason: Reason = Reason.EXIT, **more: object) -> Outcome:
    return Outcome(state=State.FAILED, reason=reason, **more)  # type: ignore[arg-type]


def test_there_are_as_many_retries_as_the_count_says() -> None:
    assert [wants_retry(Retry(count=2), failed(), attempt=n) for n in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("reason", [Reason.RESULT, Reason.LAUNCH])
def test_what_repetition_cannot_heal_is_not_repeated(reason: Reason) -> None:
    assert not wants_retry(Retry(count=5), failed(reason), attempt=1)


def test_only_the_named_exit_codes_are_repeated() -> None:
    policy = Retry(count=1, on_exit=(75,))

    assert wants_retry(policy, failed(exit_code=75), attempt=1)
    assert not wants_retry(policy, failed(exit_code=1), attempt=1)
    assert not wants_retry(policy, failed(Reason.TIMEOUT), attempt=1)


def test_only_the_named_exceptions_and_their_subclasses_are_repeated() -> None:
    reset = failed(Reason.EXCEPTION, exception=("builtins.ConnectionResetError", "builtins.OSError"))

    for name in ("OSError", "builtins.OSError", "ConnectionResetError"):
        assert wants_retry(Retry(count=1, on_exception=(name,)), reset, attempt=1)
    for name in ("ValueError", "mine.OSError", "Error"):
        assert not wants_retry(Retry(count=1, on_exception=(name,)), reset, attempt=1)


def test_the_job_s_own_wish_needs_no_policy_and_ends_with_the_last_of_many_attempts() -> None:
    wish = failed(Reason.EXCEPTION, retry_after=Duration(SECOND))

    assert wants_retry(Retry(), wish, attempt=1)
    assert wants_retry(Retry(count=1, on_exit=(75,)), wish, attempt=MAX_WISHED - 1)
    assert not wants_retry(Retry(), wish, attempt=MAX_WISHED)
    assert wants_retry(Retry(count=MAX_WISHED), wish, attempt=MAX_WISHED)


def test_a_wish_that_names_no_time_is_one_too() -> None:
    wish = failed(Reason.EXCEPTION, exception=(WISH, "builtins.Exception"))

    assert wants_retry(Retry(), wish, attempt=1)
    assert f"{signals.Retry.__module__}.{signals.Retry.__qualname__}" == WISH


@pytest.mark.parametrize(
    ("backoff", "expected"),
    [
        (Backoff.FIXED, [2, 2, 2, 2, 2]),
        (Backoff.LINEAR, [2, 4, 6, 8, 10]),
        (Backoff.EXPONENTIAL, [2, 4, 8, 16, 20]),
    ],
)
def test_delays_grow_as_the_policy_says_up_to_the_cap(backoff: Backoff, expected: list[int]) -> None:
    policy = Retry(delay=Duration(2 * SECOND), cap=Duration(20 * SECOND), backoff=backoff)

    assert [delay_before(policy, n, randomness(0)) // SECOND for n in range(1, 6)] == expected


@given(
    policy=st.builds(
        Retry,
        delay=st.integers(0, HOUR),
        cap=st.integers(0, HOUR),
        backoff=st.sampled_from(Backoff),
        jitter=st.floats(0, 1),
    ),
    retry=st.integers(1, 10_000),
    seed=st.integers(0),
)
def test_a_delay_is_never_negative_and_within_the_jitter_of_the_cap(policy: Retry, retry: int, seed: int) -> None:
    delay = delay_before(policy, retry, randomness(seed))

    assert 0 <= delay <= policy.cap * (1 + policy.jitter) + 1


def test_jitter_spreads_the_delays() -> None:
    policy, random = Retry(delay=Duration(10 * SECOND), jitter=0.5), randomness(1)

    delays = [delay_before(policy, 1, random) for _ in range(200)]

    assert 5 * SECOND <= min(delays) < 7 * SECOND
    assert 13 * SECOND < max(delays) <= 15 * SECOND
