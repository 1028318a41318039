"""Runs on their way: born, claimed by sessions, begun, ended, let go."""

from collections.abc import Sequence

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId, SessionId
from tickwork.core.lanes import Limit, bare_lane
from tickwork.core.model import Actor, Fence, Run
from tickwork.store.protocol import Born, Claim, ClaimLost, Finish, NewRun, Orders, Queued, Session, Start
from tickwork.store.redis import calls, packing, replies
from tickwork.store.redis.caller import Caller


async def enqueue(
    caller: Caller, runs: Sequence[NewRun], *, at: Instant, by: Actor | None = None, verb: str = "run"
) -> list[Born]:
    blobs = calls.Blobs()
    packed = [calls.new_run(new, blobs) for new in runs]
    return replies.born(await caller.write("enqueue", packed, at, calls.actor(by), verb, blobs=blobs.all), runs)


async def open_session(caller: Caller, session: Session) -> None:
    blobs = calls.Blobs()
    await caller.write("open_session", *calls.session(session, blobs), blobs=blobs.all)


async def close_session(caller: Caller, session: SessionId, *, at: Instant) -> None:
    await caller.write("close_session", session, at)


async def claim(
    caller: Caller, session: SessionId, *, pools: Sequence[str], n: int, at: Instant, limits: Sequence[Limit] = ()
) -> list[Claim]:
    rooms = [[bare_lane(limit.key), limit.max] for limit in limits]  # as lanes write the names of pools
    return replies.claims(await caller.write("claim", session, list(pools), n, at, caller.token(), rooms))


async def queues(caller: Caller) -> list[Queued]:
    return replies.queues(await caller.read("queues"))


async def depths(caller: Caller) -> dict[str, int]:
    return replies.depths(await caller.read("depths"))


async def start(caller: Caller, starts: Sequence[Start]) -> list[ClaimLost]:
    refused = await caller.write("start", [[one.run, one.fence.epoch, one.fence.n, one.at] for one in starts])
    return replies.lost(refused, starts)


async def finish(caller: Caller, finishes: Sequence[Finish]) -> list[ClaimLost]:
    blobs = calls.Blobs()
    packed = [calls.finish(one, blobs) for one in finishes]
    return replies.lost(await caller.write("finish", packed, blobs=blobs.all), finishes)


async def release(caller: Caller, claims: Sequence[tuple[RunId, Fence]], *, at: Instant) -> list[ClaimLost]:
    packed = [[run, fence.epoch, fence.n] for run, fence in claims]
    held = [ClaimLost(run=run, fence=fence) for run, fence in claims]
    return replies.lost(await caller.write("release", packed, at, once=True), held)


async def beat(caller: Caller, session: SessionId, *, at: Instant, load: float | None = None) -> Orders:
    return replies.orders(await caller.write("beat", session, at, packing.field(load)))


async def sessions(caller: Caller, *, ended_since: Instant | None = None) -> list[Session]:
    return replies.sessions(await caller.read("sessions", packing.field(ended_since)))


async def settle(
    caller: Caller, session: SessionId, *, beat: int, max_losses: int, at: Instant, note: str
) -> list[Run] | None:
    settled = await caller.write("settle", session, beat, max_losses, at, note, once=True)
    return None if settled == 0 else [packing.run_of(packed) for packed in settled]
