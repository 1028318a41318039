"""A life of a store, lived by whichever code runs this file: `life.py begin|go-on URL` prints what it was, as JSON.

It uses only what 0.1 has had.
"""

import asyncio
import json
import sys
from typing import Any

from tests.house import ANN, House, drain, every, job
from tickwork.core.clock import Instant, seconds
from tickwork.core.dependencies import After
from tickwork.core.ids import Ids, randomness
from tickwork.core.model import Overlap, Retry, Scope
from tickwork.core.states import LIVE, Reason, State
from tickwork.node import make_store
from tickwork.operations import Operations
from tickwork.store.protocol import Chunk, LogWrite, RunFilter, Stream
from tickwork.testing import FakeClock, FaultStore


async def begin(house: House) -> dict[str, Any]:
    """An hour with runs of every sort; at its end a worker has some in its hands."""
    ops = house.ops
    for one in (
        job("tick", every(60), overlap=Overlap.ALLOW),
        job("long", every(600), overlap=Overlap.QUEUE, retry=Retry(count=2)),
        job("chain", after=(After(job="tick"),), overlap=Overlap.SKIP),
        job("paused", every(300)),
    ):
        await ops.jobs.save(one)
    await ops.people.users.create("ann", superuser=True)
    await ops.switches.pause(Scope.JOB, "paused", why="the summer")
    await house.pass_time(1800, step=60)
    session = await house.session()
    await _do_some(house, session)
    house.clock.advance(1200)  # nobody is there: an outage
    await house.pass_time(600, step=60)
    await drain(house.promoter())
    held = await house.claim(session, 4)
    for claim in held[:2]:
        await house.start(claim)
        line = Chunk(seq=0, at=house.clock.now(), stream=Stream.STDOUT, data=b"halfway\n")
        await house.store.append_log([LogWrite(run=claim.run.id, fence=claim.fence, attempt=1, chunks=(line,))])
    return {
        "now": house.clock.now(),
        "session": session,
        "running": [claim.run.id for claim in held[:2]],
        "claimed": [claim.run.id for claim in held[2:]],
        "fences": [str(claim.fence) for claim in held],
        "live": len(await house.store.runs(RunFilter(states=tuple(LIVE)), limit=1000)),
        "runs": len(await house.store.runs(RunFilter(), limit=10_000)),
    }


async def _do_some(house: House, session: Any) -> None:
    outcomes = ((State.SUCCEEDED, None), (State.FAILED, Reason.EXIT), (State.QUEUED, Reason.EXIT))
    for n, claim in enumerate(await house.claim(session, 9)):
        await house.start(claim)
        state, reason = outcomes[n % 3]
        again = seconds(30) if state is State.QUEUED else None
        await house.finish(claim, state, None if again else reason, again_in=again)


async def go_on(house: House) -> dict[str, Any]:
    """Whatever stands there goes on for some minutes; says whether the ledger is whole."""
    await house.pass_time(300, step=60)
    session = await house.session()
    await drain(house.promoter())
    done = 0
    while claims := await house.claim(session, 100):
        for claim in claims:
            await house.start(claim)
            assert await house.finish(claim) == []
            done += 1
        await drain(house.promoter())
    report = await house.ops.verify.check()
    return {
        "now": house.clock.now(),
        "done": done,
        "jobs": sorted(document.id for document in await house.ops.jobs.all()),
        "findings": [finding.sentence for finding in report.findings],
        "occurrences": report.occurrences,
        "live": len(await house.store.runs(RunFilter(states=tuple(LIVE)), limit=1000)),
    }


async def main(what: str, url: str, now: str = "") -> None:
    clock = FakeClock(Instant(int(now))) if now else FakeClock()
    ids = Ids(clock=clock, bits=randomness(len(what) + 7).getrandbits)
    store = make_store(url, clock=clock)
    await store.open()
    try:
        faulty = FaultStore(store)
        house = House(clock=clock, ids=ids, store=faulty, ops=Operations(store=faulty, clock=clock, ids=ids, actor=ANN))
        sys.stdout.write(json.dumps(await {"begin": begin, "go-on": go_on}[what](house)))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
