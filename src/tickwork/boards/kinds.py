"""Tables of keys, and what the value of a key may be.

A kind reads a value of a board, writes it back, and describes itself as JSON Schema: one table serves all three.
Single values are in `scalars`.
"""

from collections.abc import Callable, Mapping as AnyMapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import msgspec

from tickwork.boards.source import Items, Mapping, Place, Tagged, described, suggestion


class Unfit(Exception):
    """A value that its key does not take: which value, and what to write instead."""


class Kind(Protocol):
    def read(self, value: Any, place: Place, /) -> Any:
        """The value as definitions hold it. Raises `Unfit`, or reports to `place` where it can say more exactly."""
        ...

    def write(self, value: Any) -> Any:
        """What a board says for a value of a definition; read gives that value back."""
        ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a table."""

    name: str
    kind: Kind
    doc: str
    nullable: bool = False
    """`key: null` takes back what `defaults` or the rules say."""


Keys = AnyMapping[str, Key]


def keys(*entries: Key) -> Keys:
    return {entry.name: entry for entry in entries}


def read_table(known: Keys, table: Mapping, place: Place) -> dict[str, Any]:
    """The table's acceptable values by key; everything else is reported."""
    values: dict[str, Any] = {}
    for name, value in table.items():
        key = known.get(name)
        if key is None:
            place.key(table, name).report(f"is not a key here; {suggestion(name, list(known))}")
            continue
        if value is None and key.nullable:
            values[name] = None
            continue
        spot = place.key(table, name)
        if isinstance(value, Tagged):
            spot.report(f"{value.tag} goes inside args and kwargs only")
            continue
        try:
            values[name] = key.kind.read(value, spot)
        except Unfit as unfit:
            spot.report(str(unfit))
    return values


def table_schema(known: Keys) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _described_schema(key) for name, key in known.items()},
    }


def _described_schema(key: Key) -> dict[str, Any]:
    schema = key.kind.schema()
    if key.nullable:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": key.doc, **schema}


@cache
def defaults_of(struct: type[msgspec.Struct]) -> AnyMapping[str, Any]:
    """Field → default. (msgspec looks it up anew each time, which is felt with 100,000 jobs.)"""
    return {
        field.name: field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        for field in msgspec.structs.fields(struct)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOrMany:
    """A list of one kind, or a single value of it."""

    kind: Kind

    def read(self, value: Any, place: Place) -> tuple[Any, ...]:
        if not isinstance(value, Items):
            return (self.kind.read(value, place),)
        values = []
        for index, item in enumerate(value):
            spot = place.item(value, index)
            try:
                values.append(self.kind.read(item, spot))
            except Unfit as unfit:
                spot.report(str(unfit))
        return tuple(values)

    def write(self, value: Any) -> Any:
        return [self.kind.write(item) for item in value]

    def schema(self) -> dict[str, Any]:
        one = self.kind.schema()
        return {"anyOf": [one, {"type": "array", "items": one}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of known keys that `build` makes a value of; `short` is what may stand instead of the table."""

    keys: Keys
    build: Callable[[dict[str, Any]], Any]
    short: Kind | None = None
    short_key: str = ""
    """The key of the table that `short` stands for (none: for the whole built value)."""
    form: str

    def read(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            before = len(place.problems)
            return self._built(read_table(self.keys, value, place), place, before=before)
        if self.short is None or isinstance(value, Items):
            raise Unfit(f"{described(value)} does not fit; write {self.form}")
        read = self.short.read(value, place)
        return self.build({self.short_key: read}) if self.short_key else read

    def _built(self, values: dict[str, Any], place: Place, *, before: int) -> Any:
        try:
            return self.build(values)
        except Unfit:
            if len(place.problems) > before:
                return None  # what is missing was refused already
            raise

    def write(self, value: msgspec.Struct) -> Any:
        """The fields of the built value that are not at their defaults; the short form where it says them all."""
        said = {
            name: self.keys[name].kind.write(getattr(value, name))
            for name, default in defaults_of(type(value)).items()
            if name in self.keys and getattr(value, name) != default
        }
        return said[self.short_key] if list(said) == [self.short_key] else said

    def schema(self) -> dict[str, Any]:
        table = table_schema(self.keys)
        return table if self.short is None else {"anyOf": [self.short.schema(), table]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A table whose values are read, and that becomes a definition once everything around it is known."""

    values: dict[str, Any]
    table: Mapping
    place: Place

    def report(self, key: str, text: str) -> None:
        """A problem with one of its keys."""
        self.place.key(self.table, key).report(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A table that is read into a `Draft`."""

    keys: Keys
    form: str

    def read(self, value: Any, place: Place) -> Draft:
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} is not a table; write {self.form}")
        return Draft(values=read_table(self.keys, value, place), table=value, place=place)

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return table_schema(self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """A table of tables by name, each read on its own later."""

    keys: Keys
    form: str
    one_of: tuple[str, ...]
    """Each of the tables has at least one of these."""

    def read(self, value: Any, _place: Place) -> Mapping:
        if not isinstance(value, Mapping):
            raise Unfit(f"{described(value)} is not a table; write {self.form}")
        return value

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        one = {**table_schema(self.keys), "anyOf": [{"required": [name]} for name in self.one_of]}
        return {"type": "object", "additionalProperties": one}
