"""How values become bytes: JSON for what is stored and read by people, MessagePack on internal wires."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_json = msgspec.json.Encoder()
_pack = msgspec.msgpack.Encoder()


def to_json(value: Any) -> bytes:
    return _json.encode(value)


def from_json(data: bytes | str, kind: type[T]) -> T:
    """Decode strictly; raises `msgspec.ValidationError` naming the path of what does not fit."""
    return msgspec.json.decode(data, type=kind)


def pack(value: Any) -> bytes:
    return _pack.encode(value)
