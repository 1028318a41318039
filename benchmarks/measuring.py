"""What the benchmarks share: stores to measure on, the machine's state, and what processes use."""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

KINDS = ("sqlite", "postgres", "redis")


@contextlib.contextmanager
def store_url(kind: str) -> Iterator[str]:
    """A URL of a new store: `sqlite`, `postgres` and `redis` bring a server of their own where there must be one and
    are gone afterwards; anything else is a URL already."""
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            yield f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory(prefix='tw-bench-'))}/bench.db"
        elif kind == "postgres":
            from tests.services.postgres import own_schema, running

            yield stack.enter_context(own_schema(stack.enter_context(running()).url))
        elif kind == "redis":
            from tests.services.valkey import running as valkey

            yield stack.enter_context(valkey()).url
        else:
            yield kind


def machine() -> str:
    """One line: what the numbers below were made on, and how busy it was."""
    load = os.getloadavg()[0]
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load:.1f}"


def tickwork(*words: str, **options: object) -> "subprocess.Popen[bytes]":
    """The command line, as a user would start it."""
    return subprocess.Popen([str(Path(sys.executable).with_name("tickwork")), *words], **options)  # type: ignore[call-overload]


def tree(pid: int | None = None) -> list[psutil.Process]:
    own = psutil.Process(pid)
    return [own, *own.children(recursive=True)]


def cpu_of(processes: Sequence[psutil.Process]) -> float:
    """Seconds of CPU that they and what they have collected used so far."""
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def rss_of(pid: int) -> float:
    """Megabytes."""
    return psutil.Process(pid).memory_info().rss / 1e6


def pss_of(processes: Sequence[psutil.Process]) -> float:
    """Megabytes of all together, shared pages counted once."""
    return sum(process.memory_full_info().pss for process in processes) / 1e6


def size_of(url: str) -> str:
    """What the store takes."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        return (
            f"{sum(part.stat().st_size for part in file.parent.glob(file.name + '*') if part.is_file()) / 1e6:,.0f} MB"
        )
    if url.startswith("postgres"):
        from tests.services.postgres import admin

        with admin(url) as db:
            [(size,)] = db.execute("SELECT pg_database_size(current_database())").fetchall()
        return f"{size / 1e6:,.0f} MB"
    from tests.services.valkey import plain_client

    with plain_client(url.partition("?")[0]) as client:
        return f"{client.info('memory')['used_memory'] / 1e6:,.0f} MB of the server's memory"


def quantiles(values: Sequence[float]) -> str:
    """Of seconds, in milliseconds."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(values)}
    return ", ".join(f"{name} {value * 1e3:.1f} ms" for name, value in named.items())
