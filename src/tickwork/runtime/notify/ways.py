"""The ways that a message goes out. Each raises `NotDelivered` with the reason, and then it is tried again later."""

import asyncio
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import assert_never

from tickwork.config import Settings, listed
from tickwork.core.channels import Apprise, Channel, Mail, Program, Webhook
from tickwork.core.clock import Clock, to_datetime
from tickwork.core.urls import Allowed
from tickwork.errors import InvalidSetting
from tickwork.keyring import Keyring
from tickwork.operations.notify.secrecy import opened
from tickwork.runtime.notify.failing import NeverDelivered, NotDelivered
from tickwork.runtime.notify.programs import run_program
from tickwork.runtime.notify.webhooks import post_signed
from tickwork.runtime.notify.wording import Message

PATIENCE = 20.0
"""Seconds that one message may take."""
_UNLESS = "webhooks go there only if the setting notify_allow says so"
_PORTS = {"tls": 465, "no": 25}
_SUBMISSION = 587


class Ways:
    """Sends through any channel, with what the settings say."""

    def __init__(self, *, settings: Settings, keyring: Keyring, clock: Clock, host: str) -> None:
        self._settings = settings
        self._keyring = keyring
        self._clock = clock
        self._host = host
        self._allowed = Allowed.parse(listed(settings.notify_allow), unless=_UNLESS)

    async def send(self, channel: Channel, message: Message) -> None:
        """Raises `NotDelivered`, and `NeverDelivered` where trying again is of no use until somebody sets something."""
        try:
            match channel.way:
                case Mail() as mail:
                    await self._mail(mail, message)
                case Webhook(url=url):
                    secret = opened(channel, self._keyring)
                    await post_signed(
                        url, message, secret=secret, allowed=self._allowed, now=self._clock.now(), patience=PATIENCE
                    )
                case Program(argv=argv):
                    if not self._settings.notify_commands:
                        raise NeverDelivered("commands are switched off: the setting notify_commands is no")
                    await run_program(argv, message, patience=PATIENCE)
                case Apprise():
                    await _by_apprise(opened(channel, self._keyring), message)
                case _:
                    assert_never(channel.way)
        except InvalidSetting as error:
            raise NotDelivered(str(error)) from None

    async def _mail(self, mail: Mail, message: Message) -> None:
        settings = self._settings
        if not settings.smtp_host:
            raise NeverDelivered("no mail is sent: the setting smtp_host is empty")
        import aiosmtplib

        try:
            await aiosmtplib.send(
                self._letter(mail, message),
                hostname=settings.smtp_host,
                port=settings.smtp_port or _PORTS.get(settings.smtp_tls, _SUBMISSION),
                username=settings.smtp_user or None,
                password=settings.smtp_password or None,
                use_tls=settings.smtp_tls == "tls",
                start_tls={"starttls": True, "auto": bool(settings.smtp_user) or None}.get(settings.smtp_tls, False),
                tls_context=_trusted(settings.smtp_ca),
                timeout=PATIENCE,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise NotDelivered(f"{settings.smtp_host}: {str(error) or type(error).__name__}") from None

    def _letter(self, mail: Mail, message: Message) -> EmailMessage:
        letter = EmailMessage()
        sender = self._settings.smtp_from or f"tickwork@{self._host}"
        letter["From"] = sender
        letter["To"] = ", ".join(mail.to)
        letter["Subject"] = message.subject
        letter["Date"] = format_datetime(to_datetime(message.at))
        letter["Message-ID"] = f"<{message.id}.tickwork@{self._host}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter


async def _by_apprise(url: str, message: Message) -> None:
    """In a thread: it blocks, and to import it alone takes a second."""
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(_ask_apprise, url, message)
    except TimeoutError:
        raise NotDelivered(f"the service of apprise took longer than {PATIENCE:g} s") from None


def _ask_apprise(url: str, message: Message) -> None:
    try:
        import apprise
    except ImportError:
        raise NotDelivered("apprise is not installed; pip install 'tickwork[notify]'") from None
    service = apprise.Apprise()
    if not service.add(url):
        raise NotDelivered("apprise does not know this kind of URL")
    try:
        taken = service.notify(body=message.text, title=message.subject)
    except Exception as error:  # noqa: BLE001 (whatever one of a hundred services raises)
        raise NotDelivered(f"the service of apprise failed: {type(error).__name__}: {error}") from None
    if not taken:
        raise NotDelivered("the service of apprise did not take it")


def _trusted(file: str) -> ssl.SSLContext:
    """Whose certificates a mail server may show: those of the system's authorities, or of the ones in a file."""
    try:
        return ssl.create_default_context(cafile=file or None)
    except (OSError, ssl.SSLError) as error:
        raise NotDelivered(f"smtp_ca: {file}: {error}") from None
