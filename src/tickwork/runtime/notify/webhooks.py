"""Webhooks: a POST, signed as https://www.standardwebhooks.com says, to an address that was checked. Redirects are not
followed: they would lead where nobody has looked."""

import asyncio
import base64
import binascii
import hashlib
import hmac
from http.client import HTTPException
from urllib.parse import urlsplit

from tickwork.core.clock import SECOND, Instant
from tickwork.core.codec import to_json
from tickwork.core.urls import Allowed, pinned, target_of
from tickwork.pinned import PinnedConnection, addresses_of
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.wording import Message

_PREFIX = "whsec_"
_TAKEN = range(200, 300)


def signature(secret: str, *, id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`. `secret`: `whsec_` and base64, or any text."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True) if secret.startswith(_PREFIX) else b""
    except binascii.Error:
        key = b""
    content = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key or secret.encode(), content, hashlib.sha256)).decode()


async def post_signed(
    url: str, message: Message, *, secret: str, allowed: Allowed, now: Instant, patience: float
) -> None:
    """Raises `NotDelivered` for anything but a status of 200 … 299 within `patience` seconds."""
    body, timestamp = to_json(message.as_json()), now // SECOND
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "tickwork",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, id=message.id, timestamp=timestamp, body=body),
    }
    await called("POST", url, body=body, headers=headers, allowed=allowed, patience=patience)


async def called(
    method: str, url: str, *, body: bytes | None, headers: dict[str, str], allowed: Allowed, patience: float
) -> None:
    """One request, made in a thread. Raises `NotDelivered`."""
    host = urlsplit(url).netloc
    connection: PinnedConnection | None = None
    try:
        async with asyncio.timeout(patience):
            target = target_of(url)
            addresses = pinned(target, await asyncio.to_thread(addresses_of, target), allowed)
            connection = PinnedConnection(target, addresses, silence=patience)
            status = await asyncio.to_thread(_exchange, connection, method, url, body, headers)
    except TimeoutError:
        if connection is not None:
            connection.break_off()
        raise NotDelivered(f"{host} took longer than {patience:g} s") from None
    except (OSError, HTTPException, ValueError) as error:  # PermissionError: where it must not go
        raise NotDelivered(f"{host}: {str(error) or type(error).__name__}") from None
    if status not in _TAKEN:
        raise NotDelivered(f"{host} answered {status}")


def _exchange(connection: PinnedConnection, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> int:
    place = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        connection.request(method, place, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
