"""Runs, their attempts, their logs."""

import base64
from typing import Any

from tickwork.operations.views.view import View
from tickwork.store.protocol import Stream


class RunView(View, frozen=True, kw_only=True):
    id: str
    job: str
    project: str
    origin: str
    state: str
    reason: str | None
    wait: str | None
    note: str | None
    about: str | None
    group: str | None
    schedule: str | None
    slot: str | None
    ready_at: str
    attempt: int
    exit_code: int | None
    worker: str | None
    revision: int
    created: str
    started: str | None
    finished: str | None
    duration: float | None
    """Seconds of the latest attempt; None while it runs."""
    elsewhere: bool = False
    """It happens elsewhere and is told of here: nobody here kills it once it has begun, or runs it again."""


class AttemptView(View, frozen=True, kw_only=True):
    n: int
    state: str
    reason: str | None
    exit_code: int | None
    error: str | None
    worker: str
    started: str | None
    finished: str
    duration: float | None


class FrameView(View, frozen=True, kw_only=True):
    """One frame of an exception's traceback."""

    file: str
    line: int
    function: str
    locals: dict[str, str]
    """What its variables held: `repr`, trimmed; what looks secret is masked."""


class ProgressView(View, frozen=True, kw_only=True):
    """A bar of a run, with those it is made of."""

    group: list[str]
    """The names that lead to it; empty: the run itself."""
    current: float
    total: float
    share: float | None
    """0 … 1; None where nobody knows how much there is to do."""
    status: str
    left: float | None
    """Seconds that are still to come, if it goes on like this; None for a run that is over."""
    children: list["ProgressView"]


class RunDetailView(View, frozen=True, kw_only=True):
    run: RunView
    params: Any
    pins: Any
    """The runs of other jobs that it stands on: {"needs": {job: run}, "after": {job: run}}."""
    result: Any
    error: str | None
    frames: list[FrameView]
    """Of the exception that ended its newest attempt, outermost first."""
    progress: ProgressView | None
    attempts: list[AttemptView]
    containment: str | None = None
    """What held the processes of its newest attempt together, as far as its worker is still known."""


class ChunkView(View, frozen=True, kw_only=True):
    """A piece of a log, as it came."""

    seq: int
    at: str
    stream: Stream
    text: str
    """Bytes that are no UTF-8 are shown as �. Of the stream `record`: JSON with level, logger and message."""
    base64: str | None = None
    """The bytes, where the text is not all of them."""

    @property
    def data(self) -> bytes:
        return self.text.encode() if self.base64 is None else base64.b64decode(self.base64)


class GroupView(View, frozen=True, kw_only=True):
    """Runs that belong together."""

    id: str
    state: str
    """running, succeeded or failed."""
    runs: list[RunView]
