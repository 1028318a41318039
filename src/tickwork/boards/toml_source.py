"""TOML, as data that knows its lines.

`tomllib` keeps no positions, so the lines are found by a search for the headers and keys themselves; what stands in an
inline table or an array has the line of the key that it belongs to.
"""

import re
import tomllib
from datetime import date, datetime, time
from math import isfinite
from typing import Any

from tickwork.boards.source import MAX_DEPTH, Items, Mapping
from tickwork.errors import InvalidBoard

_POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(?P<list>\[?)\[\s*(?P<keys>{_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(rf"\s*(?P<keys>{_DOTTED})\s*=(?P<value>.*)", re.DOTALL)
_QUOTES = re.compile(r'"""|\'\'\'')

_Path = tuple[str | int, ...]


def parse_toml(text: str, *, shown: str) -> Mapping:
    """The document's table. Raises `InvalidBoard` with the line for what is not TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.search(str(error))
        line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
        raise InvalidBoard([f"{shown}:{line}: is not TOML: {_POSITION.sub('', str(error))}"]) from None
    except RecursionError:
        raise InvalidBoard([f"{shown}: is nested deeper than {MAX_DEPTH} levels"]) from None
    return _Placed(_lines(text), shown).table(data, (), 1)


class _Placed:
    """Turns plain data into tables and lists with lines."""

    def __init__(self, lines: dict[_Path, int], shown: str) -> None:
        self._lines = lines
        self._shown = shown

    def table(self, data: dict[str, Any], path: _Path, line: int) -> Mapping:
        table = Mapping(line)
        for key, value in data.items():
            at = (*path, key)
            table.lines[key] = self._lines.get(at, line)
            table[key] = self._value(value, at, table.lines[key])
        return table

    def _value(self, value: Any, path: _Path, line: int) -> Any:
        if len(path) > MAX_DEPTH:
            raise InvalidBoard([f"{self._shown}:{line}: is nested deeper than {MAX_DEPTH} levels"])
        match value:
            case dict():
                return self.table(value, path, line)
            case list():
                items = Items(line)
                for index, item in enumerate(value):
                    items.lines.append(self._lines.get((*path, index), line))
                    items.append(self._value(item, (*path, index), items.lines[-1]))
                return items
            case datetime() | date() | time():
                return value.isoformat()
            case float() if not isfinite(value):
                return str(value)
            case _:
                return value


def _lines(text: str) -> dict[_Path, int]:
    """The line of each header and key."""
    found: dict[_Path, int] = {}
    counts: dict[_Path, int] = {}
    table: _Path = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
        elif header := _HEADER.match(line):
            table = _resolved(_keys(header["keys"]), counts, new_item=bool(header["list"]))
            found.setdefault(table, number)
            found.setdefault(table[:-1] if header["list"] else table, number)
        elif entry := _ENTRY.match(line):
            keys = _keys(entry["keys"])
            for length in range(1, len(keys) + 1):
                found.setdefault((*table, *keys[:length]), number)
            opened = _QUOTES.findall(entry["value"])
            quote = opened[0] if opened and opened.count(opened[0]) % 2 else ""
    return found


def _keys(dotted: str) -> tuple[str, ...]:
    """A bare or quoted dotted key, taken apart by the parser itself."""
    data: Any = tomllib.loads(f"{dotted} = 0")
    keys = []
    while isinstance(data, dict):
        ((key, data),) = data.items()
        keys.append(key)
    return tuple(keys)


def _resolved(keys: tuple[str, ...], counts: dict[_Path, int], *, new_item: bool) -> _Path:
    """The path of a header: through arrays of tables it goes by their last item."""
    path: _Path = ()
    for key in keys[:-1]:
        path = (*path, key)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, keys[-1])
    if new_item:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path
