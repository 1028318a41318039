"""Where runs wait for workers."""

from tickwork.core.stored import Stored

DEFAULT_POOL = "default"


class Pool(Stored, frozen=True, kw_only=True):
    """Workers that jobs name together. One that nobody has described is there all the same."""

    name: str
    description: str = ""
    lease: float | None = None
    """Seconds without a sign of life after which the runs of its workers are settled (None: as the worker says)."""
    max_running: int | None = None
    """So many runs at a time, over all its workers."""
    job_timeout: float | None = None
    """Seconds after which a run is stopped whose job has no time-out of its own (None: as the server is set)."""
    projects: tuple[str, ...] = ()
    """Whose jobs may use it (empty: all)."""
