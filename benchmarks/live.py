"""What 200 clients that never read cost the others, and the server, while one job logs 50 MB/s.

    python benchmarks/live.py [--store sqlite|postgres|redis|URL] [--rude 200] [--rate 50] [--seconds 45] [--kept BYTES]

Three processes: a node (scheduler and worker) whose one job logs at the rate; a server of the live feed, whose memory
is watched; and this one, which starts no-op runs and holds all clients. The rude ones ask for all runs and for the log,
and read nothing, ever. The latency is from the commit of an enqueue to its event in a client that does read. The
figures come twice: without the rude clients, and with them. What the job writes is capped by its worker as every log
is (`max_log_bytes`), so that little of it gets to the store and to clients; with a large `--kept` all of it does.
"""

import argparse
import asyncio
import base64
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import noop
import psutil
import uvicorn
from measuring import machine, quantiles, rss_of, store_url, tickwork
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids, JobId
from tickwork.core.model import SYSTEM, Job, Run, Shell
from tickwork.core.states import State
from tickwork.node import collect_rarely, make_store
from tickwork.operations import Operations
from tickwork.server.live.hub import Hub
from tickwork.server.live.socket import LONGEST_REQUEST, serve
from tickwork.store.protocol import Kind, Store
from tickwork.telemetry import Telemetry

READERS = 5
"""Clients that read; their latency counts. One of them follows the log, too."""
PAUSE = 0.05
"""Seconds between two runs that are started."""
DEAF_MS = 60_000
"""Milliseconds after which the kernel gives up on a peer that takes nothing, as the server of a node has it."""


# -- the job --


def chatter(rate: float) -> None:
    block = (b"x" * 99 + b"\n") * 2500
    begin, sent = time.monotonic(), 0
    while True:
        sys.stdout.buffer.write(block)
        sent += len(block)
        time.sleep(max(0, begin + sent / rate / 1e6 - time.monotonic()))


# -- the server --


class Everything:
    """A viewer who may see it all."""

    def run(self, run: Run) -> bool:  # noqa: ARG002 (a protocol's)
        return True

    def definition(self, kind: Kind, project: str) -> bool:  # noqa: ARG002 (a protocol's)
        return True

    def workers(self) -> bool:
        return True

    async def still_valid(self) -> bool:
        return True


async def server(url: str) -> None:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    hub = Hub(store=store, clock=clock, telemetry=Telemetry())

    async def live(client: WebSocket) -> None:
        await serve(client, hub=hub, viewer=Everything())

    app = Starlette(routes=[WebSocketRoute("/live", live)])
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_max_size=LONGEST_REQUEST,
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="warning",
        loop="none",
    )
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF_MS)
        print(listening.getsockname()[1], flush=True)
        async with asyncio.TaskGroup() as group:
            for service in hub.services:
                group.create_task(service.run())
            await uvicorn.Server(config).serve(sockets=[listening])
            for service in hub.services:
                service.stop()
    await store.close()


# -- clients --


def rude(port: int, asked: str) -> socket.socket:
    """Shakes hands, asks, and never reads again."""
    client = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    payload = asked.encode()  # masked with zeros
    client.sendall(struct.pack("!BBH4x", 0x81, 0x80 | 126, len(payload)) + payload)
    return client


class Reader:
    """Reads everything, and says how long events took from the commits that it is told of."""

    def __init__(self, port: int, *asked: dict[str, object]) -> None:
        self._port = port
        self._asked = json.dumps({"subscribe": asked})
        self._committed: dict[str, float] = {}
        self.waits: list[float] = []
        self.log_bytes = self.resyncs = 0

    def committed(self, run: str) -> None:
        self._committed[run] = asyncio.get_running_loop().time()

    @property
    def missing(self) -> int:
        return len(self._committed)

    async def read(self, ready: asyncio.Event) -> None:
        async with connect(f"ws://127.0.0.1:{self._port}/live", compression=None, max_size=None) as client:
            await client.send(self._asked)
            async for text in client:
                told = json.loads(text)
                match told["event"]:
                    case "subscribed":
                        ready.set()
                    case "run" if (begun := self._committed.pop(told["run"]["id"], None)) is not None:
                        self.waits.append(asyncio.get_running_loop().time() - begun)
                    case "log":
                        self.log_bytes += sum(len(line["text"]) for line in told["lines"])
                    case "resync":
                        self.resyncs += 1


# -- measuring --


