"""What commands share: the store they work on, in whose name, and the options that all of them have."""

import asyncio
import functools
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import rich_click as click

from tickwork.config import environment, load, patience_of
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.model import Actor
from tickwork.node import collect_rarely, make_keyring, make_store
from tickwork.operations import Operations

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Verb = Callable[..., Awaitable[int | None]]
"""`async def verb(ops, **arguments)`; its number is the exit code."""


def store_option(function: F) -> F:
    return click.option(
        "--store",
        metavar="URL",
        help="Store to work on: sqlite:///file.db, postgresql://…, redis://…. Default: $TICKWORK_STORE, else a file in "
        "your data folder.",
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON: exact values, times in UTC.")(function)


def over_store(verb: Verb) -> Callable[..., int | None]:
    """A click callback (with `--store`) that carries out `verb` over the opened store."""

    @store_option
    @functools.wraps(verb)
    def callback(*, store: str | None, **arguments: Any) -> int | None:
        return asyncio.run(with_operations(store, lambda ops: verb(ops, **arguments)))

    return callback


async def with_operations(url: str | None, act: Callable[[Operations], Awaitable[T]]) -> T:
    """Open the store (None: the default one), act, close it."""
    clock = SystemClock()
    settings = load(environment(), store=url)
    store = make_store(settings.store, clock=clock, accept_loss=settings.accept_loss)
    await store.open()
    collect_rarely()
    try:
        keyring = make_keyring(settings)
        ops = Operations(
            store=store,
            clock=clock,
            ids=Ids(clock=clock),
            actor=person(),
            keyring=keyring,
            patience=patience_of(settings),
        )
        return await act(ops)
    finally:
        await store.close()


def person() -> Actor:
    """Who is at the terminal."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's uid without an entry in passwd
        user = str(os.getuid())
    return Actor(kind="person", name=f"{user}@{os.uname().nodename}")
