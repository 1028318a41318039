"""Users, groups and keys as documents of the store."""

import builtins
import re
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from tickwork.core.codec import from_json, to_json
from tickwork.core.people import Group, Key, User
from tickwork.errors import InvalidDefinition, NotFound
from tickwork.operations.context import Context
from tickwork.operations.paging import every
from tickwork.store.protocol import Document, Kind, Put

T = TypeVar("T", User, Group, Key)

_KINDS: dict[type, Kind] = {User: Kind.USER, Group: Kind.GROUP, Key: Kind.KEY}
_COMMANDS = {Kind.USER: "tickwork user ls", Kind.GROUP: "tickwork group ls", Kind.KEY: "tickwork key ls"}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._+@-]{0,62}[a-z0-9])?", re.ASCII)


class Entry(NamedTuple, Generic[T]):
    """A value, and the revision of it that was read."""

    value: T
    revision: int


def named(text: str, *, what: str) -> str:
    """The name in its one form. Raises `InvalidDefinition`."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidDefinition(
            f"{what} {text!r}: use 1 to 64 letters (a-z), digits and . _ + @ - with a letter or digit at both ends"
        )
    return name


def folded(text: str) -> str:
    """A name as somebody typed it, in the form that it is stored in."""
    return text.strip().lower()


def put_of(value: User | Group | Key, *, expect: int | None) -> Put:
    if isinstance(value, Key):
        return Put(
            kind=Kind.KEY,
            id=value.id,
            body=to_json(value),
            project=value.project or "",
            name=value.name,
            expect=expect,
        )
    return Put(kind=_KINDS[type(value)], id=value.name, body=to_json(value), name=value.name, expect=expect)


class Directory:
    """Reads and writes them; every write is in the audit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    async def get(self, kind: type[T], id: str) -> T | None:
        document = await self._store.get(_KINDS[kind], id)
        return None if document is None else from_json(document.body or b"", kind)

    async def find(self, kind: type[T], id: str) -> Entry[T]:
        """Raises `NotFound`."""
        document = await self._store.get(_KINDS[kind], id)
        if document is None:
            what = _KINDS[kind]
            raise NotFound(f"there is no {what} {id!r}; `{_COMMANDS[what]}` lists them")
        return _entry(document, kind)

    async def all(self, kind: type[T]) -> builtins.list[Entry[T]]:
        """In the order of their ids."""
        return [_entry(document, kind) for document in await every(self._store, _KINDS[kind])]

    async def put(self, puts: Sequence[Put], *, verb: str) -> None:
        now = self._context.clock.now()
        await self._store.put(puts, by=self._context.actor, at=now, verb=verb)


def _entry(document: Document, kind: type[T]) -> Entry[T]:
    return Entry(from_json(document.body or b"", kind), document.revision)
