"""What a call returned, as JSON: with dataclasses, times, decimals, UUIDs, bytes (base64), msgspec and pydantic types."""

from pathlib import PurePath
from typing import Any

import msgspec

MAX_RESULT = 1_000_000
"""Bytes of JSON."""


def to_result(value: Any) -> bytes:
    """Raises an error that names the type which JSON cannot hold."""
    return _encoder.encode(value)


def _plain(value: Any) -> Any:
    """Of types that msgspec does not know."""
    if (dump := getattr(value, "model_dump", None)) is not None:  # pydantic
        return dump(mode="json")
    if isinstance(value, PurePath):
        return str(value)
    if (tolist := getattr(value, "tolist", None)) is not None:  # arrays and numbers of numpy
        return tolist()
    kind = type(value)
    raise TypeError(f"objects of type {kind.__module__}.{kind.__qualname__} have no form in JSON")


_encoder = msgspec.json.Encoder(enc_hook=_plain)
