"""Every deadline that follows from a lease, from one formula (DESIGN §8).

A session renews its claims; who holds them must be certain that the jobs are dead before anybody else may
start them again. All times are monotonic seconds of the machine that acts on them. With a lease of L
counted from *before* the renewal was sent:

    renew every L/5 · TERM the jobs at 0.4 L · KILL them at 0.7 L · a reaper may settle from L on

A reaper counts its L from the moment at which it *saw* the last renewal, which is never earlier than the
sending, so `kill_at < settle_at` holds whatever the network and the clocks do.
"""

from dataclasses import dataclass

DEFAULT_LEASE = 15.0
"""Seconds; a pool may set another."""
MAX_LOSSES = 3
"""Attempts of a run that may be lost (its worker died or was stopped) before it ends `failed(lost)`."""
TERM_AT, KILL_AT, RENEW_EVERY = 0.4, 0.7, 0.2


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When the holder of a lease must act, in its own monotonic seconds."""

    renew_at: float
    term_at: float
    kill_at: float


def deadlines(*, sent: float, lease: float) -> Deadlines:
    """The holder's deadlines after a renewal that left at `sent` and was answered."""
    return Deadlines(
        renew_at=sent + lease * RENEW_EVERY, term_at=sent + lease * TERM_AT, kill_at=sent + lease * KILL_AT
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a worker may be silent before it is shown, and told of, as unresponsive. Nothing is settled by it."""

    intervals: int = 3
    """Renewals that may be missing …"""
    margin: float = 2.0
    """… and seconds more."""

    def seconds(self, lease: float) -> float:
        return self.intervals * lease * RENEW_EVERY + self.margin


PATIENCE = Patience()


def may_settle(*, seen: float, now: float, reachable_since: float, lease: float) -> bool:
    """Whether a reaper may settle a session whose last renewal it saw at `seen`.

    `reachable_since`: since when the reaper itself has reached the store without a break. A reaper that was
    cut off (or frozen) cannot tell a dead session from its own blindness, so it waits one whole lease.
    """
    return now - max(seen, reachable_since) >= lease
