"""procrastinate: asyncio, the finished jobs are kept with their events."""

import asyncio
import os

import procrastinate

NAME = "procrastinate"
URL = os.environ["BENCH_URL"]
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL, max_size=10))


@app.task(name="noop")
async def noop() -> int:
    return 1


def enqueue(n: int) -> None:
    asyncio.run(_enqueue(n))


async def _enqueue(n: int) -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for first in range(0, n, 1000):
            await noop.batch_defer_async(*({} for _ in range(min(1000, n - first))))
        await app.connector.execute_query_async("ANALYZE procrastinate_jobs")  # as autovacuum would, a minute later


def worker(seats: int) -> list[str]:
    return ["procrastinate", "--log-level", "error", "--app", "procrastinate_peer.app", "worker", "-c", str(4 * seats)]


def finished() -> int:
    import psycopg

    with psycopg.connect(URL) as db:
        return db.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'").fetchone()[0]
