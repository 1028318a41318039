"""A worker that has no store at hand, only a server's address and a key."""

import ssl
from pathlib import Path

from tickwork.cli.apps import preload_of
from tickwork.cli.lines import EventLines
from tickwork.cli.serve import Stopping
from tickwork.cli.words import several
from tickwork.config import Settings
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.errors import InvalidSetting
from tickwork.node import Node, collect_rarely
from tickwork.telemetry import Telemetry
from tickwork.worker.http_link import HttpLink


async def serve_remotely(settings: Settings, *, apps: tuple[str, ...] = ()) -> int:
    """Run until it is told to stop; returns the exit code. Raises `TickworkError`."""
    clock, telemetry = SystemClock(), Telemetry()
    link = HttpLink(
        url=settings.server,
        key=key_of(settings),
        clock=clock,
        telemetry=telemetry,
        verify=trusted(settings),
        idle=settings.reconnect_after,
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
    voice = EventLines(clock=clock, broken=node.request_stop)
    telemetry.subscribe(voice.event)
    stopping = Stopping(node=node, telemetry=telemetry, say=voice.say)
    stopping.listen()
    collect_rarely()
    seats = several(settings.workers, "seat")
    greeting = [f"ready: {settings.server}, pool {settings.pool}, {seats}; Ctrl-C stops"]
    try:
        await node.run(scheduler=False, worker=True, ready=lambda: voice.ready(greeting))
    finally:
        await link.close()
    return stopping.told()


def key_of(settings: Settings) -> str:
    """The worker's key, from the setting or its file. Raises `InvalidSetting`."""
    if settings.key:
        return settings.key
    if not settings.key_file:
        raise InvalidSetting("key_file: a worker of a server needs its key: --key-file FILE, or TICKWORK_KEY")
    file = Path(settings.key_file).expanduser()
    try:
        key = file.read_text(encoding="utf-8").strip()
        mode = file.stat().st_mode & 0o777
    except OSError as error:
        raise InvalidSetting(f"key_file: {file}: {error.strerror}") from None
    if mode & 0o077:
        raise InvalidSetting(f"key_file: {file} can be read by others (mode {mode:o}); run chmod 600 {file}")
    if not key:
        raise InvalidSetting(f"key_file: {file} is empty; `tickwork key add NAME --worker` makes a key")
    return key


def trusted(settings: Settings) -> ssl.SSLContext | bool:
    """Whom to trust under TLS: what the system trusts, or the certificates in a file. Raises `InvalidSetting`."""
    if not settings.server_ca:
        return True
    try:
        return ssl.create_default_context(cafile=settings.server_ca)
    except (OSError, ssl.SSLError) as error:
        raise InvalidSetting(f"server_ca: {settings.server_ca}: {error}") from None
