"""Workers, pools, and what is switched off."""

from tickwork.operations.views.view import View


class WorkerView(View, frozen=True, kw_only=True):
    name: str
    session: str
    pools: list[str]
    concurrency: int
    containment: str
    version: str
    host: str
    pid: int
    seen: str
    labels: list[str]
    load: float | None
    """Runnable processes per processor of its host, over a minute, as it said last."""
    silent: float | None = None
    """Seconds since it was heard, if that is longer than it should be."""
    paused: str | None = None
    """The sentence why it takes nothing new (it was drained)."""


class PoolView(View, frozen=True, kw_only=True):
    """A pool: what somebody has said of it, and how it is now."""

    name: str
    description: str
    lease: float | None
    max_running: int | None
    job_timeout: float | None
    """Seconds, for jobs that have none of their own."""
    projects: list[str]
    """Whose jobs may use it (empty: all)."""
    workers: list[str]
    seats: int
    busy: int
    waiting_since: str | None
    """When the run at the head of a queue became ready; None: none is queued."""
    unresponsive_since: str | None
    """Since when runs are queued and no worker is heard."""
    paused: str | None
    """The sentence why it is off."""


class SwitchView(View, frozen=True, kw_only=True):
    """Something that is off."""

    scope: str
    target: str
    project: str
    """Of a job or a project; empty: it is shared by all."""
    by: str
    since: str
    until: str | None
    why: str
    sentence: str
