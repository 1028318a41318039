"""What commands share: the store or the server they work on, in whose name, and the options that all of them have."""

import asyncio
import functools
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import rich_click as click

from tickwork.cli.local import LocalVerbs
from tickwork.cli.trust import key_of, trusted
from tickwork.cli.verbs import Verbs
from tickwork.config import PREFIX, Settings, environment, load
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Actor
from tickwork.errors import InvalidSetting
from tickwork.node import collect_rarely, make_keyring, make_store
from tickwork.operations import Operations

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Verb = Callable[..., Awaitable[int | None]]
"""`async def verb(ops, **arguments)`, or `verb(verbs, **arguments)`; its number is the exit code."""


def store_option(function: F) -> F:
    return click.option(
        "--store",
        metavar="URL",
        help="Store to work on: sqlite:///file.db, postgresql://…, redis://…. Default: $TICKWORK_STORE, else what "
        "tickwork.toml says, else a file in your data folder.",
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON: exact values, times in UTC.")(function)


def server_option(function: F) -> F:
    return click.option(
        "--server",
        metavar="URL",
        help="Server to ask instead of a store, with $TICKWORK_KEY. Default: $TICKWORK_SERVER.",
    )(function)


def over_store(why: str) -> Callable[[Verb], Callable[..., int | None]]:
    """A click callback (with `--store`) that carries out a verb over the opened store; `why` a server cannot do it."""

    def decorate(verb: Verb) -> Callable[..., int | None]:
        @click.option("--server", hidden=True)
        @store_option
        @functools.wraps(verb)
        def callback(*, store: str | None, server: str | None, **arguments: Any) -> int | None:
            if (server or environment().get(f"{PREFIX}SERVER")) and store is None:
                raise InvalidSetting(f"no server does this: {why}; name the store by --store, where it can be reached")
            return asyncio.run(with_operations(store, lambda ops: verb(ops, **arguments)))

        return callback

    return decorate


def here_only(why: str) -> Callable[[F], F]:
    """An option `--server` for a command that has no use for one: it is refused, with the reason and what to do."""

    def refuse(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            raise InvalidSetting(f"--server: {why}")

    return click.option("--server", hidden=True, expose_value=False, callback=refuse)


def over_either(verb: Verb) -> Callable[..., int | None]:
    """A click callback (with `--store` and `--server`) that carries out `verb` over the one or by the other."""

    @server_option
    @store_option
    @functools.wraps(verb)
    def callback(*, store: str | None, server: str | None, **arguments: Any) -> int | None:
        return asyncio.run(with_verbs(store, server, lambda verbs: verb(verbs, **arguments)))

    return callback


async def with_verbs(store: str | None, server: str | None, act: Callable[[Verbs], Awaitable[T]]) -> T:
    """By the server, where one is named (a store that is named wins over $TICKWORK_SERVER), else over the store."""
    if store is not None and server is not None:
        raise InvalidSetting("--store and --server: a command works on a store or asks a server; name one of them")
    settings = load(environment(), server=server)
    if settings.server and store is None:
        return await _by_server(settings, act)
    return await with_operations(store, lambda ops: act(LocalVerbs(ops)))


async def _by_server(settings: Settings, act: Callable[[Verbs], Awaitable[T]]) -> T:
    from tickwork.client import AsyncClient

    async with AsyncClient(settings.server, key_of(settings), verify=trusted(settings)) as client:
        return await act(client)


async def with_operations(url: str | None, act: Callable[[Operations], Awaitable[T]]) -> T:
    """Open the store (None: the default one), act, close it."""
    clock = SystemClock()
    settings = load(environment(), store=url)
    store = make_store(settings.store, clock=clock, accept_loss=settings.accept_loss)
    await store.open()
    collect_rarely()
    try:
        ids, keyring = Ids(clock=clock), make_keyring(settings)
        return await act(
            Operations.as_set(settings, store=store, clock=clock, ids=ids, actor=person(), keyring=keyring)
        )
    finally:
        await store.close()


def person() -> Actor:
    """Who is at the terminal."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's uid without an entry in passwd
        user = str(os.getuid())
    return Actor(kind="person", name=f"{user}@{os.uname().nodename}")
