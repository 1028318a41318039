"""What jobs return and are given, as JSON.

Dataclasses, times, decimals, UUIDs, bytes (base64), enums, msgspec and pydantic types have their form in it.
"""

from pathlib import PurePath
from typing import Any

import msgspec


def written(text: str) -> str:
    """With escapes for what no encoding takes: file names that are not UTF-8 come with such characters."""
    return text.encode(errors="backslashreplace").decode()


def any_json(value: Any) -> bytes:
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
