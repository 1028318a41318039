"""`@job` and `@task`, and what is said to whoever decorates something that is no function."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, overload

from tickwork.app.definition import JobFunction
from tickwork.app.policies import Policies
from tickwork.app.registry import register
from tickwork.app.timing import keyed
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.core.model import Mode
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import InvalidDefinition

P = ParamSpec("P")
R = TypeVar("R")


@overload
def task(function: Callable[P, R], /) -> JobFunction[P, R]: ...


@overload
def task(
    *,
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Callable[[Callable[P, R]], JobFunction[P, R]]: ...


def task(function: Callable[P, R] | None = None, /, **options: Any) -> Any:
    """What runs when it is asked to: a job without a schedule.

    Options: name, project, args, kwargs, mode, and the policies of `app.policies`: timeout, retries, …
    `pickle=True`: its result may be anything that can be pickled, and it takes such results of others.
    """
    return _decorated(function, **options)


@overload
def job(function: Callable[P, R], /) -> JobFunction[P, R]: ...


@overload
def job(
    *,
    schedule: Schedule | Sequence[Schedule] = (),
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Callable[[Callable[P, R]], JobFunction[P, R]]: ...


def job(
    function: Callable[P, R] | None = None, /, *, schedule: Schedule | Sequence[Schedule] = (), **options: Any
) -> Any:
    """`@job(schedule=every("5s"), timeout="1m")`: a task that also runs on a schedule, or on several.

    Options: as of `task`.
    """
    return _decorated(function, schedule=schedule, **options)


def _decorated(
    function: Callable[P, R] | None,
    *,
    schedule: Schedule | Sequence[Schedule] = (),
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Any:
    def decorate(function: Callable[P, R]) -> JobFunction[P, R]:
        _refuse_no_function(function)
        made = JobFunction(
            function,
            name=name,
            project=project,
            schedules=keyed(schedule),
            args=args,
            kwargs=kwargs,
            mode=mode,
            pickle=pickle,
            policies=Policies.read(name or function.__name__, **policies),
        )
        register(made)
        return made

    return decorate if function is None else decorate(function)


def _refuse_no_function(thing: Any) -> None:
    """Raises `InvalidDefinition` for what another process could not find by a name, or not call."""
    if isinstance(thing, Schedule):
        raise InvalidDefinition('a schedule cannot be a job: write @job(schedule=every("1h"))')
    if (why := _why_not(thing)) is not None:
        raise InvalidDefinition(f"{thing!r} cannot be a job: {why}")


def _why_not(thing: Any) -> str | None:
    match thing:
        case str():
            why = f"a name is written @task(name={thing!r})"
        case JobFunction():
            why = f'it is one already; {thing.__name__}.job("other name", …) makes another one of the same function'
        case staticmethod() | classmethod() | property():
            why = "it belongs to a class; move the function to the top of a module"
        case partial():
            why = "it has no name of its own; decorate the function, with args= and kwargs= for what it is given"
        case FunctionType() if _is_method(thing):
            why = "it is a method, and there is nothing to call it on; decorate its class, or a function"
        case type() if "__call__" not in dir(thing):
            why = "its instances are called for each run; give it a method __call__"
        case _ if not callable(thing):
            why = "it is no function"
        case _ if not hasattr(thing, "__name__"):
            why = "it has no name of its own; decorate its class, or a function"
        case _:
            return None
    return why


def _is_method(function: FunctionType) -> bool:
    around = function.__qualname__.rpartition(".")[0]
    return bool(around) and not around.endswith(">") and function.__code__.co_varnames[:1] in {("self",), ("cls",)}
