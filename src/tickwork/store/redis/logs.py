"""The verbs on logs and progress."""

from collections.abc import Mapping, Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.store.protocol import BarRow, Chunk, ClaimLost, Level, LogWrite, ProgressWrite
from tickwork.store.redis import calls, packing, replies
from tickwork.store.redis.caller import Caller


async def append_log(caller: Caller, writes: Sequence[LogWrite]) -> list[ClaimLost]:
    blobs = calls.Blobs()
    packed = [calls.log_write(write, blobs) for write in writes]
    return replies.lost(await caller.write("append_log", packed, blobs=blobs.all), writes)


async def read_log(
    caller: Caller, run: RunId, *, attempt: int | None = None, after: int = -1, limit: int = 1000
) -> list[Chunk]:
    packed = await caller.read("read_log", run, packing.field(attempt), after, limit)
    return [packing.chunk_of(one) for one in packed]


async def trim_log(caller: Caller, runs: Sequence[RunId], *, before: Mapping[Level, Instant]) -> int:
    return int(await caller.write("trim_log", list(runs), dict(before), once=True))


async def progress(caller: Caller, writes: Sequence[ProgressWrite]) -> list[ClaimLost]:
    return replies.lost(await caller.write("progress", [calls.progress(write) for write in writes]), writes)


async def read_progress(caller: Caller, run: RunId, *, attempt: int | None = None) -> list[BarRow]:
    return replies.bars(await caller.read("read_progress", run, packing.field(attempt)))
