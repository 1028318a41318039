"""Channels, rules and deliveries as people see them."""

from urllib.parse import urlsplit

from tickwork.core.channels import Apprise, Channel, Mail, Program, Webhook
from tickwork.core.clock import SECOND, iso
from tickwork.core.model import Scope
from tickwork.core.notices import Delivery, Fate
from tickwork.core.pacing import Held, Pace
from tickwork.core.rules import Occasion
from tickwork.operations.notify.outgoing import Done
from tickwork.operations.views import View


class ChannelView(View, frozen=True, kw_only=True):
    name: str
    way: str
    """mail, webhook, command, apprise."""
    target: str
    """Where it goes, without what is secret."""
    quiet: str | None
    at_once: int
    window: float
    """Seconds."""
    templates: list[str]
    waiting: int
    failures: int
    """In a row."""
    error: str | None
    """Of the last try, if it failed."""
    retry_at: str | None


class MadeChannel(View, frozen=True, kw_only=True):
    name: str
    signing_secret: str | None
    """Of a webhook; shown this once."""
    warning: str | None
    """Why nothing goes out yet."""


class Tested(View, frozen=True, kw_only=True):
    """What became of a test."""

    told: bool
    fault: str | None
    """Why it could not be sent."""


class RuleView(View, frozen=True, kw_only=True):
    scope: Scope
    target: str
    channels: list[str]
    on: list[Occasion]
    """Empty: all trouble."""


class DeliveryView(View, frozen=True, kw_only=True):
    id: str
    channel: str
    occasion: Occasion
    fate: Fate
    noticed: str
    over: str | None
    job: str | None
    run: str | None
    title: str
    sentence: str
    note: str
    """Why it waits or was dropped, or with how many others it was sent."""
    tries: int
    """How often it was sent, or was meant to be."""
    error: str | None
    """Of the last try that failed."""
    next_try: str | None
    """Until when it waits at least; null: it goes out at once, or is over."""


def channel_view(channel: Channel, pace: Pace, *, waiting: int) -> ChannelView:
    quiet = channel.quiet
    return ChannelView(
        name=channel.name,
        way=_word(channel),
        target=_target(channel),
        quiet=None if quiet is None else f"{quiet.begin:%H:%M}-{quiet.end:%H:%M} {quiet.zone}",
        at_once=channel.at_once,
        window=channel.window / SECOND,
        templates=sorted(channel.templates),
        waiting=waiting,
        failures=pace.failures,
        error=pace.error or None,
        retry_at=iso(pace.retry_at) if pace.failures else None,
    )


def waiting_view(one: Delivery, held: Held) -> DeliveryView:
    return _delivery_view(one, Fate.WAITING, at=None, note=held.why, next_try=iso(held.until))


def done_view(done: Done) -> DeliveryView:
    return _delivery_view(done.delivery, done.fate, at=iso(done.at), note=done.note, next_try=None)


def _delivery_view(one: Delivery, fate: Fate, *, at: str | None, note: str, next_try: str | None) -> DeliveryView:
    notice = one.notice
    return DeliveryView(
        id=one.id,
        channel=one.channel,
        occasion=notice.occasion,
        fate=fate,
        noticed=iso(notice.at) or "",
        over=at,
        job=notice.job,
        run=notice.run,
        title=notice.title,
        sentence=notice.sentence,
        note=note,
        tries=one.tries,
        error=one.error or None,
        next_try=next_try,
    )


def _word(channel: Channel) -> str:
    return {Mail: "mail", Webhook: "webhook", Program: "command", Apprise: "apprise"}[type(channel.way)]


def _target(channel: Channel) -> str:
    match channel.way:
        case Mail(to=to):
            return ", ".join(to)
        case Webhook(url=url):
            return urlsplit(url)._replace(query="", fragment="").geturl()
        case Program(argv=argv):
            return " ".join(argv)
        case Apprise():
            return "a service of apprise"
