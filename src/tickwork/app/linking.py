"""How a decorator ties jobs together: `needs`, `after`, `map`, `cleanup`, and `result_of` in arguments."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import convert

from tickwork.app.words import listed, word
from tickwork.core.dependencies import After, Map, Need, On, retval
from tickwork.core.ids import JobId
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidDefinition


def result_of(job: Any) -> dict[str, str]:
    """Stands anywhere inside `args` or `kwargs` for what another job returned: `result_of("extract")`, or the decorated
    function itself. That job must be among `needs`."""
    try:
        return retval(_named(job))
    except TypeError as error:
        raise InvalidDefinition(f"result_of({job!r}): {error}") from None


def needs(value: Any, what: str) -> tuple[Need, ...]:
    """A name, a decorated function, `Need(…)`, `{"job": "extract", "within": "2h"}`, or a list of these."""
    return tuple(_need(item, what) for item in listed(value))


def _need(value: Any, what: str) -> Need:
    if isinstance(value, Need):
        return value
    if isinstance(value, Mapping):
        within = {"within": parse_duration(value["within"], what=f"{what}.within")} if "within" in value else {}
        return convert({**value, **within, "job": _named(_said(value, "job"))}, Need)
    return Need(job=_named(value))


def after(value: Any, _what: str) -> tuple[After, ...]:
    """`"extract"`, a list of names or functions, or `{"extract": "success", "check": "failure"}`."""
    if isinstance(value, Mapping):
        return tuple(After(job=_named(name), on=word(On, on)) for name, on in value.items())
    return tuple(item if isinstance(item, After) else After(job=_named(item)) for item in listed(value))


def mapped(value: Any, _what: str) -> Map:
    """`"extract"`, a decorated function, or `{"over": "extract", "parallel": 4, "dependants": "successful"}`."""
    if isinstance(value, Map):
        return value
    if isinstance(value, Mapping):
        made = convert({**value, "over": _named(_said(value, "over"))}, Map)
        if made.parallel is not None and made.parallel < 1:
            raise ValueError("parallel must be 1 or more; leave it out for all at a time")
        return made
    return Map(over=_named(value))


def cleanup(value: Any, _what: str) -> str:
    """`"module:function"`, or a function at the top of a module."""
    if isinstance(value, str) and ":" in value:
        return value
    if not isinstance(value, Callable):  # type: ignore[arg-type]  # it is a class here
        raise TypeError("write a function, or 'module:function'")
    if "<" in value.__qualname__:  # <locals>, <lambda>
        raise TypeError("it has no name at the top of a module by which another process could import it")
    return f"{value.__module__}:{value.__qualname__}"


def _said(table: Mapping[str, Any], key: str) -> Any:
    if key not in table:
        raise TypeError(f"it does not say {key!r}, the name of a job")
    return table[key]


def _named(job: Any) -> JobId:
    """The name of a job, as jobs of any project may write it."""
    if isinstance(job, str) and job:
        return JobId(job)
    project, name = getattr(job, "project", None), getattr(job, "name", None)
    if isinstance(project, str) and isinstance(name, str):
        return JobId(f"{project}:{name}")
    raise TypeError("write the name of a job, or the decorated function")
