"""A run that somebody asks for: what every such run has in common."""

from collections.abc import Mapping
from typing import Any

from tickwork.app.encoding import any_json
from tickwork.core.births import lane_at_birth, overlap_of, state_at_birth
from tickwork.core.codec import from_json, to_json
from tickwork.core.dependencies import Pins
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Call, Delivery, Elsewhere, Job, Origin, Run
from tickwork.core.parameters import check
from tickwork.errors import Conflict, InvalidParameter, NotAllowed
from tickwork.operations.context import Context
from tickwork.store.protocol import NewRun


def asked_run(
    context: Context,
    job: Job,
    *,
    revision: int,
    origin: Origin,
    params: bytes | None = None,
    pins: Pins | None = None,
    group: str | None = None,
    own_group: bool = False,
    note: str | None = None,
    outside: bool = False,
) -> NewRun:
    """`own_group`: it gives its id to a group that others join. `outside`: it is not to be started here, but told of.
    Raises `Conflict` for a job that runs elsewhere."""
    if not outside:
        refuse_elsewhere(job)
    now = context.clock.now()
    state, wait = state_at_birth(job)
    identity = context.ids.run()
    run = Run(
        id=identity,
        job=job.id,
        project=job.project,
        revision=revision,
        origin=origin,
        state=state,
        wait=wait,
        lane=lane_at_birth(job, params),
        priority=job.priority,
        ready_at=now,
        once=job.delivery is Delivery.AT_MOST_ONCE,
        note=note or f"started by {context.actor.name}",
        group=identity if own_group else group,
        created=now,
    )
    overlap, _ = overlap_of(job, origin)
    told = None if pins is None or pins == Pins() else to_json(pins)
    return NewRun(run=run, overlap=overlap, params=params, pins=told)


def pins_for(job: Job, told: Mapping[JobId, RunId]) -> Pins:
    """Those of the runs that it needs: they are used as they are."""
    return Pins(needs={need.job: told[need.job] for need in job.needs if need.job in told})


def accepted(job: Job, params: Mapping[str, Any] | None) -> bytes | None:
    """The parameters as they are kept. Raises `InvalidParameter` for what the job is known not to take."""
    written = _written(job, params) if params else None
    task = job.task
    if isinstance(task, Call) and task.signature is not None:
        given = {} if written is None else from_json(written, dict[str, Any])
        check(task.signature, {**task.kwargs, **given}, job=job.id, bound=len(task.args))
    return written


def refuse_unarmed(job: Job, *, armed: bool) -> None:
    """Raises `NotAllowed` for a protected job that is started without saying that it is meant."""
    if job.protected and not armed:
        raise NotAllowed(f"job {job.id} is protected; to run it by hand, say that it is meant: --armed")


def refuse_elsewhere(job: Job) -> None:
    """Raises `Conflict` for a job that nobody here can start."""
    if isinstance(job.task, Elsewhere):
        raise Conflict(f"job {job.id} runs elsewhere ({job.task.where}); it is started there, and tells of it here")


def _written(job: Job, params: Mapping[str, Any]) -> bytes:
    try:
        return any_json(dict(params))
    except Exception as error:  # noqa: BLE001 (whatever a value's own conversion raises)
        raise InvalidParameter(f"job {job.id}: a parameter cannot be written as JSON: {error}") from None
