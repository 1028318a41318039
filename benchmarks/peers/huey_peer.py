"""huey: threads in one process (its processes are slower with tasks this short). Results are kept; the task is taken
off the queue before it runs, so a crash loses it."""

import os

from huey import RedisHuey, SqliteHuey

NAME = "huey"
URL = os.environ["BENCH_URL"]
app = (
    SqliteHuey(filename=URL.removeprefix("sqlite:///"), fsync=True)
    if URL.startswith("sqlite")
    else RedisHuey(url=URL.replace("redis+unix", "unix"))
)


@app.task()
def noop() -> int:
    return 1


def enqueue(n: int) -> None:
    for _ in range(n):
        noop()


def worker(seats: int) -> list[str]:
    return ["huey_consumer", "huey_peer.app", "-w", str(seats), "-k", "thread", "-q", "-d", "0.01", "-m", "0.1"]


def finished() -> int:
    return app.result_count()
