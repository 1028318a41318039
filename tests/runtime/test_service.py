"""All background services start, sleep, fail and stop alike."""

import asyncio

import pytest

from tickwork.core.codec import from_json
from tickwork.core.model import Job
from tickwork.errors import ServiceDied, StoreTooNew, StoreUnavailable
from tickwork.service import MAX_FAILURES, Service
from tickwork.telemetry import ServiceFailed, Telemetry
from tickwork.testing import FakeClock


class Scripted(Service):
    name = "scripted"

    def __init__(self, *delays: float | Exception) -> None:
        self.telemetry = Telemetry()
        super().__init__(clock=FakeClock(), telemetry=self.telemetry)
        self.script = list(delays)
        self.told: list[object] = []
        self.telemetry.subscribe(self.told.append)
        self.log: list[str] = []

    async def opened(self) -> None:
        self.log.append("opened")

    async def closed(self) -> None:
        self.log.append("closed")

    async def tick(self) -> float:
        if not self.script:
            self.stop()
            return 0
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


async def test_it_opens_ticks_and_closes():
    service = Scripted(0, 0, 0)
    await service.run()
    assert service.log == ["opened", "closed"]
    assert service.ticks == 4


async def test_a_wake_cuts_the_sleep_short():
    service = Scripted(60)
    running = asyncio.create_task(service.run())
    while service.ticks == 0:
        await asyncio.sleep(0)
    service.wake()
    await asyncio.wait_for(running, timeout=0.5)


async def test_a_failure_is_counted_reported_and_forgotten_after_success():
    service = Scripted(ValueError("no"), 0)
    await service.run()
    [event] = service.told
    assert isinstance(event, ServiceFailed)
    assert str(event) == "scripted failed (1 in a row): ValueError: no"
    assert service.failures == 0


async def test_one_that_stays_dead_says_so_and_gives_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tickwork.service.NAP", 0.001)
    service = Scripted(*[ValueError("still no")] * 100)
    with pytest.raises(ServiceDied, match=rf"scripted failed {MAX_FAILURES} times in a row, last with .*still no"):
        await service.run()
    assert service.log == ["opened", "closed"]


async def test_a_store_that_is_away_is_waited_for_however_long_it_takes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tickwork.service.NAP", 0.001)
    service = Scripted(*[StoreUnavailable("the server is away")] * (3 * MAX_FAILURES))
    await service.run()
    assert [event.failures for event in service.told] == [1, 2, 4, 8, 16]
    assert service.failures == 0


async def test_what_a_newer_version_has_written_ends_it_at_once_with_what_to_do():
    class Reader(Service):
        name = "reader"

        async def tick(self) -> float:
            from_json(b'{"id":"x","hover":true}', Job)
            return 0.0

    with pytest.raises(StoreTooNew, match=r"^reader: the store holds what this version cannot read .*upgrade"):
        await Reader(clock=FakeClock(), telemetry=Telemetry()).run()
