"""Identifiers and the one source of randomness."""

import hashlib
import secrets
from collections.abc import Callable
from random import Random as Random  # noqa: PLC0414 (re-exported: the one home of randomness)
from typing import NewType

from tickwork.core.clock import Clock, Instant

JobId = NewType("JobId", str)
"""`name` in the project `default`, else `project:name`; or any text where a door gave its own id."""
ScheduleId = NewType("ScheduleId", str)
"""`<job id>#<key of the schedule>`."""
RunId = NewType("RunId", str)
GapId = NewType("GapId", str)
SessionId = NewType("SessionId", str)

DEFAULT_PROJECT = "default"
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_TIME_DIGITS, _RANDOM_BITS, _RANDOM_DIGITS = 10, 50, 10
_PLACES = 1 << 20


def job_id(project: str, name: str) -> JobId:
    return JobId(name if project == DEFAULT_PROJECT else f"{project}:{name}")


def schedule_id(job: JobId, key: str) -> ScheduleId:
    return ScheduleId(f"{job}#{key}")


def base32(number: int, digits: int) -> str:
    """`number` in Crockford's base 32, zero-padded to `digits`."""
    out = []
    for _ in range(digits):
        number, digit = divmod(number, 32)
        out.append(_DIGITS[digit])
    return "".join(reversed(out))


def lowest_id(at: Instant) -> str:
    """No id that was made then, or later, sorts before it."""
    return base32(max(at, 0) // 1_000, _TIME_DIGITS)


class Ids:
    """Makes ids of 20 characters that sort by their making: by millisecond (with 50 random bits behind it), and within
    one maker strictly, also while the clock stands or goes back."""

    def __init__(self, *, clock: Clock, bits: Callable[[int], int] = secrets.randbits) -> None:
        self._clock = clock
        self._bits = bits
        self._millisecond = 0
        self._random = 0

    def run(self) -> RunId:
        return RunId(self._make())

    def gap(self) -> GapId:
        return GapId(self._make())

    def session(self) -> SessionId:
        return SessionId(self._make())

    def secret(self, bits: int) -> str:
        """Something that nobody guesses: so many random bits, in base 32."""
        return base32(self._bits(bits), -(-bits // 5))

    def seed(self) -> int:
        """A seed for a `Random` of the caller's (jitter)."""
        return self._bits(64)

    def _make(self) -> str:
        now = self._clock.now() // 1_000
        if now > self._millisecond:
            self._millisecond, self._random = now, self._bits(_RANDOM_BITS)
        else:
            self._next_in_millisecond()
        return base32(self._millisecond, _TIME_DIGITS) + base32(self._random, _RANDOM_DIGITS)

    def _next_in_millisecond(self) -> None:
        self._random += 1
        if self._random >> _RANDOM_BITS:  # all numbers of this millisecond are used up
            self._millisecond, self._random = self._millisecond + 1, self._bits(_RANDOM_BITS)


def randomness(seed: int) -> Random:
    """A `Random` for jitter: decisions stay pure because the caller brings it."""
    return Random(seed)  # noqa: S311 (jitter, not secrets)


def derived_run(at: Instant, *parts: str, place: int = 0) -> RunId:
    """An id that is the same for the same parts: what follows from something is born once, however often it is
    followed up. It sorts by `at` as other ids do, and then, for the same parts, by `place` (below a million)."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
    number = int.from_bytes(digest) % ((1 << _RANDOM_BITS) - _PLACES) + place
    return RunId(base32(at // 1_000, _TIME_DIGITS) + base32(number, _RANDOM_DIGITS))
