"""How the stores over SQL get their verbs: functions over a transaction, each carried out on a lane (`lanes.py`).

The functions stand beside their statements, with what they take; what each verb promises stands in `store/protocol/`.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar

from tickwork.errors import StoreError
from tickwork.store.lanes import Lanes

P = ParamSpec("P")
T = TypeVar("T")
X = TypeVar("X")


class OnLanes(Generic[X]):
    """A store that reads and writes by transactions `X`, on lanes that it has while it is open."""

    url: str
    _writers: Lanes[X] | None = None
    _readers: Lanes[X] | None = None
    _no_needs: ClassVar[Any] = None
    """What a step that needs nothing of its lane is handed over with …"""
    _one_statement: ClassVar[Any] = None
    """… and one that reads by a single statement."""

    async def _write(self, step: Callable[Concatenate[X, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._write_holding(self._no_needs, step, *args, **kwargs)

    async def _write_holding(
        self, needs: Any, step: Callable[Concatenate[X, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`needs`: what the step needs of its lane, in words that the lane knows."""
        return await self._on(self._writers).submit(lambda tx: step(tx, *args, **kwargs), needs=needs)

    async def _read(self, step: Callable[Concatenate[X, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._on(self._readers).submit(lambda tx: step(tx, *args, **kwargs))

    def _on(self, lanes: Lanes[X] | None) -> Lanes[X]:
        if lanes is None:
            raise StoreError(f"{self.url} is not open")
        return lanes


def reads(step: Callable[Concatenate[X, P], T]) -> Callable[Concatenate[OnLanes[X], P], Coroutine[Any, Any, T]]:
    """The verb that carries out `step` where a store reads."""

    async def verb(store: OnLanes[X], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store._read(step, *args, **kwargs)  # noqa: SLF001 (it becomes a method)

    return verb


def looks(step: Callable[Concatenate[X, P], T]) -> Callable[Concatenate[OnLanes[X], P], Coroutine[Any, Any, T]]:
    """As `reads`, where the step is one statement, which sees one moment by itself."""

    async def verb(store: OnLanes[X], /, *args: P.args, **kwargs: P.kwargs) -> T:
        needs = store._one_statement  # noqa: SLF001 (it becomes a method)
        return await store._on(store._readers).submit(lambda tx: step(tx, *args, **kwargs), needs=needs)  # noqa: SLF001

    return verb


def writes(step: Callable[Concatenate[X, P], T]) -> Callable[Concatenate[OnLanes[X], P], Coroutine[Any, Any, T]]:
    """The verb that carries out `step` where a store writes."""

    async def verb(store: OnLanes[X], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store._write(step, *args, **kwargs)  # noqa: SLF001 (it becomes a method)

    return verb
