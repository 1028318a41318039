"""Hints leave behind the commit that makes them true; what comes in quick succession is collected."""

import asyncio
from collections.abc import AsyncIterator
from math import inf

import pytest

from tests.conformance.world import World
from tests.store.postgres.conftest import opened_worlds
from tickwork.core.states import State
from tickwork.store.postgres import sender
from tickwork.store.protocol import Topic


@pytest.fixture
async def other(world: World, postgres_url: str) -> AsyncIterator[World]:
    """In the place of another process."""
    async with opened_worlds(postgres_url) as [other]:
        yield other


@pytest.fixture
def collected(world: World, monkeypatch: pytest.MonkeyPatch) -> list[set[Topic]]:
    """What the thread that collects hints was given."""
    given: list[set[Topic]] = []
    send = world.store._wakes._sender.send

    def counting(topics: set[Topic], payloads: list[bytes]) -> None:
        given.append(set(topics))
        send(topics, payloads)

    monkeypatch.setattr(world.store._wakes._sender, "send", counting)
    return given


async def heard(world: World) -> "asyncio.Future[Topic]":
    future = asyncio.get_running_loop().create_future()
    world.store.listen([Topic.QUEUED], lambda topic: future.done() or future.set_result(topic))
    return future


async def test_a_hint_goes_the_way_of_its_commit(
    world: World, other: World, collected: list[set[Topic]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_TOGETHER_SECONDS", 0)
    there = await heard(other)
    await world.queued()
    assert await asyncio.wait_for(there, 20) is Topic.QUEUED
    assert collected == []


async def test_what_follows_soon_after_is_collected(
    world: World, other: World, collected: list[set[Topic]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.store._wakes._sender, "_not_before", inf)
    there = await heard(other)
    await world.queued()
    assert await asyncio.wait_for(there, 20) is Topic.QUEUED
    assert collected == [{Topic.QUEUED}]


async def test_a_hint_that_cannot_be_sent_with_its_commit_undoes_nothing_and_is_sent_again(
    world: World, other: World, collected: list[set[Topic]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        world.store._wakes, "letter", lambda _topics: {"channels": ["x" * 100], "letters": ["too long a name"]}
    )
    here, there = await heard(world), await heard(other)
    run = await world.queued()
    assert await world.state(run) is State.QUEUED
    assert await asyncio.wait_for(asyncio.gather(here, there), 20) == [Topic.QUEUED] * 2
    assert collected == [{Topic.QUEUED}]
