"""Hashes of passwords that cost nothing, for tests that are about something else: in earnest each takes a fifth of a
second of a core, on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from argon2 import PasswordHasher

from tickwork.operations.people import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def cheap_hashes() -> Iterator[None]:
    passwords._dummy.cache_clear()
    try:
        with patch.object(passwords, "_hasher", lambda: CHEAP):
            yield
    finally:
        passwords._dummy.cache_clear()
