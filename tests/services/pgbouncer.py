"""A PgBouncer in transaction mode in front of a PostgreSQL for the tests."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services.postgres import PostgresServer

PROGRAM = "/usr/sbin/pgbouncer"
"""Where Debian's package puts it."""
_PATIENCE = 10.0


@contextmanager
def pooling(server: PostgresServer) -> Iterator[str]:
    """The URL of the same database through a pooler whose few connections all clients share."""
    folder = Path(tempfile.mkdtemp(prefix="tw-pool-"))
    settings = folder / "pgbouncer.ini"
    settings.write_text(f"""
[databases]
postgres = host={server.folder} user=postgres
[pgbouncer]
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
listen_addr =
unix_socket_dir = {folder}
auth_type = any
""")
    words = [PROGRAM, str(settings)]
    if os.geteuid() == 0:  # it refuses root, as the server does
        words = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *words]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        url = f"postgresql://postgres@/postgres?host={folder}&port=6432"
        _wait_for(url, folder / "log")
        yield f"{url}&pgbouncer=1"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)
        else:
            return
