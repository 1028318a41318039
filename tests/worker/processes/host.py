"""A small agent to be killed: starts the shell line it gets and tells what happens on its stdout."""

import asyncio
import sys

from tests.worker.processes.watching import sh
from tickwork.core.clock import SystemClock
from tickwork.worker.process.launching import LocalProcesses


async def main() -> None:
    processes = LocalProcesses(clock=SystemClock())
    await processes.open()
    print("launcher", processes.launcher_pid, flush=True)
    await processes.spawn(
        sh(sys.argv[1], grace=float(sys.argv[2])), lambda event: print(type(event).__name__, flush=True)
    )
    await asyncio.Event().wait()


asyncio.run(main())
