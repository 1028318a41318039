"""A request over HTTP: a call of our own in a warm child."""

from tickwork.core.clock import SECOND
from tickwork.core.model import Http
from tickwork.worker.processes import CallSpec
from tickwork.worker.runners.assignment import Assignment, as_seconds

TARGET = "tickwork.worker.process.requesting:request"


def http(of: Assignment[Http]) -> CallSpec:
    job, task = of.job, of.task
    return CallSpec(
        run=of.claim.run.id,
        target=TARGET,
        args=(),
        kwargs={
            "url": task.url,
            "method": task.method,
            "headers": task.headers,
            "body": task.body,
            "expect": list(task.expect),
            "allow": list(of.http_allow),
        },
        env=of.own,
        cwd=job.cwd,
        timeout=as_seconds(job.timeout),
        grace=job.grace / SECOND,
        max_log_bytes=job.max_log_bytes,
        mask=of.mask,
    )
