"""The test button: one message through a channel, past queue and pace, and what came of it."""

import platform

from tickwork.config import Settings
from tickwork.core.clock import Clock
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.runtime.notify.failing import NeverDelivered, NotDelivered
from tickwork.runtime.notify.ways import Ways
from tickwork.runtime.notify.wording import test_message


async def try_channel(ops: Operations, name: str, *, settings: Settings, keyring: Keyring, clock: Clock) -> str | None:
    """Why it could not be told, or None: it was. Raises `NotFound`."""
    channel = await ops.notify.get_channel(name)
    ways = Ways(settings=settings, keyring=keyring, clock=clock, host=platform.node() or "localhost")
    try:
        await ways.send(channel, test_message(channel, now=clock.now(), url=settings.public_url.rstrip("/")))
    except (NotDelivered, NeverDelivered) as error:
        return str(error)
    return None
