"""A Python callable, called in a warm child."""

from tickwork.core.clock import SECOND
from tickwork.core.model import Call
from tickwork.worker.processes import CallSpec
from tickwork.worker.runners.assignment import Assignment, as_seconds


def python(of: Assignment[Call]) -> CallSpec:
    """The run's parameters win over the definition's keyword arguments."""
    job, task = of.job, of.task
    return CallSpec(
        run=of.claim.run.id,
        target=task.target,
        args=task.args,
        kwargs=task.kwargs if of.claim.params is None else task.kwargs | of.params(),
        env=of.own,
        cwd=job.cwd,
        timeout=as_seconds(job.timeout),
        grace=job.grace / SECOND,
        max_log_bytes=job.max_log_bytes,
    )
