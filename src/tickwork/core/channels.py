"""Channels: where notices go, how many at a time, and when not."""

from datetime import time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from tickwork.core.clock import MINUTE, Duration, Instant, from_datetime, to_datetime
from tickwork.core.rules import MAIL
from tickwork.core.stored import Stored


class Mail(Stored, frozen=True, kw_only=True, tag="mail", tag_field="way"):
    """Mail, through the server that the settings name."""

    to: tuple[str, ...]


class Webhook(Stored, frozen=True, kw_only=True, tag="webhook", tag_field="way"):
    """A POST of JSON, signed as https://www.standardwebhooks.com says."""

    url: str
    sealed: str
    """JSON of the signing secret, sealed."""


class Program(Stored, frozen=True, kw_only=True, tag="command", tag_field="way"):
    """A program on the server, as the user that it runs as; it gets the notice as JSON on standard input."""

    argv: tuple[str, ...]


class Apprise(Stored, frozen=True, kw_only=True, tag="apprise", tag_field="way"):
    """One of the services that the package apprise knows."""

    sealed: str
    """JSON of its URL, which holds keys, sealed."""


Way = Mail | Webhook | Program | Apprise


class Quiet(Stored, frozen=True, kw_only=True):
    """Hours of each day in which nothing is sent."""

    begin: time
    end: time
    zone: str = "UTC"


class Words(StrEnum):
    """What a channel may say in its own words, beside the occasions."""

    DIGEST = "digest"


class Template(Stored, frozen=True, kw_only=True):
    """Jinja; what is empty is as ever."""

    subject: str = ""
    text: str = ""


AT_ONCE: Final = 5
WINDOW: Final = MINUTE


class Channel(Stored, frozen=True, kw_only=True):
    """A place that notices go to."""

    name: str
    way: Way
    quiet: Quiet | None = None
    at_once: int = AT_ONCE
    """So many notices go out one by one in a window …"""
    window: Duration = WINDOW
    """… and what comes beyond them when it ends, as one digest."""
    templates: dict[str, Template] = msgspec.field(default_factory=dict)
    """By occasion, or `digest`."""


def mail_channel(name: str) -> Channel | None:
    """The channel that `mail:` and an address stand for; None: it is not such a name."""
    address = name.removeprefix(MAIL)
    return Channel(name=name, way=Mail(to=(address,))) if address != name and is_address(address) else None


def is_address(text: str) -> bool:
    """Whether mail may be sent there: one word, which need not have an @ (a mail server knows its own people)."""
    return bool(text) and text.isprintable() and not any(char in ' ,;<>"' for char in text)


def quiet_until(quiet: Quiet | None, now: Instant) -> Instant | None:
    """When the quiet hours end that it is now; None: it is not quiet."""
    if quiet is None or quiet.begin == quiet.end:
        return None
    local = to_datetime(now).astimezone(ZoneInfo(quiet.zone))
    clock = local.time()
    over_midnight = quiet.begin > quiet.end
    inside = clock >= quiet.begin or clock < quiet.end if over_midnight else quiet.begin <= clock < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= quiet.begin else 0)
    end = local.replace(
        year=day.year,
        month=day.month,
        day=day.day,
        hour=quiet.end.hour,
        minute=quiet.end.minute,
        second=0,
        microsecond=0,
    )
    return from_datetime(end)
