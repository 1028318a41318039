"""@reboot: once per boot, whatever is restarted meanwhile."""

import pytest

from tests.house import House, drain, every, job
from tickwork.core.timing.schedule import Cron, Reboot, Schedule
from tickwork.runtime import reboot

BOOTS = ("first", "second")


@pytest.fixture
def boot(monkeypatch: pytest.MonkeyPatch):
    """Boots the machine `ago` seconds before now, under a name."""

    def boot(name: str, *, ago: float) -> None:
        monkeypatch.setattr(reboot, "_this_boot", lambda clock: (name, clock.now() - round(ago * 1_000_000)))

    return boot


@pytest.mark.parametrize("trigger", [Reboot(), Cron(expression="@reboot")])
async def test_it_runs_once_after_each_boot_and_not_for_the_boot_it_was_saved_in(house: House, boot, trigger):
    boot("first", ago=1000)
    await house.ops.jobs.apply("board", [job("backup", Schedule(key="main", trigger=trigger))])
    await drain(house.scheduler())
    assert await house.runs() == []
    house.clock.advance(500)
    boot("second", ago=10)
    for _ in range(3):
        await drain(house.scheduler())
    [run] = await house.runs()
    assert run.nominal == "boot:second"
    assert run.slot == house.clock.now()


async def test_it_runs_however_many_schedules_rest_and_reads_no_definition_of_what_is_due(
    house: House, boot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reboot, "_PAGE", 2)
    boot("first", ago=1000)
    rebooting = [job(f"backup-{n}", Schedule(key="main", trigger=Reboot())) for n in range(5)]
    await house.ops.jobs.apply("board", [*rebooting, *(job(f"hourly-{n}", every(3600)) for n in range(5))])
    house.clock.advance(500)
    boot("second", ago=10)
    house.store.calls.clear()
    await drain(house.scheduler())
    assert [len(await house.runs(one.id)) for one in rebooting] == [1] * 5
    assert house.store.calls.count("idle") == 3
    assert house.store.calls.count("find") == 3, "switches, where something is fired"
