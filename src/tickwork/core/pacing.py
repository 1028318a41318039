"""How fast a channel is told: the first few notices of a window one by one, the others as one digest when it ends; and
after a failure later and later, but for ever."""

from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec.structs import replace

from tickwork.core.channels import Channel, quiet_until
from tickwork.core.clock import MINUTE, SECOND, Instant, iso, later

_FIRST_WAIT: Final = 5 * SECOND
_LONGEST_WAIT: Final = 15 * MINUTE


class Pace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a channel was told lately."""

    window_end: Instant = Instant(0)
    sent: int = 0
    """In the window that ends then."""
    failures: int = 0
    """In a row."""
    retry_at: Instant = Instant(0)
    error: str = ""
    """Of the last try, if it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send the first `count`, one by one."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Send all that waits as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing before then."""

    until: Instant


Step = Send | Digest | Hold


def blocked_until(channel: Channel, pace: Pace, now: Instant) -> Instant | None:
    """Until when nothing goes out, whatever waits; None: something may."""
    quiet = quiet_until(channel.quiet, now) or now
    full = pace.window_end if pace.sent >= channel.at_once else now
    until = max(quiet, pace.retry_at, full)
    return until if until > now else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What waits for a channel goes on waiting."""

    why: str
    until: Instant | None
    """None: it goes out at once, or never."""


def held(channel: Channel, pace: Pace, now: Instant) -> Held:
    """Why nothing goes out, in words ("": something will, at once), and until when at least."""
    return Held(why=_held_because(channel, pace, now), until=blocked_until(channel, pace, now))


def _held_because(channel: Channel, pace: Pace, now: Instant) -> str:
    if pace.error:
        return pace.error
    if (quiet := quiet_until(channel.quiet, now)) is not None:
        return f"quiet hours until {iso(quiet)}"
    if pace.sent >= channel.at_once and pace.window_end > now:
        return f"goes out with others at {iso(pace.window_end)}"
    return ""


def next_step(channel: Channel, pace: Pace, *, waiting: int, oldest: Instant, now: Instant) -> Step:
    """What to do with `waiting` notices (at least one), of which the oldest is of `oldest`."""
    if (until := blocked_until(channel, pace, now)) is not None:
        return Hold(until=until)
    if now < pace.window_end:
        return Send(count=min(waiting, channel.at_once - pace.sent))
    held_back = pace.sent >= channel.at_once and oldest < pace.window_end
    if held_back and waiting > 1:
        return Digest()
    return Send(count=min(waiting, channel.at_once))


def after_sending(channel: Channel, pace: Pace, step: Send | Digest, now: Instant) -> Pace:
    """The pace after one notice of the step, or its digest, has gone out."""
    if isinstance(step, Digest):
        return Pace(window_end=later(now, channel.window), sent=channel.at_once)
    if now < pace.window_end:
        return replace(pace, sent=pace.sent + 1, failures=0, retry_at=Instant(0), error="")
    return Pace(window_end=later(now, channel.window), sent=1)


def after_failure(pace: Pace, error: str, now: Instant) -> Pace:
    wait = min(_FIRST_WAIT << min(pace.failures, 20), _LONGEST_WAIT)
    return replace(pace, failures=pace.failures + 1, retry_at=later(now, wait), error=error)
