"""Which server this is, what it may lose, and whether Tickwork can work on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tickwork.errors import StoreError
from tickwork.store.protocol import Loss
from tickwork.store.redis.connection import Refused, Wire

_FUNCTIONS_SINCE = 7
_OLDEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What `INFO` and the configuration say."""

    name: str
    """`redis 7.0.15` or `valkey 9.1.2`."""
    major: int
    life: str
    """A new one each time that the server starts."""
    cluster: bool
    replica: bool
    functions: bool
    policy: str
    memory_limit: int
    appendonly: bool
    fsync: str

    @property
    def durable(self) -> bool:
        """Whether what it answered has been written to its disk."""
        return self.appendonly and self.fsync == "always"

    def refusals(self) -> list[Loss]:
        """Why it is not fit to keep a ledger."""
        found = []
        if self.memory_limit and self.policy != "noeviction":
            told = f"it evicts keys when its memory is full (maxmemory-policy {self.policy})"
            found.append(Loss(told=told, mend="set maxmemory-policy noeviction"))
        if not self.appendonly:
            told = "it keeps no append-only file, so that a restart loses work"
            found.append(Loss(told=told, mend="set appendonly yes"))
        return found

    def losses(self) -> list[Loss]:
        """What a crash of the server may take with it."""
        tail = _TAILS.get(self.fsync) if self.appendonly else None
        return self.refusals() + ([tail] if tail else [])


_TAILS = {
    "everysec": Loss(
        told="a crash of the server may lose the last second (appendfsync everysec)",
        mend="set appendfsync always where no second may be lost; each round trip then waits for the disk",
    ),
    "no": Loss(
        told="a crash of its machine may lose the last half minute (appendfsync no)",
        mend="set appendfsync everysec, or always",
    ),
}


def examine(wire: Wire) -> Server:
    """Ask the server. Where it does not let us see its configuration (managed servers), `INFO` has to do."""
    info = _info(wire, "everything")
    settings = _settings(wire)
    name = info.get("server_name", "redis")
    # Valkey shows Redis's last free version as redis_version for ever
    version = info.get("valkey_version") or info["redis_version"]
    major = int(info["redis_version"].partition(".")[0])
    return Server(
        name=f"{name} {version}",
        major=major,
        life=info["run_id"],
        cluster=info.get("cluster_enabled") == "1" or info.get("redis_mode", info.get("server_mode")) == "cluster",
        replica=info.get("role") == "slave",
        functions=major >= _FUNCTIONS_SINCE or name == "valkey",
        policy=info.get("maxmemory_policy", "noeviction"),
        memory_limit=int(info.get("maxmemory", 0)),
        appendonly=info.get("aof_enabled") == "1",
        fsync=settings.get("appendfsync", "everysec"),
    )


def life_of(wire: Wire) -> str:
    return _info(wire, "server")["run_id"]


def require_fit(server: Server, *, shown: str, accept_loss: bool) -> None:
    """Raises `StoreError` for a server that Tickwork cannot or should not work on."""
    if server.cluster:
        raise StoreError(f"{shown} is a Redis Cluster, which cannot change many keys at once; use a single server")
    if server.replica:
        raise StoreError(f"{shown} is a replica and takes no writes; name its primary")
    if server.major < _OLDEST:
        raise StoreError(f"{shown} is {server.name}, which is too old; use Redis 7, Valkey 8, or newer")
    reasons = server.refusals()
    if reasons and not accept_loss:
        told = "; ".join(f"{loss.told} ({loss.mend})" for loss in reasons)
        raise StoreError(
            f"{shown} may lose jobs and runs: {told}. Where that may be: --accept-loss for up, server and worker, "
            "TICKWORK_ACCEPT_LOSS=yes or ?accept_loss=yes in the URL for every command"
        )


def _info(wire: Wire, section: str) -> Mapping[str, str]:
    lines = wire.call("INFO", section).decode().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))


def _settings(wire: Wire) -> Mapping[str, str]:
    try:
        pair = wire.call("CONFIG", "GET", "appendfsync")
    except Refused:
        return {}
    return {pair[0].decode(): pair[1].decode()} if pair else {}
