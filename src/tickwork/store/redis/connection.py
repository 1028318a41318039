"""One connection to the server, and what its errors mean to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.client import PubSub as PubSub  # noqa: PLC0414 (its name for the other modules)
from redis.retry import Retry

from tickwork.errors import StoreError, StoreTooNew, StoreUnavailable, UnknownStore

_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "redis+unix": "unix"}
_CONNECT_SECONDS, _ANSWER_SECONDS = 2.0, 5.0

Broken = (redis.ConnectionError, redis.TimeoutError, OSError)
"""The connection died; whether what was sent on it happened is not known."""
Refused = redis.ResponseError
"""The server answered, with an error: what was asked for has not happened."""
Lost = (redis.RedisError, OSError)
"""Whatever the driver raises."""
_PASSING = (
    redis.ReadOnlyError,
    redis.exceptions.MasterDownError,
    redis.exceptions.ClusterDownError,
    redis.exceptions.TryAgainError,
    redis.exceptions.OutOfMemoryError,
)
_PASSING_WORDS = ("BUSY", "MISCONF", "NOREPLICAS", "UNBLOCKED", "SHUTDOWN")
"""How refusals begin that the driver has no class for."""
_TOO_NEW = "TOO_NEW "


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server is, and under which prefix the keys of this instance stand there."""

    server: str
    """A URL as the driver reads it."""
    prefix: str
    shown: str
    """The URL without its password."""
    accept_loss: bool
    """`accept_loss=yes` in the URL."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """`redis://[user:password@]host[:port][/database][?prefix=…&accept_loss=yes]`; also `rediss`, `valkey`,
        `valkeys` (TLS) and `redis+unix:///path/of/socket`. Raises `UnknownStore`."""
        parts = urlsplit(url)
        scheme = _SCHEMES.get(parts.scheme)
        if scheme is None:
            raise UnknownStore(f"{url!r} is no Redis store; write redis://host:6379/0 or valkey://host:6379/0")
        query = dict(parse_qsl(parts.query))
        prefix, accept_loss = query.pop("prefix", ""), query.pop("accept_loss", "no")
        if scheme != "unix" and not parts.hostname:
            raise UnknownStore(f"{url!r} names no host; write {parts.scheme}://localhost:6379/0")
        return cls(
            server=f"{scheme}://{parts.netloc}{parts.path}" + (f"?{urlencode(query)}" if query else ""),
            prefix=f"{prefix}:" if prefix else "",
            shown=_without_password(url),
            accept_loss=accept_loss == "yes",
        )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


class Wire:
    """A connection that sends many calls at once and reads their replies one by one."""

    def __init__(self, address: Address) -> None:
        # its connections have no types
        pool: Any = redis.ConnectionPool.from_url(
            address.server,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
        )
        self._connection = pool.make_connection()
        self._connection.connect()

    def send(self, calls: Sequence[Sequence[Any]]) -> None:
        self._connection.send_packed_command(self._connection.pack_commands(calls), check_health=False)

    def reply(self) -> Any:
        """Raises `Refused` for an error reply, or one of `Broken`."""
        return self._connection.read_response()

    def call(self, *words: Any) -> Any:
        self.send([words])
        return self.reply()

    def close(self) -> None:
        self._connection.disconnect()


def subscription(address: Address) -> PubSub:
    """A connection of its own for listening. Connects at its first use."""
    client = redis.Redis.from_url(
        address.server,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
    )
    heard: PubSub = client.pubsub()  # type: ignore[no-untyped-call]  # the driver has no types here
    return heard


def is_forgotten(error: Exception) -> bool:
    """Whether the server does not know our functions (any more)."""
    return isinstance(error, redis.exceptions.NoScriptError) or "Function not found" in str(error)


def passes(error: Exception) -> bool:
    """Whether the server cannot work just now (a long script, a full disk, a fail-over), which ends by itself."""
    if isinstance(error, _PASSING):
        return True
    return isinstance(error, Refused) and str(error).partition(" ")[0] in _PASSING_WORDS


def explained(error: Exception, address: Address) -> Exception:
    """The error of ours that one of the driver's means; other errors as they are."""
    if isinstance(error, redis.AuthenticationError | redis.exceptions.AuthorizationError):
        return StoreError(f"{address.shown} refuses the user or the password ({error}); correct the URL")
    if passes(error) or isinstance(error, redis.BusyLoadingError):
        return StoreUnavailable(f"{address.shown} cannot work now: {error}")
    if isinstance(error, Refused):
        told = str(error)
        if told.startswith(_TOO_NEW):
            return StoreTooNew(f"{address.shown}: {told.removeprefix(_TOO_NEW)}")
        return StoreError(f"{address.shown} refused a call: {told}")
    if isinstance(error, Broken):
        return StoreUnavailable(f"{address.shown} cannot be reached ({error}); is the server up?")
    return error
