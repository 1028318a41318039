"""A store in front of a store, that fails when a test says so."""

from collections.abc import Awaitable, Callable
from typing import Any

from tickwork.errors import StoreUnavailable
from tickwork.store.protocol import Store


class FaultStore:
    """Hands every verb on to `store`, unless a fault is set for it.

    `fail("finish")` makes the next call of `finish` raise `StoreUnavailable` *before* it happens;
    `fail("finish", after=True)` lets it happen and then raises, as when an acknowledgement is lost.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._faults: dict[str, list[tuple[bool, Exception]]] = {}
        self.calls: list[str] = []
        """The names of the verbs called so far, failed ones included."""

    def fail(self, verb: str, *, times: int = 1, after: bool = False, error: Exception | None = None) -> None:
        """Set a fault for the next `times` calls of the verb."""
        if not callable(getattr(self._store, verb, None)):
            raise AttributeError(f"a store has no verb {verb!r}")  # noqa: TRY004 (the name is wrong, not a type)
        fault = error or StoreUnavailable(f"a fault that the test set for {verb}")
        self._faults.setdefault(verb, []).extend([(after, fault)] * times)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._faulty(name, found) if callable(found) and not name.startswith("_") else found

    def _faulty(self, name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            faults = self._faults.get(name)
            if not faults:
                return verb(*args, **kwargs)
            return _fail(faults.pop(0), verb, args, kwargs)

        return call


async def _fail(
    fault: tuple[bool, Exception], verb: Callable[..., Awaitable[Any]], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    after, error = fault
    if after:
        await verb(*args, **kwargs)
    raise error
