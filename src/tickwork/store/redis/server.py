"""Which server this is, what it may lose, and whether Tickwork can work on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tickwork.errors import StoreError
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

    def refusals(self) -> list[str]:
        """Why it is not fit to keep a ledger; each says what to do."""
        found = []
        if self.memory_limit and self.policy != "noeviction":
            found.append(f"it evicts keys when its memory is full (maxmemory-policy {self.policy}); set noeviction")
        if not self.appendonly:
            found.append("it keeps no append-only file, so that a restart loses work; set appendonly yes")
        return found

    def losses(self) -> list[str]:
        """What a crash of the server may take with it, in sentences."""
        found = list(self.refusals())
        if self.appendonly and self.fsync == "everysec":
            found.append("a crash of the server may lose the last second (appendfsync everysec); always loses nothing")
        elif self.appendonly and self.fsync == "no":
            found.append(
                "a crash of its machine may lose the last half minute (appendfsync no); set always or everysec"
            )
        return found


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
        raise StoreError(
            f"{shown} may lose jobs and runs: {'; '.join(reasons)}. Or accept the loss: add ?accept_loss=yes to the URL"
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
