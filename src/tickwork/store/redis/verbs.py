"""How the store gets its verbs: functions over what calls the server's functions (`caller.py`).

They stand beside what they send and read; what each verb promises stands in `store/protocol/`.
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from tickwork.store.redis.caller import Caller

P = ParamSpec("P")
T = TypeVar("T")


class OverCaller:
    """A store whose verbs are carried out by a caller."""

    _caller: Caller


def calls(
    step: Callable[Concatenate[Caller, P], Awaitable[T]],
) -> Callable[Concatenate[OverCaller, P], Coroutine[Any, Any, T]]:
    """The verb that carries out `step` by the store's caller."""

    async def verb(store: OverCaller, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await step(store._caller, *args, **kwargs)  # noqa: SLF001 (it becomes a method)

    return verb
