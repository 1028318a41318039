"""Log records go when those of their level are too old; what was printed stays with its run."""

from tests.house import House, job
from tests.pruning import keeping, through
from tickwork.core.clock import DAY, Duration
from tickwork.core.codec import to_json
from tickwork.core.states import State
from tickwork.runtime.pruner import Pruner
from tickwork.store.protocol import Chunk, Level, LogWrite, Stream

KEEP = {Level.DEBUG: Duration(15 * DAY), Level.INFO: Duration(30 * DAY), Level.ERROR: Duration(180 * DAY)}
LEVELS = ("DEBUG", "INFO", "ERROR", "NOTICE")


def pruner(house: House) -> Pruner:
    return Pruner(
        store=house.store,
        clock=house.clock,
        telemetry=house.telemetry,
        keep=keeping(Duration(365 * DAY), least=0),
        keep_records=KEEP,
    )


async def talkative(house: House) -> str:
    """A run that has ended, with a record of each level and a printed line."""
    run = await house.ops.runs.run("talk")
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    now = house.clock.now()
    chunks = [
        Chunk(seq=n, at=now, stream=Stream.RECORD, data=to_json({"level": level, "logger": "l", "message": "m"}))
        for n, level in enumerate(LEVELS)
    ]
    chunks.append(Chunk(seq=9, at=now, stream=Stream.STDOUT, data=b"printed"))
    write = LogWrite(run=run.id, attempt=1, fence=claim.fence, chunks=tuple(chunks))
    assert await house.store.append_log([write]) == []
    await house.finish(claim, state=State.SUCCEEDED)
    return run.id


async def left(house: House, run: str) -> list[int]:
    return [chunk.seq for chunk in await house.store.read_log(run)]


async def test_records_of_each_level_go_when_their_time_is_over(house: House):
    await house.ops.jobs.apply("board", [job("talk")])
    run, pruning = await talkative(house), pruner(house)
    for days, seqs in ((14, [0, 1, 2, 3, 9]), (2, [1, 2, 3, 9]), (15, [2, 3, 9]), (150, [3, 9]), (180, [3, 9])):
        house.clock.advance(days * DAY / 1_000_000)
        await through(pruning)
        assert await left(house, run) == seqs


async def test_more_runs_than_one_step_looks_at_are_all_reached(house: House, monkeypatch):
    monkeypatch.setattr("tickwork.runtime.trimmer._PAGE", 2)
    await house.ops.jobs.apply("board", [job("talk")])
    runs = [await talkative(house) for _ in range(5)]
    house.clock.advance(40 * DAY / 1_000_000)
    pruning = pruner(house)
    await through(pruning)
    assert [await left(house, run) for run in runs] == [[2, 3, 9]] * 5
