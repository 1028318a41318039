"""Documents as they stand on the server: JSON for whoever reads it (lib/documents.lua says how it lies there)."""

from typing import Any, cast

import msgspec

from tickwork.core.model import Actor
from tickwork.store.protocol import Document, Kind


class _Tail(msgspec.Struct, frozen=True):
    meta: tuple[int, str, str, str, int, str, str, int]


_decode_tail = msgspec.json.Decoder(_Tail).decode
_SIZE, _BODY = b'{"size":', b',"job":'
_NULL = 4


def body_of(text: bytes) -> bytes:
    """The definition inside a document's text."""
    first, end = _span(text)
    return text[first:end]


def _span(text: bytes) -> tuple[int, int]:
    head = text.index(_BODY)
    size, first = int(text[len(_SIZE) : head]), head + len(_BODY)
    return first, first + (_NULL if size < 0 else size)


def document_of(kind: Kind, id: str, text: bytes) -> Document:
    first, end = _span(text)
    revision, project, name, owner, changed, by_kind, by_name, _audit = _decode_tail(b"{" + text[end + 1 :]).meta
    return Document(
        kind=kind,
        id=id,
        revision=revision,
        body=None if text.startswith(b'{"size":-1,') else text[first:end],
        project=project,
        name=name,
        owner=owner,
        changed=cast("Any", changed),
        by=Actor(kind=by_kind, name=by_name),
    )
