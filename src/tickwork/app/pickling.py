"""Results that JSON cannot hold, for apps that ask for it: pickled, and signed.

To unpickle is to run what somebody wrote: only what was signed with the app's own key is unpickled, and only for a job
that opted in (`pickle=True`). Such a result is kept as JSON: `{"!pickle": {"data", "type", "job", "signature"}}`.
"""

import hashlib
import hmac
import pickle
from base64 import b64decode, b64encode
from typing import Any

import msgspec

from tickwork.core.codec import to_json
from tickwork.errors import PickleRefused

PICKLE = "!pickle"
"""The only key of a table that stands for a pickled value."""
_PURPOSE = b"tickwork result"


class Pickled(msgspec.Struct, frozen=True, kw_only=True):
    """A value as it is kept."""

    data: str
    """Base64."""
    type: str
    """For people, who do not see what is inside."""
    job: str
    """Whose result it is."""
    signature: str
    """Of job and data, by the key."""


def pickled(value: Any, *, key: bytes, job: str) -> bytes:
    """The JSON that stands for the value. Raises what pickling raises."""
    data = _dumps(value)
    kind = type(value)
    kept = Pickled(
        data=b64encode(data).decode(),
        type=f"{kind.__module__}.{kind.__qualname__}",
        job=job,
        signature=_signature(key, job, data),
    )
    return to_json({PICKLE: kept})


def has_pickles(value: Any) -> bool:
    """Whether a pickled value stands anywhere in it."""
    match value:
        case {"!pickle": _, **rest} if not rest:
            return True
        case dict():
            return any(map(has_pickles, value.values()))
        case list() | tuple():
            return any(map(has_pickles, value))
        case _:
            return False


def legible(value: Any) -> Any:
    """`value` for people: with the type in the place of what is pickled."""
    match value:
        case {"!pickle": {"type": str(kind), "data": str(data)}, **rest} if not rest:
            return f"<pickled {kind}, {len(data) * 3 // 4:,} bytes>"
        case dict():
            return {name: legible(item) for name, item in value.items()}
        case list():
            return [legible(item) for item in value]
        case _:
            return value


def unpickled(value: Any, *, key: bytes) -> Any:
    """`value` with all that is pickled in it made anew. Raises `PickleRefused` naming the job whose result it is."""
    match value:
        case {"!pickle": kept, **rest} if not rest:
            return _opened(kept, key)
        case dict():
            return {name: unpickled(item, key=key) for name, item in value.items()}
        case list() | tuple():
            return [unpickled(item, key=key) for item in value]
        case _:
            return value


def _opened(kept: Any, key: bytes) -> Any:
    try:
        found = msgspec.convert(kept, Pickled)
        data = b64decode(found.data, validate=True)
    except ValueError as error:
        raise PickleRefused(f"a pickled result is not unpickled: it is damaged ({error})") from None
    if not hmac.compare_digest(_signature(key, found.job, data).encode(), found.signature.encode()):
        raise PickleRefused(
            f"the result of {found.job} is not unpickled: it was not signed with the key that is in use here; give all "
            "servers, workers and applications the same signing_key or signing_key_file"
        )
    try:
        return pickle.loads(data)  # noqa: S301 (signed by ourselves, and asked for)
    except Exception as error:
        raise PickleRefused(
            f"the result of {found.job} ({found.type}) cannot be unpickled: {type(error).__name__}: {error}"
        ) from error


def _signature(key: bytes, job: str, data: bytes) -> str:
    return hmac.new(key, b"\0".join((_PURPOSE, job.encode(), data)), hashlib.sha256).hexdigest()


def _dumps(value: Any) -> bytes:
    try:
        import cloudpickle  # an extra: it also takes lambdas, and classes of the main module
    except ImportError:
        return pickle.dumps(value)
    dumped: bytes = cloudpickle.dumps(value)
    return dumped
