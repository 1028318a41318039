"""A store in front of a store, that measures how long its verbs take."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, cast, runtime_checkable

from tickwork.core.clock import Clock
from tickwork.core.spent import Spent
from tickwork.store.protocol import Store


class Calls:
    """Of one verb."""

    __slots__ = ("failed", "spent")

    def __init__(self) -> None:
        self.spent = Spent()
        self.failed = 0


@runtime_checkable
class Measuring(Protocol):
    """A store that is measured. Which ones are is asked by `isinstance`."""

    measured: Mapping[str, Calls]
    """By verb, those that were called."""


def measuring(store: Store, *, clock: Clock) -> Store:
    """`store`, measured from the call to the answer: waiting in its queues included."""
    return cast("Store", _Measured(store, clock=clock))  # all verbs are set in the instance


class _Measured:
    def __init__(self, store: Store, *, clock: Clock) -> None:
        self.measured: dict[str, Calls] = {}
        self._clock = clock
        for name in dir(store):
            if not name.startswith("_") and name not in _CHANGES:
                value = getattr(store, name)
                verb = name not in _LIVES and inspect.iscoroutinefunction(value)
                setattr(self, name, self._timed(name, value) if verb else value)
        self._store = store

    def _timed(self, name: str, verb: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        clock, measured = self._clock, self.measured

        async def timed(*arguments: Any, **named: Any) -> Any:
            begun = clock.monotonic()
            found = measured.get(name) or measured.setdefault(name, Calls())
            try:
                return await verb(*arguments, **named)
            except Exception:
                found.failed += 1
                raise
            finally:
                found.spent.add(clock.monotonic() - begun)

        return timed

    @property
    def url(self) -> str:
        return self._store.url

    @property
    def capabilities(self) -> Any:
        return self._store.capabilities


_CHANGES = frozenset({"url", "capabilities"})
"""Not known for good before the store is open."""
_LIVES = frozenset({"open", "close", "serve"})
"""What is no verb of a store."""
