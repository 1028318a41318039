"""The Python functions of the example board."""

import logging

logger = logging.getLogger("examples")


def count_primes(*, below: int) -> dict[str, int]:
    """How many primes there are below a number, and the largest of them."""
    sieve = bytearray([1]) * below
    sieve[:2] = b"\0\0"
    for n in range(2, int(below**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, below, n)))
    count = sieve.count(1)
    logger.info("%d primes below %d", count, below)
    return {"below": below, "count": count, "largest": sieve.rfind(1)}


def fail(why: str) -> None:
    raise RuntimeError(why)
