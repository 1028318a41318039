"""dramatiq: two processes of threads, results kept."""

import os

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.results import Results
from dramatiq.results.backends import RedisBackend

NAME = "dramatiq"
server = redis.Redis(unix_socket_path=os.environ["BENCH_URL"].removeprefix("redis+unix://"))
broker = RedisBroker(client=server)
broker.add_middleware(Results(backend=RedisBackend(client=server)))
dramatiq.set_broker(broker)


@dramatiq.actor(store_results=True)
def noop() -> int:
    return 1


def enqueue(n: int) -> None:
    for _ in range(n):
        noop.send()


def worker(seats: int) -> list[str]:
    return ["dramatiq", "dramatiq_peer", "-p", "2", "-t", str(max(1, seats // 2))]


def finished() -> int:
    """Results are keys of their own; the broker itself has a few more."""
    return server.dbsize()
