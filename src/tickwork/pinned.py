"""A connection over HTTP to the very addresses that were checked (core/urls.py), whatever its name resolves to."""

import contextlib
import socket
import ssl
from collections.abc import Sequence
from http.client import HTTPConnection

from tickwork.core.urls import Target


def addresses_of(target: Target) -> list[str]:
    """What its name resolves to now. Raises `OSError`."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedConnection(HTTPConnection):
    """To the first of the addresses that answers; TLS is proven for the name."""

    def __init__(self, target: Target, addresses: Sequence[str], *, silence: float) -> None:
        """`addresses`: at least one. `silence`: seconds without a byte after which it is given up."""
        super().__init__(target.host, target.port, timeout=silence)
        self._addresses = addresses
        self._silence = silence
        self._secure = target.scheme == "https"
        self.default_port = 443 if self._secure else 80  # what `Host` leaves out

    def connect(self) -> None:
        plain = self._dialled()
        if self._secure:
            self.sock: socket.socket = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        else:
            self.sock = plain

    def break_off(self) -> None:
        """Make whoever waits for it in another thread stop waiting."""
        with contextlib.suppress(AttributeError, OSError):  # not connected (any more)
            self.sock.shutdown(socket.SHUT_RDWR)

    def _dialled(self) -> socket.socket:
        failed: OSError | None = None
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), timeout=self._silence)
            except OSError as error:
                failed = error
        assert failed is not None  # there is at least one address
        raise failed
