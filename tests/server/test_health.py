"""Whether a server does its work: each part tells how long ago it got on, and one that is stuck is named."""

import asyncio
from typing import Any, ClassVar

import pytest

from tests.server.conftest import Site
from tickwork.config import retention_of
from tickwork.runtime.notify.notifier import SENT_WITHIN, Notifier
from tickwork.runtime.pruner import Pruner
from tickwork.service import Part, Service
from tickwork.store.protocol import Level


class Idle(Service):
    """Does nothing, or hangs for as long as it is told to."""

    name: ClassVar[str] = "idle"

    def __init__(self, site: Site, *, part: Part | None = None) -> None:
        super().__init__(clock=site.house.clock, telemetry=site.backend.telemetry)
        self.hang = asyncio.Event()
        self._part = part

    async def tick(self) -> float:
        await self.hang.wait()
        return 60.0

    def parts(self) -> tuple[Part, ...]:
        return () if self._part is None else (self._part,)


async def ready(site: Site) -> tuple[int, dict[str, Any]]:
    answer = await site.client().get("health/ready")
    return answer.status_code, answer.json()


async def test_a_service_that_gets_on_is_well(site: Site) -> None:
    idle = Idle(site)
    site.backend.services.append(idle)
    idle.hang.set()
    await idle._tick_once()
    site.house.clock.advance(29)
    status, told = await ready(site)
    assert (status, told["status"]) == (200, "ok")
    assert told["services"] == [
        {"name": "idle", "ticks": 1, "failures": 0, "quiet": 29.0, "busy": None, "well": True, "parts": []}
    ]


async def test_a_service_that_fails_again_and_again_is_not_well_until_it_succeeds(site: Site) -> None:
    idle = Idle(site)
    site.backend.services.append(idle)
    idle.failures = 4
    assert (await ready(site))[0] == 200
    idle.failures = 5
    status, told = await ready(site)
    assert (status, told["status"]) == (503, "stuck: idle")
    idle.hang.set()
    await idle._tick_once()
    assert (await ready(site))[0] == 200


async def test_a_tick_that_hangs_is_told_from_its_beginning_and_then_stuck(site: Site) -> None:
    idle = Idle(site)
    site.backend.services.append(idle)
    running = asyncio.create_task(idle.run())
    while idle.busy_since is None:
        await asyncio.sleep(0)
    site.house.clock.advance(20)
    status, told = await ready(site)
    assert (status, told["services"][0]["busy"], told["services"][0]["quiet"]) == (200, 20.0, 20.0)
    site.house.clock.advance(20)  # it never got on, not even once
    status, told = await ready(site)
    assert (status, told["status"]) == (503, "stuck: idle")
    idle.stop()
    idle.hang.set()
    await running
    assert (await ready(site))[0] == 200, "a server that ends is no server that is stuck"


async def test_a_part_is_stuck_when_its_patience_is_over_and_never_without_one(site: Site) -> None:
    now = site.house.clock.monotonic()
    resting = Idle(site, part=Part(name="rest", last=now - 9999))
    site.backend.services.append(resting)
    assert (await ready(site))[0] == 200
    site.backend.services.append(Idle(site, part=Part(name="sending", last=now - 9999, patience=300)))
    status, told = await ready(site)
    assert (status, told["status"]) == (503, "stuck: sending")
    assert told["services"][0]["parts"] == [{"name": "rest", "quiet": 9999.0, "well": True}]


async def test_a_store_that_does_not_answer_is_not_ready_and_the_process_is_alive(site: Site) -> None:
    site.house.store.fail("get", times=2)
    status, told = await ready(site)
    assert (status, told["status"], told["store"]) == (503, "the store does not answer", False)
    assert (await site.client().get("health/live")).json() == {"status": "ok"}


async def test_hints_that_are_not_heard_any_more_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await ready(site))[1]["hears"] is None, "in memory there is nothing to hear"
    monkeypatch.setattr(site.house.store._store, "hears", lambda: False)
    status, told = await ready(site)
    assert (status, told["status"]) == (503, "stuck: hints of other processes are not heard")


async def test_the_pruner_tells_of_deleting_and_of_trimming_logs(site: Site) -> None:
    clock = site.house.clock
    pruner = Pruner(
        store=site.house.store,
        clock=clock,
        telemetry=site.backend.telemetry,
        keep=retention_of(site.backend.settings),
        keep_records={Level.DEBUG: 1},
    )
    assert [(part.name, part.last) for part in pruner.parts()] == [("trimmer", None), ("deletion", None)]
    for _ in range(10):
        clock.advance(await pruner.tick())
    trimmer, deletion = pruner.parts()
    assert trimmer.last is not None, "within one way through all"
    assert deletion.last is not None
    assert clock.monotonic() - deletion.last <= 60


async def test_the_notifier_tells_of_a_message_that_does_not_leave(site: Site) -> None:
    notifier = Notifier(
        store=site.house.store,
        clock=site.house.clock,
        telemetry=site.backend.telemetry,
        ways=None,
        who="w",
        host="h",
        public_url="",
    )
    hangs = asyncio.Event()
    notifier._sending = asyncio.create_task(hangs.wait())
    site.backend.services.append(notifier)
    site.house.clock.advance(SENT_WITHIN + 1)
    notifier.last_tick = site.house.clock.monotonic()
    assert (await ready(site))[1]["status"] == "stuck: notifier sends"
    hangs.set()
    await notifier._sending
    assert (await ready(site))[0] == 200
