"""What a function takes, read from its annotations: as a value to keep (`signature_of`), and to fit arguments to it."""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from tickwork.core.parameters import KNOWN, Parameter, Signature, misfit
from tickwork.errors import InvalidParameter

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_SPREAD = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_PLACED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_SHAPES = 100
"""Ways to call one function that are remembered: it may take any names."""
_LISTS = (Sequence, Iterable)
_NAMES = {kind: name for name, kind in KNOWN.items()}


class _Foreign(Exception):
    """A type that nobody can make of JSON: the value is passed on as it is."""


def signature_of(function: Callable[..., Any]) -> Signature | None:
    """None where Python cannot tell (some functions written in C)."""
    read = read_signature(function)
    if read is None:
        return None
    parameters = read.parameters.values()
    return Signature(
        parameters=tuple(
            Parameter(name=one.name, type=_type_text_of(one), required=one.default is one.empty)
            for one in parameters
            if one.kind in _BY_NAME
        ),
        others=any(one.kind is one.VAR_KEYWORD for one in parameters),
    )


def read_signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """With annotations as types, or as their text where they cannot be evaluated."""
    for evaluated in (True, False):
        try:
            return inspect.signature(function, eval_str=evaluated)
        except (TypeError, ValueError):
            return None
        except Exception:  # noqa: BLE001, S112 (whatever evaluating a string annotation may raise)
            continue
    return None


def _type_text_of(parameter: inspect.Parameter) -> str:
    """`n: int = None` is written by many who mean `int | None`."""
    text = type_text(parameter.annotation)
    return f"{text} | None" if parameter.default is None and text != "Any" and "None" not in text else text


def type_text(annotation: Any) -> str:
    """The annotation in the grammar of `core.parameters`."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _class_text(annotation)
    if origin is Annotated:
        return type_text(inner[0])
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, inner))}]"
    if origin in {Union, types.UnionType}:
        return " | ".join(dict.fromkeys(map(type_text, inner)))
    return _generic_text(origin, inner)


def _generic_text(origin: Any, inner: tuple[Any, ...]) -> str:
    name = "list" if origin in _LISTS else "dict" if origin is Mapping else _NAMES.get(origin, "Any")
    if name == "Any":
        return name
    return f"{name}[{', '.join('...' if part is ... else type_text(part) for part in inner)}]"


def _class_text(kind: Any) -> str:
    if kind is None or kind is types.NoneType:
        return "None"
    if not isinstance(kind, type):
        return "Any"
    if kind in _NAMES:
        return _NAMES[kind]
    if issubclass(kind, Enum):
        return f"Literal[{', '.join(repr(member.value) for member in kind)}]"
    if issubclass(kind, PurePath):
        return "str"
    structured = is_dataclass(kind) or issubclass(kind, msgspec.Struct) or hasattr(kind, "model_validate")
    return "dict[str, Any]" if structured or typing.is_typeddict(kind) else "Any"


class Arguments:
    """Fits the arguments of calls to one function: each becomes what its annotation says."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._signature = read_signature(function)
        read = [] if self._signature is None else list(self._signature.parameters.values())
        self._by_place = [one if _is_convertible(one) else None for one in read if one.kind in _PLACED]
        self._by_name = {one.name: one for one in read if one.kind in _BY_NAME and _is_convertible(one)}
        self._convertible = any(map(_is_convertible, read))
        self._fitting: set[tuple[int, frozenset[str]]] = set()
        """How many arguments, and which names, are known to go together."""

    def fit(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        """Raises `InvalidParameter` naming the parameter that is missing, unknown or of another type."""
        if self._signature is None:
            return args, kwargs
        shape = len(args), frozenset(kwargs)
        if shape not in self._fitting:
            self._check(self._signature, args, kwargs)
            if len(self._fitting) < _SHAPES:
                self._fitting.add(shape)
        if not self._convertible:
            return args, kwargs
        placed = tuple(map(_fitted, self._by_place, args))
        named = {name: _fitted(self._by_name.get(name), value) for name, value in kwargs.items()}
        return (*placed, *args[len(placed) :]), named

    @staticmethod
    def _check(signature: inspect.Signature, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise InvalidParameter(f"{error}; it takes {signature}") from None


def _fitted(parameter: inspect.Parameter | None, value: Any) -> Any:
    if parameter is None or value is parameter.default:
        return value
    return _converted(parameter.name, value, parameter.annotation)


def _is_convertible(parameter: inspect.Parameter) -> bool:
    kind = parameter.annotation
    return kind not in {parameter.empty, Any} and not isinstance(kind, str) and parameter.kind not in _SPREAD


def _converted(name: str, value: Any, kind: Any) -> Any:
    try:
        return converted(value, kind)
    except msgspec.ValidationError as error:
        expected = getattr(kind, "__name__", "Any") if isinstance(kind, type) else type_text(kind)
        raise InvalidParameter(misfit(name, expected, value, error)) from None


def converted(value: Any, kind: Any) -> Any:
    """The value as one of `kind`, or as it is where nobody knows how. Raises `msgspec.ValidationError`."""
    try:
        return msgspec.convert(value, kind, dec_hook=_made)
    except (_Foreign, TypeError):
        return value


def _made(kind: type, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    if issubclass(kind, PurePath) and isinstance(value, str):
        return kind(value)
    if (validate := getattr(kind, "model_validate", None)) is not None:
        return validate(value)
    raise _Foreign
