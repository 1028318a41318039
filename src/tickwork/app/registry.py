"""What was decorated in this process, in the order of its making."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tickwork.core.ids import JobId
from tickwork.errors import InvalidDefinition

if TYPE_CHECKING:
    from tickwork.app.definition import JobFunction

_made: dict[str, list["JobFunction[Any, Any]"]] = {}


def register(function: "JobFunction[Any, Any]") -> None:
    _made.setdefault(function.module, []).append(function)


def registered() -> list[str]:
    """Where to find each function that was decorated in this process and can be imported in others, once."""
    functions = [one.function for jobs in _made.values() for one in jobs]
    return list(dict.fromkeys(f"{one.__module__}:{one.__qualname__}" for one in functions if _is_found(one)))


def _is_found(function: Callable[..., Any]) -> bool:
    return "<locals>" not in function.__qualname__


def jobs_of(module: ModuleType | str) -> list["JobFunction[Any, Any]"]:
    """The jobs of an imported module: those defined in it or in modules beneath it, and those it imports by name.

    Raises `InvalidDefinition` where two of them have the same id.
    """
    from tickwork.app.definition import JobFunction

    name = module if isinstance(module, str) else module.__name__
    found = [one for made, jobs in _made.items() if made == name or made.startswith(f"{name}.") for one in jobs]
    names = vars(sys.modules[name]).values()
    found += [one for one in names if isinstance(one, JobFunction) and one not in found]
    return distinct(found)


def distinct(jobs: list["JobFunction[Any, Any]"]) -> list["JobFunction[Any, Any]"]:
    """The same; a module that was imported anew replaced its own. Raises `InvalidDefinition` for a double id."""
    by_id: dict[JobId, JobFunction[Any, Any]] = {}
    for one in jobs:
        other = by_id.get(one.id)
        if other is not None and (other.module, other.__name__) != (one.module, one.__name__):
            raise InvalidDefinition(
                f"two jobs are called {one.id}: {other.module}.{other.__name__} and {one.module}.{one.__name__}; "
                "give one of them another name="
            )
        by_id[one.id] = one
    return list(by_id.values())
