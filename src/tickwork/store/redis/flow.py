"""What moves runs that no worker has: cancelled, missed, promoted; and the events that tell of ends."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.core.states import Reason, State
from tickwork.store.protocol import CancelOutcome, Event, Unblock
from tickwork.store.redis import calls, replies
from tickwork.store.redis.caller import Caller


async def miss(caller: Caller, runs: Sequence[RunId], *, note: str, at: Instant) -> list[RunId]:
    return [RunId(run.decode()) for run in await caller.write("miss", list(runs), note, at, once=True)]


async def cancel(
    caller: Caller, runs: Sequence[RunId], *, reason: Reason, note: str, at: Instant, by: Actor | None = None
) -> list[CancelOutcome]:
    outcomes = await caller.write("cancel", list(runs), reason, note, at, calls.actor(by), once=True)
    return [CancelOutcome(outcome.decode()) for outcome in outcomes]


async def promote(caller: Caller, *, at: Instant) -> Instant | None:
    upcoming = await caller.write("promote", at)
    return Instant(int(upcoming)) if upcoming else None


async def unblock(caller: Caller, items: Sequence[Unblock], *, at: Instant) -> list[State | None]:
    blobs = calls.Blobs()
    packed = [calls.unblock(item, blobs) for item in items]
    states = await caller.write("unblock", packed, at, blobs=blobs.all, once=True)
    return [None if state is None else State(state.decode()) for state in states]


async def outbox(caller: Caller, *, limit: int) -> list[Event]:
    return replies.events(await caller.read("outbox", limit))


async def consume(caller: Caller, seqs: Sequence[int]) -> None:
    await caller.write("consume", list(seqs))
