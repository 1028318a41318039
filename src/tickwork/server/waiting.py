"""Waiting for the end of a run, as long as a request may take."""

import asyncio
from contextlib import suppress

from tickwork.core.ids import RunId
from tickwork.errors import NotFound
from tickwork.operations import Operations
from tickwork.operations.views import RunDetailView

LONGEST = 60.0
"""Seconds: proxies end what takes longer."""


async def wait_for(ops: Operations, run: str, *, seconds: float) -> RunDetailView:
    """The run when it is over, or as it is after so long."""
    identity = RunId(run)
    if seconds > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ops.runs.wait(identity)
    view = await ops.reads.run(identity)
    if view is None:
        raise NotFound(f"there is no run {run!r} (any more)")
    return view
