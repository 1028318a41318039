"""A Python callable, called in a warm child."""

from typing import Any

from tickwork.core.clock import SECOND
from tickwork.core.codec import from_json
from tickwork.core.dependencies import filled
from tickwork.core.ids import JobId
from tickwork.core.model import Call
from tickwork.errors import LaunchFailed
from tickwork.worker.processes import CallSpec
from tickwork.worker.runners.assignment import Assignment, as_seconds


def python(of: Assignment[Call]) -> CallSpec:
    """The run's parameters win over the definition's keyword arguments."""
    job, task = of.job, of.task
    args, kwargs = _with_results(of)
    return CallSpec(
        run=of.claim.run.id,
        target=task.target,
        args=args,
        kwargs=kwargs if of.claim.params is None else kwargs | of.params(),
        env=of.own,
        cwd=job.cwd,
        timeout=as_seconds(job.timeout),
        grace=job.grace / SECOND,
        max_log_bytes=job.max_log_bytes,
    )


def _with_results(of: Assignment[Call]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, with the results of other jobs in the places that ask for them."""
    task, claim = of.task, of.claim
    if claim.results is None:
        return task.args, task.kwargs
    results = from_json(claim.results, dict[JobId, Any])
    try:
        return tuple(filled(task.args, results)), filled(task.kwargs, results)
    except KeyError as missing:
        name = missing.args[0]
        raise LaunchFailed(
            f"the result of {name} is not there (any more); run {name} first, then {of.job.id}"
        ) from None
