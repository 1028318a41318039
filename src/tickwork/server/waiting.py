"""Waiting for the end of a run, as long as a request may take."""

import asyncio
from contextlib import suppress
from http import HTTPStatus

from starlette.responses import Response

from tickwork.core.ids import RunId
from tickwork.core.states import TERMINAL
from tickwork.errors import NotFound
from tickwork.operations import Operations
from tickwork.operations.views import RunDetailView
from tickwork.server.routing import json_response

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


async def queued_response(ops: Operations, run: str, *, seconds: float) -> Response:
    """202 with the run that was just queued; 200 if it was waited for and is over."""
    detail = await wait_for(ops, run, seconds=seconds)
    over = seconds > 0 and detail.run.state in TERMINAL
    return json_response(detail, HTTPStatus.OK if over else HTTPStatus.ACCEPTED, location=f"runs/{run}")
