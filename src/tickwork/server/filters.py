"""What listings of runs can be asked for."""

from typing import Annotated

from fastapi import Query

from tickwork.core.ids import JobId
from tickwork.core.model import Origin
from tickwork.core.states import Reason, State
from tickwork.errors import InvalidDefinition
from tickwork.server.times import Moment
from tickwork.store.protocol import Order, RunFilter


def asked_runs(
    *,
    job: Annotated[str | None, Query(max_length=500, description="The job's id.")] = None,
    state: Annotated[list[State] | None, Query(description="In one of these states.")] = None,
    reason: Annotated[list[Reason] | None, Query(description="For one of these reasons.")] = None,
    origin: Annotated[Origin | None, Query(description="What made them.")] = None,
    group: Annotated[str | None, Query(max_length=200, description="Of this group.")] = None,
    pool: Annotated[str | None, Query(max_length=200, description="Queued in this pool.")] = None,
    worker: Annotated[str | None, Query(max_length=200, description="That has it, or had it last.")] = None,
    text: Annotated[str | None, Query(max_length=200, description="Part of the job's id or of the note.")] = None,
    since: Moment = None,
    until: Moment = None,
    oldest_first: Annotated[bool, Query(description="Not the newest first.")] = False,
    last_completed: Annotated[bool, Query(description="What ended last comes first.")] = False,
) -> RunFilter:
    """Raises `InvalidDefinition` for two orders at once."""
    if oldest_first and last_completed:
        raise InvalidDefinition("last_completed: it has an order of its own; leave oldest_first out")
    return RunFilter(
        job=None if job is None else JobId(job),
        states=tuple(state or ()),
        reasons=tuple(reason or ()),
        origin=origin,
        group=group,
        pool=pool,
        worker=worker,
        text=text,
        since=since,
        until=until,
        order=Order.OLDEST if oldest_first else Order.ENDED if last_completed else Order.NEWEST,
    )
