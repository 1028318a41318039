"""A job: a task with all that is said of it."""

import msgspec

from tickwork.core.clock import MINUTE, SECOND, Duration
from tickwork.core.dependencies import After, Map, Need
from tickwork.core.ids import DEFAULT_PROJECT, JobId
from tickwork.core.lanes import Limit
from tickwork.core.model.ledger import Origin
from tickwork.core.model.policies import Delivery, Everywhere, Overlap, Quorum, Resources, Retry
from tickwork.core.model.pools import DEFAULT_POOL
from tickwork.core.model.tasks import Call, Task
from tickwork.core.retention import Retention
from tickwork.core.rules import Rule
from tickwork.core.stored import Stored
from tickwork.core.timing.schedule import Schedule

LATE_AFTER = MINUTE


class SecretUse(Stored, frozen=True, kw_only=True):
    """A secret of the job's project, and the variable that its runs find it in."""

    name: str
    env: str


class Job(Stored, frozen=True, kw_only=True):
    """A task with arguments, schedules and policies, in a project."""

    id: JobId
    name: str
    task: Task
    project: str = DEFAULT_PROJECT
    of: str | None = None
    """The task of the catalogue that it was made from."""
    description: str = ""
    tags: tuple[str, ...] = ()
    """Words by which people find it (core/tags.py)."""
    schedules: tuple[Schedule, ...] = ()
    enabled: bool = True
    env: dict[str, str] = msgspec.field(default_factory=dict)
    secrets: tuple[SecretUse, ...] = ()
    """Given to its runs as environment variables, and taken out of all that they write."""
    cwd: str | None = None
    user: str | None = None
    """The system user it must run as; a worker that may not become that user refuses with `failed(launch)`."""
    resources: Resources = Resources()
    nice: int | None = None
    """-20 (first) … 19 (last); None: as nice as the worker."""
    umask: int | None = None
    """Permission bits that its files never get; None: the worker's own."""
    timeout: Duration | None = None
    grace: Duration = Duration(10 * SECOND)
    """Between TERM and KILL."""
    retry: Retry = Retry()
    overlap: Overlap = Overlap.SKIP
    delivery: Delivery = Delivery.AT_LEAST_ONCE
    pool: str = DEFAULT_POOL
    labels: tuple[str, ...] = ()
    """What a worker must have to run it."""
    on: int | Everywhere = 1
    """On how many workers of the pool it runs at once, each occurrence as one group."""
    success: int | Quorum = Quorum.ALL
    """How many runs of a group that it makes must succeed."""
    priority: int = 0
    """Higher goes first."""
    max_running: int | None = None
    """So many runs of it at a time, over all workers."""
    shares: tuple[Limit, ...] = ()
    """Keys whose room its runs share with those of other jobs; `{name}` in a key is a parameter, `{job}`, `{project}`
    or `{pool}`."""
    disable_after_failures: int | None = None
    """So many failed runs in a row switch the job off."""
    mailto: str | None = None
    """Addresses that are mailed about trouble, separated by commas; "": none."""
    notify: tuple[Rule, ...] = ()
    """Who else is told of what; rules of its task, pool, project and the instance are added up."""
    late_after: Duration | None = None
    """A run that is ready and not begun is late after this (None: after `LATE_AFTER`)."""
    too_long: Duration | None = None
    """A run takes too long after this (None: by what those that succeeded took)."""
    max_log_bytes: int = 819_200
    keep: Retention = Retention()
    """How long its ended runs are kept; what it leaves open, its project and the instance say."""
    needs: tuple[Need, ...] = ()
    after: tuple[After, ...] = ()
    """All of their conditions must hold (fan-in)."""
    map: Map | None = None
    cleanup: str | None = None
    """`module:function`, called with what is known of a run before that run is deleted."""
    protected: bool = False
    """It is started by hand only by who says that it is meant (`armed`)."""


def task_of(job: Job, origin: "Origin") -> Task:
    """What a run of `job` runs: the job's task, or the cleaning up behind another run of it."""
    if origin is not Origin.CLEANUP or job.cleanup is None:
        return job.task
    if isinstance(job.task, Call):
        return Call(target=job.cleanup, path=job.task.path, pickle=job.task.pickle)
    return Call(target=job.cleanup, path=job.cwd)
