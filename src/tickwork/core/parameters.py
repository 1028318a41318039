"""What a callable takes, as a value that is stored with its job: a run is checked against it before it is accepted.

Types are written as in an annotation, in a small grammar that needs none of the app's own classes: `int`,
`list[str]`, `dict[str, float] | None`, `Literal['a', 'b']`. Whatever is not in it is `Any` here and checked where the
app is imported.
"""

import ast
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import msgspec

from tickwork.core.dependencies import named_in
from tickwork.errors import InvalidParameter

KNOWN: dict[str, Any] = {
    kind.__name__: kind
    for kind in (bool, int, float, str, bytes, list, dict, tuple, set, datetime, date, time, timedelta, Decimal, UUID)
} | {"Any": Any, "None": None}
_SHOWN = 60
"""Characters of a value in a message."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One parameter, by name."""

    name: str
    type: str = "Any"
    required: bool = True


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Everything that may be given by name."""

    parameters: tuple[Parameter, ...] = ()
    others: bool = False
    """Any further names, too (`**kwargs`)."""


def check(signature: Signature, given: Mapping[str, Any], *, job: str, bound: int = 0, complete: bool = True) -> None:
    """Raises `InvalidParameter` naming the parameter, the value's type and the expected one.

    `given`: values as JSON has them. The first `bound` parameters are the job's own positional arguments. Not
    `complete`: what is missing is given later.
    """
    taken = {parameter.name: parameter for parameter in signature.parameters[bound:]}
    for name, value in given.items():
        if name in taken and not named_in(value):  # what another job returns is not known yet
            _check_value(taken[name], value, job)
        elif name not in taken and not signature.others:
            takes = f"it takes {', '.join(taken)}" if taken else "it takes none"
            raise InvalidParameter(f"job {job} has no parameter {name!r}; {takes}")
    for parameter in taken.values():
        if complete and parameter.required and parameter.name not in given:
            raise InvalidParameter(f"job {job} needs the parameter {parameter.name!r} ({parameter.type})")


def _check_value(parameter: Parameter, value: Any, job: str) -> None:
    try:
        msgspec.convert(value, read_type(parameter.type))
    except msgspec.ValidationError as error:
        raise InvalidParameter(f"job {job}: {misfit(parameter.name, parameter.type, value, error)}") from None


def misfit(name: str, expected: str, value: Any, error: Exception) -> str:
    """Which parameter, which value of which type, what was expected; and where in it, if it is inside."""
    words = f"parameter {name!r} must be {expected}, but {_short(repr(value), _SHOWN)} is {type(value).__name__}"
    why = str(error)
    plain = why.startswith("Expected `") and " - at " not in why
    return words if plain else f"{words} ({_short(why, 2 * _SHOWN)})"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


@lru_cache(maxsize=1024)
def read_type(text: str) -> Any:
    """The type that `text` writes; `Any` for what the grammar does not know."""
    try:
        return _built(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        return Any


def _built(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name) if name in KNOWN:
            return KNOWN[name]
        case ast.Constant(value=None):
            return None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _built(left) | _built(right)
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if name == "Literal":
                return Literal[tuple(ast.literal_eval(part) for part in parts)]
            return _built(node.value)[tuple(_built(part) for part in parts)]
        case ast.Constant(value=value) if value is ...:
            return ...
        case _:
            raise ValueError(ast.unparse(node))
