"""What is switched off, and by whom."""

from enum import StrEnum

from tickwork.core.clock import Instant
from tickwork.core.model.actors import Actor
from tickwork.core.stored import Stored


class Scope(StrEnum):
    """What a switch turns off, widest first. Off for a pool or a worker: runs stay queued; off for the others:
    occurrences are `skipped(paused)`."""

    INSTANCE = "instance"
    PROJECT = "project"
    TASK = "task"
    JOB = "job"
    POOL = "pool"
    WORKER = "worker"


class Switch(Stored, frozen=True, kw_only=True):
    """Off for a scope. Its document id is `<scope>:<target>` (`job:backup`, `project:etl`, `instance:`)."""

    scope: Scope
    target: str
    by: Actor
    since: Instant
    why: str = ""
    until: Instant | None = None
