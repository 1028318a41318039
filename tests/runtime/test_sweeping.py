"""Notes that have expired go by themselves, in batches."""

from tests.house import House
from tests.pruning import keeping
from tickwork.core.clock import Duration, later, seconds
from tickwork.runtime.pruner import GAPS, Pruner
from tickwork.store.protocol import Keep, Note


async def test_expired_notes_are_swept_and_others_stay(house: House):
    now = house.clock.now()
    notes = [Note(space="s", key=str(n), body=b"", expires=later(now, seconds(10))) for n in range(GAPS + 1)]
    await house.store.keep([Keep(note=one) for one in (*notes, Note(space="s", key="stays", body=b""))], at=now)
    pruner = Pruner(
        store=house.store,
        clock=house.clock,
        telemetry=house.telemetry,
        keep=keeping(Duration(seconds(86_400)), least=1),
    )
    house.clock.advance(10)
    pauses = [await pruner.tick() for _ in range(3)]
    assert 0 < min(pauses) < 1 < max(pauses), "in portions"
    assert await house.store.sweep(at=house.clock.now(), limit=10) == 0
    assert [one.key for one in await house.store.notes_under("s", "", at=now)] == ["stays"]
