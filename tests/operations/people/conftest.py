import pytest
from argon2 import PasswordHasher

from tickwork.operations.people import passwords

REAL = passwords._hasher
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def hashing(monkeypatch):
    """Hashing that takes no time; `hashing(REAL)` brings the real one back."""

    def use(hasher) -> None:
        monkeypatch.setattr(passwords, "_hasher", hasher)
        passwords._dummy.cache_clear()

    use(lambda: _CHEAP)
    yield use
    passwords._dummy.cache_clear()
