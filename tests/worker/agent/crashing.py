"""A worker on its own, for tests that kill it: `python crashing.py STORE`. Ends when the queue is worked off."""

import asyncio
import sys

from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.core.states import LIVE
from tickwork.store.sqlite import SqliteStore
from tickwork.telemetry import Telemetry
from tickwork.worker.agent import Agent
from tickwork.worker.identity import Identity
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.store_link import StoreLink


async def main(url: str) -> None:
    clock, telemetry = SystemClock(), Telemetry()
    ids = Ids(clock=clock)
    store = SqliteStore.from_url(url, clock=clock, ids=ids)
    await store.open()
    agent = Agent(
        link=StoreLink(store=store, clock=clock, ids=ids, telemetry=telemetry),
        processes=LocalProcesses(clock=clock),
        clock=clock,
        ids=ids,
        telemetry=telemetry,
        identity=Identity(name="crashing", pools=("default",), seats=4, lease=15.0),
        grace=5.0,
    )
    worker = asyncio.create_task(agent.run())
    while await live(store):
        await asyncio.sleep(0.005)
    agent.stop()
    await worker
    await store.close()


async def live(store: SqliteStore) -> int:
    counts = await store.counts()
    return sum(counts.get(state, 0) for state in LIVE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
