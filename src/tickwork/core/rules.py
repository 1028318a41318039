"""Who is told of what: the occasions, and rules that name channels for them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

MAIL: Final = "mail:"
"""`mail:ops@example.com` is a channel that needs no making: mail to that address."""


class Occasion(StrEnum):
    """What somebody may want to hear of."""

    FAILED = "failed"
    """A run failed for good, or was killed by a person."""
    OUTPUT = "output"
    """A run printed something (what cron mails)."""
    RECOVERED = "recovered"
    """A run succeeded after one that failed."""
    LATE = "late"
    """A run is ready for long and nobody has begun it."""
    TOO_LONG = "too_long"
    """A run takes longer than the job's own limit, or than nearly all that succeeded."""
    MISSED = "missed"
    """A due moment became no run, or none in time."""
    NEVER_FIRES = "never_fires"
    """A schedule of a job that is on is never due again."""
    DISABLED = "disabled"
    """Failures in a row switched the job off."""
    POOL = "pool"
    """Runs are queued in a pool and none of its workers is heard; or one is heard again."""
    STORE = "store"
    """The store was away for long."""
    FREEZE = "freeze"
    """A server's process stood still for long."""


TROUBLE: Final = frozenset(
    {
        Occasion.FAILED,
        Occasion.LATE,
        Occasion.MISSED,
        Occasion.NEVER_FIRES,
        Occasion.DISABLED,
        Occasion.POOL,
        Occasion.STORE,
        Occasion.FREEZE,
    }
)
"""What a rule is about that names no occasions."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """These channels are told on these occasions."""

    channels: tuple[str, ...]
    """Their names, or `mail:` and an address."""
    on: tuple[Occasion, ...] = ()
    """Empty: `TROUBLE`."""

    def covers(self, occasion: Occasion) -> bool:
        return occasion in (self.on or TROUBLE)


def channels_for(rules: Iterable[Rule], occasion: Occasion) -> list[str]:
    """The channels that the rules name for it, each once."""
    return list(dict.fromkeys(channel for rule in rules if rule.covers(occasion) for channel in rule.channels))


def mail_channels(addresses: str) -> tuple[str, ...]:
    """The channels of addresses with commas between them, as MAILTO has them."""
    return tuple(MAIL + address for part in addresses.split(",") if (address := part.strip()))
