"""A client that knows Redis and the hash `commands`, and nothing else."""

import json
from typing import Any

import redis

from tests.services.valkey import plain_client


class Door:
    """Commands by EVALSHA, as any client can call them. `prefix` is what the store's URL says."""

    def __init__(self, url: str) -> None:
        server, _, query = url.partition("?")
        self.prefix = query.removeprefix("prefix=") + ":"
        self.redis: redis.Redis = plain_client(server)

    def key(self, name: str) -> str:
        return self.prefix + name

    def call(self, command: str, keys: list[str], *args: object) -> Any:
        sha = self.redis.hget(self.key("commands"), command)
        return self.redis.evalsha(sha, len(keys), *map(self.key, keys), *map(str, args))

    def jset(self, now: float, id: str, runner: str, payload: str, interval: float, *rest: object) -> Any:
        keys = ["jobs", "jobs:schedule", "jobs:runners"]
        return self.call("jset", keys, now, id, runner, payload, interval, *rest)

    def jsetnx(self, now: float, id: str, runner: str, payload: str, interval: float, *rest: object) -> Any:
        keys = ["jobs", "jobs:schedule", "jobs:runners"]
        return self.call("jsetnx", keys, now, id, runner, payload, interval, *rest)

    def jtick(self, now: float, *runners: str) -> Any:
        return self.call("jtick", ["jobs", "jobs:schedule", *(f"jobs:queue:{runner}" for runner in runners)], now)

    def jnext(self, now: float, id: str) -> Any:
        return self.call("jnext", ["jobs", "jobs:schedule"], now, id)

    def jpop(self, runner: str, *rest: object) -> Any:
        entry = self.call("jpop", [f"jobs:queue:{runner}"], *rest)
        return None if entry is None else json.loads(entry)

    def jget(self, id: str) -> Any:
        text = self.call("jget", ["jobs"], id)
        return None if text is None else json.loads(text)

    def jdel(self, id: str) -> Any:
        return self.call("jdel", ["jobs", "jobs:schedule"], id)

    def jack(self, id: str, status: int, *rest: object) -> Any:
        return self.call("jack", ["jobs"], id, status, *rest)

    def due(self, id: str) -> float | None:
        return self.redis.zscore(self.key("jobs:schedule"), id)
