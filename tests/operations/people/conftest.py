import pytest

from tests.services.hashing import CHEAP
from tickwork.operations.people import passwords

REAL = passwords._hasher


@pytest.fixture(autouse=True)
def hashing(monkeypatch):
    """Hashing that takes no time; `hashing(REAL)` brings the real one back."""

    def use(hasher) -> None:
        monkeypatch.setattr(passwords, "_hasher", hasher)
        passwords._dummy.cache_clear()

    use(lambda: CHEAP)
    yield use
    passwords._dummy.cache_clear()
