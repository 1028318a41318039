"""The kinds of single values, and of plain JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tickwork.boards.kinds import Unfit
from tickwork.boards.source import Items, Mapping, Place, described, plain, suggestion
from tickwork.core.timing.text import format_duration, parse_duration
from tickwork.errors import InvalidSchedule

_LARGEST = 2**63
"""JSON in the store holds integers below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text. `check` returns what is wrong with it, or None."""

    form: str = "a text"
    check: Callable[[str], str | None] | None = None
    empty: bool = False

    def read(self, value: Any, _place: Place) -> str:
        if not isinstance(value, str):
            hint = (
                f'; quote it: "{described(value)}"' if isinstance(value, bool | int | float) else f"; write {self.form}"
            )
            raise Unfit(f"{described(value)} is not a text{hint}")
        text = str(value)
        if not text.strip() and not self.empty:
            raise Unfit(f"is empty; write {self.form}")
        if wrong := _unusable(text) or (self.check and self.check(text)):
            raise Unfit(wrong)
        return text

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string"} if self.empty else {"type": "string", "minLength": 1}


def _unusable(text: str) -> str | None:
    if "\0" in text:
        return f"{described(text)} contains a NUL character, which no program can be given"
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"{described(text)} contains half a character (a lone surrogate)"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number between two limits."""

    minimum: int
    maximum: int

    def read(self, value: Any, _place: Place) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.minimum <= value <= self.maximum:
            raise Unfit(f"{described(value)} is not a whole number from {self.minimum} to {self.maximum}")
        return value

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number between two limits, both included."""

    minimum: float
    maximum: float

    def read(self, value: Any, _place: Place) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.minimum <= value <= self.maximum:
            raise Unfit(f"{described(value)} is not a number from {self.minimum:g} to {self.maximum:g}")
        return float(value)

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.minimum, "maximum": self.maximum}


class Flag:
    def read(self, value: Any, _place: Place) -> bool:
        if not isinstance(value, bool):
            raise Unfit(f"{described(value)} is not true or false")
        return value

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length of time, in microseconds once read."""

    zero: bool = False
    """Nothing at all is a length too."""

    def read(self, value: Any, _place: Place) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise Unfit(f"{described(value)} is not a length of time; write 90s or 1h30m")
        if self.zero and value in {0, "0", "0s"}:
            return 0
        try:
            return parse_duration(value, what="")
        except InvalidSchedule as error:
            raise Unfit(str(error).removeprefix(": ")) from None

    def write(self, value: Any) -> Any:
        return format_duration(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}], "examples": ["90s", "1h30m", 90]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an enum's words."""

    words: type[StrEnum]

    def read(self, value: Any, _place: Place) -> StrEnum:
        if isinstance(value, str) and value in list(self.words):
            return self.words(value)
        allowed = list(self.words)
        raise Unfit(f"{described(value)} is not one of {', '.join(allowed[:-1])} or {allowed[-1]}")

    def write(self, value: Any) -> Any:
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


class Zone:
    """A time zone of the tz database, by name."""

    def read(self, value: Any, _place: Place) -> str:
        if not isinstance(value, str):
            raise Unfit(f"{described(value)} is not a time zone; write a name like Europe/Amsterdam or UTC")
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError):
            near = suggestion(value, sorted(available_timezones()))
            hint = near if near.startswith("did") else "write a name like Europe/Amsterdam or UTC"
            raise Unfit(f"{described(value)} is not a time zone; {hint}") from None
        return str(value)

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": ["UTC", "Europe/Amsterdam"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A text that one of the standard library's `fromisoformat` reads."""

    parse: Callable[[str], Any]
    form: str
    what: str

    def read(self, value: Any, _place: Place) -> Any:
        try:
            return self.parse(value)
        except (TypeError, ValueError):
            raise Unfit(f"{described(value)} is not {self.what}; write {self.form}") from None

    def write(self, value: Any) -> Any:
        return value.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "examples": [self.form]}


class Environment:
    """Variables: names and texts. Whole numbers are taken as they are written."""

    def read(self, value: Any, place: Place) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} is not a table of variables; write NAME: value")
        variables = {}
        for name, text in value.items():
            spot = place.key(value, name)
            try:
                variables[name] = self._variable(name, text, spot)
            except Unfit as unfit:
                spot.report(str(unfit))
        return variables

    def _variable(self, name: str, value: Any, place: Place) -> str:
        if not name or "=" in name or _unusable(name):
            raise Unfit(f"{name!r} is not the name of a variable; write letters, digits and _")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return Text(empty=True).read(value, place)

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON value, of one outer type where `outer` names it."""

    outer: type[Mapping | Items] | None = None

    def read(self, value: Any, _place: Place) -> Any:
        if self.outer is not None and not isinstance(value, self.outer):
            wanted = "a list; write [a, b]" if self.outer is Items else "a table; write {name: value}"
            raise Unfit(f"{described(value)} is not {wanted}")
        value = plain(value)
        if wrong := _not_json(value):
            raise Unfit(wrong)
        return tuple(value) if self.outer is Items else value

    def write(self, value: Any) -> Any:
        return list(value) if self.outer is Items else value

    def schema(self) -> dict[str, Any]:
        if self.outer is None:
            return {}
        return {"type": "array"} if self.outer is Items else {"type": "object"}


def _not_json(value: Any) -> str | None:
    match value:
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                return f"{described(value)} contains half a character (a lone surrogate)"
        case int() if not -_LARGEST <= value < _LARGEST:
            return f"{described(value)} is too large a number; write it as a text"
        case dict():
            return next(filter(None, map(_not_json, [*value, *value.values()])), None)
        case list():
            return next(filter(None, map(_not_json, value)), None)
        case None | bool() | int() | float():
            pass
        case _:
            return f"{value!r} is not a JSON value; write it as a text"
    return None
