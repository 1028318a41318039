"""The HTTP side of a node: listens, serves the app, and ends with the node."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator, Sequence
from typing import ClassVar

import uvicorn

from tickwork.config import DEFAULT_PORT, Settings, listed
from tickwork.errors import InvalidSetting
from tickwork.server.app import make_app
from tickwork.server.backend import Backend
from tickwork.server.browsers import LOOPBACK_NAMES, is_loopback
from tickwork.server.live.socket import LONGEST_REQUEST
from tickwork.server.wire import Http
from tickwork.service import Service

_BACKLOG = 2048
_UNREAD = 60_000
"""Milliseconds."""
_GRACE = 5
"""Seconds that open requests have when the server ends."""


class Web:
    """One listener. `listen` before anything else is promised, then `serve` until `stop`."""

    name: ClassVar[str] = "web"

    def __init__(self, *, backend: Backend) -> None:
        self._backend = backend
        _ = backend.metrics  # which count from now on, asked for or not
        self._settings = backend.settings
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        """Where it is reached from this machine."""
        assert self._socket is not None, "listen comes first"
        scheme = "https" if self._settings.tls_cert else "http"
        host = self._settings.listen
        name = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else f"[{host}]" if ":" in host else host  # noqa: S104 (compared, not bound)
        return f"{scheme}://{name}:{self._socket.getsockname()[1]}"

    @property
    def services(self) -> Sequence[Service]:
        """What works in the background for those who watch."""
        return self._backend.hub.services

    def watch(self, services: Sequence[Service]) -> None:
        """Tell of these how they are, when somebody asks for the server's health."""
        self._backend.services[:] = services

    def listen(self) -> None:
        """Take the port: the asked one, else 8425, else any that is free. Raises `InvalidSetting`."""
        host, port = self._settings.listen, self._settings.port
        if port is not None:
            self._socket = _bound(host, port)
            return
        try:
            self._socket = _bound(host, DEFAULT_PORT)
        except InvalidSetting:
            self._socket = _bound(host, 0)

    async def serve(self) -> None:
        """Until `stop`. Raises what made it fail to start."""
        assert self._socket is not None, "listen comes first"
        config = uvicorn.Config(
            make_app(self._backend, hosts=hosts_of(self._settings)),
            loop="none",
            http=Http,
            ws="websockets-sansio",
            ws_max_size=LONGEST_REQUEST,
            ws_per_message_deflate=False,  # per client, what is encoded once for all
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=bool(self._settings.proxies),
            forwarded_allow_ips=proxies_of(self._settings),
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            ssl_certfile=self._settings.tls_cert or None,
            ssl_keyfile=self._settings.tls_key or None,
        )
        self._server = _Server(config)
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        """Only sets flags."""
        self._backend.desk.hang_up()
        if self._server is not None:
            self._server.should_exit = True

    def close(self) -> None:
        """Give the port back, also where nothing was ever served."""
        self._backend.desk.close()
        if self._socket is not None:
            self._socket.close()


class _Server(uvicorn.Server):
    """Signals are the node's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def hosts_of(settings: Settings) -> list[str]:
    """The names this server answers to."""
    bound = [] if is_loopback(settings.listen) else [settings.listen]
    return [*LOOPBACK_NAMES, *bound, *listed(settings.hosts)]


def proxies_of(settings: Settings) -> list[str]:
    """Whose word on a client is taken. Raises `InvalidSetting`."""
    named = list(listed(settings.proxies))
    for name in named:
        try:
            ipaddress.ip_network(name)
        except ValueError as error:
            raise InvalidSetting(
                f"proxies: {name!r} is no address or network ({error}); give 127.0.0.1 or 10.0.0.0/8"
            ) from None
    return named


def refuse_careless(settings: Settings, *, anybody_known: bool) -> None:
    """Raises `InvalidSetting` for a server that others could reach and nobody protects."""
    if is_loopback(settings.listen):
        return
    if settings.no_auth:
        raise InvalidSetting(f"--no-auth: only on a loopback address, not on {settings.listen}; make users instead")
    if settings.insecure:
        return
    if not settings.tls_cert:
        raise InvalidSetting(
            f"listen: {settings.listen} can be reached from other machines, and passwords would cross the network in "
            "the clear; give tls_cert and tls_key, or --insecure behind a proxy that does TLS"
        )
    if not anybody_known:
        raise InvalidSetting(
            f"listen: {settings.listen} can be reached from other machines, and there is no account yet; make one "
            "first: `tickwork user add NAME --superuser`"
        )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of a socket with this protocol asyncio sets TCP_NODELAY: else each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # what a peer that reads nothing has not taken by then, it never will
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise InvalidSetting(
            f"port: {port} on {host} cannot be used: {error.strerror}; choose another: --port"
        ) from None
    listener.setblocking(False)  # noqa: FBT003 (the standard library's signature)
    return listener
