"""celery: prefork, results kept, no events."""

import os

import redis
from celery import Celery

NAME = "celery"
SOCKET = os.environ["BENCH_URL"].removeprefix("redis+unix://")
server = redis.Redis(unix_socket_path=SOCKET)
app = Celery("celery_peer", broker=f"redis+socket://{SOCKET}", backend=f"redis+socket://{SOCKET}")
app.conf.update(worker_prefetch_multiplier=64, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)


@app.task
def noop() -> int:
    return 1


def enqueue(n: int) -> None:
    for _ in range(n):
        noop.delay()


def worker(seats: int) -> list[str]:
    quiet = ["-l", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return ["celery", "-A", "celery_peer", "worker", "-P", "prefork", "-c", str(seats), *quiet]


def finished() -> int:
    """Results are keys of their own; the broker itself has a few more."""
    return server.dbsize()
