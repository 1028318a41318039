"""Tickwork at a distance: the verbs by a server's REST API, for coroutines (`AsyncClient`) and without (`Client`).

Imported when they are used: the shapes beside them need no HTTP.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tickwork.client.asynchronous.client import AsyncClient
    from tickwork.client.asynchronous.handle import AsyncRemoteRun
    from tickwork.client.synchronous.client import Client
    from tickwork.client.synchronous.handle import RemoteRun

__all__ = ["AsyncClient", "AsyncRemoteRun", "Client", "RemoteRun"]

_HOMES = {
    "AsyncClient": "tickwork.client.asynchronous.client",
    "AsyncRemoteRun": "tickwork.client.asynchronous.handle",
    "Client": "tickwork.client.synchronous.client",
    "RemoteRun": "tickwork.client.synchronous.handle",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
