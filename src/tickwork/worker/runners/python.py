"""A Python callable, called in a warm child."""

from collections.abc import Mapping
from typing import Any

from tickwork.app.pickling import has_pickles
from tickwork.core.clock import SECOND
from tickwork.core.codec import from_json
from tickwork.core.dependencies import filled
from tickwork.core.ids import JobId
from tickwork.core.model import Call, Mode
from tickwork.errors import LaunchFailed
from tickwork.store.protocol import Claim
from tickwork.worker.processes import CallSpec
from tickwork.worker.runners.assignment import Assignment, as_seconds


def python(of: Assignment[Call]) -> CallSpec:
    """The run's parameters win over the definition's keyword arguments."""
    job, task = of.job, of.task
    if job.resources.cpu is not None and task.mode is not Mode.PROCESS:
        raise LaunchFailed(
            f"resources.cpu cannot be told apart for calls that share a process; remove it, or mode: {task.mode}"
        )
    args, kwargs = filled_arguments(task, of.claim)
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
        mask=of.mask,
        key=of.signing.value if task.pickle else None,
    )


def filled_arguments(task: Call, claim: Claim) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, with the results of other jobs in the places that ask for them. Raises `LaunchFailed` for one
    that is not there, or is pickled where nobody opted in."""
    if claim.results is None:
        return task.args, task.kwargs
    results = from_json(claim.results, dict[JobId, Any])
    if not task.pickle:
        _refuse_pickles(results, claim.run.job)
    try:
        return tuple(filled(task.args, results)), filled(task.kwargs, results)
    except KeyError as missing:
        name = missing.args[0]
        raise LaunchFailed(
            f"the result of {name} is not there (any more); run {name} first, then {claim.run.job}"
        ) from None


def _refuse_pickles(results: Mapping[JobId, Any], job: JobId) -> None:
    for name, result in results.items():
        if has_pickles(result):
            raise LaunchFailed(f"the result of {name} is pickled; {job} takes it only with pickle=True")
