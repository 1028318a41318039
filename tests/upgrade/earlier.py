"""Tickwork 0.1: its source, and the stores that it left.

0.1 is the commit `FIRST`, the last one before notifications, and before two migrations. Its source is taken from the
project's history; a clone that is too shallow for that asks its origin for that one commit. The files in `stores/`
were written by that very code: `python -m tests.upgrade` writes them again.
"""

import base64
import gzip
import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import redis

from tests.services.postgres import admin

FIRST = "d140f807fcb169e85920b26368c3b4356d0548cc"
MISSING = f"0.1, the commit {FIRST}, is not in this clone (`git fetch --unshallow` brings it)"
ROOT = Path(__file__).parents[2]
STORES = Path(__file__).parent / "stores"
KINDS = ("sqlite", "postgres", "redis")
SCHEMA = "store_of_0_1"
"""What stands in the dump for the schema's name."""


def source(folder: Path) -> Path:
    """The project as it was at 0.1, unpacked there. Where it cannot be had, nothing was tested: that is an error."""
    archive = _archived(ROOT)
    if archive.returncode:
        archive = _archived(_fetched(folder.with_name(f"{folder.name}.git")))
    assert archive.returncode == 0, f"{MISSING}: {archive.stderr.decode()}"
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def _archived(repository: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "archive", FIRST], cwd=repository, capture_output=True, check=False, timeout=60)


def _fetched(repository: Path) -> Path:
    """That commit alone, in a repository of its own: the checkout stays as it is."""
    origin = subprocess.run(
        ["git", "remote", "get-url", "origin"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert origin.returncode == 0, f"{MISSING}, and it has no origin to ask"
    subprocess.run(["git", "init", "--quiet", "--bare", repository], check=True)
    fetch = ["git", "fetch", "--quiet", "--depth=1", origin.stdout.strip(), FIRST]
    subprocess.run(fetch, cwd=repository, capture_output=True, check=False, timeout=60)  # the archive says if it failed
    return repository


def lived(code: Path, url: str, what: str, *more: str) -> Any:
    """What `life.py` says when the code of that source lives it on the store."""
    paths = os.pathsep.join(map(str, (code / "src", code)))
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("life.py")), what, url, *more],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=code,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- what it left ---------------------------------------------------------------------------------------


def told(kind: str) -> dict[str, Any]:
    """What the life of that store was: the same in each kind, but for the fences."""
    return json.loads((STORES / "told.json").read_text())[kind]


def load_sqlite(path: Path) -> str:
    path.write_bytes(gzip.decompress((STORES / "sqlite.db.gz").read_bytes()))
    return f"sqlite:///{path}"


def load_postgres(url: str) -> str:
    schema = url.rpartition("schema=")[2]
    text = gzip.decompress((STORES / "postgres.sql.gz").read_bytes()).decode()
    with admin(url) as db:
        db.execute(text.replace(SCHEMA, schema).encode())
    return url


def dump_postgres(url: str, programs: Path) -> bytes:
    """As SQL that older servers understand, too."""
    server, _, schema = url.rpartition("schema=")
    done = subprocess.run(
        [programs / "pg_dump", "--inserts", "--no-owner", "-n", schema, server.rstrip("?&")],
        capture_output=True,
        text=True,
        check=True,
    )
    kept = [
        line
        for line in done.stdout.splitlines()
        if not line.startswith(("SET ", "SELECT pg_catalog.set_config", "--", "\\"))
    ]
    return "\n".join(line for line in kept if line).replace(schema, SCHEMA).encode()


_READ = {
    "string": lambda client, key: client.get(key),
    "hash": lambda client, key: client.hgetall(key),
    "list": lambda client, key: client.lrange(key, 0, -1),
    "set": lambda client, key: sorted(client.smembers(key)),
    "stream": lambda client, key: [[name, fields] for name, fields in client.xrange(key)],
    "zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
}


def dump_redis(url: str) -> bytes:
    """Every key by its kind: a dump of the server's own would bind it to its version."""
    client, prefix = _plain(url)
    with client:
        kinds = {key: client.type(key).decode() for key in sorted(client.scan_iter(match=f"{prefix}:*", count=1000))}
        entries = [
            [kind, _text(key.removeprefix(prefix.encode())), _packed(_READ[kind](client, key))]
            for key, kind in kinds.items()
        ]
    return json.dumps(entries).encode()


def load_redis(url: str) -> str:
    client, prefix = _plain(url)
    with client:
        for kind, name, value in json.loads(gzip.decompress((STORES / "redis.json.gz").read_bytes())):
            _write(client, kind, prefix.encode() + _bytes(name), _unpacked(value))
    return url


def _write(client: redis.Redis, kind: str, key: bytes, value: Any) -> None:
    match kind:
        case "string":
            client.set(key, value)
        case "hash":
            client.hset(key, mapping=dict(value))
        case "list":
            client.rpush(key, *value)
        case "set":
            client.sadd(key, *value)
        case "stream":
            for name, fields in value:
                client.xadd(key, dict(fields), id=name)
        case "zset":
            client.zadd(key, {member: float(score) for member, score in value})


def _plain(url: str) -> tuple[redis.Redis, str]:
    server, _, prefix = url.partition("?prefix=")
    return redis.Redis.from_url(server.replace("redis+unix", "unix", 1), protocol=2), prefix


def _packed(value: Any) -> Any:
    match value:
        case bytes():
            return _text(value)
        case dict():
            return [[_text(name), _text(one)] for name, one in value.items()]
        case list() | tuple():
            return [_packed(one) for one in value]
        case _:
            return value


def _unpacked(value: Any) -> Any:
    match value:
        case str():
            return _bytes(value)
        case list():
            return [_unpacked(one) for one in value]
        case _:
            return value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


LOADERS = {"sqlite": load_sqlite, "postgres": load_postgres, "redis": load_redis}
