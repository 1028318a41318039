"""The PostgreSQL store alone: enqueue, claim, start, finish, in batches, every commit on the disk.

python benchmarks/store_postgres.py [--runs 50000] [--batch 500] [--lanes 3] [--url postgresql://…]

Without `--url` a server of its own is started from the wheel of the test group.
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.store_sqlite import Bench
from tests.services.postgres import own_schema, running
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres import PostgresStore


async def measure(url: str, *, runs: int, batch: int, lanes: int) -> None:
    clock = SystemClock()
    store = PostgresStore.from_url(url, clock=clock, ids=Ids(clock=clock))
    await store.open()
    try:
        await Bench(store, runs=runs, batch=batch, lanes=lanes).all()
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--lanes", type=int, default=3)
    parser.add_argument("--url")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = options.url or stack.enter_context(running()).url
        url = stack.enter_context(own_schema(server))
        asyncio.run(measure(url, runs=options.runs, batch=options.batch, lanes=options.lanes))


if __name__ == "__main__":
    main()
