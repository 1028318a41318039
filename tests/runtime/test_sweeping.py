"""Notes that have expired go by themselves, in batches."""

from tests.house import House
from tickwork.core.clock import Duration, later, seconds
from tickwork.runtime.pruner import BATCH, Pruner
from tickwork.store.protocol import Keep, Note


async def test_expired_notes_are_swept_and_others_stay(house: House):
    now = house.clock.now()
    notes = [Note(space="s", key=str(n), body=b"", expires=later(now, seconds(10))) for n in range(BATCH + 1)]
    await house.store.keep([Keep(note=one) for one in (*notes, Note(space="s", key="stays", body=b""))], at=now)
    pruner = Pruner(
        store=house.store,
        clock=house.clock,
        telemetry=house.telemetry,
        keep_for=Duration(seconds(86_400)),
        keep_runs=1,
    )
    house.clock.advance(10)
    assert 0 < await pruner.tick() < 1  # there is more
    await pruner.tick()
    assert await house.store.sweep(at=house.clock.now(), limit=10) == 0
    assert [one.key for one in await house.store.notes_under("s", "", at=now)] == ["stays"]
