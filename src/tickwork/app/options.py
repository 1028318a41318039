"""The options of a decorator that are no policies, checked where they are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from tickwork.core.model import Mode
from tickwork.core.names import wrong_name
from tickwork.errors import InvalidDefinition


def named(said: Any, *, what: str, job: Any) -> str:
    """Of a job or a project. Raises `InvalidDefinition`, as all of these do."""
    if not isinstance(said, str):
        raise InvalidDefinition(f"job {job}: {what}={said!r} is not accepted: a name is a text")
    if (wrong := wrong_name(said)) is not None:
        raise InvalidDefinition(f"job {job}: {what}: {wrong}")
    return said


def placed(said: Any, *, job: str) -> tuple[Any, ...]:
    """`args`: a text is a sequence, too, and never meant as one here."""
    if isinstance(said, str | bytes) or not isinstance(said, Sequence):
        raise InvalidDefinition(f"job {job}: args={said!r} is not accepted: write a list of values")
    return tuple(said)


def by_name(said: Any, *, job: str) -> dict[str, Any]:
    """`kwargs`."""
    if not isinstance(said, Mapping) or not all(isinstance(name, str) for name in said):
        raise InvalidDefinition(f"job {job}: kwargs={said!r} is not accepted: write {{'name': value}}")
    return dict(said)


def mode(said: Any, *, job: str) -> Mode:
    try:
        return Mode(said)
    except ValueError:
        raise InvalidDefinition(f"job {job}: mode: {said!r} is none of {', '.join(Mode)}") from None


def flag(said: Any, *, what: str, job: str) -> bool:
    if not isinstance(said, bool):
        raise InvalidDefinition(f"job {job}: {what}={said!r} is not accepted: write True or False")
    return said
