"""pgqueuer: asyncio, batches; a finished job is only an entry in its log."""

import asyncio
import os

import asyncpg
from pgqueuer import AsyncpgDriver, Job, PgQueuer, Queries

NAME = "pgqueuer"
URL = os.environ["BENCH_URL"]


async def work() -> None:
    queuer = PgQueuer(AsyncpgDriver(await asyncpg.connect(URL)))

    @queuer.entrypoint("noop")
    async def noop(_job: Job) -> None:
        pass

    await queuer.run(batch_size=500)


def enqueue(n: int) -> None:
    asyncio.run(_enqueue(n))


async def _enqueue(n: int) -> None:
    connection = await asyncpg.connect(URL)
    queries = Queries(AsyncpgDriver(connection))
    await queries.install()
    for first in range(0, n, 1000):
        many = min(1000, n - first)
        await queries.enqueue(["noop"] * many, [None] * many, [0] * many)
    await connection.close()


def worker(_seats: int) -> list[str]:
    return ["python", "pgqueuer_peer.py"]


def finished() -> int:
    return asyncio.run(_finished())


async def _finished() -> int:
    connection = await asyncpg.connect(URL)
    logged = await connection.fetchval("SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'")
    await connection.close()
    return logged


if __name__ == "__main__":
    asyncio.run(work())
