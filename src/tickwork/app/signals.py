"""What a job raises to say how it ends, where that is neither success nor failure."""

from datetime import timedelta

from tickwork.core.clock import Duration
from tickwork.core.timing.text import parse_duration


class Skip(Exception):
    """`raise Skip("nothing new")`: the run ends `skipped(by_job)` with these words as its note."""


class Retry(Exception):
    """`raise Retry(after="30s")`: this attempt failed, the next one begins after that time (without one: after the
    delay of the job's `retries`).

    The job's own wish needs no `retries`. It is followed until the run has had 100 attempts, or as many as `retries`
    allows if these are more; the last one ends the run `failed(exception)`.
    """

    def __init__(self, why: str = "", *, after: str | float | timedelta | None = None) -> None:
        self.after: Duration | None = None if after is None else parse_duration(after, what="Retry(after=…)")
        super().__init__(why or "the job asked to be tried again")
