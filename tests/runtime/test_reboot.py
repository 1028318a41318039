"""@reboot: once per boot, whatever is restarted meanwhile."""

import pytest

from tests.house import House, drain, job
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
