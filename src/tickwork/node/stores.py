"""The store behind a URL. Which kinds there are, only this module knows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tickwork.errors import UnknownStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tickwork.core.clock import Clock
    from tickwork.core.ids import Ids
    from tickwork.store.protocol import Store


def make_store(url: str, *, clock: Clock, accept_loss: bool = False) -> Store:
    """The store behind a URL, not yet opened; it announces what is changed through it, and is measured. `accept_loss`:
    also on a server that may forget what it was told. Raises `UnknownStore`."""
    from tickwork.core.ids import Ids
    from tickwork.store.announcing import announcing
    from tickwork.store.measuring import measuring

    ids = Ids(clock=clock)
    store = _store_of(url, clock=clock, ids=ids, accept_loss=accept_loss)
    return announcing(measuring(store, clock=clock), by=ids.session())


def _store_of(url: str, *, clock: Clock, ids: Ids, accept_loss: bool) -> Store:
    kind = url.partition(":")[0]
    if kind in {"sqlite", "memory"}:
        from tickwork.store.sqlite import SqliteStore

        return SqliteStore.from_url(url, clock=clock, ids=ids)
    if kind in {"postgresql", "postgres"}:
        with _driver_of(kind, extra="postgres"):
            from tickwork.store.postgres import PostgresStore
        return PostgresStore.from_url(url, clock=clock, ids=ids)
    if kind in {"redis", "rediss", "valkey", "valkeys", "redis+unix"}:
        with _driver_of(kind, extra="redis"):
            from tickwork.store.redis import RedisStore
        return RedisStore.from_url(url, clock=clock, ids=ids, accept_loss=accept_loss)
    raise UnknownStore(
        f"store {url!r}: {kind!r} is no kind of store that this version has; "
        "use sqlite:///file.db, memory://, postgresql://user@host/database or redis://host:6379/0"
    )


@contextmanager
def _driver_of(kind: str, *, extra: str) -> Iterator[None]:
    """Around the import of a store whose driver is optional."""
    try:
        yield
    except ImportError as error:
        raise UnknownStore(
            f"{kind} stores need a driver that is not installed ({error}); pip install 'tickwork[{extra}]'"
        ) from error
