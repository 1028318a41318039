"""A node: services, a worker and pages over one opened store, from their start to their end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tickwork.errors import TickworkError
from tickwork.node.kit import Kit
from tickwork.node.making import make_keyring, make_tracing
from tickwork.service import came
from tickwork.telemetry import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tickwork.config import Settings
    from tickwork.core.clock import Clock
    from tickwork.core.ids import Ids
    from tickwork.keyring import Keyring
    from tickwork.server.web import Web
    from tickwork.service import Service
    from tickwork.store.protocol import Store
    from tickwork.telemetry import Telemetry
    from tickwork.tracing import Tracing
    from tickwork.worker.agent import Agent
    from tickwork.worker.link import Link
    from tickwork.worker.processes import Preload

_STAND_BY = 0.5
"""Seconds between two tries to take the server's seat."""


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
        keyring: Keyring | None = None,
    ) -> None:
        """`preload`: the app that Python children are born with; `env`: what jobs find in their environment beside
        the worker's minimal one; `web`: the pages and REST that a server serves; `link`: how the worker reaches whoever
        has the ledger, where it has no store at hand (None: then there is none); `keyring`: where others in this
        process have it, too."""
        self._kit = Kit(
            settings=settings, clock=clock, ids=ids, telemetry=telemetry, keyring=keyring or make_keyring(settings)
        )
        self._store = store
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
        self._tracing = make_tracing(self._kit.settings, telemetry=self._kit.telemetry)
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
                self._kit.telemetry.emit(Notice(text=text))
                told = True
            await came(self._stop, within=_STAND_BY)
        return None

    async def _serve(self, *, scheduler: bool, worker: bool, ready: Callable[[], None]) -> None:
        # Stop order: the scheduler's loops and the pages go on until the worker has drained and reported, so that its
        # last completions are followed up and can be watched; only then do they end.
        self.services = self._services() if scheduler else []
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

    def _services(self) -> list[Service]:
        from tickwork.node.services import services_of

        return services_of(self._kit, self._opened)

    def _agent(self) -> Agent:
        from tickwork.node.worker import agent_of, host_of, store_link

        link = self._link or store_link(self._kit, self._opened)
        host = host_of(self._kit.settings, env=self._env, url=self._url_for_jobs(), tracing=self._tracing)
        return agent_of(self._kit, link, host=host, preload=self._preload, env=self._env)

    def _url_for_jobs(self) -> str:
        """As people reach the server from outside, else as this worker does, else as this very node listens."""
        settings = self._kit.settings
        listening = "" if self._web is None else self._web.url
        return (settings.public_url or settings.server or listening).rstrip("/")

    @property
    def _opened(self) -> Store:
        assert self._store is not None, "only a worker with a link of its own does without a store"
        return self._store


def _first(errors: BaseExceptionGroup[TickworkError]) -> TickworkError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, TickworkError)
    return error
