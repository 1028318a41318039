"""What reading an option of a decorator takes again and again."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

W = TypeVar("W", bound=StrEnum)


def word(kind: type[W], said: Any) -> W:
    """Raises `ValueError` with the words that there are."""
    try:
        return kind(said)
    except ValueError:
        raise ValueError(f"write one of {', '.join(kind)}") from None


def listed(value: Any) -> Sequence[Any]:
    """What may be written alone or as a list of several."""
    return value if isinstance(value, list | tuple) else (value,)


def is_whole(value: Any) -> TypeGuard[int]:
    """A whole number: `True` is one to Python, and never meant as one here."""
    return isinstance(value, int) and not isinstance(value, bool)
