"""What a job raises to say how it ends, where that is neither success nor failure."""

from tickwork.core.clock import Duration
from tickwork.core.timing.text import parse_duration


class Skip(Exception):
    """`raise Skip("nothing new")`: the run ends `skipped(by_job)` with these words as its note."""


class Retry(Exception):
    """`raise Retry(after="30s")`: this attempt failed, the next one begins after that time.

    Limited by the job's `retries` like every failure: a job without any fails at once.
    """

    def __init__(self, why: str = "", *, after: str | float | None = None) -> None:
        self.after: Duration | None = None if after is None else parse_duration(after, what="Retry(after=…)")
        super().__init__(why or "the job asked to be tried again")
