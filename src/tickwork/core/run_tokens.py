"""Tokens of runs: good for one run, while the claim holds that they were made for. They are signed, not stored."""

import hmac
from collections.abc import Sequence

from tickwork.core.ids import RunId
from tickwork.core.model import Epoch, Fence

PREFIX = "twr_"
_PURPOSE = b"tickwork run token 1\0"
_MAC_DIGITS = 40
_LONGEST = 19
"""Digits of a number of 63 bits."""


def sign(run: RunId, fence: Fence, key: bytes) -> str:
    """The token; a fence belongs to one attempt of one run."""
    return f"{PREFIX}{run}.{fence.epoch}.{fence.n}.{_mac(run, fence, key)}"


def read(token: str, keys: Sequence[bytes]) -> tuple[RunId, Fence] | None:
    """Which claim the token was made for; None: it was not signed by one of these keys."""
    run, epoch, number, *_ = [*token.removeprefix(PREFIX).split("."), "", ""]
    if not (token.isascii() and number.isdecimal() and len(number) <= _LONGEST):
        return None
    claim = RunId(run), Fence(Epoch(epoch), int(number))
    good = [hmac.compare_digest(sign(*claim, key).encode(), token.encode()) for key in keys]
    return claim if any(good) else None


def _mac(run: RunId, fence: Fence, key: bytes) -> str:
    return hmac.digest(key, _PURPOSE + f"{run}\0{fence.epoch}\0{fence.n}".encode(), "sha256").hex()[:_MAC_DIGITS]
