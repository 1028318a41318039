"""YAML with the traps taken out.

Parsing is libyaml's, in events; the values are made here, because YAML 1.1 would turn `on` into true, `1:30` into
90, `0755` into 493 and a time into something that is not text. Here plain scalars are null, true/false, decimal
numbers or text. Keys are always text. Duplicate keys, alias bombs and endless nesting are refused.
"""

import re
from math import isfinite
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from tickwork.boards.source import MAX_DEPTH, MAX_NODES, Items, Mapping, Tagged
from tickwork.errors import InvalidBoard

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?", re.ASCII)
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MERGE = object()
"""Stands for a plain `<<` in the place of a key."""
_LONGEST_INTEGER = 400


def parse_yaml(text: str, *, shown: str, tags: tuple[str, ...] = ()) -> Any:
    """The document's value (`Mapping`, `Items` or a scalar; None if there is no document).

    `tags`: local tags (`!retval`) that are accepted on scalars and become `Tagged`. Raises `InvalidBoard` with the
    line for what is not YAML or not acceptable.
    """
    composer = _Composer(shown=shown, tags=tags)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            composer.feed(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        context = f" ({error.context})" if error.context else ""
        raise InvalidBoard([f"{shown}:{line}: is not YAML: {error.problem}{context}"]) from None
    except yaml.YAMLError as error:
        raise InvalidBoard([f"{shown}: is not YAML: {error}"]) from None
    return composer.document


class _Composer:
    """Builds the document from events without recursion, so that nesting cannot exhaust the stack."""

    def __init__(self, *, shown: str, tags: tuple[str, ...]) -> None:
        self._shown = shown
        self._tags = tags
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._documents = 0
        self.document: Any = None

    def feed(self, event: Event) -> None:
        match event:
            case ScalarEvent():
                self._scalar(event)
            case CollectionStartEvent():
                self._begin(event)
            case CollectionEndEvent():
                self._end()
            case AliasEvent():
                self._alias(event)
            case DocumentStartEvent():
                self._document(event)
            case _:
                pass

    def _document(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refused(event, "a second document begins here; one board is one document")

    def _scalar(self, event: ScalarEvent) -> None:
        value: Any = event.value
        if self._open and self._open[-1].wants_key:
            value = _MERGE if value == "<<" and event.implicit[0] else value
        elif event.tag:
            value = self._tagged(event)
        elif event.implicit[0]:
            value = _plain(value)
        self._place(value, event)
        if event.anchor:
            self._anchors[event.anchor] = value

    def _tagged(self, event: ScalarEvent) -> Any:
        if event.tag in self._tags:
            return Tagged.of(event.tag, event.value)
        if event.tag in {"!", "tag:yaml.org,2002:str"}:
            return event.value
        raise self._refused(event, f"the tag {event.tag} is not known here; write the value without it")

    def _begin(self, event: CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._refused(event, f"is nested deeper than {MAX_DEPTH} levels")
        if event.tag and not event.tag.startswith("tag:yaml.org,2002:"):
            raise self._refused(event, f"the tag {event.tag} is not known here; write the value without it")
        if self._open and self._open[-1].wants_key:
            raise self._refused(event, "a key must be a plain text, not a list or a table")
        kind = Mapping if isinstance(event, MappingStartEvent) else Items
        self._open.append(_Open(kind(_line(event)), event))

    def _end(self) -> None:
        closed = self._open.pop()
        closed.finish()
        if closed.event.anchor:
            self._anchors[closed.event.anchor] = closed.value
        self._place(closed.value, closed.event)

    def _alias(self, event: AliasEvent) -> None:
        anchor = event.anchor or ""
        if anchor not in self._anchors:
            raise self._refused(event, f"*{anchor} refers to nothing before it (or to itself)")
        self._place(self._anchors[anchor], event)

    def _place(self, value: Any, event: Event) -> None:
        """Put a finished value where it belongs."""
        if not self._open:
            self.document = value
            return
        into = self._open[-1]
        match into.value:
            case Items() as items:
                items.append(value)
                items.lines.append(_line(event))
            case Mapping() as table if into.wants_key:
                self._key(into, table, value, event)
                return
            case Mapping() as table:
                self._entry(into, table, value, event)
        into.value.size += getattr(value, "size", 1)
        if into.value.size > MAX_NODES:
            raise self._refused(event, f"holds more than {MAX_NODES:,} values (aliases expanded)")

    def _key(self, into: "_Open", table: Mapping, key: Any, event: Event) -> None:
        if key is not _MERGE:
            if not isinstance(key, str):
                raise self._refused(event, "a key must be a plain text, not a list or a table")
            if key in table.lines:
                first = table.lines[key]
                raise self._refused(event, f"the key {key!r} stands here a second time (first in line {first})")
            table.lines[key] = _line(event)
        into.key, into.wants_key = key, False

    def _entry(self, into: "_Open", table: Mapping, value: Any, event: Event) -> None:
        into.wants_key = True
        if into.key is not _MERGE:
            table[into.key] = value
            return
        for source in value if isinstance(value, Items) else [value]:
            if not isinstance(source, Mapping):
                raise self._refused(event, "<<: merges tables only")
            into.merges.append(source)

    def _refused(self, event: Event, text: str) -> InvalidBoard:
        return InvalidBoard([f"{self._shown}:{_line(event)}: {text}"])


class _Open:
    """A list or table that is being filled."""

    __slots__ = ("event", "key", "merges", "value", "wants_key")

    def __init__(self, value: Mapping | Items, event: CollectionStartEvent) -> None:
        self.value = value
        self.event = event
        self.wants_key = isinstance(value, Mapping)
        self.key: Any = None
        self.merges: list[Mapping] = []

    def finish(self) -> None:
        """Take over what `<<:` merges: keys that the table does not have itself, the first source first."""
        if not isinstance(self.value, Mapping):
            return
        for source in self.merges:
            for key, value in source.items():
                if key not in self.value:
                    self.value[key] = value
                    self.value.lines[key] = source.lines[key]


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain(text: str) -> Any:
    """The value of a scalar without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) < _LONGEST_INTEGER:
        return int(text)
    if FLOAT.fullmatch(text) and isfinite(number := float(text)):
        return number
    return text
