"""Write the stores of 0.1 again, by its own code: `python -m tests.upgrade` from the root of the project.

Its source comes from the project's history. PostgreSQL and Valkey are those of the tests.
"""

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from tests.services import postgres, valkey
from tests.upgrade import earlier


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        code = earlier.source(Path(folder) / "code")
        told = {}
        for kind, name, url, dump in _stores(Path(folder)):
            told[kind] = earlier.lived(code, url, "begin")
            (earlier.STORES / name).write_bytes(gzip.compress(dump(), mtime=0))
        lives = [{**life, "fences": None} for life in told.values()]
        assert lives[0] == lives[1] == lives[2], "a life is the same on every store"
        (earlier.STORES / "told.json").write_text(json.dumps(told, indent=2) + "\n")


def _stores(folder: Path) -> Iterator[tuple[str, str, str, object]]:
    path = folder / "store.db"
    yield "sqlite", "sqlite.db.gz", f"sqlite:///{path}", lambda: _one_file(path)
    with postgres.running() as server, postgres.own_schema(server.url) as url:
        yield "postgres", "postgres.sql.gz", url, lambda: earlier.dump_postgres(url, postgres._programs())
    with valkey.running() as cache:
        url = f"{cache.url}?prefix=old"
        yield "redis", "redis.json.gz", url, lambda: earlier.dump_redis(url)


def _one_file(path: Path) -> bytes:
    """With what stands in the write-ahead log."""
    with _closing(apsw.Connection(str(path))) as db:
        db.pragma("journal_mode", "delete")
    return path.read_bytes()


@contextmanager
def _closing(db: apsw.Connection) -> Iterator[apsw.Connection]:
    try:
        yield db
    finally:
        db.close()


if __name__ == "__main__":
    main()
