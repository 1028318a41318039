"""The composition root: the only module that names concrete stores, and the one that puts a node together."""

from __future__ import annotations

import asyncio
import gc
import platform
import re
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from tickwork.errors import TickworkError, UnknownStore
from tickwork.service import Service
from tickwork.telemetry import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tickwork.config import Settings
    from tickwork.core.clock import Clock
    from tickwork.core.ids import Ids
    from tickwork.keyring import Keyring
    from tickwork.server.web import Web
    from tickwork.store.protocol import Store
    from tickwork.telemetry import Telemetry
    from tickwork.tracing import Tracing
    from tickwork.worker.agent import Agent
    from tickwork.worker.link import Link
    from tickwork.worker.processes import Preload

_STAND_BY = 0.5
"""Seconds between two tries to take the server's seat."""


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


def make_keyring(settings: Settings) -> Keyring:
    """The instance's secret keys, not yet read."""
    from tickwork.config import secret_key_file
    from tickwork.keyring import Keyring

    texts = [text for text in re.split(r"[,\s]+", settings.secret_keys) if text]
    return Keyring(texts=texts, file=secret_key_file(settings))


def make_tracing(settings: Settings, *, telemetry: Telemetry) -> Tracing | None:
    """None: runs are not traced, and nothing of OpenTelemetry is imported. Raises `InvalidSetting`."""
    if not settings.tracing:
        return None
    from tickwork.tracing import Tracing

    return Tracing(telemetry=telemetry)


@contextmanager
def _driver_of(kind: str, *, extra: str) -> Iterator[None]:
    """Around the import of a store whose driver is optional."""
    try:
        yield
    except ImportError as error:
        raise UnknownStore(
            f"{kind} stores need a driver that is not installed ({error}); pip install 'tickwork[{extra}]'"
        ) from error


def worker_name(settings: Settings) -> str:
    """What the worker of this machine is called."""
    return settings.worker_name or platform.node()


