"""Identifiers: sorted by time, unique, readable back."""

from hypothesis import given, strategies as st

from tickwork.core.clock import Instant
from tickwork.core.ids import DEFAULT_PROJECT, Ids, base32, job_id, schedule_id


class At:
    """A clock that stands."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> Instant:
        return Instant(self._now)

    def monotonic(self) -> float:
        return 0.0


@given(st.integers(0, 32**10 - 1))
def test_base_32_reads_back_and_sorts_like_the_number(number: int) -> None:
    text = base32(number, 10)

    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    assert len(text) == 10
    assert sum(digits.index(c) * 32 ** (9 - n) for n, c in enumerate(text)) == number
    assert number == 0 or base32(number - 1, 10) < text


@given(st.integers(0, 2**52), st.integers(1_000, 2**40))
def test_a_later_id_sorts_later(now: int, later: int) -> None:
    first = Ids(clock=At(now), bits=lambda n: 2**n - 1).run()
    second = Ids(clock=At(now + later), bits=lambda n: 0).run()

    assert first < second
    assert len(first) == len(second) == 20


def test_ids_of_one_moment_differ() -> None:
    ids = Ids(clock=At(0))

    assert len({ids.run() for _ in range(1000)} | {ids.gap() for _ in range(1000)}) == 2000


def test_the_default_project_is_not_part_of_a_job_s_id() -> None:
    assert job_id(DEFAULT_PROJECT, "backup") == "backup"
    assert job_id("etl", "backup") == "etl:backup"
    assert schedule_id(job_id("etl", "backup"), "nightly") == "etl:backup#nightly"