async def main(*, url: str, rude_clients: int, rate: float, seconds: float, kept: int) -> None:
    clock = SystemClock()
    ids = Ids(clock=clock)
    store = make_store(url, clock=clock)
    await store.open()
    ops = Operations(store=store, clock=clock, ids=ids, actor=SYSTEM)
    revision = await noop.define(store, noop.JOB, at=clock.now())
    with node(url), feed(url) as (pid, port):
        words = f"{sys.executable} {Path(__file__).resolve()} --chatter --rate {rate}"
        noisy = await ops.runs.submit_job(Job(id=JobId(""), name="", task=Shell(command=words), max_log_bytes=kept))
        while (await ops.runs.detail(noisy.id)).run.state is not State.RUNNING:
            await asyncio.sleep(0.05)
        log = {"topic": "run", "id": noisy.id, "log": True}
        readers = [Reader(port, {"topic": "runs"}, *([log] if n == 0 else [])) for n in range(READERS)]
        ready = [asyncio.Event() for _ in readers]
        tasks = [asyncio.create_task(reader.read(is_)) for reader, is_ in zip(readers, ready, strict=True)]
        for is_ in ready:
            await is_.wait()
        measure = partial(measured, store=store, ids=ids, revision=revision, readers=readers, pid=pid)
        before = await measure("alone", seconds=seconds / 3)
        asked = json.dumps({"subscribe": [{"topic": "runs"}, log]}).ljust(200)
        rudes = [await asyncio.to_thread(rude, port, asked) for _ in range(rude_clients)]
        after = await measure(f"{rude_clients} rude", seconds=seconds)
        print(f"RSS       +{after - before:.0f} MB by the rude clients")
        print(f"sockets   {connections(pid)} are left of {rude_clients} + {READERS}")
        for task in tasks:
            task.cancel()
        for client in rudes:
            client.close()
        await ops.runs.kill(noisy.id)
    await store.close()


async def measured(
    what: str, *, store: Store, ids: Ids, revision: int, readers: list[Reader], pid: int, seconds: float
) -> float:
    """Returns the largest memory of the server, in megabytes."""
    for reader in readers:
        reader.waits, reader.log_bytes, reader.resyncs = [], 0, 0
    loop, clock = asyncio.get_running_loop(), SystemClock()
    cpu, begin, peak, wrote = sum(psutil.Process(pid).cpu_times()[:2]), loop.time(), 0.0, written()
    while loop.time() < begin + seconds:
        new = noop.queued(noop.JOB, ids, revision=revision, at=clock.now())
        await store.enqueue([new], at=clock.now())
        for reader in readers:
            reader.committed(new.run.id)
        peak = max(peak, rss_of(pid))
        await asyncio.sleep(PAUSE)
    wrote = (written() - wrote) / (loop.time() - begin)
    await asyncio.sleep(1)
    waits = [wait for reader in readers for wait in reader.waits]
    used = (sum(psutil.Process(pid).cpu_times()[:2]) - cpu) / (loop.time() - begin)
    print(f"{what:<9} events {quantiles(waits)} ({len(waits)} events, {sum(r.missing for r in readers)} missing)")
    print(
        f"          RSS {peak:.0f} MB, CPU {used:.0%}; the job wrote {wrote / 1e6:.1f} MB/s, of which "
        f"{readers[0].log_bytes / seconds / 1e6:.1f} MB/s reached its reader; {sum(r.resyncs for r in readers)} resyncs"
    )
    return peak


def written() -> int:
    """Bytes that the noisy job has written."""
    python = next(p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[-3:-2] == ["--chatter"])
    return python.io_counters().write_chars


def connections(pid: int) -> int:
    return sum(one.status == "ESTABLISHED" for one in psutil.Process(pid).net_connections("tcp"))


@contextmanager
def node(url: str) -> Iterator[None]:
    process = tickwork("up", "--store", url, "--port", "0", stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def feed(url: str) -> Iterator[tuple[int, int]]:
    process = subprocess.Popen([sys.executable, __file__, "--serve", url], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--rude", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50, help="MB/s of the job")
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--kept", type=int, default=819_200, help="bytes of the job's log that are kept")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--chatter", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.chatter:
        chatter(given.rate)
    elif given.serve:
        collect_rarely()
        asyncio.run(server(given.serve))
    else:
        print(f"live      {machine()}, store {given.store.partition(':')[0]}")
        with store_url(given.store) as where:
            asyncio.run(
                main(url=where, rude_clients=given.rude, rate=given.rate, seconds=given.seconds, kept=given.kept)
            )