def collect_rarely() -> None:
    """Once in a process of ours, before it lives long or makes much. Nearly all its values die by their reference
    counts; by default the garbage collector walks over all that is alive every 700 objects, which costs a worker a
    tenth of its throughput."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class Node:
    """Services over one opened store. `run` returns when it was asked to stop and everything has ended."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store | None,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        preload: Preload | None = None,
        env: Mapping[str, str] | None = None,
        web: Web | None = None,
        link: Link | None = None,
    ) -> None:
        """`preload`: the app that Python children are born with; `env`: what jobs find in their environment beside
        the worker's minimal one; `web`: the pages and REST that a server serves; `link`: how the worker reaches whoever
        has the ledger, where it has no store at hand (None: then there is none)."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry
        self._preload = preload
        self._env = dict(env or {})
        self._web = web
        self._link = link
        self._stop = asyncio.Event()
        self._hard = False
        self.services: list[Service] = []
        self.agent: Agent | None = None
        self._tracing: Tracing | None = None

    def request_stop(self) -> None:
        """The first time: stop gracefully. The second time: kill what still runs. Safe from a signal handler."""
        self._hard = self._stop.is_set()
        self._stop.set()
        if self._hard and self.agent is not None:
            self.agent.hurry()

    async def run(self, *, scheduler: bool, worker: bool, ready: Callable[[], None] = lambda: None) -> None:
        """Raises `ServiceDied` when a service gave up."""
        self._tracing = make_tracing(self._settings, telemetry=self._telemetry)
        seat = await self._take_seat() if scheduler else None
        try:
            if self._stop.is_set():
                return
            await self._serve(scheduler=scheduler, worker=worker, ready=ready)
        finally:
            if seat is not None:
                seat()
            if self._tracing is not None:
                await self._tracing.close()

    async def _take_seat(self) -> Callable[[], None] | None:
        """Wait for the store's one server seat, where it has one."""
        told = False
        while not self._stop.is_set():
            if (seat := await self._opened.serve()) is not None:
                return seat
            if not told:
                text = f"another server works on {self._opened.url}; standing by to take over when it ends"
                self._telemetry.emit(Notice(text=text))
                told = True
            await _wait(self._stop, _STAND_BY)
        return None

    async def _serve(self, *, scheduler: bool, worker: bool, ready: Callable[[], None]) -> None:
        # Stop order: the scheduler's loops and the pages go on until the worker has drained and reported, so that its
        # last completions are followed up and can be watched; only then do they end.
        self.services = self._runtime() if scheduler else []
        if self._web is not None:
            self._web.listen()
            self.services += self._web.services
        self.agent = self._agent() if worker else None
        if self._web is not None:
            self._web.watch([*self.services, *(self.agent.services if self.agent is not None else ())])
        try:
            async with asyncio.TaskGroup() as group:
                loops = [group.create_task(service.run(), name=service.name) for service in self.services]
                work = group.create_task(self.agent.run(), name="worker") if self.agent is not None else None
                pages = group.create_task(self._web.serve(), name="web") if self._web is not None else None
                ready()
                await self._stop.wait()
                if work is not None and self.agent is not None:
                    self.agent.stop()
                    await work
                for service in self.services:
                    service.stop()
                if pages is not None and self._web is not None:
                    self._web.stop()
                    await pages
                await asyncio.gather(*loops)
        except* TickworkError as errors:
            raise _first(errors) from None
        finally:
            if self._web is not None:
                self._web.close()

    def _runtime(self) -> list[Service]:
        from tickwork.config import patience_of, retention_of
        from tickwork.runtime.promoter import Promoter
        from tickwork.runtime.pruner import Pruner
        from tickwork.runtime.reaper import Reaper
        from tickwork.runtime.scheduler import Scheduler
        from tickwork.runtime.watchdog import Watchdog
        from tickwork.store.protocol import Level

        store, clock, telemetry = self._opened, self._clock, self._telemetry
        scheduler = Scheduler(store=store, clock=clock, ids=self._ids, telemetry=telemetry)
        return [
            scheduler,
            Promoter(store=store, clock=clock, telemetry=telemetry, ship=bool(self._settings.ship_logs)),
            Reaper(store=store, clock=clock, telemetry=telemetry),
            Watchdog(store=store, clock=clock, telemetry=telemetry, patience=patience_of(self._settings)),
            Pruner(
                store=store,
                clock=clock,
                telemetry=telemetry,
                keep=retention_of(self._settings),
                keep_records={
                    Level.DEBUG: self._settings.keep_debug,
                    Level.INFO: self._settings.keep_info,
                    Level.WARNING: self._settings.keep_warning,
                    Level.ERROR: self._settings.keep_error,
                    Level.CRITICAL: self._settings.keep_error,
                },
            ),
            self._notifier(),
            *self._shipper(),
            *self._heartbeat(scheduler),
        ]

    def _shipper(self) -> list[Service]:
        if not self._settings.ship_logs:
            return []
        from tickwork.runtime.shipping.shipper import Shipper
        from tickwork.runtime.shipping.sinks import sink_of

        sink = sink_of(self._settings.ship_logs, token=self._settings.ship_token)
        return [
            Shipper(
                store=self._opened, clock=self._clock, telemetry=self._telemetry, sink=sink, who=self._ids.session()
            )
        ]

    def _heartbeat(self, scheduler: Service) -> list[Service]:
        if not self._settings.heartbeat_url:
            return []
        from tickwork.runtime.heartbeat import Heartbeat

        return [
            Heartbeat(
                clock=self._clock,
                telemetry=self._telemetry,
                url=self._settings.heartbeat_url,
                every=self._settings.heartbeat_every,
                progress=lambda: scheduler.ticks,
            )
        ]

    def _notifier(self) -> Service:
        from tickwork.runtime.notify.notifier import Notifier
        from tickwork.runtime.notify.ways import Ways

        keyring, host = make_keyring(self._settings), platform.node() or "localhost"
        return Notifier(
            store=self._opened,
            clock=self._clock,
            telemetry=self._telemetry,
            ways=Ways(settings=self._settings, keyring=keyring, clock=self._clock, host=host),
            who=self._ids.session(),
            host=host,
            public_url=self._settings.public_url,
        )

    def _agent(self) -> Agent:
        from tickwork.config import listed
        from tickwork.core.containment import Containment
        from tickwork.signing import SigningKey
        from tickwork.worker.agent import Agent
        from tickwork.worker.code import code_labels
        from tickwork.worker.environment import Host
        from tickwork.worker.process.launching import LocalProcesses

        return Agent(
            link=self._link or self._store_link(),
            processes=LocalProcesses(
                clock=self._clock,
                containment=Containment(self._settings.containment),
                preload=self._preload,
                env=self._env,
            ),
            clock=self._clock,
            ids=self._ids,
            telemetry=self._telemetry,
            name=worker_name(self._settings),
            pools=listed(self._settings.pool),
            concurrency=self._settings.workers,
            lease=self._settings.lease,
            grace=self._settings.grace,
            labels=tuple(listed(self._settings.labels)),
            code=partial(code_labels, self._preload),
            host=Host.of_this_process()
            .with_env(self._env)
            .with_http_allow(listed(self._settings.http_allow))
            .with_url(self._url_for_jobs())
            .with_traceparent(None if self._tracing is None else self._tracing.traceparent),
            signing=SigningKey(text=self._settings.signing_key, file=self._settings.signing_key_file),
            spool_folder=self._settings.spool_folder,
        )

    def _url_for_jobs(self) -> str:
        """As people reach the server from outside, else as this worker does, else as this very node listens."""
        listening = "" if self._web is None else self._web.url
        return (self._settings.public_url or self._settings.server or listening).rstrip("/")

    def _store_link(self) -> Link:
        from tickwork.worker.store_link import StoreLink

        return StoreLink(
            store=self._opened,
            clock=self._clock,
            ids=self._ids,
            telemetry=self._telemetry,
            keyring=make_keyring(self._settings),
            job_timeout=self._settings.job_timeout or None,
        )

    @property
    def _opened(self) -> Store:
        assert self._store is not None, "only a worker with a link of its own does without a store"
        return self._store


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def _first(errors: BaseExceptionGroup[TickworkError]) -> TickworkError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, TickworkError)
    return error
