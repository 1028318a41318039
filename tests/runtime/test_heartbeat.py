"""The dead man's switch hears of a scheduler that makes progress, and of no other."""

from tests.house import House
from tests.runtime.notify.receivers import http_server
from tickwork.core.clock import seconds
from tickwork.runtime.heartbeat import Heartbeat


async def test_it_beats_each_interval_while_there_is_progress(house: House):
    ticks = 0
    with http_server() as posts:
        heart = Heartbeat(
            clock=house.clock,
            telemetry=house.telemetry,
            url=f"http://127.0.0.1:{posts.port}/ping/abc",
            every=seconds(60),
            progress=lambda: ticks,
        )
        await heart.tick()
        assert len(posts.taken) == 0, "nothing was done yet"
        ticks = 1
        await heart.tick()
        assert len(posts.taken) == 1
        ticks = 2
        house.clock.advance(59)
        await heart.tick()
        assert len(posts.taken) == 1
        house.clock.advance(2)
        await heart.tick()
        assert len(posts.taken) == 2
        house.clock.advance(600)
        await heart.tick()
        assert len(posts.taken) == 2, "the scheduler stands still"


async def test_a_switch_that_cannot_be_reached_is_logged_and_harms_nobody(house: House):
    with http_server() as posts:
        port = posts.port
    ticks = 0
    heart = Heartbeat(
        clock=house.clock,
        telemetry=house.telemetry,
        url=f"http://127.0.0.1:{port}/",
        every=seconds(60),
        progress=lambda: ticks,
    )
    for _ in range(4):
        ticks += 1
        house.clock.advance(61)
        await heart.tick()
    told = [str(event) for event in house.events if "heartbeat was not taken" in str(event)]
    assert len(told) == 3
