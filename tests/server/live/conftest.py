"""A feed whose services tick when a test says so, over a store in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from tests.conformance.opening import factory
from tests.conformance.world import World, at
from tests.store.conftest import sqlite
from tickwork.core.model import Run
from tickwork.server.live.hub import Hub
from tickwork.server.live.subscription import Request, Subscription
from tickwork.server.live.watcher import Watcher
from tickwork.store.announcing import Announcement
from tickwork.store.protocol import Chunk, Claim, Kind, LogWrite, Stream
from tickwork.telemetry import Telemetry
from tickwork.testing import FakeClock, FaultStore


@dataclass
class Eyes:
    """A viewer of some projects."""

    projects: set[str] = field(default_factory=lambda: {"default"})
    sees_workers: bool = True
    valid: bool = True

    def run(self, run: Run) -> bool:
        return run.project in self.projects

    def definition(self, kind: Kind, project: str) -> bool:
        return project in self.projects

    def workers(self) -> bool:
        return self.sees_workers

    async def still_valid(self) -> bool:
        return self.valid


@dataclass
class Feed:
    """A hub and what moves it."""

    world: World
    store: FaultStore
    clock: FakeClock
    hub: Hub

    async def watcher(self, *subscriptions: Subscription, eyes: Eyes | None = None) -> Watcher:
        watcher = self.hub.join(eyes or Eyes())
        await self.ask(watcher, *subscriptions)
        return watcher

    async def ask(self, watcher: Watcher, *subscriptions: Subscription) -> None:
        await self.hub.answer(watcher, Request(subscribe=subscriptions))

    async def tick(self) -> None:
        for service in self.hub.services:
            await service.tick()

    async def told(self, watcher: Watcher) -> list[dict[str, Any]]:
        """What is there for it now."""
        await self.tick()
        found = []
        while (message := await watcher._take()) is not None:
            found.append(msgspec.json.decode(message.text))
        return found

    def announce(self, **what: Any) -> None:
        """As if another process had, without the way."""
        payload = msgspec.json.encode(Announcement(**({"by": "other", "n": 1} | what)))
        self.hub._hear(payload)

    async def write(
        self, claim: Claim, *texts: str, first: int = 0, attempt: int = 1, drop=None, **fields: Any
    ) -> None:
        values: dict[str, Any] = {"at": at(12), "stream": Stream.STDOUT} | fields
        chunks = tuple(Chunk(seq=first + i, data=text.encode(), **values) for i, text in enumerate(texts))
        await self.store.append_log(
            [LogWrite(run=claim.run.id, attempt=attempt, fence=claim.fence, chunks=chunks, drop=drop)]
        )
        self.announce(logs=(claim.run.id,))


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    async with factory(lambda: sqlite(None)) as opened:
        store, clock = FaultStore(await opened()), FakeClock()
        world = World(store)
        await world.job()
        hub = Hub(store=store, clock=clock, telemetry=Telemetry())
        for service in hub.services:
            await service.opened()
        yield Feed(world=world, store=store, clock=clock, hub=hub)
        for service in hub.services:
            await service.closed()


def events(told: list[dict[str, Any]]) -> list[str]:
    return [one["event"] for one in told]


def texts(told: list[dict[str, Any]]) -> str:
    return "".join(line["text"] for one in told if one["event"] == "log" for line in one["lines"])
