"""Workers that write down what they told the ledger, when, and what of it was refused: `telling_worker.py LEASE` and
for each a STORE, a NAME and a FILE. They are forked by one process, which tells their pids, and end with TERM."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.node import make_store
from tickwork.store.protocol import Claim, Session
from tickwork.telemetry import StaleWriteRefused, Telemetry, TelemetryEvent
from tickwork.worker.agent import Agent
from tickwork.worker.identity import Identity
from tickwork.worker.link import Receipt, Report
from tickwork.worker.process.kernel import die_with_parent
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.store_link import StoreLink


class TellingLink:
    """Around a `StoreLink`."""

    def __init__(self, inner: StoreLink, note: Callable[..., None], clock: SystemClock) -> None:
        self._inner = inner
        self._note = note
        self._clock = clock

    async def hello(self, session: Session) -> float:
        return await self._inner.hello(session)

    async def claim(self, free: int, wait: float) -> list[Claim]:
        return await self._inner.claim(free, wait)

    async def report(self, batch: Report, *, renew: bool) -> Receipt:
        at = self._clock.now()
        receipt = await self._inner.report(batch, renew=renew)
        lost = [str(lost.fence) for lost in receipt.lost]
        for kind, fence in _told(batch):
            if kind == "start" and fence not in lost:
                self._note(started=fence)
        if told := list(_told(batch)):
            self._note(at=at, told=told, lost=lost)
        return receipt

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        return self._inner.listen(wake)

    async def bye(self) -> None:
        await self._inner.bye()


def _told(batch: Report) -> Iterator[tuple[str, str]]:
    for kind, items in (("start", batch.starts), ("log", batch.logs), ("end", batch.ends)):
        yield from ((kind, str(item.fence)) for item in items)


async def work(url: str, name: str, lease: float, file: str) -> None:
    with Path(file).open("a", buffering=1) as out:

        def note(**facts: object) -> None:
            out.write(json.dumps(facts) + "\n")

        def count(event: TelemetryEvent) -> None:
            if isinstance(event, StaleWriteRefused):
                note(refused=event.fence)

        clock, telemetry = SystemClock(), Telemetry()
        telemetry.subscribe(count)
        ids = Ids(clock=clock)
        store = make_store(url, clock=clock)
        await store.open()
        agent = Agent(
            link=TellingLink(StoreLink(store=store, clock=clock, ids=ids, telemetry=telemetry), note, clock),
            processes=LocalProcesses(clock=clock),
            clock=clock,
            ids=ids,
            telemetry=telemetry,
            identity=Identity(name=name, pools=("default",), seats=1, lease=lease),
            grace=0.0,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, agent.stop)
        await agent.run()
        await store.close()


def bear(lease: float, url: str, name: str, file: str) -> int:
    """Fork one; the imports are here already."""
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        die_with_parent(parent)
        asyncio.run(work(url, name, lease, file))
        os._exit(0)
    return pid


def main(lease: str, *workers: str) -> None:
    told = zip(workers[::3], workers[1::3], workers[2::3], strict=True)
    pids = [bear(float(lease), *one) for one in told]
    sys.stdout.write(" ".join(map(str, pids)) + "\n")
    sys.stdout.flush()
    for pid in pids:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
