"""Where lines go: standard output, syslog, or an address that takes them by POST."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from logging.handlers import SysLogHandler
from typing import Final, Protocol
from urllib.parse import urlsplit

from tickwork.core.urls import Allowed
from tickwork.errors import InvalidSetting
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.webhooks import called
from tickwork.runtime.shipping.lines import Line, encoded

_PATIENCE: Final = 30.0
_PORT: Final = 514
_ANYWHERE: Final = Allowed.parse(["0.0.0.0/0", "::/0"])
"""Who set the URL runs the server."""
_LEVELS: Final = {"stderr": logging.WARNING, "system": logging.WARNING}


class Sink(Protocol):
    async def take(self, lines: Sequence[Line]) -> None:
        """All of them. Raises `NotDelivered`, and then they come again."""
        ...


class StandardOutput:
    async def take(self, lines: Sequence[Line]) -> None:
        try:
            await asyncio.to_thread(_written, encoded(lines))
        except (OSError, ValueError) as error:  # ValueError: it is closed
            raise NotDelivered(f"standard output: {error}") from None


class Syslog:
    """A datagram a line; over the network it may be lost, as syslog's may."""

    def __init__(self, address: str | tuple[str, int]) -> None:
        self._address = address

    async def take(self, lines: Sequence[Line]) -> None:
        try:
            await asyncio.to_thread(self._send, lines)
        except OSError as error:
            raise NotDelivered(f"syslog at {self._address}: {error}") from None

    def _send(self, lines: Sequence[Line]) -> None:
        handler = _Strict(address=self._address)
        handler.ident = "tickwork: "
        try:
            for line in lines:
                level = logging.getLevelName(line.level or "")
                number = level if isinstance(level, int) else _LEVELS.get(line.stream, logging.INFO)
                text = encoded([line]).decode().rstrip("\n")
                handler.emit(logging.LogRecord("tickwork", number, "", 0, text, None, None))
        finally:
            handler.close()


class _Strict(SysLogHandler):
    """Says so when a line could not be sent."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        raise  # noqa: PLE0704 (called where the error is being handled)


class Address:
    """NDJSON by POST; anything but a status of 200 … 299 is a refusal."""

    def __init__(self, url: str, *, token: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/x-ndjson", "User-Agent": "tickwork"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def take(self, lines: Sequence[Line]) -> None:
        await called(
            "POST", self._url, body=encoded(lines), headers=self._headers, allowed=_ANYWHERE, patience=_PATIENCE
        )


def sink_of(said: str, *, token: str = "") -> Sink:
    """`stdout`, `syslog` (this machine's), `syslog://host:514`, or `https://…`. Raises `InvalidSetting`."""
    url = urlsplit(said)
    if said == "stdout":
        return StandardOutput()
    if said == "syslog":
        return Syslog("/dev/log")
    if url.scheme == "syslog" and (url.hostname or url.path):
        return Syslog((url.hostname, url.port or _PORT) if url.hostname else url.path)
    if url.scheme in {"http", "https"} and url.hostname:
        return Address(said, token=token)
    raise InvalidSetting(f"ship_logs: {said!r} is not one of stdout, syslog, syslog://host:514, https://host/path")


def _written(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
