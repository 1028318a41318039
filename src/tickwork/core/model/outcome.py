"""What an attempt ended with."""

import msgspec

from tickwork.core.clock import Duration
from tickwork.core.states import Reason, State


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attempt, as the worker saw it; `decide` turns it into the run's next state."""

    state: State
    """succeeded, failed, skipped, cancelled, waiting (deferred) or queued (released before the job began)."""
    reason: Reason | None = None
    exit_code: int | None = None
    error: str | None = None
    """One line or a traceback."""
    exception: tuple[str, ...] = ()
    """Class names of the exception and its bases, outermost first: `builtins.ValueError`, …"""
    result: bytes | None = None
    """JSON."""
    retry_after: Duration | None = None
    """The job's own wish (`raise Retry(after=…)`)."""
    remark: str | None = None
    """A fact beside all that, in words: which processes live on."""
