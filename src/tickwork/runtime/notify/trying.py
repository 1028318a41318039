"""The test button: one message through a channel, past queue and pace, and what came of it."""

import platform
from importlib.util import find_spec

from tickwork.config import Settings
from tickwork.core.channels import Apprise, Mail, Program, Way
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


def cannot_send(way: Way, settings: Settings) -> str | None:
    """Why nothing can go out that way as the server is set; None: it may."""
    match way:
        case Mail() if not settings.smtp_host:
            return "no mail is sent before TICKWORK_SMTP_HOST is set where the server runs"
        case Program() if not settings.notify_commands:
            return "no command is run while TICKWORK_NOTIFY_COMMANDS is no where the server runs"
        case Apprise() if find_spec("apprise") is None:
            return "nothing is sent before apprise is installed where the server runs: pip install 'tickwork[notify]'"
        case _:
            return None
