"""A worker that has no store at hand, only a server's address and a key."""

import sys

from tickwork.cli.apps import preload_of
from tickwork.cli.outlet import Outlet
from tickwork.cli.serve import Stopping
from tickwork.cli.trust import key_of, trusted
from tickwork.cli.voices import logging_too, voice_of
from tickwork.cli.words import several
from tickwork.config import Settings, listed
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.errors import InvalidSetting
from tickwork.node import Node, collect_rarely
from tickwork.telemetry import Telemetry
from tickwork.worker.http_link import HttpLink


async def serve_remotely(settings: Settings, *, apps: tuple[str, ...] = ()) -> int:
    """Run until it is told to stop; returns the exit code. Raises `TickworkError`."""
    key = key_of(settings)
    if not key:
        raise InvalidSetting("key_file: a worker of a server needs its key: --key-file FILE, or TICKWORK_KEY")
    clock, telemetry = SystemClock(), Telemetry()
    link = HttpLink(
        url=settings.server,
        key=key,
        clock=clock,
        telemetry=telemetry,
        verify=trusted(settings),
        idle=settings.reconnect_after,
        renewed=lambda: key_of(settings),
    )
    node = Node(
        settings=settings,
        store=None,
        clock=clock,
        ids=Ids(clock=clock),
        telemetry=telemetry,
        preload=preload_of(apps),
        link=link,
    )
    out = Outlet(sys.stdout, broken=node.request_stop)
    voice = voice_of(settings, clock=clock, line=out.line)
    telemetry.subscribe(voice.event)
    stopping = Stopping(node=node, telemetry=telemetry, say=voice.say)
    stopping.listen()
    collect_rarely()
    seats = several(settings.workers, "seat")
    greeting = [f"ready: {settings.server}, pool {', '.join(listed(settings.pool))}, {seats}; Ctrl-C stops"]
    try:
        with out, logging_too(voice, settings):
            await node.run(scheduler=False, worker=True, ready=lambda: voice.ready(greeting))
            return stopping.told()
    finally:
        await link.close()
