"""Reading one of an enum's words."""

from enum import StrEnum
from typing import Any, TypeVar

W = TypeVar("W", bound=StrEnum)


def word(kind: type[W], said: Any) -> W:
    """Raises `ValueError` with the words that there are."""
    try:
        return kind(said)
    except ValueError:
        raise ValueError(f"write one of {', '.join(kind)}") from None
