"""How a job is run: policies that it has, or leaves at their defaults."""

from enum import StrEnum

from tickwork.core.clock import HOUR, SECOND, Duration
from tickwork.core.stored import Stored


class Backoff(StrEnum):
    FIXED = "fixed"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"


class Retry(Stored, frozen=True, kw_only=True):
    """When a failed attempt is tried again."""

    count: int = 0
    """Retries after the first attempt."""
    delay: Duration = SECOND
    backoff: Backoff = Backoff.FIXED
    cap: Duration = HOUR
    jitter: float = 0.0
    """0 … 1: each delay is multiplied by a random number between 1 - jitter and 1 + jitter."""
    on_exit: tuple[int, ...] = ()
    """Only these exit codes (empty: every failure)."""
    on_exception: tuple[str, ...] = ()
    """Only these exception classes, by `Name` or `module.Name`, subclasses included (empty: every failure)."""


class Overlap(StrEnum):
    """What a due occurrence does while an earlier run of the job is not over."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"
    REPLACE = "replace"


class Delivery(StrEnum):
    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


class Everywhere(StrEnum):
    """On how many workers an occurrence runs, where that is no number."""

    ALL = "all"


class Quorum(StrEnum):
    """How many runs of a group must succeed so that it does, where that is no number."""

    ALL = "all"
    ANY = "any"


class Resources(Stored, frozen=True, kw_only=True):
    """What a run may use at most (None: as much as the worker's own limits allow). One that uses more ends
    `failed(resource)` where that can be known."""

    memory: int | None = None
    """Bytes: of the whole run where a memory controller keeps it, else of each process (address space)."""
    cpu: Duration | None = None
    """Processor time of each process, rounded up to seconds."""
    files: int | None = None
    """Open files of each process."""
    processes: int | None = None
    """Of the run at a time, threads included where the kernel counts them."""
